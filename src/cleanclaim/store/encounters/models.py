"""Encounters, notes, charges and fees."""

from django.db import models

from cleanclaim.store.credentialing.models import Location, Provider
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenants import TenantKey, TenantModel


class Encounter(TenantModel):
    """One visit of a patient with a provider at a place on a day."""

    patient = TenantKey(Patient)
    provider = TenantKey(Provider)
    location = TenantKey(Location)
    service_on = models.DateField()
    status = models.CharField(max_length=12)
    prior_authorization = models.CharField(max_length=50, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "patient", "service_on"], name="encounter_of")
        ]

    def __str__(self) -> str:
        return f"encounter {self.pk}"


class Note(TenantModel):
    """A signed clinical note; an addendum is a further row."""

    encounter = TenantKey(Encounter)
    text = models.TextField()
    author = models.CharField(max_length=120)
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note {self.pk}"


class Charge(TenantModel):
    """A service that was rendered; ``diagnoses`` are this line's codes in order of weight.

    A mistaken charge is superseded by a further one, never edited.
    """

    encounter = TenantKey(Encounter)
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=5)
    modifiers = models.JSONField(default=list)
    units = models.DecimalField(max_digits=10, decimal_places=3)
    charge_cents = models.BigIntegerField()
    diagnoses = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "encounter", "number"], name="charge_number"
            ),
            models.CheckConstraint(
                condition=models.Q(charge_cents__gte=0), name="charge_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"charge {self.number} of {self.encounter_id}"


class Fee(TenantModel):
    """What the practice charges for a code in a span of days."""

    code = models.CharField(max_length=5)
    charge_cents = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "code"], name="fee_code")]

    def __str__(self) -> str:
        return self.code

"""Patients, coverages and coverage verifications."""

from django.db import models

from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.tenants import TenantKey, TenantModel


class Patient(TenantModel):
    """A patient account."""

    account_number = models.CharField(max_length=20)
    last_name = models.CharField(max_length=60)
    first_name = models.CharField(max_length=35)
    middle_name = models.CharField(max_length=25, blank=True)
    birth_on = models.DateField()
    sex = models.CharField(max_length=1)
    address = models.JSONField()
    phone = models.CharField(max_length=20, blank=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "account_number"], name="account")
        ]
        indexes = [
            models.Index(fields=["organization", "last_name", "first_name"], name="patient_name")
        ]

    def __str__(self) -> str:
        return self.account_number


class Coverage(TenantModel):
    """What a payer covers a patient for; ``rank`` 1 is asked first.

    ``subscriber`` is null where the patient is the subscriber; else the insured's name, birth
    date, sex and address as ``claims.parties`` writes them. ``insurance_type`` says why Medicare is
    not asked first (12 works and is aged, 43 disabled, ...).
    """

    patient = TenantKey(Patient)
    payer = TenantKey(Payer)
    rank = models.PositiveSmallIntegerField()
    member_id = models.CharField(max_length=80)
    group_number = models.CharField(max_length=50, blank=True)
    plan_name = models.CharField(max_length=60, blank=True)
    product = models.CharField(max_length=40, blank=True)
    relationship = models.CharField(max_length=2, default="18")
    insurance_type = models.CharField(max_length=3, blank=True, default="")
    subscriber = models.JSONField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "patient", "rank"], name="coverage_order")]

    def __str__(self) -> str:
        return f"coverage {self.rank} of {self.patient_id}"


class Verification(TenantModel):
    """What a payer answered about a coverage for one day: active, inactive or unknown."""

    coverage = TenantKey(Coverage)
    service_on = models.DateField()
    status = models.CharField(max_length=10)
    reason = models.CharField(max_length=200, blank=True)
    benefits = models.JSONField(default=dict)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "coverage", "service_on"], name="verification_of")
        ]

    def __str__(self) -> str:
        return f"{self.status} on {self.service_on}"

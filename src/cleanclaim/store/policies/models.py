"""Which denials a practice lets its patients owe, from when, and by whose word."""

from django.db import models

from cleanclaim.store.tenants import TenantModel


class PatientReason(TenantModel):
    """A denial reason (CARC) that with group PR is the patient's debt in a span of days.

    ``source`` says where that stands: a contract, a notice that patients sign.
    """

    reason = models.CharField(max_length=5)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "reason", "starts_on"], name="patient_reason_once"
            )
        ]

    def __str__(self) -> str:
        return f"PR-{self.reason} from {self.starts_on}"

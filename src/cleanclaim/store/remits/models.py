"""Remittances, their claims, and denials."""

from django.db import models

from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tenants import TenantKey, TenantModel


class RemitRecord(TenantModel):
    """One payment advice (one ST/SE). ``identity`` names the payment, ``digest`` its content.

    ``status``: posted, or quarantined with its reason; a repeat of a known one adds no row.
    """

    payer = TenantKey(Payer, null=True)
    file = TenantKey(ExchangedFile)
    identity = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    trace_number = models.CharField(max_length=50)
    method = models.CharField(max_length=3)
    paid_cents = models.BigIntegerField()
    paid_on = models.DateField()
    status = models.CharField(max_length=12)
    findings = models.JSONField(default=list)
    content = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "identity"],
                condition=models.Q(status="posted"),
                name="remit_posted_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "identity", "digest"], name="remit_content_once"
            ),
        ]

    def __str__(self) -> str:
        return self.trace_number


class RemitClaimRecord(TenantModel):
    """One claim of a remittance and what was done with it.

    ``outcome``: paid, denied, reversed, suspended (in suspense, with the reason), and so on.
    """

    remit = TenantKey(RemitRecord)
    ordinal = models.PositiveIntegerField()
    claim = TenantKey(ClaimRecord, null=True)
    event_key = models.CharField(max_length=64)
    twin_key = models.CharField(max_length=64)
    status_code = models.CharField(max_length=2)
    charge_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()
    patient_cents = models.BigIntegerField()
    matched_by = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "event_key"], name="remit_claim_once")
        ]
        indexes = [
            models.Index(fields=["organization", "claim"], name="remit_claim_of"),
            models.Index(fields=["organization", "twin_key"], name="remit_claim_twin"),
        ]

    def __str__(self) -> str:
        return f"remit {self.remit_id} claim {self.ordinal}"


class Denial(TenantModel):
    """What a payer refused, why, and until when it can be disputed."""

    claim = TenantKey(ClaimRecord)
    remit_claim = TenantKey(RemitClaimRecord)
    cause = models.CharField(max_length=20)
    reasons = models.JSONField()
    cents = models.BigIntegerField()
    denied_on = models.DateField()
    appeal_due_on = models.DateField(null=True)
    status = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "remit_claim"], name="denial_once")
        ]

    def __str__(self) -> str:
        return f"{self.cause} on {self.claim_id}"

"""Remittances, their claims, and denials."""

from django.db import models

from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tenants import TenantKey, TenantModel


class RemitRecord(TenantModel):
    """One payment advice (one ST/SE). ``identity`` names the payment, ``digest`` its content.

    ``status``: posted, quarantined with its findings, waiting for a person's approval, or
    dismissed by a person; a repeat of a known one adds no row.
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


class PayeeNumber(TenantModel):
    """A further NPI or tax id under which payers pay the organization, and since when."""

    kind = models.CharField(max_length=3)  # NPI, TIN
    number = models.CharField(max_length=10)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "number", "starts_on"], name="payee_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class PostingRuleRecord(TenantModel):
    """A kind of remittance that a person must approve, above an amount, in a span of days."""

    kind = models.CharField(max_length=20)
    above_cents = models.BigIntegerField(default=0)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "starts_on"], name="posting_rule_once"
            )
        ]

    def __str__(self) -> str:
        return self.kind


class RemitApproval(TenantModel):
    """That a person approved or dismissed a remittance, for which kinds, and why."""

    remit = TenantKey(RemitRecord)
    decision = models.CharField(max_length=10)  # approved, dismissed
    kinds = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)
    actor_name = models.CharField(max_length=120)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "remit", "decision"], name="remit_decided_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.remit_id}"

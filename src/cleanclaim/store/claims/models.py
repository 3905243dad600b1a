"""Claim records, versions, findings, holds and the files they travelled in."""

from django.db import models

from cleanclaim.store.credentialing.models import Payer, Provider
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.patients.models import Coverage, Patient
from cleanclaim.store.tenants import TenantKey, TenantModel


class ClaimRecord(TenantModel):
    """One claim to one payer. ``state`` repeats what the events say, for lists.

    ``replaces`` is the claim that a frequency 7 or 8 claim stands in for; ``follows`` the
    earlier payer's claim of a secondary one; ``root`` (null for itself) is the first claim of
    such a chain, under which the ledger keeps the money. ``filing_due_on`` null: no limit known.
    """

    control_number = models.CharField(max_length=20)
    patient = TenantKey(Patient)
    encounter = TenantKey(Encounter, null=True)
    coverage = TenantKey(Coverage)
    payer = TenantKey(Payer)
    rendering = TenantKey(Provider, null=True)
    responsibility = models.CharField(max_length=1)
    state = models.CharField(max_length=20)
    frequency = models.CharField(max_length=1)
    version_number = models.PositiveSmallIntegerField()
    total_charge_cents = models.BigIntegerField()
    service_on = models.DateField()
    filing_due_on = models.DateField(null=True)
    payer_claim_number = models.CharField(max_length=50, blank=True)
    replaces = TenantKey("self", null=True)
    follows = TenantKey("self", null=True)
    root = TenantKey("self", null=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "control_number"], name="claim_control_number"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "state", "service_on"], name="claim_state"),
            models.Index(fields=["organization", "patient"], name="claim_patient"),
            models.Index(fields=["organization", "payer_claim_number"], name="claim_payer_number"),
        ]

    def __str__(self) -> str:
        return self.control_number

    @property
    def ledger_claim(self) -> str:
        """Give the claim under which the ledger keeps the money of this one."""
        return str(self.root_id or self.pk)


class ClaimVersion(TenantModel):
    """The claim as it stood at one time; ``content`` is a ``claims.model.Claim``."""

    claim = TenantKey(ClaimRecord)
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "claim", "number"], name="version")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.claim_id}"


class ClaimFinding(TenantModel):
    """A finding about one version of a claim, from scrubbing or from a payer's answer.

    ``resolved_at`` is set when a later look no longer finds it.
    """

    claim = TenantKey(ClaimRecord)
    version_number = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=12)  # scrub, 999, 277CA
    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=5)
    place = models.CharField(max_length=80)
    message = models.CharField(max_length=400)
    hint = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=200, blank=True)
    release = models.CharField(max_length=120, blank=True)
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "claim"], name="finding_claim")]

    def __str__(self) -> str:
        return self.rule


class Hold(TenantModel):
    """Why a claim may not leave yet, what it is worth, and when the cause may end.

    ``overridden_for`` is the version for which a person let it leave in spite of this.
    """

    claim = TenantKey(ClaimRecord)
    reason = models.CharField(max_length=40)
    message = models.CharField(max_length=400)
    cents = models.BigIntegerField()
    cause_ends_on = models.DateField(null=True)
    held_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    overridden_for = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "claim", "reason"],
                condition=models.Q(released_at__isnull=True),
                name="one_open_hold",
            )
        ]

    def __str__(self) -> str:
        return self.reason


class ClaimFile(TenantModel):
    """That a file carried or answered a claim."""

    claim = TenantKey(ClaimRecord)
    file = TenantKey(ExchangedFile)
    version_number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "claim", "file"], name="claim_in_file")
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id} in file {self.file_id}"

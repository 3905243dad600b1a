"""Cases of denials, what is known of payers' terms, appeals with their evidence, write-offs."""

from django.db import models

from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.remits.models import Denial
from cleanclaim.store.tenants import TenantKey, TenantModel


class DenialCase(TenantModel):
    """The work on one denial: what was refused and why, who works on it, how, and until when.

    ``reason`` and ``remarks`` are the payer's (CARC, RARC), ``code``, ``modifiers`` and
    ``place`` those of the refused line ("" where the claim as a whole was refused). ``plan`` is
    a ``denials.next_step.Action``; ``stage``: open, planned, drafted (a letter waits to be
    sent), appealed, done. ``received_on`` starts the clock of the present ``appeal_level``.
    """

    denial = TenantKey(Denial)
    claim = TenantKey(ClaimRecord)
    payer = TenantKey(Payer)
    group = models.CharField(max_length=2, blank=True)
    reason = models.CharField(max_length=5, blank=True)
    remarks = models.JSONField(default=list)
    code = models.CharField(max_length=11, blank=True)
    modifiers = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=2, blank=True)
    label = models.CharField(max_length=80, blank=True)
    cause = models.CharField(max_length=20)
    team = models.CharField(max_length=20)
    rule = models.CharField(max_length=20, blank=True)
    rule_source = models.CharField(max_length=200, blank=True)
    rule_confidence = models.CharField(max_length=12)
    is_appealable = models.BooleanField(default=True)
    work = models.CharField(max_length=12)
    plan = models.CharField(max_length=12)
    stage = models.CharField(max_length=10)
    received_on = models.DateField()
    appeal_level = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField(null=True)
    due_name = models.CharField(max_length=60, blank=True)
    due_source = models.CharField(max_length=200, blank=True)
    due_confidence = models.CharField(max_length=12)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "denial"], name="case_once")]
        indexes = [
            models.Index(fields=["organization", "stage", "cause"], name="case_stage"),
            models.Index(fields=["organization", "claim"], name="case_claim"),
        ]

    def __str__(self) -> str:
        return f"case of denial {self.denial_id}"


class CaseNote(TenantModel):
    """What a person wrote about a case; a further word is a further row."""

    case = TenantKey(DenialCase)
    text = models.CharField(max_length=500)
    author = models.CharField(max_length=120)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note {self.pk}"


class Appeal(TenantModel):
    """One letter to a payer at one level, or the request to reopen, which stops no clock.

    ``kind``: appeal, reopening. ``state``: drafted, withdrawn, sent, decided. ``document`` is
    the PDF as it was made, ``content`` the values it was made of. ``channel``: mail, fax,
    portal. ``outcome``: overturned, partly, upheld.
    """

    case = TenantKey(DenialCase)
    kind = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    level_name = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10)
    cents = models.BigIntegerField()
    content = models.JSONField()
    document = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    sent_on = models.DateField(null=True)
    channel = models.CharField(max_length=6, blank=True)
    proof = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    outcome_on = models.DateField(null=True)
    won_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "case", "level"],
                condition=models.Q(kind="appeal", state__in=["drafted", "sent", "decided"]),
                name="one_appeal_a_level",
            )
        ]
        indexes = [models.Index(fields=["organization", "case"], name="appeal_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class AppealEvidence(TenantModel):
    """One attachment of a letter as it was when the letter was made.

    ``kind``: note, acknowledgement, edit, policy, authorization; ``reference`` names where it
    comes from: a note's id, a file, a rule with its release, a citation.
    """

    appeal = TenantKey(Appeal)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=160)
    reference = models.CharField(max_length=200, blank=True)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "appeal", "number"], name="evidence_number"
            )
        ]

    def __str__(self) -> str:
        return f"attachment {self.number} of {self.appeal_id}"


class AppealTermRecord(TenantModel):
    """How long a payer takes appeals of a level, as the practice knows it, with its source."""

    payer = TenantKey(Payer)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    days = models.PositiveSmallIntegerField(null=True)
    least_cents = models.BigIntegerField(default=0)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=12)

    def __str__(self) -> str:
        return f"level {self.level} of payer {self.payer_id}"


class PolicyCitation(TenantModel):
    """A policy that the practice cites in appeals: where it stands and what it says.

    It is attached to letters about its ``reason`` (a CARC) or, without one, about its
    ``cause``, to its payer or (null) to every one, for services in its span.
    """

    payer = TenantKey(Payer, null=True)
    cause = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=5, blank=True)
    title = models.CharField(max_length=160)
    citation = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.citation


class CombinationRecord(TenantModel):
    """What a combination of group, reason and remark means, as the practice decided it.

    ``content`` is a ``denials.combinations.Combination``.
    """

    content = models.JSONField()
    decided_by = models.CharField(max_length=120)
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"combination {self.pk}"


class WriteOffPolicy(TenantModel):
    """Up to how many cents a denial of a cause ("" is any) may be given up, by whose decision."""

    cause = models.CharField(max_length=20, blank=True)
    most_cents = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"up to {self.most_cents} for {self.cause or 'any cause'}"


class WriteOffRequest(TenantModel):
    """That a person asks to give a denied amount up, and what another decided.

    ``state``: asked, approved, refused, reversed. ``transfer`` is the ledger's entry.
    """

    case = TenantKey(DenialCase)
    cents = models.BigIntegerField()
    reason = models.CharField(max_length=120)
    state = models.CharField(max_length=10)
    asked_by = models.BigIntegerField(null=True)
    asked_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    decided_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    transfer = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "case"],
                condition=models.Q(state="asked"),
                name="one_open_request",
            )
        ]

    def __str__(self) -> str:
        return f"write-off {self.pk}"

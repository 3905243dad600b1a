"""What is followed up after a claim has left: answers, filing windows, prices, variances."""

from django.db import models

from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.patients.models import Coverage
from cleanclaim.store.remits.models import RemitClaimRecord
from cleanclaim.store.tenants import TenantKey, TenantModel


class PayerPace(TenantModel):
    """After how many days a payer usually answers, as somebody recorded it, in a span of days.

    ``again_days`` are the days between two questions about the same claim.
    """

    payer = TenantKey(Payer)
    days = models.PositiveSmallIntegerField()
    again_days = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "payer", "starts_on"], name="pace_once")
        ]

    def __str__(self) -> str:
        return f"{self.days} days of {self.payer_id}"


class StatusInquiry(TenantModel):
    """That a payer was asked about a claim (276) on a day, at most once a day.

    ``standing`` is the answer's by our own words; "" until one came.
    """

    claim = TenantKey(ClaimRecord)
    file = TenantKey(ExchangedFile)
    trace = models.CharField(max_length=20)
    asked_on = models.DateField()
    standing = models.CharField(max_length=20, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "claim", "asked_on"], name="inquiry_once_a_day"
            ),
            models.UniqueConstraint(fields=["organization", "trace"], name="inquiry_trace"),
        ]

    def __str__(self) -> str:
        return f"{self.trace} about {self.claim_id}"


class StatusAnswer(TenantModel):
    """One thing that a payer said of a claim (STC of a 277), kept as it was said."""

    inquiry = TenantKey(StatusInquiry)
    claim = TenantKey(ClaimRecord)
    file = TenantKey(ExchangedFile)
    ordinal = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=3)
    code = models.CharField(max_length=4)
    entity = models.CharField(max_length=3, blank=True)
    standing = models.CharField(max_length=20)
    effective_on = models.DateField(null=True)
    paid_cents = models.BigIntegerField(null=True)
    check_number = models.CharField(max_length=50, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "file", "inquiry", "ordinal"], name="answer_once"
            )
        ]
        indexes = [models.Index(fields=["organization", "claim"], name="answer_about")]

    def __str__(self) -> str:
        return f"{self.category}:{self.code} on {self.claim_id}"


class Crossover(TenantModel):
    """That a payer has sent a claim on to the next one itself, so that we send none.

    ``expected_on`` is the day by which the next payer should have decided; null: nobody knows.
    """

    claim = TenantKey(ClaimRecord)
    remit_claim = TenantKey(RemitClaimRecord)
    coverage = TenantKey(Coverage)
    expected_on = models.DateField(null=True)
    told_by = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "claim", "coverage"], name="crossover_once"
            )
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id} sent on"


class FilingWindow(TenantModel):
    """Until when a payer takes later or corrected claims, for events of a span of days.

    ``kind`` is later (after another payer) or corrected; ``counted_from`` is service (the first
    day) or decision (the earlier payer's, or this payer's own).
    """

    payer = TenantKey(Payer)
    kind = models.CharField(max_length=10)
    counted_from = models.CharField(max_length=10)
    days = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "payer", "kind", "starts_on"], name="filing_window_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.days} days"


class ContractRecord(TenantModel):
    """A contract's terms as a document gives them; ``content`` is a ``pricing`` Contract."""

    payer = TenantKey(Payer)
    document = models.CharField(max_length=120)
    content = models.JSONField()
    source = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "payer", "starts_on"], name="contract_start"
            )
        ]

    def __str__(self) -> str:
        return self.document


class ExpectedPrice(TenantModel):
    """What the contract of the day pays for a decided line, with its steps; or why nobody knows.

    ``cents`` null: it cannot be priced, for ``reason``. ``allowed_cents`` is what the payer
    allowed: its payment, the patient's share and what sequestration took.
    """

    remit_claim = TenantKey(RemitClaimRecord)
    claim = TenantKey(ClaimRecord)
    payer = TenantKey(Payer)
    contract = TenantKey(ContractRecord, null=True)
    line_number = models.PositiveSmallIntegerField()
    remit_line = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=48)
    service_on = models.DateField()
    cents = models.BigIntegerField(null=True)
    allowed_cents = models.BigIntegerField()
    outcome = models.CharField(max_length=24)
    reason = models.CharField(max_length=300, blank=True)
    steps = models.JSONField(default=list)
    priced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "remit_claim", "remit_line"], name="expected_once"
            )
        ]
        indexes = [models.Index(fields=["organization", "claim"], name="expected_of")]

    def __str__(self) -> str:
        return f"line {self.line_number} of {self.claim_id}"


class Variance(TenantModel):
    """A paid line that is not what the contract says, its likely cause, and what came of it.

    ``cents`` is expected less allowed, below zero where too much was allowed. ``state``: open,
    disputed, recovered, closed, explained. ``recovered_cents`` is what later decisions added.
    """

    expected = TenantKey(ExpectedPrice)
    claim = TenantKey(ClaimRecord)
    payer = TenantKey(Payer)
    code = models.CharField(max_length=48)
    cause = models.CharField(max_length=20)
    cents = models.BigIntegerField()
    state = models.CharField(max_length=10)
    found_on = models.DateField()
    disputed_on = models.DateField(null=True)
    recovered_cents = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "expected", "cause"], name="variance_once"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "state", "payer"], name="variance_queue"),
            models.Index(fields=["organization", "claim"], name="variance_of"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.cents} on {self.claim_id}"


class PromptPayTerm(TenantModel):
    """The rule that somebody decided holds for a payer: days to pay, and interest a year.

    ``thousandths_percent`` 12000 is 12 % a year; ``confidence`` says how well the source is known.
    """

    payer = TenantKey(Payer)
    days = models.PositiveSmallIntegerField()
    thousandths_percent = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=12)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "payer", "starts_on"], name="prompt_pay_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.days} days of {self.payer_id}"


class InterestDue(TenantModel):
    """Interest that a late payment owes by the payer's term, beside what it paid of it."""

    remit_claim = TenantKey(RemitClaimRecord)
    claim = TenantKey(ClaimRecord)
    payer = TenantKey(Payer)
    term = TenantKey(PromptPayTerm)
    received_on = models.DateField()
    paid_on = models.DateField()
    late_days = models.PositiveIntegerField()
    principal_cents = models.BigIntegerField()
    cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "remit_claim"], name="interest_once")
        ]

    def __str__(self) -> str:
        return f"{self.cents} on {self.claim_id}"

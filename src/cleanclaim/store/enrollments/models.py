"""Applications to payers, and what beside their grants decides who may be billed for."""

from django.db import models

from cleanclaim.store.credentialing.models import Location, Participation, Payer, Provider
from cleanclaim.store.tenants import TenantKey, TenantModel


class PayerProgram(TenantModel):
    """Which program's rules bind a payer; no row: nobody said, and no program's rule is applied."""

    payer = TenantKey(Payer)
    program = models.CharField(max_length=20)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "payer"], name="program_once")
        ]

    def __str__(self) -> str:
        return f"{self.payer_id}: {self.program}"


class PayerRule(TenantModel):
    """A term that the practice recorded for a payer: a number, or how effective dates are set.

    ``term`` is a Term of ``credentialing.enrollment`` with its ``value``, or "basis" with the
    ``basis``.
    """

    payer = TenantKey(Payer)
    term = models.CharField(max_length=30)
    value = models.IntegerField(null=True)
    basis = models.CharField(max_length=30, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "payer", "term", "starts_on"], name="payer_rule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.term} of {self.payer_id}"


class PayerDemand(TenantModel):
    """What a payer asks for beside the enrollment itself: a licence, a reassignment, a contract."""

    payer = TenantKey(Payer)
    kind = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "payer", "kind", "starts_on"], name="demand_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.payer_id}"


class Application(TenantModel):
    """An application for a provider to a payer. ``state`` repeats what its steps say.

    ``billable_on`` is the first billable day where the payer lets one bill before
    ``effective_on``. ``effective_source`` is the rule or letter that the two rest on.
    """

    provider = TenantKey(Provider)
    payer = TenantKey(Payer)
    location = TenantKey(Location, null=True)
    product = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=24)
    form = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12)
    reference = models.CharField(max_length=60, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    opened_on = models.DateField()
    first_service_on = models.DateField(null=True)
    filed_on = models.DateField(null=True)
    received_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    billable_on = models.DateField(null=True)
    effective_source = models.CharField(max_length=200, blank=True)
    follow_up_on = models.DateField(null=True)
    participation = TenantKey(Participation, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "state", "payer"], name="application_state")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.provider_id} to {self.payer_id}"


class ApplicationItem(TenantModel):
    """One thing that belongs to an application; ``given_on`` null: it is missing."""

    application = TenantKey(Application)
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    required = models.BooleanField(default=True)
    given_on = models.DateField(null=True)
    document = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "application", "key"], name="application_item"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.application_id}"


class ApplicationStep(TenantModel):
    """What happened to an application on a day, and on what it rests."""

    application = TenantKey(Application)
    state = models.CharField(max_length=12)
    on = models.DateField()
    by = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)
    document = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.state} on {self.on}"


class Reassignment(TenantModel):
    """That a provider's payments of a payer go to a billing provider, in a span of days."""

    provider = TenantKey(Provider)
    payer = TenantKey(Payer)
    billing = models.CharField(max_length=10)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    document = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.provider_id} to {self.billing} at {self.payer_id}"


class Bar(TenantModel):
    """Why a provider may not be billed for in a span: excluded, revoked, opted out, deactivated.

    ``payer`` null: every federal payer.
    """

    provider = TenantKey(Provider)
    payer = TenantKey(Payer, null=True)
    kind = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    document = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} from {self.starts_on}"


class Substitution(TenantModel):
    """That one provider performs for another, who is billed under a rule, in a span of days."""

    kind = models.CharField(max_length=20)
    performing = TenantKey(Provider)
    billed = TenantKey(Provider)
    payer = TenantKey(Payer)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    document = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.kind} of {self.performing_id} for {self.billed_id}"


class Roster(TenantModel):
    """A roster as it was sent to a payer, byte by byte."""

    payer = TenantKey(Payer)
    template = models.CharField(max_length=40)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    exported_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.template} of {self.rows} rows"


class RosterAnswer(TenantModel):
    """What the payer said of one row of a roster; what it says later is a further row."""

    roster = TenantKey(Roster)
    number = models.PositiveIntegerField()
    provider_npi = models.CharField(max_length=10)
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=200, blank=True)
    answered_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "roster", "number", "outcome"], name="roster_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"row {self.number}: {self.outcome}"


class Proposal(TenantModel):
    """Terms that are negotiated with a payer, and what they would have been worth.

    ``content`` is a ``pricing`` Contract, ``result`` an ``app.modelling`` Modelled or null.
    """

    payer = TenantKey(Payer)
    document = models.CharField(max_length=120)
    content = models.JSONField()
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    result = models.JSONField(null=True)
    modelled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.document

"""What passes between a practice and a patient who owes: statements, links, plans, disputes."""

from django.db import models

from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer, Provider
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenants import TenantKey, TenantModel


class PolicyRecord(TenantModel):
    """The practice's policy from a day on; ``content`` is a ``ledger.patient_policy``."""

    name = models.CharField(max_length=40)
    starts_on = models.DateField()
    content = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "starts_on"], name="policy_start")]

    def __str__(self) -> str:
        return self.name


class LocalTerm(TenantModel):
    """A number that a place sets, as the practice entered it: poverty guideline, unclaimed money.

    ``kind``: poverty (``key`` is the size of the household, ``value`` cents a year) or unclaimed
    (``key`` is a state, ``value`` days).
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=10)
    value = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "kind", "key"], name="local_term_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class BillingPreference(TenantModel):
    """How a patient is written to. ``returned_on``: mail came back, so none goes out."""

    patient = TenantKey(Patient)
    language = models.CharField(max_length=2, default="en")
    channel = models.CharField(max_length=6, default="paper")
    email = models.CharField(max_length=120, blank=True)
    returned_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "patient"], name="one_preference")
        ]

    def __str__(self) -> str:
        return f"preference of {self.patient_id}"


class Estimate(TenantModel):
    """A good faith estimate that a self-paying patient was given, by provider and day."""

    patient = TenantKey(Patient)
    provider = TenantKey(Provider)
    service_on = models.DateField()
    cents = models.BigIntegerField()
    given_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "patient", "provider", "service_on", "given_on"],
                name="estimate_once",
            )
        ]

    def __str__(self) -> str:
        return f"estimate {self.pk}"


class SelfPayVisit(TenantModel):
    """That a visit is billed to the patient alone, because there is no coverage for it."""

    patient = TenantKey(Patient)
    encounter = TenantKey(Encounter)
    cents = models.BigIntegerField()
    billed_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "encounter"], name="self_pay_once")
        ]

    def __str__(self) -> str:
        return f"visit {self.encounter_id}"


class StatementRecord(TenantModel):
    """One statement as it was made; ``content`` is a ``printing.statements.StatementSheet``.

    ``state``: sent, held (with the reason), or returned by the post.
    """

    patient = TenantKey(Patient)
    number = models.CharField(max_length=12)
    issued_on = models.DateField()
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=6)
    state = models.CharField(max_length=8)
    held_for = models.CharField(max_length=40, blank=True)
    due_cents = models.BigIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="statement_number")
        ]
        indexes = [models.Index(fields=["organization", "patient"], name="statement_of")]

    def __str__(self) -> str:
        return self.number


class PortalLink(TenantModel):
    """A link for one use. Only the hash of its secret is kept."""

    patient = TenantKey(Patient)
    secret_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "secret_hash"], name="link_secret")
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


class PortalSession(TenantModel):
    """A patient's short visit to the portal, begun by a link and ended by time or by them."""

    link = TenantKey(PortalLink)
    patient = TenantKey(Patient)
    secret_hash = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "secret_hash"], name="session_secret"),
            models.UniqueConstraint(fields=["organization", "link"], name="one_session_a_link"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"


class PaymentPlan(TenantModel):
    """A debt that is paid in instalments. ``state``: active, completed, stopped.

    ``card_token`` is the processor's name for a saved card; no card number is kept anywhere.
    """

    patient = TenantKey(Patient)
    total_cents = models.BigIntegerField()
    state = models.CharField(max_length=10)
    card_token = models.CharField(max_length=80, blank=True)
    agreed_by = models.CharField(max_length=10)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "patient"],
                condition=models.Q(state="active"),
                name="one_active_plan",
            )
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class PlanInstalment(TenantModel):
    """One instalment of a plan and what has come of it."""

    plan = TenantKey(PaymentPlan)
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "plan", "number"], name="instalment")
        ]

    def __str__(self) -> str:
        return f"instalment {self.number} of {self.plan_id}"


class CardPayment(TenantModel):
    """Money asked of a card. ``state``: asked, paid, failed; what went back is counted apart.

    ``reference`` is our own random name for it, the one thing a processor is told.
    """

    patient = TenantKey(Patient)
    reference = models.CharField(max_length=40)
    purpose = models.CharField(max_length=10)
    asked_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField(default=0)
    refunded_cents = models.BigIntegerField(default=0)
    charged_back_cents = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10)
    processor_payment = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "reference"], name="card_reference")
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def receipt(self) -> str:
        """Give the receipt number under which the ledger keeps the money."""
        return f"card:{self.reference}"


class CardEvent(TenantModel):
    """What a processor told, once each by its id. ``outcome``: booked, known, early, unmatched."""

    event = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    payment = TenantKey(CardPayment, null=True)
    content = models.JSONField()
    outcome = models.CharField(max_length=12)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "event"], name="card_event_once")
        ]

    def __str__(self) -> str:
        return self.event


class Dispute(TenantModel):
    """What a patient says is wrong; while it is open nothing is collected on the claim."""

    patient = TenantKey(Patient)
    claim = TenantKey(ClaimRecord, null=True)
    about = models.CharField(max_length=20)
    words = models.CharField(max_length=1000, blank=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "patient"], name="dispute_of")]

    def __str__(self) -> str:
        return f"dispute {self.pk}"


class RefundRecord(TenantModel):
    """Money to be given back to a patient or a payer, with its clock and who decided.

    ``due_on`` null: no term is known. ``inquiry_from``/``inquiry_to`` stop the clock. ``state``:
    identified, requested, approved, sent, refused.
    """

    patient = TenantKey(Patient, null=True)
    payer = TenantKey(Payer, null=True)
    claim = TenantKey(ClaimRecord, null=True)
    card_payment = TenantKey(CardPayment, null=True)
    cents = models.BigIntegerField()
    is_federal = models.BooleanField()
    identified_on = models.DateField()
    due_on = models.DateField(null=True)
    inquiry_from = models.DateField(null=True)
    inquiry_to = models.DateField(null=True)
    reason = models.CharField(max_length=120)
    state = models.CharField(max_length=10)
    requested_by = models.BigIntegerField(null=True)
    approved_by = models.BigIntegerField(null=True)
    sent_on = models.DateField(null=True)
    reference = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "state", "due_on"], name="refund_state")]

    def __str__(self) -> str:
        return f"refund {self.pk}"


class AssistanceApplication(TenantModel):
    """What a household told about its income, and what a person decided on it."""

    patient = TenantKey(Patient)
    household = models.PositiveSmallIntegerField()
    income_cents = models.BigIntegerField()
    received_on = models.DateField()
    percent_of_poverty = models.PositiveIntegerField(null=True)
    offered_basis_points = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10)
    granted_basis_points = models.PositiveIntegerField(default=0)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    policy = TenantKey(PolicyRecord, null=True)

    def __str__(self) -> str:
        return f"application {self.pk}"


class Placement(TenantModel):
    """A debt given up as bad and placed with an agency. ``state``: proposed, placed, returned."""

    patient = TenantKey(Patient)
    agency = models.CharField(max_length=80)
    cents = models.BigIntegerField()
    state = models.CharField(max_length=10)
    proposed_by = models.BigIntegerField(null=True)
    approved_by = models.BigIntegerField(null=True)
    proposed_on = models.DateField()
    placed_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "patient"],
                condition=models.Q(state__in=["proposed", "placed"]),
                name="one_open_placement",
            )
        ]

    def __str__(self) -> str:
        return f"placement {self.pk}"

"""A practice that bills patients: its policy, a claim that leaves a share, and what patients do."""

from datetime import date
from typing import Any

from app.desk import ACTOR, SERVICE_ON, Desk, at, era
from cleanclaim.app.card_payments import ask_card_payment, open_processor, receive_card_event
from cleanclaim.app.reading.debts import Account, read_debts
from cleanclaim.app.setting_terms import record_policy
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.ledger.patient_policy import AssistanceBand, BillingPolicy
from cleanclaim.payers.cards.practising import TAKEN
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.statements.models import CardPayment
from cleanclaim.store.tenancy import within

PAID_ON = date(2026, 4, 24)
BILLED_ON = date(2026, 5, 1)
SECOND = Actor("person", "Second Person", 2)
NOW = 1_800_000_000
POLICY = BillingPolicy(
    cycle_days=28,
    minimum_balance_cents=500,
    minimum_instalment_cents=1_000,
    longest_plan_months=6,
    grace_days=5,
    prompt_pay_days=10,
    prompt_pay_basis_points=1_000,
    notices_before_bad_debt=2,
    days_before_bad_debt=60,
    link_hours=72,
    second_person_cents=1_000_000,
    assistance=(AssistanceBand(200, 10_000), AssistanceBand(300, 5_000)),
)


class Bills:
    """Patients' bills at one desk, whose practice is synthetic and so takes practice cards."""

    def __init__(self, desk: Desk, policy: BillingPolicy | None = POLICY) -> None:
        self.desk = desk
        self.organization = desk.organization
        self.who: dict[str, Any] = {"organization": desk.organization, "actor": ACTOR}
        with within(desk.organization):
            rows = Organization.objects.filter(pk=desk.organization)
            rows.update(synthetic_today=BILLED_ON)
        if policy is not None:
            record_policy(
                **self.on(SERVICE_ON), name="Policy 2026", starts_on=date(2026, 1, 1), policy=policy
            )

    def on(self, day: date = BILLED_ON, hour: int = 9) -> dict[str, Any]:
        """Give whom, by whom and when for a use case."""
        return {**self.who, "at": at(day, hour)}

    def share(self, cents: int = 8_000, reason: str = "1", trace: str = "TRACE1") -> ClaimRecord:
        """Bring a claim of 200.00 so far that the payer leaves a share to the patient."""
        claim = self.desk.submitted(self.desk.patient())
        self.left(claim, cents, reason, trace)
        return claim

    def left(
        self, claim: ClaimRecord, cents: int = 8_000, reason: str = "1", trace: str = "TRACE1"
    ) -> None:
        """Let the payer pay all of 200.00 but 20.00 of contract and a patient's share."""
        paid, share = (18_000 - cents) / 100, cents / 100
        advice = (
            f"CLP*{claim.control_number}*1*200*{paid:.2f}*{share:.2f}*12*ICN{claim.pk}~"
            f"CAS*CO*45*20~CAS*PR*{reason}*{share:.2f}~"
        )
        self.desk.posted(era(advice, paid=f"{paid:.2f}", trace=trace))

    def account(self, claim: ClaimRecord) -> Account:
        """Read the patient's debts."""
        with within(self.organization):
            return read_debts(self.organization, claim.patient_id)

    def asked(
        self, claim: ClaimRecord, cents: int, day: date = BILLED_ON, purpose: str = "balance"
    ) -> CardPayment:
        """Ask for a card payment."""
        told = {**self.on(day), "patient": claim.patient_id, "cents": cents}
        return ask_card_payment(**told, purpose=purpose)

    def processor(self) -> Any:  # noqa: ANN401 - the practising processor
        """Open the practising processor."""
        with within(self.organization):
            return open_processor(self.organization, seconds=NOW)

    def told(self, event: Any, day: date = BILLED_ON, seconds: int = NOW) -> str:  # noqa: ANN401 - a signed event
        """Let an event arrive."""
        return receive_card_event(
            organization=self.organization,
            at=at(day),
            body=event.body,
            signature=event.signature,
            seconds=seconds,
        )

    def paid(
        self, claim: ClaimRecord, cents: int, day: date = BILLED_ON, purpose: str = "balance"
    ) -> CardPayment:
        """Ask for a card payment and let the card pay it."""
        payment = self.asked(claim, cents, day, purpose)
        event = self.processor().answer_card(reference=payment.reference, cents=cents, number=TAKEN)
        assert self.told(event, day) == "booked"
        return self.read(payment)

    def read(self, payment: CardPayment) -> CardPayment:
        """Read a card payment again."""
        with within(self.organization):
            return CardPayment.objects.of(self.organization).get(pk=payment.pk)

    def held(self) -> int:
        """Give the cents held for patients."""
        return -self.desk.kind(AccountKind.UNAPPLIED)

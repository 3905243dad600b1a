"""Card payments are booked once, whatever the processor tells, how often and in what order."""

from datetime import date, timedelta

import msgspec
import pytest

from app.bills import NOW, Bills
from app.desk import Desk
from cleanclaim.app.card_payments import (
    CardAmountError,
    NoCardsError,
    SignatureError,
    ask_card_payment,
    charge_due_instalments,
    event_secret,
    record_card_payout,
)
from cleanclaim.app.card_refunds import send_card_refund
from cleanclaim.app.planning import active_plan, make_plan, plan_instalments
from cleanclaim.app.refunding import (
    approve_refund,
    record_refund_sent,
    request_patient_refund,
    use_patient_credit,
)
from cleanclaim.app.refusing import NotAllowedError
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.payers.cards.events import UnreadableEventError
from cleanclaim.payers.cards.practising import DECLINED, TAKEN, PractisingProcessor, SignedEvent
from cleanclaim.payers.cards.signatures import sign_event
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.tenancy import within


@pytest.fixture
def bills(desk: Desk) -> Bills:
    return Bills(desk)


def test_a_balance_is_paid_in_two_parts(bills: Bills) -> None:
    claim = bills.share(8_000)
    bills.paid(claim, 3_000)
    assert bills.account(claim).due_cents == 5_000
    bills.paid(claim, 5_000)
    assert bills.account(claim).due_cents == 0
    assert bills.desk.state(claim) == "closed"
    assert bills.held() == 0


def test_the_same_event_twice_books_once(bills: Bills) -> None:
    claim = bills.share()
    payment = bills.asked(claim, 8_000)
    event = bills.processor().answer_card(reference=payment.reference, cents=8_000, number=TAKEN)
    assert bills.told(event) == "booked"
    before = bills.desk.every_account()
    assert bills.told(event) == "known"
    again = bills.processor().tell(
        "checkout.session.completed",
        payment.reference,
        {"id": "cs_1", "amount_total": 8_000, "payment_status": "paid", "currency": "usd"},
        "other",
    )
    assert bills.told(again) == "known"
    assert bills.desk.every_account() == before


def test_an_event_id_with_other_content_changes_nothing_and_asks_a_person(bills: Bills) -> None:
    claim = bills.share()
    payment = bills.paid(claim, 3_000)
    forged = bills.processor().answer_card(reference=payment.reference, cents=5_000, number=TAKEN)
    before = bills.desk.every_account()
    assert bills.told(forged) == "known"
    assert bills.desk.every_account() == before
    assert "twice" in bills.desk.tasks("card")[0].title


def test_a_wrong_old_or_missing_signature_is_refused_and_nothing_is_kept(bills: Bills) -> None:
    claim = bills.share()
    payment = bills.asked(claim, 8_000)
    event = bills.processor().answer_card(reference=payment.reference, cents=8_000, number=TAKEN)
    forged = msgspec.structs.replace(event, body=event.body.replace(b"8000", b"9000"))
    elsewhere = sign_event(event.body, secret=b"another secret", seconds=NOW)
    for bad in (
        forged,
        msgspec.structs.replace(event, signature=elsewhere),
        msgspec.structs.replace(event, signature=""),
        msgspec.structs.replace(event, signature="t=x,v1=y"),
    ):
        with pytest.raises(SignatureError):
            bills.told(bad)
    with pytest.raises(SignatureError, match="too old"):
        bills.told(event, seconds=NOW + 301)
    assert bills.account(claim).due_cents == 8_000
    assert bills.told(event, seconds=NOW + 299) == "booked"


def test_a_body_that_is_no_event_is_refused(bills: Bills) -> None:
    body = b'{"id": 3}'
    with within(bills.organization):
        secret = event_secret(bills.organization)
    with pytest.raises(UnreadableEventError):
        bills.told(SignedEvent(body, sign_event(body, secret=secret, seconds=NOW)))


def test_another_amount_than_asked_is_held_with_a_task(bills: Bills) -> None:
    claim = bills.share(8_000)
    payment = bills.asked(claim, 8_000)
    event = bills.processor().answer_card(reference=payment.reference, cents=7_999, number=TAKEN)
    assert bills.told(event) == "booked"
    assert bills.held() == 7_999
    assert bills.account(claim).owed_cents == 8_000
    (task,) = bills.desk.tasks("card")
    assert task.value_cents == 7_999


def test_a_declined_card_pays_nothing_and_a_late_decline_takes_nothing_back(bills: Bills) -> None:
    claim = bills.share()
    payment = bills.asked(claim, 8_000)
    declined = bills.processor().answer_card(
        reference=payment.reference, cents=8_000, number=DECLINED
    )
    paid = bills.processor().answer_card(reference=payment.reference, cents=8_000, number=TAKEN)
    assert bills.told(declined) == "booked"
    assert bills.read(payment).state == "failed"
    assert bills.told(paid) == "booked"
    late = bills.processor().tell(
        "payment_intent.payment_failed", payment.reference, {"id": "pi", "amount": 8_000}, "late"
    )
    assert bills.told(late) == "known"
    assert bills.account(claim).due_cents == 0


def test_a_refund_that_comes_before_its_payment_waits_for_it(bills: Bills) -> None:
    claim = bills.share()
    payment = bills.asked(claim, 8_000)
    processor = bills.processor()
    processor.refund(reference=payment.reference, payment="pi", cents=3_000)
    assert bills.told(processor.events[0]) == "early"
    paid = processor.answer_card(reference=payment.reference, cents=8_000, number=TAKEN)
    assert bills.told(paid) == "booked"
    assert bills.read(payment).refunded_cents == 3_000
    assert bills.account(claim).due_cents == 3_000


def test_refunds_are_told_as_sums_so_far_in_any_order(bills: Bills) -> None:
    claim = bills.share()
    payment = bills.paid(claim, 8_000)
    processor = bills.processor()
    for cents in (2_000, 5_000):
        processor.refund(reference=payment.reference, payment="pi", cents=cents)
    small, large = processor.events
    assert bills.told(large) == "booked"
    assert bills.told(small) == "known"
    assert bills.account(claim).due_cents == 5_000


def test_a_chargeback_is_owed_again_and_a_won_one_is_paid_again(bills: Bills) -> None:
    claim = bills.share()
    payment = bills.paid(claim, 8_000)
    taken = bills.processor().take_back(reference=payment.reference, cents=8_000)
    assert bills.told(taken) == "booked"
    assert bills.told(taken) == "known"
    assert bills.account(claim).due_cents == 8_000
    assert bills.desk.tasks("card")[0].value_cents == 8_000
    assert bills.desk.kind(AccountKind.CASH_CLEARING) == 10_000  # the payer's alone
    won = bills.processor().tell(
        "charge.dispute.closed", payment.reference, {"amount": 8_000, "status": "won"}, "won"
    )
    assert bills.told(won) == "booked"
    assert bills.account(claim).due_cents == 0


def test_a_chargeback_of_money_that_was_refunded_otherwise_is_owed_under_no_claim(
    bills: Bills,
) -> None:
    claim = bills.share(1_000)
    payment = bills.asked(claim, 1_000)
    event = bills.processor().answer_card(reference=payment.reference, cents=4_000, number=TAKEN)
    bills.told(event)
    use_patient_credit(**bills.on(), patient=claim.patient_id)
    refund = request_patient_refund(
        **bills.on(), patient=claim.patient_id, cents=3_000, reason="paid too much"
    )
    approve_refund(**bills.on(), refund=refund.pk)
    record_refund_sent(**bills.on(), refund=refund.pk, reference="check 1")
    bills.told(bills.processor().take_back(reference=payment.reference, cents=4_000))
    owed = {each.subject.split(":")[0]: each.debt.owed_cents for each in bills.account(claim).debts}
    assert owed == {"claim": 1_000, "returned": 3_000}


def test_no_more_than_is_due_is_asked_and_real_practices_take_no_practice_cards(
    bills: Bills,
) -> None:
    claim = bills.share()
    for cents in (0, -1, 8_001):
        with pytest.raises(CardAmountError):
            bills.asked(claim, cents)
    with within(bills.organization):
        Organization.objects.filter(pk=bills.organization).update(synthetic_today=None)
    with pytest.raises(NoCardsError):
        ask_card_payment(**bills.on(), patient=claim.patient_id, cents=100)


def test_the_fee_of_the_processor_is_no_debt_of_the_patient(bills: Bills) -> None:
    claim = bills.share()
    payment = bills.paid(claim, 8_000)
    assert record_card_payout(**bills.on(), payment=payment.pk, fee_cents=262) == 7_738
    assert bills.desk.kind(AccountKind.CARD_FEES) == 262
    assert bills.desk.kind(AccountKind.BANK) == 7_738
    assert bills.account(claim).due_cents == 0


def test_a_saved_card_pays_the_instalments_as_they_fall_due(bills: Bills) -> None:
    claim = bills.share(9_000)
    first_on = date(2026, 5, 1)
    make_plan(**bills.on(), patient=claim.patient_id, count=3, first_on=first_on)
    bills.paid(claim, 3_000, purpose="plan")
    later = first_on + timedelta(31)
    for _ in range(2):  # a run that is repeated asks for nothing more
        for event in charge_due_instalments(**bills.on(later), seconds=NOW):
            bills.told(event, later)
    with within(bills.organization):
        plan = active_plan(bills.organization, claim.patient_id)
        assert plan is not None
        assert [part.open_cents for part in plan_instalments(plan)] == [0, 0, 3_000]
    assert bills.account(claim).due_cents == 3_000


def test_the_practising_processor_declines_every_other_card() -> None:
    processor = PractisingProcessor(b"secret", seconds=NOW)
    for number in ("", DECLINED, TAKEN + "1"):
        assert (
            b"payment_failed" in processor.answer_card(reference="r", cents=1, number=number).body
        )


def test_an_approved_refund_goes_back_to_its_card_and_is_booked_when_it_went(bills: Bills) -> None:
    claim = bills.share(1_000)
    payment = bills.asked(claim, 1_000)
    more = bills.processor().answer_card(reference=payment.reference, cents=4_000, number=TAKEN)
    bills.told(more)
    use_patient_credit(**bills.on(), patient=claim.patient_id)
    refund = request_patient_refund(
        **bills.on(),
        patient=claim.patient_id,
        cents=3_000,
        reason="paid too much",
        card_payment=payment.pk,
    )
    approve_refund(**bills.on(), refund=refund.pk)
    with pytest.raises(NotAllowedError, match="the card that paid"):
        record_refund_sent(**bills.on(), refund=refund.pk, reference="check 1")
    (told,) = send_card_refund(**bills.on(), refund=refund.pk, seconds=NOW)
    assert bills.desk.kind(AccountKind.REFUNDS_PAYABLE) == -3_000
    assert bills.told(told) == "booked"
    assert bills.told(told) == "known"
    assert bills.desk.kind(AccountKind.REFUNDS_PAYABLE) == 0
    assert bills.account(claim).due_cents == 0
    with pytest.raises(NotAllowedError):
        send_card_refund(**bills.on(), refund=refund.pk, seconds=NOW)

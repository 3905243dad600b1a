"""Reversals, recoupments and forwarded balances move the payer's and the member's books right."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from cleanclaim.claims.model import Claim, Diagnosis, Frequency, Procedure, ServiceLine
from cleanclaim.claims.parties import Patient, Payer, Provider, Subscriber
from cleanclaim.payers.sandbox import Accumulators, Fault
from cleanclaim.payers.sandbox.settlement import (
    ProviderAdjustment,
    collect_balances,
    forward_balance,
    payee_key,
    settle,
    take_back,
)
from cleanclaim.payers.sandbox.state import Matter, Party, State, load_state
from payers.sandbox.practice import BILLING_NPI, MEMBER, PROFILE

DAY = date(2026, 3, 2)
PAID = date(2026, 3, 16)


def matter(number: str = "C1", charge: int = 20_000, **changes: object) -> Matter:
    asked = Claim(
        patient_control_number="P1",
        total_charge_cents=charge,
        place_of_service="11",
        frequency=Frequency.ORIGINAL,
        billing=Provider(npi=BILLING_NPI, organization="HILLTOP CLINIC", tax_id="990000003"),
        payer=Payer("NORTHLIGHT HEALTH", "NL001"),
        subscriber=Subscriber(MEMBER.name, MEMBER.member_id),
        patient=Patient(MEMBER.name),
        diagnoses=(Diagnosis("J069", "ABK"),),
        lines=(ServiceLine(1, Procedure("20610"), charge, Decimal(1), DAY, DAY, (1,)),),
    )
    asked = msgspec.structs.replace(asked, **changes)
    return Matter(number, asked, Party("ZZ", "HILLTOP", "HILLTOP"), DAY, PAID, PAID)


def replacing(number: str, frequency: Frequency, charge: int = 20_000, of: str = "C1") -> Matter:
    return matter(number, charge, frequency=frequency, payer_claim_number=of)


def test_a_replacement_reverses_first_and_is_decided_on_clean_books() -> None:
    state = State(0)
    (first,) = settle(matter(), PROFILE, state, PAID)
    reversal, correction = settle(
        replacing("C2", Frequency.REPLACEMENT, 30_000), PROFILE, state, PAID
    )
    assert [reversal.adjudication.status, correction.adjudication.status] == ["22", "1"]
    assert reversal.adjudication.payer_claim_number == "C1"
    assert correction.original == "C1"
    assert reversal.adjudication.paid_cents == -first.adjudication.paid_cents
    (alone,) = settle(matter(charge=30_000), PROFILE, State(0), PAID)
    assert correction.adjudication.paid_cents == alone.adjudication.paid_cents
    assert list(state.accumulators.values()) == [alone.adjudication.accumulators]


def test_a_void_leaves_the_books_as_if_the_claim_had_never_been() -> None:
    state = State(0)
    settle(matter(), PROFILE, state, PAID)
    (reversal,) = settle(replacing("C2", Frequency.VOID), PROFILE, state, PAID)
    assert reversal.adjudication.status == "22"
    assert list(state.accumulators.values()) == [Accumulators()]
    assert state.paid_services == {}
    assert not state.knows("C1")
    assert settle(replacing("C3", Frequency.VOID), PROFILE, state, PAID) == []


def test_a_second_replacement_of_the_first_number_reverses_what_stands_today() -> None:
    state = State(0)
    settle(matter(), PROFILE, state, PAID)
    settle(replacing("C2", Frequency.REPLACEMENT, 30_000), PROFILE, state, PAID)
    reversal, _ = settle(replacing("C3", Frequency.REPLACEMENT, 25_000), PROFILE, state, PAID)
    assert reversal.adjudication.payer_claim_number == "C2"


def test_the_same_service_again_is_denied_as_duplicate_only_while_the_first_stands() -> None:
    state = State(0)
    settle(matter(), PROFILE, state, PAID)
    (again,) = settle(matter("C2"), PROFILE, state, PAID)
    assert again.adjudication.status == "4"
    settle(replacing("C3", Frequency.VOID), PROFILE, state, PAID)
    (anew,) = settle(matter("C4"), PROFILE, state, PAID)
    assert anew.adjudication.status == "1"


def test_an_overpayment_is_announced_first_and_demanded_once_under_the_claim_number() -> None:
    state = State(0)
    asked = msgspec.structs.replace(matter(), faults=(Fault.RECOUP,))
    (paid,) = settle(asked, PROFILE, state, PAID)
    (announced,) = state.take_backs
    assert announced.due_on == PAID + timedelta(PROFILE.recoup_after_days)
    decisions, adjustments = take_back(announced, PROFILE, state, announced.due_on)
    overpaid = paid.adjudication.paid_cents - decisions[1].adjudication.paid_cents
    assert overpaid == paid.adjudication.paid_cents // 4
    assert adjustments == [ProviderAdjustment("WO", "C1", -overpaid)]
    today = sum(d.adjudication.paid_cents for d in decisions) - adjustments[0].cents
    assert today == 0
    payee, due_on = payee_key(asked), announced.due_on + timedelta(PROFILE.recoup_notice_days)
    assert collect_balances(payee, state, due_on - timedelta(1)) == []
    assert collect_balances(payee, state, due_on) == [ProviderAdjustment("WO", "C1", overpaid)]
    assert collect_balances(payee, state, due_on) == []


def test_a_claim_voided_meanwhile_is_not_taken_back_again() -> None:
    state = State(0)
    settle(msgspec.structs.replace(matter(), faults=(Fault.RECOUP,)), PROFILE, state, PAID)
    settle(replacing("C2", Frequency.VOID), PROFILE, state, PAID)
    assert take_back(state.take_backs[0], PROFILE, state, PAID) == ([], [])


def test_a_total_below_zero_is_carried_forward_whole_and_no_other_is() -> None:
    state = State(0)
    assert forward_balance("payee", 0, "T1", state, PAID) == []
    assert forward_balance("payee", -700, "T1", state, PAID) == [
        ProviderAdjustment("FB", "T1", -700)
    ]
    assert collect_balances("payee", state, PAID) == []
    later = collect_balances("payee", state, PAID + timedelta(1))
    assert later == [ProviderAdjustment("FB", "T1", 700)]


def test_interest_counts_the_days_after_the_promised_one() -> None:
    late = msgspec.structs.replace(matter(), faults=(Fault.INTEREST,))
    (decision,) = settle(late, PROFILE, State(0), PAID + timedelta(73))
    # 12 % a year for a fifth of a year on the payment of 24.00.
    assert decision.adjudication.paid_cents == 2400
    assert decision.interest_cents == 58
    (on_time,) = settle(late, PROFILE, State(0), PAID)
    assert on_time.interest_cents == 0


def test_the_books_survive_being_kept() -> None:
    state = State(7)
    settle(msgspec.structs.replace(matter(), faults=(Fault.RECOUP,)), PROFILE, state, PAID)
    state.queue.append(matter("C2"))
    again = load_state(state.dump())
    assert again == state
    assert again.dump() == state.dump()

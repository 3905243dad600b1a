"""Credits go back to whom they belong, by their clock and by the decision of people."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from app.bills import BILLED_ON, PAID_ON, POLICY, SECOND, Bills
from app.desk import Desk, era
from cleanclaim.app.collecting import take_patient_payment
from cleanclaim.app.founding import add_member
from cleanclaim.app.refunding import (
    approve_refund,
    begin_inquiry,
    end_inquiry,
    hand_over_credit,
    identify_payer_credit,
    list_credits,
    list_unclaimed,
    record_refund_sent,
    refuse_refund,
    request_patient_refund,
    use_patient_credit,
)
from cleanclaim.app.refusing import NotAllowedError
from cleanclaim.app.setting_terms import record_local_term
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.organizations.models import Organization, Role, User
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.statements.models import RefundRecord
from cleanclaim.store.tenancy import within


@pytest.fixture
def bills(desk: Desk) -> Bills:
    return Bills(desk)


def credited(bills: Bills, cents: int = 5_000) -> Patient:
    """Take money of a patient who owes nothing."""
    patient = bills.desk.patient()
    take_patient_payment(
        **bills.on(PAID_ON), patient=patient.pk, cents=cents, receipt=f"R{patient.pk}"
    )
    return patient


def overpaid(bills: Bills, *, federal: bool) -> tuple[ClaimRecord, Payer]:
    """Let a payer pay a claim of 200.00 and then 30.00 of it once more."""
    payer = bills.desk.payers[0]
    claim = bills.desk.submitted(bills.desk.patient())
    number = claim.control_number
    bills.desk.posted(era(f"CLP*{number}*1*200*200**12*ICN1~", paid="200", trace="T1"))
    again = f"CLP*{number}*1*200*30*0*12*ICN2~CAS*CO*45*170~"
    bills.desk.posted(era(again, paid="30", trace="T2"))
    with within(bills.organization):
        rows = Payer.objects.of(bills.organization).filter(pk=payer.pk)
        rows.update(filing_indicator="MB" if federal else "CI")
    return claim, payer


def test_a_patients_refund_is_set_aside_approved_and_sent(bills: Bills) -> None:
    patient = credited(bills)
    refund = request_patient_refund(
        **bills.on(), patient=patient.pk, cents=4_000, reason="paid twice"
    )
    assert bills.held() == 1_000
    with pytest.raises(NotAllowedError):
        record_refund_sent(**bills.on(), refund=refund.pk, reference="check 1")
    approve_refund(**bills.on(), refund=refund.pk)
    record_refund_sent(**bills.on(), refund=refund.pk, reference="check 1")
    assert bills.desk.books() == {"bank": -4_000, "cash_clearing": 5_000, "unapplied": -1_000}
    with pytest.raises(NotAllowedError):
        record_refund_sent(**bills.on(), refund=refund.pk, reference="check 2")


def test_a_refused_refund_is_held_as_before(bills: Bills) -> None:
    patient = credited(bills)
    refund = request_patient_refund(
        **bills.on(), patient=patient.pk, cents=5_000, reason="paid twice"
    )
    assert bills.held() == 0
    refuse_refund(**bills.on(), refund=refund.pk)
    assert bills.held() == 5_000
    assert bills.desk.tasks("refund") == []
    with pytest.raises(NotAllowedError):
        request_patient_refund(**bills.on(), patient=patient.pk, cents=5_001, reason="x")


def test_from_the_policys_amount_on_a_second_person_approves(desk: Desk) -> None:
    bills = Bills(desk, msgspec.structs.replace(POLICY, second_person_cents=4_000))
    other = User.objects.create_user(f"{desk.organization}@example.com", "Second", "x" * 20)
    with within(desk.organization):
        organization = Organization.objects.get(pk=desk.organization)
    told = bills.on()
    add_member(
        organization=organization, actor=told["actor"], at=told["at"], user=other, role=Role.BILLER
    )
    patient = credited(bills, 8_000)
    large, small = (
        request_patient_refund(**bills.on(), patient=patient.pk, cents=cents, reason="x")
        for cents in (4_000, 3_999)
    )
    assert approve_refund(**bills.on(), refund=small.pk).state == "approved"
    with pytest.raises(NotAllowedError, match="second person"):
        approve_refund(**bills.on(), refund=large.pk)
    assert approve_refund(**{**bills.on(), "actor": SECOND}, refund=large.pk).state == "approved"


def test_a_federal_overpayment_has_60_days_that_an_inquiry_stops_for_180_at_most(
    bills: Bills,
) -> None:
    claim, payer = overpaid(bills, federal=True)
    assert -bills.desk.kind(AccountKind.REFUNDS_PAYABLE) == 3_000
    told: dict[str, Any] = {"payer": payer.pk, "claim": claim.pk, "reason": "paid twice"}
    refund = identify_payer_credit(**bills.on(), **told)
    assert (refund.cents, refund.due_on) == (3_000, BILLED_ON + timedelta(60))
    assert identify_payer_credit(**bills.on(), **told).pk == refund.pk
    assert bills.desk.tasks("refund")[0].due_on == refund.due_on
    begun = begin_inquiry(**bills.on(BILLED_ON + timedelta(10)), refund=refund.pk)
    assert begun.due_on == BILLED_ON + timedelta(240)
    ended = end_inquiry(**bills.on(BILLED_ON + timedelta(30)), refund=refund.pk)
    assert ended.due_on == BILLED_ON + timedelta(80)
    assert bills.desk.tasks("refund")[0].due_on == ended.due_on
    with pytest.raises(NotAllowedError):
        begin_inquiry(**bills.on(), refund=refund.pk)
    approve_refund(**bills.on(), refund=refund.pk)
    record_refund_sent(**bills.on(), refund=refund.pk, reference="check 9")
    assert bills.desk.kind(AccountKind.REFUNDS_PAYABLE) == 0


def test_an_inquiry_of_200_days_stops_the_clock_for_180(bills: Bills) -> None:
    claim, payer = overpaid(bills, federal=True)
    refund = identify_payer_credit(
        **bills.on(), payer=payer.pk, claim=claim.pk, reason="paid twice"
    )
    begin_inquiry(**bills.on(), refund=refund.pk)
    ended = end_inquiry(**bills.on(BILLED_ON + timedelta(200)), refund=refund.pk)
    assert ended.due_on == BILLED_ON + timedelta(240)


def test_other_payers_have_no_federal_clock(bills: Bills) -> None:
    claim, payer = overpaid(bills, federal=False)
    refund = identify_payer_credit(
        **bills.on(), payer=payer.pk, claim=claim.pk, reason="paid twice"
    )
    assert refund.due_on is None
    with pytest.raises(NotAllowedError):
        begin_inquiry(**bills.on(), refund=refund.pk)


def test_held_money_pays_the_oldest_debt_or_the_one_that_is_chosen(bills: Bills) -> None:
    patient = credited(bills, 5_000)
    older = bills.desk.submitted(patient, on=date(2026, 4, 1))
    newer = bills.desk.submitted(patient)
    bills.left(older, 3_000, trace="T1")
    bills.left(newer, 4_000, trace="T2")
    subject = next(
        x.subject for x in bills.account(newer).debts if x.number == newer.control_number
    )
    assert use_patient_credit(**bills.on(), patient=patient.pk, subject=subject) == 4_000
    assert bills.desk.patient_owes(older) == 3_000
    assert use_patient_credit(**bills.on(), patient=patient.pk) == 1_000
    assert bills.desk.patient_owes(older) == 2_000
    assert use_patient_credit(**bills.on(), patient=patient.pk) == 0


def test_unclaimed_money_goes_to_the_state_by_its_days_alone(bills: Bills) -> None:
    patient = credited(bills)
    with within(bills.organization):
        ((credit, day),) = list_unclaimed(bills.organization, as_of=BILLED_ON)
    assert (credit.cents, day) == (5_000, None)
    with pytest.raises(NotAllowedError):
        hand_over_credit(**bills.on(), patient=patient.pk)
    told: dict[str, Any] = {
        "kind": "unclaimed",
        "key": "IL",
        "value": 1_095,
        "source": "entered for the test",
    }
    record_local_term(**bills.on(), **told, starts_on=date(2026, 1, 1))
    early = PAID_ON + timedelta(1_094)
    with pytest.raises(NotAllowedError):
        hand_over_credit(**bills.on(early), patient=patient.pk)
    assert hand_over_credit(**bills.on(early + timedelta(1)), patient=patient.pk) == 5_000
    assert bills.held() == 0


def test_every_credit_is_listed_with_whose_it_is(bills: Bills) -> None:
    claim, payer = overpaid(bills, federal=False)
    patient = credited(bills)
    with within(bills.organization):
        listed = {(x.patient, x.payer, x.cents) for x in list_credits(bills.organization)}
        assert RefundRecord.objects.of(bills.organization).count() == 0
    assert listed == {(claim.patient_id, payer.pk, 3_000), (patient.pk, None, 5_000)}

"""Patients' money: the oldest claim first, nothing lost, nothing twice."""

import os
from datetime import date

import pytest

from app.desk import ONE, Desk, at, era
from cleanclaim.app.collecting import (
    NotAPaymentError,
    ReceiptConflictError,
    apply_patient_credit,
    close_accounts,
    deposit_receipt,
    take_patient_payment,
)
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.patients.models import Patient

PAYS_ON = date(2026, 5, 4)


def owing(desk: Desk, patient: Patient, on: date, trace: str, share: int = 50) -> ClaimRecord:
    """Leave a share of a claim to the patient."""
    claim = desk.submitted(patient, ONE, on)
    decision = f"CLP*{claim.control_number}*1*200*{200 - share}*{share}*12*{trace}~"
    desk.posted(
        era(f"{decision}CAS*PR*1*{share}~", paid=str(200 - share), trace=trace, control=len(trace))
    )
    return claim


def pay(desk: Desk, patient: Patient, cents: int, receipt: str) -> int:
    return take_patient_payment(
        **desk.who, at=at(PAYS_ON), patient=patient.pk, cents=cents, receipt=receipt
    )


def test_the_oldest_claim_is_paid_first_and_closes_when_nothing_is_owed(desk: Desk) -> None:
    patient = desk.patient()
    newer = owing(desk, patient, date(2026, 4, 14), "T22")
    older = owing(desk, patient, date(2026, 4, 10), "T1")
    assert pay(desk, patient, 3_000, "R1") == 0
    assert (desk.patient_owes(older), desk.patient_owes(newer)) == (2_000, 5_000)
    assert desk.state(older) == "paid"
    assert pay(desk, patient, 4_000, "R2") == 0
    assert (desk.patient_owes(older), desk.patient_owes(newer)) == (0, 3_000)
    assert (desk.state(older), desk.state(newer)) == ("closed", "paid")


def test_money_beyond_what_is_owed_waits_for_the_next_claim(desk: Desk) -> None:
    patient = desk.patient()
    claim = owing(desk, patient, date(2026, 4, 10), "T1")
    assert pay(desk, patient, 7_000, "R1") == 2_000
    assert desk.state(claim) == "closed"
    assert pay(desk, patient, 1_000, "R2") == 1_000
    (task,) = desk.tasks("credit")
    assert task.value_cents == 3_000
    owing(desk, patient, date(2026, 4, 15), "T22")
    assert apply_patient_credit(**desk.who, at=at(PAYS_ON), patient=patient.pk) == 3_000
    assert desk.kind(AccountKind.UNAPPLIED) == 0
    assert desk.books()["ar_patient"] == 2_000
    assert desk.tasks() == []
    assert apply_patient_credit(**desk.who, at=at(PAYS_ON), patient=patient.pk) == 0


def test_the_same_receipt_twice_has_one_effect(desk: Desk) -> None:
    patient = desk.patient()
    owing(desk, patient, date(2026, 4, 10), "T1")
    pay(desk, patient, 7_000, "R1")
    books = desk.every_account()
    assert pay(desk, patient, 7_000, " R1 ") == 0
    assert desk.every_account() == books
    deposit_receipt(**desk.who, at=at(PAYS_ON), receipt="R1", deposited_on=PAYS_ON)
    books = desk.every_account()
    assert pay(desk, patient, 7_000, "R1") == 0
    assert desk.every_account() == books


def test_a_receipt_of_another_payment_is_refused(desk: Desk) -> None:
    patient, other = desk.patient(), desk.patient()
    pay(desk, patient, 7_000, "R1")
    books = desk.every_account()
    with pytest.raises(ReceiptConflictError):
        pay(desk, other, 7_000, "R1")
    with pytest.raises(ReceiptConflictError):
        pay(desk, patient, 7_001, "R1")
    assert desk.every_account() == books


@pytest.mark.parametrize(("cents", "receipt"), [(0, "R1"), (-5, "R1"), (100, " ")])
def test_what_is_no_payment_is_refused(desk: Desk, cents: int, receipt: str) -> None:
    patient = desk.patient()
    with pytest.raises(NotAPaymentError):
        pay(desk, patient, cents, receipt)
    assert desk.books() == {}


def test_a_deposit_clears_the_receipt_once(desk: Desk) -> None:
    patient = desk.patient()
    pay(desk, patient, 7_000, "R1")
    told = {**desk.who, "at": at(PAYS_ON), "receipt": "R1"}
    assert deposit_receipt(**told, deposited_on=PAYS_ON) == 7_000
    assert deposit_receipt(**told, deposited_on=PAYS_ON) == 0
    assert desk.books() == {"bank": 7_000, "unapplied": -7_000}


def test_a_claim_on_which_somebody_owes_is_not_closed(desk: Desk) -> None:
    patient = desk.patient()
    claim = owing(desk, patient, date(2026, 4, 10), "T1")
    denied = desk.submitted(patient, ONE, date(2026, 4, 14))
    desk.posted(
        era(f"CLP*{denied.control_number}*4*200*0**12*I9~CAS*CO*50*200~", paid="0", trace="T22")
    )
    assert close_accounts(**desk.who, at=at(PAYS_ON)) == 0
    pay(desk, patient, 5_000, "R1")
    assert (desk.state(claim), desk.state(denied)) == ("closed", "denied")
    assert desk.tasks("denial")


def test_two_desks_taking_one_receipt_at_once_book_it_once(desk: Desk) -> None:
    from django.db import connections

    patient = desk.patient()
    connections.close_all()
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            try:
                pay(desk, patient, 7_000, "R1")
                os._exit(0)
            except BaseException:  # noqa: BLE001 - a fork must never return into pytest
                os._exit(1)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0] * 4
    assert desk.books() == {"cash_clearing": 7_000, "unapplied": -7_000}

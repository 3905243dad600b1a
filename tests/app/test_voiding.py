"""Voids: an unsent claim ends, a sent one is taken back at the payer, and the books follow."""

from datetime import date, timedelta

import pytest

from app.desk import SERVICE_ON, Desk, at, era
from cleanclaim.app.correcting import PayerNumberMissingError
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.submitting import exchange, submit_claims
from cleanclaim.app.voiding import NotVoidableError, VoidReasonMissingError, void_claim
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tenancy import within


def void(desk: Desk, claim: ClaimRecord, on: date = SERVICE_ON, reason: str = "wrong") -> int:
    return void_claim(**desk.who, at=at(on), claim=claim.pk, reason=reason).pk


def worked(desk: Desk, on: date) -> None:
    for payer in desk.payers:
        submit_claims(**desk.who, at=at(on), payer=payer)
        exchange(**desk.who, at=at(on), payer=payer)
    work_inbox(**desk.who, at=at(on))


def test_an_unsent_claim_ends_and_its_charges_are_gone(desk: Desk) -> None:
    claim = desk.held()
    assert void(desk, claim) == claim.pk
    assert desk.state(claim) == "voided"
    assert desk.books() == {}
    assert desk.tasks() == []


def test_a_void_names_the_payers_number_and_takes_back_what_was_paid(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    worked(desk, SERVICE_ON)
    paid_on = SERVICE_ON + timedelta(7)
    worked(desk, paid_on)
    assert desk.state(claim) == "paid"
    assert desk.books()["revenue"] == -20_000
    taken = desk.claim(void(desk, claim, paid_on))
    assert (taken.frequency, desk.state(claim)) == ("8", "voided")
    assert desk.books()["revenue"] == -20_000  # the payer has not taken it back yet
    _released, causes = release_claim(**desk.who, at=at(paid_on), claim=taken.pk)
    assert causes == ()
    worked(desk, paid_on)
    with within(desk.organization):
        sent = ExchangedFile.objects.of(desk.organization).filter(kind="837P").latest("pk")
    assert f"REF*F8*{desk.claim(claim).payer_claim_number}~".encode() in bytes(sent.content)
    assert b"***11:B:8*" in bytes(sent.content)
    for day in (8, 15, 22):
        worked(desk, paid_on + timedelta(day))
    books = desk.books()
    assert "revenue" not in books
    assert not {"ar_insurance", "ar_unbilled", "ar_patient", "contractual"} & set(books)


def test_a_void_of_an_unpaid_claim_takes_the_receivable_off_at_once(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    worked(desk, SERVICE_ON)
    assert desk.owes(claim) == 20_000
    void(desk, claim)
    assert desk.books() == {}
    assert void_refusal(desk, claim) == "a claim that is voided cannot be voided"


def void_refusal(desk: Desk, claim: ClaimRecord) -> str:
    with pytest.raises(NotVoidableError) as refused:
        void(desk, claim)
    return str(refused.value)


def test_what_cannot_be_voided_says_what_to_do(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    assert "wait for the payer's acknowledgement" in void_refusal(desk, claim)
    with pytest.raises(VoidReasonMissingError):
        void(desk, claim, reason=" ")
    desk.posted(era(f"CLP*{claim.control_number}*4*200*0**12*~CAS*CO*50*200~", paid="0"))
    with pytest.raises(PayerNumberMissingError, match="not known yet"):
        void(desk, claim)
    assert desk.state(claim) == "denied"


def test_a_claim_on_which_a_later_payers_rests_is_voided_last(desk: Desk) -> None:
    from cleanclaim.app.collecting import bill_next_payer

    patient = desk.patient(second=True)
    claim = desk.submitted(patient)
    decision = f"CLP*{claim.control_number}*1*200*150*50*12*ICN1~CAS*PR*1*50~"
    desk.posted(era(decision, paid="150"))
    coverage = desk.coverage(patient, 2)
    second = bill_next_payer(**desk.who, at=at(), claim=claim.pk, coverage=coverage)
    assert "void that one first" in void_refusal(desk, claim)
    void(desk, second)
    assert desk.state(second) == "voided"
    (task,) = [task for task in desk.tasks("coverage") if "who owes" in task.title]
    assert task.value_cents == 5_000
    assert desk.claim(void(desk, claim)).frequency == "8"

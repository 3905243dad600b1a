"""A statement goes out once insurance is done, agrees with the ledger, and keeps to estimates."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from app.bills import BILLED_ON, PAID_ON, POLICY, Bills
from app.desk import SERVICE_ON, Desk, era
from cleanclaim.app.disputing import open_dispute, resolve_dispute
from cleanclaim.app.documenting import CodedService, document_encounter, record_charges
from cleanclaim.app.reading.statement_sheets import make_sheet
from cleanclaim.app.self_paying import NotSelfPayError, bill_self_pay, record_estimate
from cleanclaim.app.setting_terms import (
    NoPolicyError,
    NoSuchChoiceError,
    PolicyFaultError,
    record_policy,
    record_returned_mail,
    resume_mail,
    set_preference,
)
from cleanclaim.app.stating import (
    NothingToStateError,
    issue_statement,
    release_statement,
    run_statements,
)
from cleanclaim.ledger.patient_balances import Standing
from cleanclaim.printing.statements import StatementSheet, print_statement, tell_visit
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.statements.models import StatementRecord
from cleanclaim.store.tenancy import within


@pytest.fixture
def bills(desk: Desk) -> Bills:
    return Bills(desk)


def sheet_of(bills: Bills, patient: int, on: date = BILLED_ON) -> StatementSheet:
    with within(bills.organization):
        return make_sheet(bills.organization, patient, on=on)


def alone(bills: Bills, cents: int) -> Encounter:
    """Document a visit of a patient without coverage."""
    patient = bills.desk.patient("Waverly", "Sol")
    visit = document_encounter(
        **bills.on(SERVICE_ON),
        patient=patient.pk,
        provider=bills.desk.provider,
        location=bills.desk.location,
        service_on=SERVICE_ON,
        note="A visit.",
    )
    services = (CodedService("99213", ("I10",), charge_cents=cents),)
    record_charges(**bills.on(SERVICE_ON), encounter=visit.pk, services=services)
    return visit


def test_nothing_is_asked_before_insurance_has_decided(bills: Bills) -> None:
    claim = bills.desk.submitted(bills.desk.patient())
    account = bills.account(claim)
    assert account.debts[0].standing is Standing.INSURANCE_PENDING
    with pytest.raises(NothingToStateError):
        issue_statement(**bills.on(), patient=claim.patient_id)
    bills.left(claim)
    record = issue_statement(**bills.on(), patient=claim.patient_id)
    assert (record.state, record.due_cents) == ("sent", 8_000)


def test_a_denied_part_keeps_the_share_with_the_practice_until_it_is_settled(bills: Bills) -> None:
    claim = bills.desk.submitted(bills.desk.patient())
    advice = f"CLP*{claim.control_number}*1*200*80*20*12*ICN1~CAS*CO*50*100~CAS*PR*1*20~"
    bills.desk.posted(era(advice, paid="80"))
    (debt,) = bills.account(claim).debts
    assert debt.standing is not Standing.DUE
    assert debt.debt.owed_cents == 2_000


def test_a_statement_says_what_happened_and_why_it_is_the_patients(bills: Bills) -> None:
    claim = bills.share(8_000, reason="1")
    bills.paid(claim, 3_000)
    (visit,) = sheet_of(bills, claim.patient_id).visits
    told = tell_visit(visit, "en")
    assert [(line.text, line.amount) for line in told.lines] == [
        ("We charged", "$200.00"),
        ("Payer 1 paid", "-$100.00"),
        ("Taken off by agreement with Payer 1", "-$20.00"),
        ("Your part", "$80.00"),
        ("You have paid", "-$30.00"),
        ("Left to pay", "$50.00"),
    ]
    assert [reason.text.split(":")[0] for reason in told.reasons] == ["Deductible"]
    assert [r.text.split(":")[0] for r in tell_visit(visit, "es").reasons] == ["Deducible"]


@pytest.mark.parametrize(("language", "words"), [("en", "What you owe now"), ("es", "Lo que debe")])
def test_the_paper_is_one_accessible_page_in_the_patients_language(
    bills: Bills, language: str, words: str
) -> None:
    claim = bills.share()
    sheet = sheet_of(bills, claim.patient_id)
    reader = PdfReader(BytesIO(print_statement(sheet, language)))
    text = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    assert words in text
    assert "$80.00" in text
    assert str(reader.root_object["/Lang"]) == language
    assert reader.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]


def test_what_was_sent_is_kept_as_it_was(bills: Bills) -> None:
    claim = bills.share()
    record = issue_statement(**bills.on(), patient=claim.patient_id)
    bills.paid(claim, 8_000)
    kept = msgspec.convert(record.content, StatementSheet)
    assert kept.due_cents == 8_000
    assert kept.number == record.number


def test_a_run_keeps_to_the_cycle_the_smallest_balance_and_returned_mail(bills: Bills) -> None:
    first = bills.share(8_000)
    small = bills.desk.submitted(bills.desk.patient("Waverly", "Ned"))
    bills.left(small, 400, trace="TRACE2")
    waiting = bills.desk.submitted(bills.desk.patient("Waverly", "Nan"))
    assert bills.account(waiting).due_cents == 0
    assert run_statements(**bills.on()) == {"sent": 1, "small": 1}
    assert run_statements(**bills.on(BILLED_ON + timedelta(27))) == {"recent": 1, "small": 1}
    next_on = BILLED_ON + timedelta(28)
    assert run_statements(**bills.on(next_on)) == {"sent": 1, "small": 1}
    with within(bills.organization):
        last = StatementRecord.objects.of(bills.organization).latest("pk")
    record_returned_mail(**bills.on(next_on), statement=last.pk)
    later = next_on + timedelta(28)
    assert run_statements(**bills.on(later)) == {"returned": 1, "small": 1}
    assert bills.desk.tasks("statement")[0].patient_id == first.patient_id
    resume_mail(**bills.on(later), patient=first.patient_id)
    assert run_statements(**bills.on(later)) == {"sent": 1, "small": 1}


def test_a_self_pay_bill_at_the_estimate_and_400_dollars_is_held(bills: Bills) -> None:
    visit = alone(bills, 90_000)
    told: dict[str, Any] = {
        "patient": visit.patient_id,
        "provider": bills.desk.provider.pk,
        "service_on": SERVICE_ON,
        "given_on": SERVICE_ON - timedelta(3),
    }
    record_estimate(**bills.on(), **told, cents=50_000)
    bill_self_pay(**bills.on(), encounter=visit.pk)
    record = issue_statement(**bills.on(), patient=visit.patient_id)
    assert (record.state, record.held_for) == ("held", "over_estimate")
    (task,) = bills.desk.tasks("statement")
    assert task.value_cents == 40_000
    with pytest.raises(NothingToStateError):
        release_statement(**bills.on(), statement=record.pk, reason=" ")
    released = release_statement(**bills.on(), statement=record.pk, reason="more was done")
    assert released.state == "sent"
    assert bills.desk.tasks("statement") == []


def test_a_cent_less_is_not_held(bills: Bills) -> None:
    visit = alone(bills, 89_999)
    record_estimate(
        **bills.on(),
        patient=visit.patient_id,
        provider=bills.desk.provider.pk,
        service_on=SERVICE_ON,
        given_on=SERVICE_ON,
        cents=50_000,
    )
    bill_self_pay(**bills.on(), encounter=visit.pk)
    assert issue_statement(**bills.on(), patient=visit.patient_id).state == "sent"


def test_a_visit_is_billed_to_the_patient_alone_once_and_never_beside_a_claim(
    bills: Bills,
) -> None:
    visit = alone(bills, 12_000)
    first = bill_self_pay(**bills.on(), encounter=visit.pk)
    assert bill_self_pay(**bills.on(), encounter=visit.pk).pk == first.pk
    assert bills.desk.books() == {"ar_patient": 12_000, "revenue": -12_000}
    claim = bills.desk.submitted(bills.desk.patient())
    assert claim.encounter_id is not None
    with pytest.raises(NotSelfPayError):
        bill_self_pay(**bills.on(), encounter=claim.encounter_id)


def test_a_dispute_pauses_what_it_is_about(bills: Bills) -> None:
    claim = bills.share()
    subject = bills.account(claim).debts[0].subject
    dispute = open_dispute(
        **bills.on(), patient=claim.patient_id, about="insurance", words="Why?", subject=subject
    )
    assert bills.account(claim).debts[0].standing is Standing.DISPUTED
    assert run_statements(**bills.on()) == {"waiting": 1}
    assert bills.desk.tasks("dispute")[0].value_cents == 8_000
    resolve_dispute(**bills.on(), dispute=dispute.pk, outcome="explained")
    assert bills.account(claim).due_cents == 8_000
    assert bills.desk.tasks("dispute") == []


def test_terms_must_mean_something(bills: Bills) -> None:
    bad = msgspec.structs.replace(POLICY, cycle_days=0, grace_days=-1)
    with pytest.raises(PolicyFaultError, match=r"grace_days, cycle_days"):
        record_policy(**bills.on(), name="Bad", starts_on=PAID_ON, policy=bad)
    patient = bills.desk.patient()
    for language, channel in (("fr", "paper"), ("en", "fax"), ("en", "email")):
        with pytest.raises(NoSuchChoiceError):
            set_preference(**bills.on(), patient=patient.pk, language=language, channel=channel)


def test_without_a_policy_no_run_is_made(desk: Desk) -> None:
    bills = Bills(desk, policy=None)
    with pytest.raises(NoPolicyError):
        run_statements(**bills.on())
    claim = bills.share()
    assert issue_statement(**bills.on(), patient=claim.patient_id).due_cents == 8_000

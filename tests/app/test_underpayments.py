"""Underpayments: each line against the contract of its day, the cause, the dispute, the money."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.desk import ONE, SERVICE_ON, VISIT, Desk, at, dollars, era, profile
from cleanclaim.app.contracting import (
    ContractSourceMissingError,
    UnusableContractError,
    record_contract,
)
from cleanclaim.app.documenting import CodedService
from cleanclaim.app.interest import NotATermError, find_interest, record_prompt_pay
from cleanclaim.app.reading.evidence import evidence_of, print_evidence
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.submitting import exchange
from cleanclaim.app.underpayments import (
    Comparison,
    NotDisputableError,
    close_variance,
    compare_payments,
    dispute_variances,
)
from cleanclaim.payers.sandbox import Fault, FaultRule
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.followup.models import ExpectedPrice, InterestDue, Variance
from cleanclaim.store.tenancy import within
from conftest import Practice

ON = date(2026, 4, 24)
FEES: dict[str, float] = {"99213": 100, "36415": 8}


def terms(fees: dict[str, float], starts_on: str = "2025-01-01", ends_on: str = "") -> str:
    term = {"name": "visits", "pays": {"method": "fee_table", "fees": fees}, "starts_on": starts_on}
    if ends_on:
        term["ends_on"] = ends_on
    return json.dumps({"name": "Payer 1 agreement", "terms": [term], "source": "exhibit B"})


def agree(
    desk: Desk,
    fees: dict[str, float] = FEES,
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = None,
    recorded_on: date = SERVICE_ON,
) -> None:
    record_contract(
        **desk.who,
        at=at(recorded_on),
        payer=desk.payers[0].pk,
        terms=terms(fees),
        document="Agreement of 2026",
        source="the contract binder",
        starts_on=starts_on,
        ends_on=ends_on,
    )


def pay(
    desk: Desk, claim: ClaimRecord, *lines: str, paid: int, trace: str = "T1", status: str = "1"
) -> None:
    """Post a decision: each line is an SVC with what follows it, the payment in cents."""
    charge = claim.total_charge_cents
    text = "".join(
        f"SVC*HC:{line.replace('|', f'~DTM*472*{SERVICE_ON:%Y%m%d}~', 1)}~" for line in lines
    )
    head = f"CLP*{claim.control_number}*{status}*{dollars(charge)}*{dollars(paid)}**12*I{trace}~"
    content = era(head + text, paid=dollars(max(0, paid)), trace=trace, control=len(trace))
    desk.posted(content)


def compare(desk: Desk) -> Comparison:
    return compare_payments(**desk.who, at=at(ON))


def variances(desk: Desk) -> list[tuple[str, str, int, str]]:
    with within(desk.organization):
        rows = Variance.objects.of(desk.organization).order_by("pk")
        return list(rows.values_list("code", "cause", "cents", "state"))


def first(desk: Desk) -> Variance:
    with within(desk.organization):
        return Variance.objects.of(desk.organization).order_by("pk").first()  # type: ignore[return-value]


def test_each_line_is_held_against_its_price_and_told_once(desk: Desk) -> None:
    agree(desk)
    claim = desk.submitted(desk.patient(), VISIT)
    pay(desk, claim, "99213*150*70|CAS*CO*45*60~CAS*PR*2*20", "36415*50*8|CAS*CO*45*42", paid=7_800)
    assert compare(desk) == Comparison(as_agreed=1, under=1)
    assert compare(desk) == Comparison()
    assert variances(desk) == [("99213", "rate", 1_000, "open")]
    (task,) = desk.tasks("underpaid")
    assert task.value_cents == 1_000


def test_without_a_contract_nothing_is_priced_and_never_as_nothing(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    pay(desk, claim, "99213*150*70|CAS*CO*45*80", "36415*50*8|CAS*CO*45*42", paid=7_800)
    assert compare(desk) == Comparison(unpriced=2)
    assert compare(desk) == Comparison()
    with within(desk.organization):
        rows = ExpectedPrice.objects.of(desk.organization)
        assert set(rows.values_list("cents", flat=True)) == {None}
        assert "no contract" in rows[0].reason
    assert variances(desk) == []
    agree(desk, recorded_on=ON)  # once the contract is there, the same decisions are priced
    assert compare(desk) == Comparison(as_agreed=1, under=1)


def test_a_line_that_no_term_covers_says_so(desk: Desk) -> None:
    agree(desk, {"99213": 100})
    claim = desk.submitted(desk.patient(), VISIT)
    pay(desk, claim, "99213*150*100|CAS*CO*45*50", "36415*50*8|CAS*CO*45*42", paid=10_800)
    assert compare(desk) == Comparison(as_agreed=1, unpriced=1)
    with within(desk.organization):
        row = ExpectedPrice.objects.of(desk.organization).get(code="36415")
    assert (row.cents, row.reason) == (None, "visits: the fee table has no such code")


@pytest.mark.parametrize(
    ("decided", "paid", "cause", "missing"),
    [
        ("99213*200*50|CAS*CO*59*50**45*100", 5_000, "modifier", 5_000),
        ("99213*200*0|CAS*CO*97*200", 0, "bundling", 10_000),
        ("99213*200*90|CAS*CO*45*110", 9_000, "schedule", 1_000),
        ("99213*200*110|CAS*CO*45*90", 11_000, "over", -1_000),
    ],
)
def test_the_cause_is_named(desk: Desk, decided: str, paid: int, cause: str, missing: int) -> None:
    agree(desk, {"99213": 90}, date(2025, 1, 1), date(2025, 12, 31))
    agree(desk)
    claim = desk.submitted(desk.patient(), ONE)
    pay(desk, claim, decided, paid=paid)
    compare(desk)
    assert variances(desk) == [("99213", cause, missing, "open")]


def test_fewer_units_than_billed(desk: Desk) -> None:
    agree(desk)
    two = (CodedService("99213", ("I10",), charge_cents=20_000, units=Decimal(2)),)
    claim = desk.submitted(desk.patient(), two)
    pay(desk, claim, "99213*200*100**1|CAS*CO*45*100", paid=10_000)
    compare(desk)
    assert variances(desk) == [("99213", "units", 10_000, "open")]


def test_sequestration_is_explained_and_no_underpayment(desk: Desk) -> None:
    agree(desk)
    claim = desk.submitted(desk.patient(), ONE)
    pay(desk, claim, "99213*200*98|CAS*CO*45*100**253*2", paid=9_800)
    assert compare(desk) == Comparison(as_agreed=1)
    assert variances(desk) == [("99213", "sequestration", 200, "explained")]
    assert desk.tasks("underpaid") == []


def test_a_denied_line_is_left_to_denials(desk: Desk) -> None:
    agree(desk)
    claim = desk.submitted(desk.patient(), ONE)
    pay(desk, claim, "99213*200*0|CAS*CO*50*200", paid=0, status="4")
    assert compare(desk) == Comparison(denied=1)
    assert variances(desk) == []


def test_a_dispute_is_won_when_a_later_decision_pays_what_was_missing(desk: Desk) -> None:
    agree(desk)
    claim = desk.submitted(desk.patient(), ONE)
    pay(desk, claim, "99213*200*70|CAS*CO*45*130", paid=7_000)
    compare(desk)
    told = {**desk.who, "at": at(ON), "variances": [first(desk).pk]}
    with pytest.raises(NotDisputableError):
        dispute_variances(**told, note=" ")
    assert dispute_variances(**told, note="exhibit B, line 4") == 3_000
    with pytest.raises(NotDisputableError):
        dispute_variances(**told, note="again")
    assert desk.tasks("underpaid") == []
    back = f"CLP*{claim.control_number}*22*-200*-70**12*IT1~SVC*HC:99213*-200*-70~CAS*CO*45*-130~"
    again = f"CLP*{claim.control_number}*1*200*90**12*IT1~SVC*HC:99213*200*90~CAS*CO*45*110~"
    desk.posted(era(back, again, paid="20", trace="T22", control=2))
    assert compare(desk) == Comparison(under=1)
    assert (first(desk).state, first(desk).recovered_cents) == ("disputed", 2_000)
    back = back.replace("-70", "-90").replace("-130", "-110")
    again = again.replace("*90", "*100").replace("110", "100")
    desk.posted(era(back, again, paid="10", trace="T333", control=3))
    assert compare(desk) == Comparison(recovered=1)
    assert (first(desk).state, first(desk).recovered_cents) == ("recovered", 3_000)
    assert len(variances(desk)) == 1


def test_what_is_closed_moves_no_money(desk: Desk) -> None:
    agree(desk)
    claim = desk.submitted(desk.patient(), ONE)
    pay(desk, claim, "99213*200*70|CAS*CO*45*130", paid=7_000)
    compare(desk)
    books = desk.every_account()
    told = {**desk.who, "at": at(ON), "variance": first(desk).pk}
    close_variance(**told, note="the amendment of March holds")
    assert desk.every_account() == books
    with pytest.raises(NotDisputableError):
        close_variance(**told, note="again")


def test_the_evidence_quotes_steps_contract_and_the_payers_line(desk: Desk) -> None:
    agree(desk)
    claim = desk.submitted(desk.patient(), VISIT)
    pay(desk, claim, "99213*150*70|CAS*CO*45*80", "36415*50*8|CAS*CO*45*42", paid=7_800)
    compare(desk)
    with within(desk.organization):
        evidence = evidence_of(first(desk).pk, organization=desk.organization)
        pdf = print_evidence(first(desk).pk, organization=desk.organization, sender="Olive Owner")
    assert sum(step.cents for step in evidence.steps) == evidence.expected.cents == 10_000
    assert evidence.document == "Agreement of 2026 (the contract binder)"
    assert evidence.segments[0].startswith(f"CLP*{claim.control_number}*1*200")
    assert evidence.segments[1:] == ("SVC*HC:99213*150*70~", "DTM*472*20260410~", "CAS*CO*45*80~")
    assert pdf.startswith(b"%PDF")
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    text = " ".join(text.split())
    assert "$30.00" in text
    assert "CAS*CO*45*80" in text
    assert "WAVERLY" not in text.upper()


def test_terms_that_cannot_be_read_are_refused(desk: Desk) -> None:
    told = {**desk.who, "at": at(), "payer": desk.payers[0].pk, "starts_on": SERVICE_ON}
    with pytest.raises(UnusableContractError, match="there are none"):
        record_contract(**told, terms='{"name": "x", "terms": []}', document="d", source="s")
    with pytest.raises(ContractSourceMissingError):
        record_contract(**told, terms=terms({"99213": 1}), document=" ", source="s")


def late_payer(practice: Practice) -> Desk:
    slow = profile(1, delay_days=0, late_days=50, faults=(FaultRule(Fault.LATE, percent=100),))
    desk = Desk(practice.organization, {1: slow})
    desk.enroll()
    return desk


def owe_interest(desk: Desk, starts_on: date = date(2026, 1, 1), days: int = 30) -> None:
    record_prompt_pay(
        **desk.who,
        at=at(),
        payer=desk.payers[0].pk,
        days=days,
        thousandths_percent=12_000,
        source="chosen by the practice",
        confidence="unverified",
        starts_on=starts_on,
    )


def test_interest_runs_from_the_proven_receipt_and_needs_a_decided_rule(
    practice: Practice,
) -> None:
    desk = late_payer(practice)
    claim = desk.submitted(desk.patient())
    for on in (SERVICE_ON, SERVICE_ON + timedelta(50)):
        exchange(**desk.who, at=at(on), payer=claim.payer)
        work_inbox(**desk.who, at=at(on))
    assert desk.state(claim) == "paid"
    paid = desk.decisions()[0].paid_cents
    assert find_interest(**desk.who, at=at(ON)) == 0
    owe_interest(desk, date(2026, 6, 1))
    assert find_interest(**desk.who, at=at(ON)) == 0  # received before the rule held
    owe_interest(desk)
    cents = find_interest(**desk.who, at=at(ON))
    assert cents == round(paid * 0.12 * 20 / 365)
    assert find_interest(**desk.who, at=at(ON)) == 0
    with within(desk.organization):
        due = InterestDue.objects.of(desk.organization).get()
    assert (due.received_on, due.late_days, due.paid_cents) == (SERVICE_ON, 20, 0)


def test_without_proof_of_receipt_no_interest_is_shown(desk: Desk) -> None:
    owe_interest(desk, days=5)
    claim = desk.submitted(desk.patient(), ONE)
    pay(desk, claim, "99213*200*100|CAS*CO*45*100", paid=10_000)
    assert find_interest(**desk.who, at=at(ON)) == 0
    with pytest.raises(NotATermError):
        owe_interest(desk, days=0)

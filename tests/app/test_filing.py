"""Timely filing: a deadline or the word that none is known, and proof that stands by itself."""

import hashlib
from datetime import date, timedelta

import pytest

from app.desk import SERVICE_ON, VISIT, Desk, at, era
from cleanclaim.app.claiming import reference_for
from cleanclaim.app.collecting import bill_next_payer
from cleanclaim.app.correcting import Correction, correct_claim
from cleanclaim.app.deadlines import NotAWindowError, find_deadline, record_window
from cleanclaim.app.filing import proof_of, sweep_filing
from cleanclaim.app.reading.followup import FilingRow, list_filing
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.submitting import exchange
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tenancy import within

PAID_ON = date(2026, 4, 24)


def due(desk: Desk, claim: ClaimRecord) -> tuple[date | None, str]:
    record = desk.claim(claim)
    with within(desk.organization):
        found = find_deadline(record, reference_for([record.payer]))
    assert record.filing_due_on == found.due_on
    return found.due_on, found.source


def queue(desk: Desk) -> tuple[FilingRow, ...]:
    with within(desk.organization):
        return list_filing(desk.organization, SERVICE_ON)


def window(desk: Desk, kind: str, days: int, since: str = "decision", payer: int = 1) -> None:
    record_window(
        **desk.who,
        at=at(),
        payer=desk.payers[payer].pk,
        kind=kind,
        counted_from=since,
        days=days,
        source="the payer's manual, page 12",
        starts_on=date(2026, 1, 1),
    )


def second_of(desk: Desk) -> ClaimRecord:
    patient = desk.patient(second=True)
    claim = desk.submitted(patient)
    decision = f"CLP*{claim.control_number}*1*200*150*50*12*I1~CAS*PR*1*50~"
    trace = f"T{claim.pk}"
    desk.posted(era(decision, paid="150", on=PAID_ON, trace=trace, control=claim.pk))
    coverage = desk.coverage(patient, 2)
    return bill_next_payer(**desk.who, at=at(PAID_ON), claim=claim.pk, coverage=coverage)


def test_a_claim_has_a_deadline_or_says_that_none_is_known(desk: Desk) -> None:
    claim = desk.assembled(desk.patient())
    assert due(desk, claim) == (SERVICE_ON + timedelta(180), "contract")
    with within(desk.organization):
        Payer.objects.of(desk.organization).update(timely_filing_days=None)
    other = desk.assembled(desk.patient())
    assert due(desk, other) == (None, "no limit known")
    assert [row.known for row in queue(desk)] == [True, False]


def test_a_later_payers_time_runs_from_the_first_payers_decision(desk: Desk) -> None:
    assert due(desk, second_of(desk)) == (
        SERVICE_ON + timedelta(180),
        "contract, as for a first claim",
    )
    window(desk, "later", 90)
    assert due(desk, second_of(desk)) == (
        PAID_ON + timedelta(90),
        "the payer's manual, page 12",
    )


def test_a_corrected_claim_has_a_window_of_its_own(desk: Desk) -> None:
    window(desk, "corrected", 60, payer=0)
    claim = desk.submitted(desk.patient())
    desk.posted(era(f"CLP*{claim.control_number}*4*200*0**12*I1~CAS*CO*11*200~", paid="0"))
    fixed = correct_claim(
        **desk.who, at=at(PAID_ON), claim=claim.pk, correction=Correction("diagnosis")
    )
    assert due(desk, fixed)[0] == PAID_ON + timedelta(60)


def test_what_is_no_window_is_refused(desk: Desk) -> None:
    for kind, since, days in (
        ("first", "decision", 9),
        ("later", "birth", 9),
        ("later", "service", 0),
    ):
        with pytest.raises(NotAWindowError):
            window(desk, kind, days, since)


def test_proof_is_quoted_from_kept_files_with_their_digests(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    exchange(**desk.who, at=at(), payer=claim.payer)
    work_inbox(**desk.who, at=at())
    with within(desk.organization):
        proof = proof_of(claim.pk, organization=desk.organization)
        kept = {f.sha256 for f in ExchangedFile.objects.of(desk.organization)}
    assert [(piece.kind, piece.verdict) for piece in proof.pieces] == [
        ("837P", "sent"),
        ("999", "accepted"),
        ("277CA", "accepted"),
    ]
    assert (proof.sent_on, proof.received_on, proof.timely) == (SERVICE_ON, SERVICE_ON, True)
    sent, file_answer, claim_answer = proof.pieces
    assert sent.segments[-1].startswith(f"CLM*{claim.control_number}*200*")
    assert any(s.startswith("IK5*A") for s in file_answer.segments)
    assert any(s.startswith("STC*A2:20") for s in claim_answer.segments)
    assert {piece.sha256 for piece in proof.pieces} <= kept
    with within(desk.organization):
        file = ExchangedFile.objects.of(desk.organization).get(sha256=sent.sha256)
    assert hashlib.sha256(bytes(file.content)).hexdigest() == sent.sha256
    quoted = "".join(s for piece in proof.pieces for s in piece.segments)
    assert "WAVERLY" not in quoted.upper()


def test_without_an_answer_nothing_is_proven(desk: Desk) -> None:
    claim = desk.submitted(desk.patient())
    with within(desk.organization):
        proof = proof_of(claim.pk, organization=desk.organization)
    assert (proof.received_on, proof.timely) == (None, None)
    assert [piece.verdict for piece in proof.pieces] == ["sent"]


def test_a_receipt_after_the_limit_is_not_timely(desk: Desk) -> None:
    with within(desk.organization):
        Payer.objects.of(desk.organization).update(timely_filing_days=3)
    claim = desk.submitted(desk.patient())
    late = SERVICE_ON + timedelta(4)
    exchange(**desk.who, at=at(late), payer=claim.payer)
    work_inbox(**desk.who, at=at(late))
    with within(desk.organization):
        assert proof_of(claim.pk, organization=desk.organization).timely is False


def test_the_queue_puts_dollars_a_day_left_first(desk: Desk) -> None:
    from cleanclaim.app.documenting import CodedService

    patient = desk.patient()
    small = (CodedService("99213", ("I10",), charge_cents=5_000),)
    old = desk.assembled(patient, small, SERVICE_ON - timedelta(175))
    rich = desk.assembled(patient, VISIT)
    poor = desk.assembled(patient, small)
    gone = desk.submitted(patient, VISIT, SERVICE_ON + timedelta(1))
    exchange(**desk.who, at=at(), payer=gone.payer)
    work_inbox(**desk.who, at=at())
    rows = queue(desk)
    assert [row.id for row in rows] == [old.pk, rich.pk, poor.pk]
    assert [row.days_left for row in rows] == [5, 180, 180]
    assert sweep_filing(**desk.who, at=at()) == 1
    assert sweep_filing(**desk.who, at=at()) == 1
    assert [task.claim_id for task in desk.tasks("timely")] == [old.pk]

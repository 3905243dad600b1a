"""What a payer denies and calls the patient's stays open until the practice has decided so."""

from datetime import date

import pytest

from app.desk import Desk, at, era
from cleanclaim.app.denial_terms import UnsourcedError
from cleanclaim.app.patient_reasons import NoPolicyReasonError, record_patient_reason
from cleanclaim.kernel.spans import Span
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.claims.models import ClaimRecord

PAID_ON = date(2026, 4, 24)
REFUSED = "CLP*C0000001*4*200*0*200*12*ICN1~CAS*PR*204*200~"
BACK = "CLP*C0000001*22*-200*0*-200*12*ICN1~CAS*PR*204*-200~"


@pytest.fixture
def claim(desk: Desk) -> ClaimRecord:
    return desk.submitted(desk.patient())


def decide(desk: Desk, span: Span, reason: str = "204", source: str = "agreement, p. 2") -> None:
    record_patient_reason(**desk.who, at=at(), reason=reason, span=span, source=source)


def test_trap_pr_204_is_no_patients_debt_before_somebody_decided_so(
    desk: Desk, claim: ClaimRecord
) -> None:
    desk.posted(era(REFUSED, paid="0"))
    assert (desk.owes(claim), desk.kind(AccountKind.AR_PATIENT)) == (20_000, 0)
    assert desk.state(claim) == "denied"
    assert len(desk.tasks("denial")) == 1


def test_a_recorded_decision_counts_from_its_day(desk: Desk, claim: ClaimRecord) -> None:
    decide(desk, Span(date(2026, 1, 1)))
    desk.posted(era(REFUSED, paid="0"))
    assert (desk.owes(claim), desk.kind(AccountKind.AR_PATIENT)) == (0, 20_000)
    desk.posted(era(BACK, paid="0", trace="BACK"))
    assert (desk.owes(claim), desk.kind(AccountKind.AR_PATIENT)) == (20_000, 0)


def test_a_decision_of_another_day_does_not_count(desk: Desk, claim: ClaimRecord) -> None:
    decide(desk, Span(date(2026, 5, 1)))
    decide(desk, Span(date(2025, 1, 1), date(2026, 4, 23)))
    desk.posted(era(REFUSED, paid="0"))
    assert (desk.owes(claim), desk.kind(AccountKind.AR_PATIENT)) == (20_000, 0)


def test_a_decision_names_a_reason_that_is_open_to_it_and_a_source(desk: Desk) -> None:
    with pytest.raises(NoPolicyReasonError):
        decide(desk, Span(date(2026, 1, 1)), reason="29")
    with pytest.raises(UnsourcedError):
        decide(desk, Span(date(2026, 1, 1)), source=" ")


def test_two_coverages_of_one_payer_post_and_the_share_stays_with_it(desk: Desk) -> None:
    patient = desk.patient("Double", "Dora")
    desk.cover(patient, desk.payers[0], 2)
    claim = desk.submitted(patient)
    paid = f"CLP*{claim.control_number}*1*200*120*20*12*ICN1~CAS*CO*45*60~CAS*PR*3*20~"
    (result,) = desk.post(era(paid, paid="120"))
    assert result.outcome == "posted"
    assert (desk.owes(claim), desk.kind(AccountKind.AR_PATIENT)) == (2_000, 0)
    assert desk.kind(AccountKind.CASH_CLEARING) == 12_000
    back = f"CLP*{claim.control_number}*22*-200*-120*-20*12*ICN1~CAS*CO*45*-60~CAS*PR*3*-20~"
    desk.posted(era(back, paid="0", trace="BACK", provider_level="FB:BACK*-120"))
    assert (desk.owes(claim), desk.kind(AccountKind.AR_PATIENT)) == (20_000, 0)

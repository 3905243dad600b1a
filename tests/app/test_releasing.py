"""Held claims: why, for how much, and what lets them go."""

from datetime import date

import pytest

from app.desk import SERVICE_ON, VISIT, Desk, at, profile
from cleanclaim.app.claiming import change_coverage
from cleanclaim.app.correcting import Correction, correct_claim
from cleanclaim.app.documenting import CodedService
from cleanclaim.app.releasing import (
    HoldReasonMissingError,
    override_holds,
    reexamine_held,
    release_claim,
)
from cleanclaim.app.submitting import submit_claims
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.payers.sandbox import Member
from cleanclaim.store.claims.models import ClaimRecord, Hold
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tenancy import within
from conftest import Practice


@pytest.fixture
def outsider(practice: Practice) -> Desk:
    """Open a desk whose provider may bill nobody yet."""
    return Desk(practice.organization)


def release(desk: Desk, claim: ClaimRecord) -> list[str]:
    _, causes = release_claim(**desk.who, at=at(), claim=claim.pk)
    return [cause.reason for cause in causes]


def holds(desk: Desk, claim: ClaimRecord) -> list[tuple[str, int, date | None]]:
    with within(desk.organization):
        rows = Hold.objects.of(desk.organization).filter(claim=claim, released_at__isnull=True)
        return list(rows.values_list("reason", "cents", "cause_ends_on"))


def test_a_claim_of_a_provider_on_no_list_is_held_with_reason_and_dollars(outsider: Desk) -> None:
    claim = outsider.assembled(outsider.patient())
    assert release(outsider, claim) == ["CRED.PAYER_UNKNOWN"]
    assert outsider.state(claim) == "held"
    assert holds(outsider, claim) == [("CRED.PAYER_UNKNOWN", 20_000, None)]
    (task,) = outsider.tasks("held")
    assert (task.value_cents, task.due_on) == (20_000, date(2026, 10, 7))


def test_a_recorded_participation_releases_the_claim_by_itself(outsider: Desk) -> None:
    claim = outsider.assembled(outsider.patient())
    release(outsider, claim)
    assert reexamine_held(**outsider.who, at=at()) == []
    outsider.enroll(outsider.payers[1], since=date(2026, 4, 1))
    assert outsider.state(claim) == "held"
    outsider.enroll(outsider.payers[0], since=date(2026, 4, 1))
    assert outsider.state(claim) == "ready"
    assert (holds(outsider, claim), outsider.tasks()) == ([], [])


def test_a_participation_that_begins_later_holds_and_says_when(outsider: Desk) -> None:
    outsider.enroll(outsider.payers[0], since=date(2026, 6, 1))
    claim = outsider.assembled(outsider.patient())
    assert release(outsider, claim) == ["CRED.NOT_YET_EFFECTIVE"]
    assert holds(outsider, claim) == [("CRED.NOT_YET_EFFECTIVE", 20_000, date(2026, 6, 1))]


def test_looking_again_at_an_unchanged_hold_tells_nothing_new(outsider: Desk) -> None:
    claim = outsider.assembled(outsider.patient())
    release(outsider, claim)
    for day in (11, 12, 13):
        reexamine_held(**outsider.who, at=at(date(2026, 4, day)))
    from cleanclaim.app.lifecycle import history

    with within(outsider.organization):
        told = history(claim.pk, organization=outsider.organization)
    assert [event.value for event in told] == ["claim.assembled", "claim.held"]


def test_an_override_needs_a_reason_and_counts_for_its_version_only(outsider: Desk) -> None:
    claim = outsider.assembled(outsider.patient())
    release(outsider, claim)
    told = {**outsider.who, "at": at(), "claim": claim.pk}
    with pytest.raises(HoldReasonMissingError):
        override_holds(**told, reason="  ")
    assert outsider.state(claim) == "held"
    override_holds(**told, reason="the payer confirmed by telephone")
    assert outsider.state(claim) == "ready"
    correct_claim(**told, correction=Correction("authorization", prior_authorization="A1"))
    assert release(outsider, claim) == ["CRED.PAYER_UNKNOWN"]


def test_a_coverage_nobody_asked_about_holds(desk: Desk) -> None:
    claim = desk.assembled(desk.patient(), verified=False)
    assert release(desk, claim) == ["COVERAGE.UNVERIFIED"]
    coverage = desk.coverage(desk.claim(claim).patient)
    verify_coverage(**desk.who, at=at(), coverage=coverage.pk, service_on=date(2026, 4, 9))
    assert release(desk, claim) == ["COVERAGE.UNVERIFIED"], "another day was asked about"
    verify_coverage(**desk.who, at=at(), coverage=coverage.pk, service_on=SERVICE_ON)
    assert release(desk, claim) == []


def test_an_inactive_coverage_holds_until_another_is_billed(practice: Practice) -> None:
    from cleanclaim.kernel.spans import Span

    known = profile(1).members
    over = tuple(
        Member(
            m.member_id,
            m.name,
            m.birth_on,
            m.sex,
            m.plan,
            Span(date(2025, 1, 1), date(2026, 3, 31)),
        )
        for m in known
    )
    desk = Desk(practice.organization, {1: profile(1, members=over)})
    desk.enroll()
    patient = desk.patient()
    claim = desk.assembled(patient)
    assert release(desk, claim) == ["COVERAGE.INACTIVE"]
    new = desk.cover(patient, desk.payers[1], 2)
    verify_coverage(**desk.who, at=at(), coverage=new.pk, service_on=SERVICE_ON)
    told = {**desk.who, "at": at(), "claim": claim.pk}
    change_coverage(**told, coverage=new, reason="the patient brought the new card")
    assert release(desk, claim) == []
    assert desk.claim(claim).payer_id == desk.payers[1].pk
    assert desk.books() == {"ar_unbilled": 20_000, "revenue": -20_000}


def test_a_member_the_payer_does_not_find_holds_as_unknown(practice: Practice) -> None:
    desk = Desk(practice.organization, {1: profile(1, members=())})
    desk.enroll()
    claim = desk.assembled(desk.patient())
    assert release(desk, claim) == ["COVERAGE.UNKNOWN"]


def test_a_finding_that_blocks_holds_and_a_new_version_clears_it(desk: Desk) -> None:
    wrong = (CodedService("99213", ("X99X",), charge_cents=20_000),)
    claim = desk.assembled(desk.patient(), wrong)
    reasons = release(desk, claim)
    assert reasons
    assert not any(r.startswith(("CRED", "COVERAGE")) for r in reasons)
    assert desk.state(claim) == "held"
    from cleanclaim.claims.model import Diagnosis

    right = Correction("the right diagnosis", diagnoses=(Diagnosis("I10", "ABK"),))
    correct_claim(**desk.who, at=at(), claim=claim.pk, correction=right)
    assert release(desk, claim) == []
    assert desk.state(claim) == "ready"


def test_a_claim_that_cannot_be_written_is_held_and_does_not_go_round(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cleanclaim import x12
    from cleanclaim.app import submitting

    claim = desk.assembled(desk.patient(), VISIT)
    other = desk.assembled(desk.patient(), VISIT)
    assert release(desk, claim) == release(desk, other) == []
    write = submitting._write

    def refuse(work: object, payer: object, claims: list[ClaimRecord], number: int) -> str:
        if claims[0].pk == claim.pk and len(claims) == 1:
            report = x12.check("ISA*broken~")
            raise x12.UnwritableError(report.findings)
        return write(work, payer, claims, number)  # type: ignore[arg-type]

    monkeypatch.setattr(submitting, "_write", refuse)
    submit_claims(**desk.who, at=at(), payer=desk.payers[0])
    assert (desk.state(claim), desk.state(other)) == ("held", "submitted")
    assert desk.tasks("held")
    assert reexamine_held(**desk.who, at=at(date(2026, 4, 11))) == []
    correction = Correction("mended", prior_authorization="A1")
    correct_claim(**desk.who, at=at(), claim=claim.pk, correction=correction)
    assert release(desk, claim) == []


def test_units_of_ten_are_written_as_ten(desk: Desk) -> None:
    from decimal import Decimal

    service = CodedService("97110", ("M5450",), ("GP",), Decimal(10), charge_cents=20_000)
    desk.submitted(desk.patient(), (service,))
    with within(desk.organization):
        file = ExchangedFile.objects.of(desk.organization).get(kind="837P")
    assert b"*200*UN*10*" in bytes(file.content)

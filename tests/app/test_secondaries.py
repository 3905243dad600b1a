"""Next payers: billed by themselves with everything the payers before did, crossovers awaited."""

from datetime import date, timedelta

import pytest

from app.desk import ACTOR, ONE, SERVICE_ON, VISIT, Desk, at, era, profile
from cleanclaim import x12
from cleanclaim.app.claiming import change_coverage
from cleanclaim.app.connecting import connect_sandbox
from cleanclaim.app.enrolling import PayerTerms, enroll_provider, record_payer
from cleanclaim.app.inquiring import sweep_statuses
from cleanclaim.app.pacing import record_pace
from cleanclaim.app.secondaries import (
    Followed,
    NoCrossoverError,
    bill_next_payers,
    end_crossovers,
    send_ourselves,
)
from cleanclaim.app.submitting import submit_claims
from cleanclaim.app.work import unit_of_work
from cleanclaim.kernel.spans import Span
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.followup.models import Crossover
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within

PAID_ON = date(2026, 4, 24)


def decided(desk: Desk, patient: Patient, status: str = "1", carrier: str = "") -> ClaimRecord:
    """Let the first payer pay 120 of 200, take 50 off and leave 30."""
    claim = desk.submitted(patient, VISIT)
    lines = (
        "SVC*HC:99213*150*90~DTM*472*20260410~CAS*CO*45*40~CAS*PR*1*10**2*10~REF*6R*1~"
        "SVC*HC:36415*50*30~DTM*472*20260410~CAS*CO*45*10~CAS*PR*2*10~REF*6R*2~"
    )
    decision = f"CLP*{claim.control_number}*{status}*200*120*30*12*ICN1~{carrier}MOA***MA01~"
    desk.posted(era(decision + lines, paid="120"))
    return claim


def follow(desk: Desk, on: date = PAID_ON) -> Followed:
    return bill_next_payers(**desk.who, at=at(on))


def follower(desk: Desk, claim: ClaimRecord) -> ClaimRecord:
    with within(desk.organization):
        return ClaimRecord.objects.of(desk.organization).get(follows=claim)


def written(desk: Desk, payer: int) -> str:
    submit_claims(**desk.who, at=at(PAID_ON), payer=desk.payers[payer])
    with within(desk.organization):
        files = ExchangedFile.objects.of(desk.organization).filter(kind="837P")
        return bytes(files.latest("pk").content).decode()


def test_the_second_payer_is_billed_with_what_the_first_did(desk: Desk) -> None:
    claim = decided(desk, desk.patient(second=True))
    assert follow(desk) == Followed(ready=1)
    assert follow(desk) == Followed()
    second = follower(desk, claim)
    assert (second.state, second.responsibility) == ("ready", "S")
    assert desk.owes(claim, 1) == 3_000
    text = written(desk, 1)
    assert x12.check(text).findings == []
    for told in (
        "SBR*S*",
        "AMT*D*120~",
        "MOA***MA01~",
        "SVD*PAY01*90*",
        "SVD*PAY01*30*",
        "CAS*PR*1*10**2*10~",
        "OI***Y***Y~",
    ):
        assert told in text, told


def test_a_third_payer_is_told_of_both_before_and_the_file_balances(desk: Desk) -> None:
    from app.desk import ACTOR
    from cleanclaim.app.enrolling import PayerTerms, record_payer
    from cleanclaim.app.work import unit_of_work

    with unit_of_work(organization=desk.organization, actor=ACTOR, at=at()) as work:
        terms = PayerTerms("Payer 3", "PAY03", "CI", 180, 90, "contract")
        third = record_payer(**desk.who, at=at(), terms=terms)
        connect_sandbox(work, third, profile(3), seed=7)
        enroll_provider(
            **desk.who,
            at=at(),
            provider=desk.provider,
            payer=third,
            span=Span(date(2024, 1, 1)),
            source="letter",
        )
    desk.payers.append(third)
    patient = desk.patient(second=True)
    desk.cover(patient, third, 3)
    claim = decided(desk, patient)
    follow(desk)
    second = follower(desk, claim)
    written(desk, 1)
    lines = (
        "SVC*HC:99213*150*12~DTM*472*20260410~CAS*OA*23*130~CAS*PR*2*8~REF*6R*1~"
        "SVC*HC:36415*50*6~DTM*472*20260410~CAS*OA*23*40~CAS*PR*2*4~REF*6R*2~"
    )
    decision = f"CLP*{second.control_number}*2*200*18*12*12*ICN2~"
    desk.posted(era(decision + lines, paid="18", trace="T2", payer=2, control=2))
    assert follow(desk) == Followed(ready=1)
    text = written(desk, 2)
    assert x12.check(text).findings == []
    assert "SBR*T*" in text
    assert text.count("AMT*D*") == 2
    assert text.count("SVD*PAY01*") == text.count("SVD*PAY02*") == 2
    assert desk.owes(claim, 2) == 1_200


@pytest.mark.parametrize("way", ["status", "carrier"])
def test_a_claim_that_the_payer_sent_on_is_awaited_and_not_sent(desk: Desk, way: str) -> None:
    for payer in desk.payers:
        record_pace(**desk.who, at=at(), payer=payer.pk, days=10, source="a call")
    status = "19" if way == "status" else "1"
    carrier = "NM1*TT*2*PAYER 2*****PI*PAY02~"
    claim = decided(desk, desk.patient(second=True), status, carrier)
    assert follow(desk) == Followed(crossed=1)
    second = follower(desk, claim)
    assert desk.state(second) == "submitted"
    assert submit_claims(**desk.who, at=at(PAID_ON), payer=desk.payers[1]) is None
    with within(desk.organization):
        awaited = Crossover.objects.of(desk.organization).get()
    assert awaited.expected_on == PAID_ON + timedelta(10)
    assert sweep_statuses(**desk.who, at=at(PAID_ON + timedelta(11))).overdue == 1
    decision = (
        f"CLP*{claim.control_number}*2*200*30*0*12*ICN9~"
        "NM1*QC*1*WAVERLY*NELL****MI*M200002~"
        "SVC*HC:99213*150*20~DTM*472*20260410~CAS*OA*23*130~"
        "SVC*HC:36415*50*10~DTM*472*20260410~CAS*OA*23*40~"
    )
    desk.posted(era(decision, paid="30", trace="T2", payer=2, control=2))
    assert desk.state(second) == "paid"
    assert desk.owes(claim, 1) == 0
    assert end_crossovers(**desk.who, at=at(PAID_ON)) == 1


def test_a_crossover_to_another_payer_than_ours_asks_a_person(desk: Desk) -> None:
    decided(desk, desk.patient(second=True), "19", "NM1*TT*2*ELSEWHERE*****PI*PAY77~")
    assert follow(desk) == Followed(crossed=1)
    (task,) = [task for task in desk.tasks("coverage") if "sent on" in task.title]
    assert "bill the right payer" in task.next_step


def test_a_crossover_that_never_came_is_sent_by_us(desk: Desk) -> None:
    claim = decided(desk, desk.patient(second=True), "19")
    follow(desk)
    second = follower(desk, claim)
    assert send_ourselves(**desk.who, at=at(PAID_ON), claim=second.pk).state == "ready"
    assert "SBR*S*" in written(desk, 1)
    with pytest.raises(NoCrossoverError):
        send_ourselves(**desk.who, at=at(PAID_ON), claim=second.pk)
    with pytest.raises(NoCrossoverError):
        send_ourselves(**desk.who, at=at(PAID_ON), claim=claim.pk)


def test_nothing_goes_on_where_nothing_is_left_or_everything_was_denied(desk: Desk) -> None:
    patient = desk.patient(second=True)
    full = desk.submitted(patient, ONE)
    desk.posted(era(f"CLP*{full.control_number}*1*200*200*0*12*I1~", paid="200", trace="T1"))
    denied = desk.submitted(patient, ONE, SERVICE_ON + timedelta(1))
    decision = f"CLP*{denied.control_number}*4*200*0**12*I2~CAS*CO*50*200~"
    desk.posted(era(decision, paid="0", trace="T2", control=2))
    assert follow(desk) == Followed()


def test_a_receivable_moves_with_the_claim_to_another_coverage(desk: Desk) -> None:
    with unit_of_work(organization=desk.organization, actor=ACTOR, at=at()):
        terms = PayerTerms("Payer 3", "PAY03", "CI", 180, 90, "contract")
        desk.payers.append(record_payer(**desk.who, at=at(), terms=terms))
    patient = desk.patient(second=True)
    claim = decided(desk, patient)
    follow(desk)
    second = follower(desk, claim)
    other = desk.cover(patient, desk.payers[2], 2)
    told = {**desk.who, "at": at(PAID_ON), "claim": second.pk, "reason": "the new card"}
    change_coverage(**told, coverage=other)
    assert (desk.owes(claim, 1), desk.owes(claim, 2)) == (0, 3_000)
    change_coverage(**told, coverage=other)
    assert desk.owes(claim, 2) == 3_000
    desk.books()


def test_a_share_stays_where_the_former_payer_is_asked_twice(desk: Desk) -> None:
    patient = desk.patient(second=True)
    desk.cover(patient, desk.payers[0], 3)
    claim = decided(desk, patient)
    follow(desk)
    second = follower(desk, claim)
    written(desk, 1)
    decision = f"CLP*{second.control_number}*2*200*18*12*12*ICN2~CAS*OA*23*170~CAS*PR*2*12~"
    desk.posted(era(decision, paid="18", trace="T2", payer=2, control=2))
    follow(desk)
    third = follower(desk, second)
    assert desk.owes(claim, 0) == 1_200
    other = desk.cover(patient, desk.payers[1], 4)
    told = {**desk.who, "at": at(PAID_ON), "claim": third.pk}
    change_coverage(**told, coverage=other, reason="another card")
    assert (desk.owes(claim, 0), desk.owes(claim, 1)) == (1_200, 0)
    shares = [task for task in desk.tasks("coverage") if "asked twice" in task.title]
    assert [task.value_cents for task in shares] == [1_200]

"""Status questions: asked when a payer is late, answered in its codes, kept on the claim."""

from datetime import date, timedelta

import pytest

from app.desk import SERVICE_ON, Desk, at, era, profile
from cleanclaim import x12
from cleanclaim.app.inquiring import StatusSweep, sweep_statuses
from cleanclaim.app.pacing import NotAPaceError, Pace, record_pace, usual_pace
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.submitting import exchange
from cleanclaim.claims.from_277 import Standing, read_replies, standing_of
from cleanclaim.payers.sandbox import Fault, FaultRule
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.followup.models import StatusAnswer, StatusInquiry
from cleanclaim.store.tenancy import within
from conftest import Practice

LATE = SERVICE_ON + timedelta(20)


def paced(desk: Desk, days: int = 14) -> None:
    for payer in desk.payers:
        record_pace(**desk.who, at=at(), payer=payer.pk, days=days, source="called them")


def sent(desk: Desk) -> ClaimRecord:
    """Hand a claim over and read the acknowledgements of the day."""
    claim = desk.submitted(desk.patient())
    exchange(**desk.who, at=at(), payer=claim.payer)
    work_inbox(**desk.who, at=at())
    return desk.claim(claim)


def sweep(desk: Desk, on: date = LATE) -> StatusSweep:
    return sweep_statuses(**desk.who, at=at(on))


def answers(desk: Desk) -> list[tuple[str, str, str]]:
    with within(desk.organization):
        rows = StatusAnswer.objects.of(desk.organization).order_by("pk")
        return list(rows.values_list("category", "code", "standing"))


def slow(practice: Practice, *faults: FaultRule) -> Desk:
    """Open a desk whose first payer decides after forty days."""
    desk = Desk(practice.organization, {1: profile(1, delay_days=40, faults=faults)})
    desk.enroll()
    return desk


def test_a_late_claim_is_asked_about_once_a_day_and_the_answer_is_kept(practice: Practice) -> None:
    desk = slow(practice)
    paced(desk)
    claim = sent(desk)
    assert sweep(desk, SERVICE_ON + timedelta(14)) == StatusSweep()
    assert sweep(desk) == StatusSweep(overdue=1, asked=1, answered=1)
    assert sweep(desk) == StatusSweep(overdue=1)
    assert answers(desk) == [("P1", "20", "pending")]
    (task,) = desk.tasks("overdue")
    assert "usually decides within 14 days (called them)" in task.next_step
    assert sweep(desk, LATE + timedelta(6)).asked == 0
    assert sweep(desk, LATE + timedelta(7)).asked == 1
    assert desk.state(claim) == "accepted"


def test_the_question_is_a_sound_276_with_our_number_and_the_payers(practice: Practice) -> None:
    desk = slow(practice)
    paced(desk)
    claim = sent(desk)
    sweep(desk)
    with within(desk.organization):
        text = bytes(ExchangedFile.objects.of(desk.organization).get(kind="276").content)
        reply = bytes(ExchangedFile.objects.of(desk.organization).get(kind="277").content)
    assert x12.check(text).findings == []
    assert x12.check(reply).findings == []
    assert f"REF*1K*{claim.payer_claim_number}~".encode() in text
    assert f"REF*EJ*{claim.control_number}~".encode() in text
    assert b"AMT*T3*200~" in text


def test_a_decision_ends_the_alarm(practice: Practice) -> None:
    desk = slow(practice)
    paced(desk)
    claim = sent(desk)
    sweep(desk)
    assert len(desk.tasks("overdue")) == 1
    paid_on = SERVICE_ON + timedelta(41)
    exchange(**desk.who, at=at(paid_on), payer=claim.payer)
    work_inbox(**desk.who, at=at(paid_on))
    assert desk.state(claim) == "paid"
    assert sweep(desk, paid_on) == StatusSweep()
    assert desk.tasks("overdue") == []


def test_a_silent_payer_keeps_the_alarm_and_a_person_is_asked_to_call(practice: Practice) -> None:
    desk = slow(practice, FaultRule(Fault.SILENT, percent=100))
    paced(desk)
    claim = sent(desk)
    assert desk.state(claim) == "submitted"
    assert sweep(desk) == StatusSweep(overdue=1, asked=1)
    assert sweep(desk, LATE + timedelta(7)) == StatusSweep(overdue=1, asked=1)
    titles = {task.title for task in desk.tasks("overdue")}
    assert "The payer does not answer" in titles
    assert answers(desk) == []


def test_an_answer_with_a_wrong_number_is_no_answer(practice: Practice) -> None:
    desk = slow(practice, FaultRule(Fault.WRONG_NUMBER, percent=100))
    paced(desk)
    sent(desk)
    assert sweep(desk) == StatusSweep(overdue=1, asked=1)
    assert answers(desk) == []
    (task,) = desk.tasks("exchange")
    assert "did not ask about" in task.title


def test_a_claim_that_the_payer_does_not_know_is_to_be_sent_again(desk: Desk) -> None:
    paced(desk)
    desk.submitted(desk.patient())  # written, and never handed over
    assert sweep(desk) == StatusSweep(overdue=1, asked=1, answered=1)
    assert answers(desk) == [("A4", "35", "not_found")]
    steps = [task.next_step for task in desk.tasks("overdue")]
    assert "The payer knows no such claim: send it again, with the proof of filing" in steps


def test_without_known_days_nobody_is_asked_and_a_person_is_told(desk: Desk) -> None:
    sent(desk)
    assert sweep(desk) == StatusSweep(unknown_paces=1)
    (task,) = desk.tasks("overdue")
    assert "Record the payer's usual days" in task.next_step
    paced(desk)
    sweep(desk)
    assert "Nobody knows" not in " ".join(task.title for task in desk.tasks("overdue"))


def test_days_are_learned_from_enough_decisions_and_shown_with_their_number(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = 5
    monkeypatch.setattr("cleanclaim.app.pacing.ENOUGH", enough)
    payer = desk.payers[0]
    patient = desk.patient()
    known = Pace(None, "")
    for count in range(enough):
        on = SERVICE_ON + timedelta(count)
        claim = desk.submitted(patient, on=on)
        decision = f"CLP*{claim.control_number}*1*200*200*0*12*I{count}~"
        paid = on + timedelta(5 if count < enough - 1 else 30)
        desk.post(era(decision, paid="200", trace=f"T{count}", on=paid, control=count + 1), paid)
        with within(desk.organization):
            known = usual_pace(payer, date(2026, 7, 1))
        assert known.decisions == count + 1
        assert (known.days is None) is (count + 1 < enough)
    assert (known.days, known.learned_from) == (30, enough)
    with within(desk.organization):
        assert usual_pace(payer, date(2028, 1, 1)).days is None


def test_a_later_pace_ends_the_earlier_one(desk: Desk) -> None:
    payer = desk.payers[0]
    told = {**desk.who, "payer": payer.pk, "source": "a call"}
    record_pace(**told, at=at(), days=14)
    record_pace(**told, at=at(SERVICE_ON + timedelta(5)), days=21)
    with within(desk.organization):
        days = [usual_pace(payer, SERVICE_ON + timedelta(n)).days for n in (-1, 0, 4, 5)]
    assert days == [None, 14, 14, 21]
    with pytest.raises(NotAPaceError):
        record_pace(**told, at=at(), days=0)
    with pytest.raises(NotAPaceError):
        record_pace(**{**told, "source": " "}, at=at(), days=14)


def test_a_category_that_nobody_knows_stays_unknown() -> None:
    assert standing_of("Z9") is Standing.UNKNOWN
    assert standing_of("R7") is Standing.WANTS_INFORMATION
    assert standing_of("F3F") is Standing.SENT_ON


def test_statuses_that_disagree_are_unknown_as_a_whole(practice: Practice) -> None:
    desk = slow(practice)
    paced(desk)
    claim = sent(desk)
    sweep(desk)
    with within(desk.organization):
        file = ExchangedFile.objects.of(desk.organization).get(kind="277")
        inquiry = StatusInquiry.objects.of(desk.organization).get(claim=claim)
    text = bytes(file.content).decode()
    start = text.index("STC*P1")
    status = text[start : text.index("~", start) + 1]
    doubled = text.replace(status, status + status.replace("P1", "F2"))
    count = int(text.split("SE*")[1].split("*")[0])
    doubled = doubled.replace(f"SE*{count}*", f"SE*{count + 1}*")
    (reply,) = read_replies(doubled.encode())
    assert [each.standing.value for each in reply.said] == ["pending", "denied"]
    assert reply.standing is Standing.UNKNOWN
    assert (inquiry.standing, reply.trace) == ("pending", inquiry.trace)

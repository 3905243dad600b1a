"""Auditing codings: samples, blind recoding, rulings, lessons with a re-test, credentials."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.coders import code, enter, finish, make_coder, set_fees, visit
from app.desk import SERVICE_ON, Desk, at
from cleanclaim.app.coder_credentials import (
    CredentialCard,
    record_credential,
    record_education,
    warn_of_expiry,
)
from cleanclaim.app.coding import CodingRefusedError
from cleanclaim.app.coding_audit import AuditOrder, items_of, open_audit
from cleanclaim.app.coding_finish import rule_difference
from cleanclaim.app.lessons import make_lesson, read_lesson, try_lesson
from cleanclaim.app.reading.code_changes import changes_for_us
from cleanclaim.app.reading.coding import list_queue, read_desk
from cleanclaim.app.reading.coding_audits import list_credentials, read_audit, spreads
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.coding.models import CodingAudit, CodingDifference, LessonTry
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Role
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within

ORDER = AuditOrder("random", SERVICE_ON, SERVICE_ON, size=3)


def _told(desk: Desk, actor: Actor, on: date = SERVICE_ON) -> dict[str, Any]:
    return {"organization": desk.organization, "actor": actor, "at": at(on)}


def _audited(desk: Desk) -> tuple[CodingAudit, Actor, Actor, list[Encounter]]:
    """Code three visits, the first of them a level too high, and have them coded again."""
    set_fees(desk)
    coder, auditor = make_coder(desk.organization), make_coder(desk.organization, Role.AUDITOR)
    visits = [visit(desk) for _ in range(3)]
    for number, encounter in enumerate(visits):
        code(desk, coder, encounter, "E11.65", "I10", "99214" if number else "99215")
    audit = open_audit(**_told(desk, auditor), order=ORDER)
    return audit, coder, auditor, visits


@pytest.fixture(autouse=True)
def _highest(desk: Desk) -> None:
    set_fees(desk, {"99215": 31_000})


def test_an_audit_finds_what_was_overcoded_and_teaches_it(desk: Desk) -> None:
    audit, coder, auditor, visits = _audited(desk)
    with within(desk.organization):
        queue = list_queue(desk.organization, auditor.user or 0, SERVICE_ON)
        assert [row.turn for row in queue] == ["audit"] * 3
        assert list_queue(desk.organization, coder.user or 0, SERVICE_ON) == ()
        before = [c.total_charge_cents for c in ClaimRecord.objects.of(desk.organization)]
    with pytest.raises(CodingRefusedError, match="final"):
        enter(desk, coder, visits[0], "I10")
    enter(desk, auditor, visits[0], "E11.65", "99214")
    with within(desk.organization):
        blind = read_desk(desk.organization, visits[0].pk, auditor.user or 0, at())
        assert blind.sheet.codes == {"E1165", "99214"}
        assert [f.rule for f in blind.preview.findings if "DUPLICATE" in f.rule.upper()] == []
    enter(desk, auditor, visits[0], "I10")
    finish(desk, auditor, visits[0])
    for encounter in visits[1:]:
        code(desk, auditor, encounter, "E11.65", "I10", "99214")
    with within(desk.organization):
        view = read_audit(desk.organization, audit.pk)
        assert [c.total_charge_cents for c in ClaimRecord.objects.of(desk.organization)] == before
    assert (view.compared, view.agreement.visits.hits, view.agreement.codes.hits) == (3, 2, 8)
    assert (view.agreement.over, view.agreement.under) == (1, 0)
    assert (view.agreement.over_cents, view.agreement.under_cents) == (8_100, 0)
    (extra,) = view.differences
    with pytest.raises(CodingRefusedError, match="rule first"):
        make_lesson(**_told(desk, auditor), difference=extra.pk)
    ruling: dict[str, Any] = {"ruling": "other", "reason": "no high risk is documented"}
    rule_difference(**_told(desk, auditor), difference=extra.pk, **ruling)
    lesson = make_lesson(**_told(desk, auditor), difference=extra.pk)
    assert make_lesson(**_told(desk, auditor), difference=extra.pk) == lesson
    assert (lesson.coder_id, lesson.answer) == (coder.user, "99214")
    assert {"99214", "99215", "none of these"} <= set(lesson.options)
    _learn(desk, coder, auditor, lesson.pk)


def _learn(desk: Desk, coder: Actor, auditor: Actor, lesson: int) -> None:
    """Read it, fail its test, read it again and pass."""
    with pytest.raises(CodingRefusedError, match="its coder's own"):
        read_lesson(**_told(desk, auditor), lesson=lesson)
    day = SERVICE_ON
    for chosen, state in (("99215", "open"), ("99214", "passed")):
        read_lesson(**_told(desk, coder, day), lesson=lesson)
        with pytest.raises(CodingRefusedError, match="on its day"):
            try_lesson(**_told(desk, coder, day), lesson=lesson, chosen=chosen)
        day += timedelta(7)
        tried = try_lesson(**_told(desk, coder, day), lesson=lesson, chosen=chosen)
        assert tried.lesson.state == state
    with within(desk.organization):
        tries = LessonTry.objects.of(desk.organization).order_by("pk")
        assert [each.is_right for each in tries] == [False, True]
        assert Task.objects.of(desk.organization).get(kind="lesson").outcome == "passed"


def test_a_sample_by_risk_takes_the_highest_level_first(desk: Desk) -> None:
    _, coder, auditor, visits = _audited(desk)
    order = AuditOrder("risk", SERVICE_ON, SERVICE_ON, coder=coder.user, size=1)
    audit = open_audit(**_told(desk, auditor), order=order)
    with within(desk.organization):
        (item,) = items_of(audit)
    assert item.session.encounter_id == visits[0].pk
    assert item.why.startswith("highest level of its kind")
    later = AuditOrder("random", date(2027, 1, 1), date(2027, 1, 2))
    with pytest.raises(CodingRefusedError, match="no coding became final"):
        open_audit(**_told(desk, auditor), order=later)
    with pytest.raises(CodingRefusedError, match="between 0 and 1"):
        open_audit(**_told(desk, auditor), order=AuditOrder("all", SERVICE_ON, SERVICE_ON))


def test_one_who_audits_their_own_coding_is_not_asked(desk: Desk) -> None:
    set_fees(desk)
    auditor, encounter = make_coder(desk.organization, Role.AUDITOR), visit(desk)
    code(desk, auditor, encounter, "I10", "99213")
    open_audit(**_told(desk, auditor), order=ORDER)
    with within(desk.organization):
        assert list_queue(desk.organization, auditor.user or 0, SERVICE_ON) == ()
    with pytest.raises(CodingRefusedError, match="is final"):
        enter(desk, auditor, encounter, "I10")
    with pytest.raises(CodingRefusedError, match="no open coding"):
        finish(desk, auditor, encounter)
    with within(desk.organization):
        assert not CodingDifference.objects.of(desk.organization).exists()


def test_credentials_end_and_are_warned_of(desk: Desk) -> None:
    coder = make_coder(desk.organization)
    card = CredentialCard("cpc", date(2025, 5, 1), date(2026, 5, 31), "certificate", "", 360)
    row = record_credential(**_told(desk, coder), coder=coder.user or 0, card=card)
    earned: dict[str, Any] = {"title": "Updates", "hours_tenths": 15, "source": "attendance"}
    record_education(**_told(desk, coder), credential=row.pk, earned_on=date(2026, 1, 9), **earned)
    with pytest.raises(CodingRefusedError, match="in the days"):
        record_education(
            **_told(desk, coder), credential=row.pk, earned_on=date(2024, 1, 9), **earned
        )
    with pytest.raises(CodingRefusedError, match="no member"):
        record_credential(**_told(desk, coder), coder=10**6, card=card)
    assert warn_of_expiry(**_told(desk, coder)) == 1
    with within(desk.organization):
        (view,) = list_credentials(desk.organization, SERVICE_ON)
    assert (view.row.name, view.earned_tenths, view.standing) == ("CPC", 15, "ending")


def test_levels_are_told_beside_peers_and_news_need_two_releases(desk: Desk) -> None:
    _audited(desk)
    with within(desk.organization):
        (told,) = spreads(desk.organization, SERVICE_ON)
        changes = changes_for_us(desk.organization, date(2026, 1, 1))
    assert told.peers == 0
    assert {s.code: s.own.hits for s in told.shares if s.own.hits} == {"99214": 2, "99215": 1}
    assert all(share.peers.share is None for share in told.shares)
    assert changes.reason.startswith("two releases")

"""Rosters of a practice: what changed, what the payer said, and the tasks of rejected rows."""

from datetime import date

import pytest

from app.desk import Desk, at
from cleanclaim.app.rostering import (
    NoTemplateError,
    UnusableAnswerError,
    export_roster,
    rows_of,
    take_answer,
)
from cleanclaim.credentialing.rosters.templates import TEMPLATES, Action
from cleanclaim.store.credentialing.models import Participation
from cleanclaim.store.enrollments.models import Roster, RosterAnswer
from cleanclaim.store.tenancy import within


def exported(desk: Desk, template: str) -> Roster:
    return export_roster(**desk.who, at=at(), payer=desk.payers[0].pk, template=template)


def test_rosters_say_what_changed_and_rejected_rows_become_tasks(desk: Desk) -> None:
    first = exported(desk, "comma")
    (row,) = rows_of(first)
    assert (row.action, row.provider_npi, row.effective_on) == (
        Action.ADD,
        desk.provider.npi,
        date(2024, 1, 1),
    )
    for template in ("pipe", "tab"):
        (row,) = rows_of(exported(desk, template))
        assert row.action is Action.KEEP
    with within(desk.organization):
        Participation.objects.of(desk.organization).update(ends_on=date(2026, 12, 31))
    last = exported(desk, "pipe")
    assert [row.action for row in rows_of(last)] == [Action.END]
    text = f"row,npi,outcome,reason\n1,{desk.provider.npi},rejected,no termination letter\n"
    told = take_answer(**desk.who, at=at(), roster=last.pk, content=text.encode())
    assert (len(told.rejected), told.unanswered) == (1, ())
    (task,) = desk.tasks("enrollment")
    assert (task.title, task.next_step) == (
        "A payer rejected row 1 of a roster",
        "no termination letter",
    )
    take_answer(**desk.who, at=at(), roster=last.pk, content=text.encode())
    assert len(desk.tasks("enrollment")) == 1
    with within(desk.organization):
        assert RosterAnswer.objects.of(desk.organization).count() == 1


def test_an_answer_about_others_and_a_template_that_is_none_are_refused(desk: Desk) -> None:
    with pytest.raises(NoTemplateError):
        exported(desk, "fax")
    roster = exported(desk, next(iter(TEMPLATES)))
    for text in (b"row,npi,outcome,reason\n1,1987654328,accepted,\n", b"nothing\n"):
        with pytest.raises(UnusableAnswerError):
            take_answer(**desk.who, at=at(), roster=roster.pk, content=text)
    with within(desk.organization):
        assert not RosterAnswer.objects.of(desk.organization).exists()

"""Lessons: a difference that an audit found, told to its coder, and asked again later."""

from datetime import datetime, timedelta

from cleanclaim.app.access import access
from cleanclaim.app.coding import CodingRefusedError, find_suggestion
from cleanclaim.app.noting import read_paper
from cleanclaim.app.suggested import latest_set
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import unit_of_work
from cleanclaim.codes.icd10cm import bundled
from cleanclaim.coding.auditing.distribution import FAMILIES
from cleanclaim.coding.sheet import DIAGNOSES
from cleanclaim.store.coding.models import CodingDifference, Lesson, LessonTry
from cleanclaim.store.events.chain import Actor

# Long enough that the answer is remembered and not repeated; again after a wrong answer.
TEST_AFTER = timedelta(days=7)
NOTHING = "none of these"
_OPTIONS_MAX = 5


def make_lesson(*, organization: int, actor: Actor, at: datetime, difference: int) -> Lesson:
    """Make the lesson of a difference for who coded it; one a difference.

    Only where an audit found the other coding right is there something to learn: raises
    CodingRefusedError else.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        related = ("session__encounter", "other")
        row = access(CodingDifference, difference, organization=organization, related=related)
        if row.ruling != "other":
            msg = "rule first that the other coding is right: a lesson follows from that"
            raise CodingRefusedError(msg)
        lesson, created = Lesson.objects.get_or_create(
            organization_id=organization,
            difference=row,
            defaults={
                "coder_id": row.session.coder_id,
                "title": _title(row),
                "passage": _passage(row),
                "text": row.reason,
                "options": _options(row),
                "answer": row.recoded or NOTHING,
                "state": "open",
                "opened_at": at,
                "test_on": (at + TEST_AFTER).date(),
            },
        )
        if created:
            open_task(
                work,
                f"lesson:{lesson.pk}",
                kind="lesson",
                title="A lesson from an audit of your coding",
                next_step="Read it; its test comes a week later",
                due_on=lesson.test_on,
            )
            work.tell("lesson.opened", ("lesson", lesson.pk), code=row.code, kind=row.kind)
    return lesson


def _title(row: CodingDifference) -> str:
    words = {
        "missing": "was not coded",
        "extra": "was coded and is not supported",
        "level": "is another level",
        "instead": "is coded more closely or otherwise",
        "modifiers": "has other modifiers",
        "units": "has other units",
        "order": "is not what the visit was for first",
    }
    return f"{row.code} {words[row.kind]}"


def _passage(row: CodingDifference) -> str:
    """Give the passages of the note that the code was suggested from, where one was."""
    visit = row.session.encounter
    paper = read_paper(row.organization_id, visit.pk)
    kept = latest_set(visit, "codes", paper)
    content = kept.content if kept else None
    told = find_suggestion(content, row.recoded) or find_suggestion(content, row.code)
    return " … ".join(dict.fromkeys(span.text for span in told.evidence)) if told else ""


def _options(row: CodingDifference) -> list[str]:
    """Give what may be chosen: both answers, and codes that stand beside them."""
    beside: list[str] = []
    if row.kind in {"modifiers", "units", "order"}:
        return list(dict.fromkeys([row.coded or NOTHING, row.recoded or NOTHING]))
    if row.system == DIAGNOSES:
        beside = [c for c in bundled().beginning(row.code[:-1]) if c != row.code]
    else:
        beside = [c for codes in FAMILIES.values() if row.code in codes for c in codes]
    both = {code for code in (row.code, row.recoded) if code}
    known = sorted({*both, *[c for c in beside if c not in both][: _OPTIONS_MAX - len(both)]})
    return [*known, NOTHING]


def read_lesson(*, organization: int, actor: Actor, at: datetime, lesson: int) -> Lesson:
    """Note that the coder has read the lesson."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = _own(lesson, organization, actor)
        if row.state == "open":
            row.state, row.read_at = "read", at
            row.save(update_fields=["state", "read_at"])
            work.tell("lesson.read", ("lesson", row.pk))
    return row


def try_lesson(
    *, organization: int, actor: Actor, at: datetime, lesson: int, chosen: str
) -> LessonTry:
    """Answer a lesson's test; a wrong answer opens the lesson again, with a later test.

    Raises CodingRefusedError before its day, and for what is not offered.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = _own(lesson, organization, actor)
        if row.state != "read" or at.date() < row.test_on:
            msg = "the test comes after the lesson was read, on its day"
            raise CodingRefusedError(msg)
        if chosen not in row.options:
            msg = "choose one of the answers"
            raise CodingRefusedError(msg)
        right = chosen == row.answer
        tried = LessonTry.objects.create(
            organization_id=organization, lesson=row, chosen=chosen, is_right=right, tried_at=at
        )
        row.state = "passed" if right else "open"
        row.test_on = row.test_on if right else (at + TEST_AFTER).date()
        row.save(update_fields=["state", "test_on"])
        if right:
            close_tasks(work, f"lesson:{row.pk}", outcome="passed")
        work.tell("lesson.tried", ("lesson", row.pk), right=right)
    return tried


def _own(lesson: int, organization: int, actor: Actor) -> Lesson:
    row = access(Lesson, lesson, organization=organization, related=("difference",))
    if row.coder_id != actor.user:
        msg = "a lesson is its coder's own"
        raise CodingRefusedError(msg)
    return row

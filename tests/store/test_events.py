"""The chain of events proves itself: every way of tampering is found, and order never breaks."""

# ruff: noqa: S608 - the statements are this test's own
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from cleanclaim.app.work import unit_of_work
from cleanclaim.store.events.chain import Actor, anchor_head, verify_chain
from cleanclaim.store.events.models import ChainHead, Event
from cleanclaim.store.tenancy import within
from store.practices import Founded, found_practice
from store.programs import look

AT = datetime(2026, 3, 2, 15, 0, 0, 123456, tzinfo=UTC)
ACTOR = Actor("person", "Olive Owner", 1)


@pytest.fixture
def practice(database: dict[str, str]) -> Founded:
    """Found an organization whose chain has nine events."""
    practice = found_practice()
    for number in range(2, 10):
        tell(practice, number)
    return practice


def tell(practice: Founded, number: int, count: int = 1) -> None:
    with unit_of_work(organization=practice.organization, actor=ACTOR, at=AT) as work:
        for record in range(number, number + count):
            work.tell("claim.noted", ("claim", record), patient=3, claim=record, cents=record * 100)


def faults(practice: Founded, anchors: Path | None = None) -> tuple[str, ...]:
    return verify_chain(practice.organization, anchors).faults


def tamper(parameters: dict[str, str], practice: Founded, *statements: str) -> None:
    """Change rows as the set-up user with every trigger asleep, so that nothing refuses."""
    with look(parameters) as outside:
        outside.execute("SET session_replication_role = replica")
        for statement in statements:
            changed = outside.execute(statement.encode(), {"of": practice.organization})
            assert changed.rowcount > 0, "nothing was tampered with"


def test_an_untouched_chain_is_whole(practice: Founded, tmp_path: Path) -> None:
    anchors = tmp_path / "outside" / "anchors"
    anchor_head(practice.organization, AT, anchors)
    tell(practice, 10)
    anchor_head(practice.organization, AT, anchors)
    report = verify_chain(practice.organization, anchors)
    assert (report.events, report.faults) == (10, ())
    with within(practice.organization):
        assert report.head == ChainHead.objects.get().digest


MINE = "organization_id = %(of)s"


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 second'",
        "at = at + interval '1 microsecond'",
        "actor_kind = 'system'",
        "actor_id = 2",
        "actor_id = NULL",
        "actor_name = 'Oscar Other'",
        "action = 'claim.closed'",
        "record_kind = 'task'",
        "record_id = 77",
        "patient_id = 4",
        "patient_id = NULL",
        "claim_id = 77",
        "detail = '{\"cents\": 501}'",
        "previous_digest = digest",
        "digest = previous_digest",
    ],
)
def test_an_edit_of_any_column_is_found(
    change: str, practice: Founded, database: dict[str, str]
) -> None:
    tamper(database, practice, f"UPDATE events_event SET {change} WHERE {MINE} AND sequence = 5")
    assert "event 5 was changed after it was written" in faults(practice)


def test_every_column_is_covered_by_an_edit_above() -> None:
    columns = {field.column for field in Event._meta.fields} - {"id", "organization_id", "sequence"}
    (mark,) = [
        mark
        for mark in test_an_edit_of_any_column_is_found.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    ]
    assert {change.split(" ")[0] for change in mark.args[1]} == columns


def test_a_deleted_event_is_found(practice: Founded, database: dict[str, str]) -> None:
    tamper(database, practice, f"DELETE FROM events_event WHERE {MINE} AND sequence = 5")
    assert "event 5 is missing; 6 stands in its place" in faults(practice)


def test_two_swapped_events_are_found(practice: Founded, database: dict[str, str]) -> None:
    move = f"UPDATE events_event SET sequence = {{}} WHERE {MINE} AND sequence = {{}}"
    steps = [move.format(0, 5), move.format(5, 6), move.format(6, 0)]
    tamper(database, practice, *steps)
    assert faults(practice)[:2] == (
        "event 5 was changed after it was written",
        "event 6 was changed after it was written",
    )


def test_an_inserted_event_is_found(practice: Founded, database: dict[str, str]) -> None:
    columns = ", ".join(
        str(field.column) for field in Event._meta.fields if field.name not in {"id", "sequence"}
    )
    copy = (
        f"INSERT INTO events_event (sequence, {columns})"
        f" SELECT {{}}, {columns} FROM events_event WHERE {MINE} AND sequence = 9"
    )
    tamper(database, practice, copy.format(10))
    assert "event 10 was changed after it was written" in faults(practice)
    assert "the head names event 9, the chain ends at 10" in faults(practice)


CUT = (
    f"DELETE FROM events_event WHERE {MINE} AND sequence > 7",
    "UPDATE events_chainhead SET sequence = 7, digest ="
    f" (SELECT digest FROM events_event WHERE {MINE} AND sequence = 7) WHERE {MINE}",
)


def test_a_cut_tail_is_found_by_the_head(practice: Founded, database: dict[str, str]) -> None:
    tamper(database, practice, CUT[0])
    assert faults(practice) == ("the head names event 9, the chain ends at 7",)


def test_a_cut_tail_with_its_head_is_found_by_an_anchor_outside(
    practice: Founded, database: dict[str, str], tmp_path: Path
) -> None:
    anchors = tmp_path / "anchors"
    anchor_head(practice.organization, AT, anchors)
    assert faults(practice, anchors) == ()
    tamper(database, practice, *CUT)
    assert faults(practice) == (), "this is why there are anchors"
    assert faults(practice, anchors) == ("the anchor of event 9 does not lie on the chain",)


def test_a_chain_rewritten_after_a_cut_is_found_by_an_anchor_outside(
    practice: Founded, database: dict[str, str], tmp_path: Path
) -> None:
    anchors = tmp_path / "anchors"
    anchor_head(practice.organization, AT, anchors)
    tamper(database, practice, *CUT)
    tell(practice, 500, count=2)
    assert faults(practice) == ()
    assert faults(practice, anchors) == ("the anchor of event 9 does not lie on the chain",)


def test_an_anchor_of_one_organization_says_nothing_of_another(
    practice: Founded, tmp_path: Path
) -> None:
    anchors = tmp_path / "anchors"
    anchor_head(practice.organization, AT, anchors)
    assert faults(found_practice(), anchors) == ()


def at_once(count: int, do: Callable[[int], None]) -> None:
    """Do it in so many threads, each with a session of its own, and let failures be seen."""

    def work(number: int) -> None:
        try:
            do(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_four_writers_at_once_make_one_chain_without_a_gap(practice: Founded) -> None:
    def write(number: int) -> None:
        for step in range(15):
            tell(practice, 1000 * (number + 1) + 10 * step, count=1 + step % 3)

    at_once(4, write)
    report = verify_chain(practice.organization)
    assert (report.events, report.faults) == (9 + 4 * 30, ())
    with within(practice.organization):
        written = [e.record_id for e in Event.objects.order_by("sequence") if e.record_id >= 1000]
    for number in range(4):
        own = [record for record in written if record // 1000 == number + 1]
        assert own == sorted(own), "one writer's own order was lost"


def heard(listener: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    return [note.payload for note in listener.notifies(timeout=0.3)]


def test_listeners_hear_ids_and_only_at_commit(practice: Founded, database: dict[str, str]) -> None:
    with look(database) as listener:
        listener.autocommit = True
        listener.execute("LISTEN cleanclaim")
        with unit_of_work(organization=practice.organization, actor=ACTOR, at=AT) as work:
            work.tell("claim.noted", ("claim", 12), patient=3, claim=12, reason="secret words")
            work.tell("claim.closed", ("claim", 12), patient=3, claim=12)
            work.tell("task.done", ("task", 8))
            assert heard(listener) == []
        told = [json.loads(payload) for payload in heard(listener)]
        assert told == [[practice.organization, "claim", 12], [practice.organization, "task", 8]]
        with pytest.raises(ZeroDivisionError):
            fail_after_telling(practice)
        assert heard(listener) == []
        tell(practice, 100, count=21)
        assert [json.loads(p) for p in heard(listener)] == [[practice.organization, "many", 0]]


def fail_after_telling(practice: Founded) -> None:
    with unit_of_work(organization=practice.organization, actor=ACTOR, at=AT) as work:
        work.tell("claim.noted", ("claim", 13))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('cleanclaim', 'too early')")
        raise ZeroDivisionError


def test_work_that_fails_leaves_no_event(practice: Founded) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_telling(practice)
    assert verify_chain(practice.organization).events == 9

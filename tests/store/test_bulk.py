"""Bulk writes obey what single rows obey: constraints, policies, defaults, triggers."""

import time

import pytest
from django.db import DatabaseError, IntegrityError, connection

from cleanclaim.store.bulk import insert_rows
from cleanclaim.store.events.models import Event
from cleanclaim.store.organizations.models import Counter
from cleanclaim.store.tenancy import within
from store.practices import Founded, found_practice

COLUMNS = ("organization_id", "series", "last")
# Above and below the number of rows from which a stage is used.
SIZES = (3, 300)


@pytest.fixture
def practice(database: dict[str, str]) -> Founded:
    """Found an organization of the test's own."""
    return found_practice()


def rows(organization: int, size: int, first: int = 0) -> list[tuple[object, ...]]:
    return [(organization, f"s{n}", n) for n in range(first, first + size)]


def counted(practice: Founded) -> int:
    with within(practice.organization):
        return Counter.objects.count()


def test_fifty_thousand_rows_arrive_whole_and_soon(practice: Founded) -> None:
    wanted = rows(practice.organization, 50_000)
    began = time.perf_counter()
    with within(practice.organization):
        found = insert_rows(Counter, COLUMNS, iter(wanted), returning=("series", "last", "id"))
    seconds = time.perf_counter() - began
    assert sorted(row[:2] for row in found) == sorted(row[1:] for row in wanted)
    assert len({row[2] for row in found}) == 50_000
    assert counted(practice) == 50_000
    assert seconds < 15, "one statement a row would take this long"


@pytest.mark.parametrize("size", SIZES)
def test_a_row_that_meets_a_unique_key_stops_all(size: int, practice: Founded) -> None:
    wanted = rows(practice.organization, size)
    with pytest.raises(IntegrityError, match="one_counter"), within(practice.organization):
        insert_rows(Counter, COLUMNS, [*wanted, wanted[0]])
    assert counted(practice) == 0


@pytest.mark.parametrize("size", SIZES)
def test_known_rows_are_left_out_and_not_returned(size: int, practice: Founded) -> None:
    with within(practice.organization):
        insert_rows(Counter, COLUMNS, rows(practice.organization, size))
        both = rows(practice.organization, size * 2)
        new = insert_rows(Counter, COLUMNS, both, returning=("series",), skip_existing=True)
    assert sorted(new) == sorted((row[1],) for row in both[size:])
    assert counted(practice) == 2 * size


@pytest.mark.parametrize("size", SIZES)
def test_a_check_holds(size: int, practice: Founded) -> None:
    broken = [*rows(practice.organization, size), (practice.organization, "negative", -1)]
    with pytest.raises(IntegrityError, match="last_check"), within(practice.organization):
        insert_rows(Counter, COLUMNS, broken)


@pytest.mark.parametrize("size", SIZES)
def test_a_row_of_another_organization_is_refused(size: int, practice: Founded) -> None:
    other = found_practice().organization
    mixed = [*rows(practice.organization, size), (other, "foreign", 1)]
    with pytest.raises(DatabaseError, match="row-level security"), within(practice.organization):
        insert_rows(Counter, COLUMNS, mixed)


@pytest.mark.parametrize("size", SIZES)
def test_texts_arrive_as_they_are(size: int, practice: Founded) -> None:
    awkward = ["tab\t", "line\nbreak", "back\\slash", "\\N", "'; --", "ü – 漢", "%s", ""]
    texts = awkward + [f"s{n}" for n in range(size)]
    with within(practice.organization):
        insert_rows(Counter, COLUMNS, [(practice.organization, t, 0) for t in texts])
        assert set(Counter.objects.values_list("series", flat=True)) == set(texts)


def test_no_rows_are_no_work(practice: Founded) -> None:
    with within(practice.organization):
        assert insert_rows(Counter, COLUMNS, [], returning=("id",)) == []
    assert counted(practice) == 0


def test_two_bulk_writes_fit_in_one_transaction(practice: Founded) -> None:
    with within(practice.organization):
        insert_rows(Counter, COLUMNS, rows(practice.organization, 300))
        insert_rows(Counter, COLUMNS, rows(practice.organization, 300, first=300))
    assert counted(practice) == 600


def test_a_stage_does_not_outlive_its_transaction(practice: Founded) -> None:
    with within(practice.organization):
        insert_rows(Counter, COLUMNS, rows(practice.organization, 300))
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'stage%%'")
        assert cursor.fetchall() == []


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_in_bulk_is_as_unchangeable_as_any(size: int, practice: Founded) -> None:
    columns = [str(field.column) for field in Event._meta.fields if field.name != "id"]
    with within(practice.organization):
        one = Event.objects.values_list(*columns).get()
        place = columns.index("sequence")
        detail = columns.index("detail")
        copies = [
            (*one[:place], n, *one[place + 1 : detail], "{}", *one[detail + 1 :])
            for n in range(2, size)
        ]
        insert_rows(Event, columns, copies)
    with pytest.raises(DatabaseError, match="permission denied"), within(practice.organization):
        Event.objects.update(action="another")

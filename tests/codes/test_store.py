"""Tables of arrays: keys in order, rows by day, batches like single questions, releases by date."""

import pickle
import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import pytest

from cleanclaim.codes.store.arrays import fill, most_repeated
from cleanclaim.codes.store.columns import (
    Cents,
    Code,
    Ends,
    Procedure,
    Starts,
    Text,
    ValueRefusedError,
    Words,
    Yes,
    columns_of,
    read_day,
)
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.store.keys import NO_KEY, beneath, join, pack, pack_all
from cleanclaim.codes.store.kinds import KINDS, Bounds, Dating, Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.release import DamagedReleaseError, Release, SourceFile
from cleanclaim.codes.tables.physician_fees import GEOGRAPHIC_INDEX, GeographicIndex


class Toll(msgspec.Struct, frozen=True):
    code: Procedure
    place: Annotated[str, Code(2, digits=True)]
    starts_on: Starts
    ends_on: Ends
    fee_cents: Cents
    open: Yes
    words: Words
    owned: Annotated[str, Text("ama")]


def _kind(name: str, dating: Dating = Dating.PERIOD, *, filtered: bool = False) -> Kind[Toll]:
    kind = Kind(
        name,
        Toll,
        title="Tolls",
        key=("code", "place"),
        bounds=Bounds(0, 1000),
        dating=dating,
        starts="starts_on",
        ends="ends_on",
        filtered=filtered,
    )
    # Only the kinds of the program are listed and loaded.
    del KINDS[name]
    return kind


TOLL, HISTORY, SNAPSHOT = _kind("t"), _kind("h", Dating.HISTORY), _kind("s", Dating.SNAPSHOT)
ROWS = [
    ("B0001", "1", "20240101", "20241231", "12.50", "Y", "a  b", "theirs"),
    ("B0001", "1", "20250101", "", "13.005", "N", "a b", "theirs"),
    ("A0001", "02", "", "99991231", "$1,200", "1", "", "theirs"),
    ("A0002", "02", "20240101", "20240101", "N/A", "", "c", "theirs"),
]


def _release(
    kind: Kind[Toll], starts: date | None = None, ends: date | None = None, n: int = 1
) -> Release:
    at = datetime(2026, 1, n, tzinfo=UTC)
    files = (SourceFile(f"f{n}", f"{n}", 4),)
    name = f"release {n}"
    return Release(kind.name, name, starts, ends, kind.dating.value, files, 0, "public", at)


def _library(folder: Path, kind: Kind[Toll] = TOLL, licensed: str = "") -> Library:
    library = Library(folder)
    arrays = fill(kind, ROWS, frozenset({licensed}))
    library.add(kind, arrays, _release(kind, date(2024, 1, 1), date(2025, 12, 31)))
    return library


# Values and keys


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20260401", date(2026, 4, 1)),
        ("2026-04-01", date(2026, 4, 1)),
        ("2026-04-01 00:00:00", date(2026, 4, 1)),
        ("04/01/2026", date(2026, 4, 1)),
        ("2026091", date(2026, 4, 1)),
    ],
)
def test_days_are_read_as_files_write_them(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize("text", ["soon", "20261301", "13/13/2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_day(text)


def test_a_value_that_does_not_fit_is_refused_without_telling_it() -> None:
    with pytest.raises(ValueRefusedError) as refused:
        fill(TOLL, [("SMITHSON", "1", "", "", "1", "", "", "")])
    assert "code" in str(refused.value)
    assert "SMITH" not in str(refused.value)


def test_keys_sort_as_the_codes_do() -> None:
    dice = random.Random(3)  # noqa: S311
    part = (Code(7),)
    codes = ["".join(dice.choices("0123456789ABCXYZ-.*", k=dice.randint(1, 7))) for _ in range(500)]
    keys = [pack(part, [code]) for code in codes]
    assert sorted(codes) == [code for _, code in sorted(zip(keys, codes, strict=True))]
    assert pack_all(part, [np.array(codes)]).tolist() == keys
    assert pack_all(part, [np.array(codes, object)]).tolist() == keys


@pytest.mark.parametrize("code", ["toolong1", "a_b", "ä", "A;B"])
def test_what_no_code_can_be_has_no_key(code: str) -> None:
    assert pack((Code(7),), [code]) == NO_KEY
    assert pack_all((Code(7),), [np.array([code])]).tolist() == [NO_KEY]


def test_keys_of_parts_can_be_joined() -> None:
    parts = (Code(5), Code(2, digits=True))
    codes, places = np.array(["99213", "_", "G0008"]), np.array(["01", "02", "99"])
    packed = [
        pack_all((part,), [column]) for part, column in zip(parts, (codes, places), strict=True)
    ]
    assert join(parts, packed).tolist() == pack_all(parts, [codes, places]).tolist()


def test_keys_that_begin_with_a_code_lie_in_a_span() -> None:
    parts = (Code(5), Code(5))
    pairs = [("11042", "97597"), ("11042", "ZZZZZ"), ("11042", ""), ("11043", ""), ("11041", "Z")]
    keys = pack_all(parts, [np.array(column) for column in zip(*pairs, strict=True)])
    first = np.array([pack(parts[:1], ["11042"]), NO_KEY])
    (low, none), (high, without) = beneath(parts, first)
    assert ((low <= keys) & (keys < high)).tolist() == [True, True, True, False, False]
    assert none == without == 0


def test_a_row_without_columns_is_a_mistake() -> None:
    class Bare(msgspec.Struct):
        code: str

    with pytest.raises(TypeError, match="not annotated"):
        columns_of(Bare)


# Rows


def test_rows_come_back_as_what_they_mean(tmp_path: Path) -> None:
    table = _library(tmp_path, licensed="ama").in_force(TOLL, date(2024, 5, 1))
    assert table is not None
    assert len(table) == 4
    assert table.row("b0001", "01", on=date(2024, 5, 1)) == Toll(
        "B0001",
        "01",
        date(2024, 1, 1),
        date(2024, 12, 31),
        1250,
        open=True,
        words="a b",
        owned="theirs",
    )
    later = table.row("B0001", "1", on=date(2025, 5, 1))
    assert later is not None
    assert (later.fee_cents, later.open, later.ends_on) == (1301, False, None)
    always = table.row("A0001", "2")
    assert always is not None
    assert (always.starts_on, always.ends_on, always.fee_cents) == (None, None, 120000)
    unpriced = table.row("A0002", "2", on=date(2024, 1, 1))
    assert unpriced is not None
    assert unpriced.fee_cents is None


def test_outside_its_days_a_row_is_not_there(tmp_path: Path) -> None:
    table = _library(tmp_path).newest(TOLL)
    assert table is not None
    assert table.row("B0001", "1", on=date(2023, 12, 31)) is None
    assert table.row("A0002", "2", on=date(2024, 1, 2)) is None
    assert table.row("X0001", "1") is None
    assert table.row("B;001", "1") is None
    assert [row.fee_cents for row in table.rows("B0001", "1")] == [1250, 1301]


def test_words_need_the_licence_of_their_owner(tmp_path: Path) -> None:
    table = _library(tmp_path).newest(TOLL)
    assert table is not None
    assert {row.owned for row in table.rows("B0001", "1")} == {""}
    assert {row.words for row in table.rows("B0001", "1")} == {"a b"}
    assert table.kind.owners == ("ama",)


@pytest.mark.parametrize("kind", [TOLL, _kind("f", filtered=True)])
def test_many_questions_are_answered_as_single_ones(tmp_path: Path, kind: Kind[Toll]) -> None:
    dice = random.Random(7)  # noqa: S311
    codes = [f"{dice.choice('AB')}{n:04}" for n in range(40)]
    rows = []
    for _ in range(300):
        start = date(2020, 1, 1).toordinal() + dice.randrange(2000)
        end = date.fromordinal(start + dice.randrange(400)).isoformat()
        rows.append(
            (dice.choice(codes), dice.choice("123"), date.fromordinal(start), end, "1", "", "", "")
        )
    library = Library(tmp_path)
    library.add(kind, fill(kind, rows), _release(kind))
    table = library.newest(kind)
    assert table is not None
    asked = [(dice.choice([*codes, "Z9999", "?"]), dice.choice("1234")) for _ in range(400)]
    days = [date.fromordinal(date(2020, 1, 1).toordinal() + dice.randrange(2500)) for _ in asked]
    columns = [np.array(column) for column in zip(*asked, strict=True)]
    found = table.find(*columns, on=np.array(days, "datetime64[D]"))
    single = [table.row(*key, on=day) for key, day in zip(asked, days, strict=True)]
    assert [None if n < 0 else table.at(int(n)) for n in found] == single
    assert any(row is not None for row in single)
    assert None in single


def test_no_day_finds_nothing(tmp_path: Path) -> None:
    table = _library(tmp_path).newest(TOLL)
    assert table is not None
    days = np.array(["NaT", "2024-05-01"], "datetime64[D]")
    found = table.find(np.array(["B0001"] * 2), np.array(["01"] * 2), on=days)
    assert (found >= 0).tolist() == [False, True]


def test_an_empty_table_answers_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.add(TOLL, fill(TOLL, []), _release(TOLL))
    table = library.newest(TOLL)
    assert table is not None
    assert table.row("B0001", "1") is None
    assert table.find(np.array(["B0001"]), np.array(["1"])).tolist() == [-1]
    assert most_repeated(np.zeros(0, np.int64)) == 0


# Releases


def test_the_day_chooses_the_release(tmp_path: Path) -> None:
    library = Library(tmp_path)
    arrays = fill(TOLL, ROWS)
    first, second = (date(2024, 1, 1), date(2024, 12, 31)), (date(2024, 7, 1), date(2024, 12, 31))
    library.add(TOLL, arrays, _release(TOLL, *second, n=2))
    library.add(TOLL, arrays, _release(TOLL, *first, n=3))
    library.add(TOLL, arrays, _release(TOLL, n=4))
    asked = {day: library.in_force(TOLL, day) for day in (date(2024, 3, 1), date(2024, 8, 1))}
    assert [table and table.release.name for table in asked.values()] == ["release 3", "release 2"]
    assert library.in_force(TOLL, date(2025, 1, 1)) is None
    assert library.in_force(TOLL, date(2023, 12, 31)) is None
    days = np.array(["2024-08-01", "2025-01-01", "2024-03-01", "2024-08-02", "NaT"], "M8[D]")
    divided = {
        table.release.name if table else "": which.tolist()
        for table, which in library.divide(TOLL, days)
    }
    assert divided == {"release 2": [0, 3], "release 3": [2], "": [1, 4]}


def test_a_history_answers_for_the_past_and_not_for_the_future(tmp_path: Path) -> None:
    library = _library(tmp_path, HISTORY)
    assert library.in_force(HISTORY, date(2001, 1, 1)) is not None
    assert library.in_force(HISTORY, date(2026, 1, 1)) is None


def test_a_snapshot_holds_until_the_next(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.add(SNAPSHOT, fill(SNAPSHOT, ROWS), _release(SNAPSHOT, n=1))
    library.add(SNAPSHOT, fill(SNAPSHOT, ROWS), _release(SNAPSHOT, date(2026, 1, 1), n=2))
    old, new = (library.in_force(SNAPSHOT, date(year, 5, 1)) for year in (2020, 2026))
    assert old is not None
    assert new is not None
    assert (old.release.name, new.release.name) == ("release 1", "release 2")


def test_a_release_is_written_once_and_leaves_nothing_else(tmp_path: Path) -> None:
    library = _library(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    library.add(TOLL, fill(TOLL, ROWS), _release(TOLL, date(2024, 1, 1), date(2025, 12, 31)))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert len(library.releases()) == 1


def test_a_damaged_release_is_told(tmp_path: Path) -> None:
    _library(tmp_path)
    manifest = next(tmp_path.rglob("manifest.json"))
    column = manifest.with_name("fee_cents.npy")
    column.write_bytes(column.read_bytes()[:40])
    table = Library(tmp_path).newest(TOLL)
    assert table is not None
    with pytest.raises(DamagedReleaseError, match="fee_cents"):
        table.array("fee_cents")
    manifest.write_text("{")
    with pytest.raises(DamagedReleaseError, match="manifest"):
        Library(tmp_path).releases()


def test_a_release_of_another_form_is_not_read(tmp_path: Path) -> None:
    _library(tmp_path)
    manifest = next(tmp_path.rglob("manifest.json"))
    manifest.write_text(manifest.read_text().replace('"form": 1', '"form": 99'))
    with pytest.raises(DamagedReleaseError, match="form 99"):
        Library(tmp_path).releases()


def test_a_library_travels_by_name(tmp_path: Path) -> None:
    library = pickle.loads(pickle.dumps(_library(tmp_path)))  # noqa: S301
    assert len(library.releases("t")) == 1


def test_a_library_without_folder_is_empty(tmp_path: Path) -> None:
    assert Library(tmp_path / "none").releases() == ()
    assert Library(tmp_path / "none").newest(TOLL) is None


def test_tables_in_memory_keep_numbers_in_their_units() -> None:
    row = GeographicIndex("10112", "00", "AL", "ALABAMA", 1000, 869, 575)
    library = HeldLibrary([Held(GEOGRAPHIC_INDEX, (row,), date(2026, 1, 1))])
    table = library.in_force(GEOGRAPHIC_INDEX, date(2026, 5, 4))
    assert table is not None
    assert table.row("10112", "00") == row

"""Small files in the layouts of official ones, written by hand, and a way to load them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from cleanclaim.codes.loaders.catalogue import know_all
from cleanclaim.codes.store.kinds import KINDS, Bounds
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.loading import Order, Outcome, Status, load

know_all()
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# Files of tests are a few rows long; what is plausible is tested by itself.
SMALL: Mapping[str, Bounds] = {name: Bounds(1, 1_000_000) for name in KINDS}


def put(
    folder: Path,
    name: str,
    text: str | bytes,
    *,
    effective: date | None = None,
    licensed: frozenset[str] = frozenset(),
    bounds: Mapping[str, Bounds] = SMALL,
) -> list[Outcome]:
    """Write a file and load it into the library of the folder."""
    path = folder / "in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    order = Order(AT, effective, licensed, bounds)
    return list(load([path], library(folder), order))


def library(folder: Path) -> Library:
    """Open the library of the folder."""
    return Library(folder / "library")


def only(outcomes: list[Outcome]) -> Outcome:
    """Give the one outcome."""
    (outcome,) = outcomes
    return outcome


NEW_IN_YEARS = ("I4811", "K7400", "U099", "F01511", "I2481", "E66811", "E11A")


def order_line(number: int, code: str, title: str, *, billable: bool = True) -> str:
    """Write a line of an order file."""
    return f"{number:05} {code:<7} {billable:d} {title:<60} {title}\r\n"


def order_file(codes: Mapping[str, str], years: int = len(NEW_IN_YEARS)) -> str:
    """Write an order file of some codes, with what the first years from 2020 on brought."""
    every = {**codes, **{code: f"new {code}" for code in NEW_IN_YEARS[:years]}}
    ordered = sorted(every)
    return "".join(
        order_line(
            n, code, every[code], billable=not any(x != code and x.startswith(code) for x in every)
        )
        for n, code in enumerate(ordered, 1)
    )


PTP = (
    "CPT only copyright 2025 American Medical Association.\t\t\t\t\t\t\r\n"
    "Column1/Column2 Edits\t\t\t\t\t\t\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    "\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
)


def pairs(*rows: str) -> str:
    """Write a file of procedure pairs; rows have their cells separated by blanks."""
    cells = (row.split(" ") for row in rows)
    filled = ([*c[:2], "*" if c[2] == "old" else "", *c[3:], "Some rationale"] for c in cells)
    return PTP + "".join("\t".join(row) + "\r\n" for row in filled)


PAIRS = pairs(
    "10000 20000 - 20100101 * 1",
    "10000 20001 - 20100101 20251231 0",
    "10000 20001 - 20260401 * 1",
    "10000 20002 old 19960101 * 0",
    "20000 30000 - 20200101 20200101 9",
    *(f"{n}0010 99213 - 20200101 * 1" for n in range(10)),
)


class Case(msgspec.Struct, frozen=True):
    """A file, the tables that it becomes with their rows, and a row that is asked."""

    name: str
    text: str
    tables: dict[str, int]
    starts_on: date | None
    key: tuple[str, ...]
    says: dict[str, Any]
    licensed: frozenset[str] = frozenset()


def lines(*each: str) -> str:
    return "".join(f"{line}\r\n" for line in each)


def fixed(width: int, **cells: str) -> str:
    """Write a line of fixed columns: ``at<place>`` is where a cell begins, counted from 1."""
    line = [" "] * width
    for place, text in cells.items():
        start = int(place.removeprefix("at")) - 1
        line[start : start + len(text)] = text
    return "".join(line)


def becomes(folder: Path, case: Case) -> None:
    """Load the file of a case: it becomes its tables, and the row says what it must."""
    outcomes = put(folder, case.name, case.text, licensed=case.licensed)
    assert [outcome.status for outcome in outcomes] == [Status.LOADED] * len(case.tables)
    assert {outcome.kind: outcome.rows for outcome in outcomes} == case.tables
    assert {outcome.starts_on for outcome in outcomes} == {case.starts_on}
    table = library(folder).newest(KINDS[next(iter(case.tables))])
    assert table is not None
    row = table.row(*case.key)
    assert row is not None
    assert {name: getattr(row, name) for name in case.says} == case.says

"""What edits and prices know of a procedure code on a day: pairs, unit limits, add-ons, values."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import numpy as np

from cleanclaim.codes.store.arrays import Indices, Table
from cleanclaim.codes.store.columns import day_number
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.ncci import (
    ADD_ON,
    MUE_HOSPITAL,
    MUE_PRACTITIONER,
    MUE_SUPPLIER,
    PTP_HOSPITAL,
    PTP_PRACTITIONER,
    ProcedurePair,
)
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES, RelativeValue

_PAIRS = (("practitioner", PTP_PRACTITIONER), ("outpatient hospital", PTP_HOSPITAL))
_LIMITS = (
    ("practitioner", MUE_PRACTITIONER),
    ("outpatient hospital", MUE_HOSPITAL),
    ("supplier", MUE_SUPPLIER),
)


class Partner(msgspec.Struct, frozen=True):
    """A code that is not paid beside ours, or beside which ours is not (``is_paid``).

    ``modifier`` is the indicator of NCCI: 0 never, 1 with one of its modifiers.
    """

    code: str
    is_paid: bool
    modifier: int
    starts_on: date | None
    rationale: str


class Partners(msgspec.Struct, frozen=True):
    """The pairs of a setting that hold on the day; ``total`` counts them all."""

    setting: str
    partners: tuple[Partner, ...]
    total: int
    release: str


class UnitsLimit(msgspec.Struct, frozen=True):
    """How many units are likely at most in a setting, and how that is judged (1, 2, 3)."""

    setting: str
    units: int
    adjudication: int
    rationale: str
    release: str


class AddOns(msgspec.Struct, frozen=True):
    """The primaries of an add-on code, or the add-on codes of a primary."""

    primaries: tuple[str, ...]
    add_ons: tuple[str, ...]
    release: str


class Valued(msgspec.Struct, frozen=True):
    """Rows of the physician fee schedule, one a modifier."""

    rows: tuple[RelativeValue, ...]
    release: str


class Crosswalk(msgspec.Struct, frozen=True):
    """All of it; ``not_loaded`` names the tables without a release for the day."""

    code: str
    on: date
    pairs: tuple[Partners, ...]
    limits: tuple[UnitsLimit, ...]
    add_ons: AddOns | None
    values: Valued | None
    not_loaded: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Tell whether any table has the code."""
        has_pairs = any(each.total for each in self.pairs)
        return bool(has_pairs or self.limits or self.add_ons or self.values)


def cross(library: Library, code: str, on: date, partners_max: int = 60) -> Crosswalk:
    """Look a procedure code up in the tables of edits and prices that hold on a day."""
    kinds: tuple[Kind[Any], ...] = (
        *(kind for _, kind in (*_PAIRS, *_LIMITS)),
        ADD_ON,
        RELATIVE_VALUES,
    )
    tables = {kind.name: library.in_force(kind, on) for kind in kinds}
    return Crosswalk(
        code=code,
        on=on,
        pairs=tuple(
            _partners(setting, table, code, on, partners_max)
            for setting, kind in _PAIRS
            if (table := tables[kind.name]) is not None
        ),
        limits=tuple(_limits(tables, code)),
        add_ons=_add_ons(tables[ADD_ON.name], code, on),
        values=_values(tables[RELATIVE_VALUES.name], code),
        not_loaded=tuple(kind.title for kind in kinds if tables[kind.name] is None),
    )


def is_listed(library: Library, code: str, on: date) -> bool:
    """Tell whether unit limits or the fee schedule of the day have the code."""
    asked: tuple[Kind[Any], ...] = (MUE_PRACTITIONER, MUE_HOSPITAL, RELATIVE_VALUES)
    tables = (library.in_force(kind, on) for kind in asked)
    return any(table is not None and len(_named(table, code)) for table in tables)


def _partners(
    setting: str, table: Table[ProcedurePair], code: str, on: date, most: int
) -> Partners:
    first = _holding(table, _named(table, code, "column_one"), on)
    # The table is sorted by column one only.
    second = _holding(table, np.flatnonzero(table.array("column_two") == code.encode()), on)
    found = [_partner(table.at(int(index)), is_paid=False) for index in first[:most]]
    found += [_partner(table.at(int(index)), is_paid=True) for index in second[:most]]
    return Partners(setting, tuple(found), len(first) + len(second), table.release.name)


def _partner(pair: ProcedurePair, *, is_paid: bool) -> Partner:
    other = pair.column_one if is_paid else pair.column_two
    return Partner(other, is_paid, pair.modifier or 0, pair.starts_on, pair.rationale)


def _named(table: Table[Any], code: str, column: str = "code") -> Indices:
    """Give where the first column of the key is the code."""
    codes, encoded = table.array(column), code.encode()
    first, last = (int(np.searchsorted(codes, encoded, side)) for side in ("left", "right"))
    return np.arange(first, last)


def _holding(table: Table[Any], rows: Indices, on: date) -> Indices:
    """Keep the rows that hold on the day."""
    day = day_number(on)
    starts, ends = table.array(table.kind.starts)[rows], table.array(table.kind.ends)[rows]
    held: Indices = rows[(starts <= day) & (day <= ends)]
    return held


def _limits(tables: dict[str, Table[Any] | None], code: str) -> Iterator[UnitsLimit]:
    for setting, kind in _LIMITS:
        table = tables[kind.name]
        row = table.row(code) if table is not None else None
        if table is not None and row is not None:
            yield UnitsLimit(
                setting, row.units, row.adjudication, row.rationale, table.release.name
            )


def _add_ons(table: Table[Any] | None, code: str, on: date) -> AddOns | None:
    if table is None:
        return None
    own = _holding(table, _named(table, code, "add_on"), on)
    led = _holding(table, np.flatnonzero(table.array("primary") == code.encode()), on)
    primaries = tuple(sorted({table.at(int(index)).primary for index in own}))
    add_ons = tuple(sorted({table.at(int(index)).add_on for index in led}))
    return AddOns(primaries, add_ons, table.release.name) if primaries or add_ons else None


def _values(table: Table[RelativeValue] | None, code: str) -> Valued | None:
    if table is None:
        return None
    rows = tuple(table.at(int(index)) for index in _named(table, code))
    return Valued(rows, table.release.name) if rows else None

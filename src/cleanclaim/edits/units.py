"""How many units a day's lines have, and how many NCCI finds likely: the limits of a batch."""

from collections.abc import Iterator

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags
from cleanclaim.claims.grouping import (
    Indices,
    Integers,
    first_of_each,
    number_together,
    running_totals,
)
from cleanclaim.codes.store.arrays import Table
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.ncci import MUE_HOSPITAL, MUE_PRACTITIONER, MUE_SUPPLIER, UnitLimit
from cleanclaim.edits.encounters import (
    encounters,
    equipment_lines,
    last_days,
    office_lines,
    outpatient_lines,
    turn,
)

# What a limit is of (MAI): a line, a day by policy, a day as far as is likely.
OF_LINE, OF_POLICY, CLINICAL = 1, 2, 3
_THOUSAND = 1000
_MINUTES = "MJ"
# Care before or after an operation alone is a part of the surgeon's one unit.
_PARTS = ("55", "56")
# Medicare wants both sides on one line with modifier 50, but of surgery centers (place 24) a
# line each; other payers take either.
_SURGERY_CENTER, _SIDES, _BOTH = "24", ("LT", "RT"), 2
MEDICARE = ("MA", "MB")


class Limited(msgspec.Struct, frozen=True):
    """Lines whose codes a release limits; the columns run in parallel.

    ``thousandths`` are a line's units a day, ``total`` those of the day up to the line's claim,
    ``count`` how many lines they stand on. ``first`` marks the first line of each claim's day.
    """

    release: str
    lines: Indices
    limit: Integers
    adjudication: Integers
    thousandths: Integers
    total: Integers
    count: Integers
    first: Flags

    @property
    def too_many(self) -> Flags:
        """Mark lines that alone have more units than the limit."""
        marks: Flags = self.thousandths > self.limit * _THOUSAND
        return marks

    @property
    def too_many_together(self) -> Flags:
        """Mark the first lines of claims with which the units of a day exceed the limit."""
        marks: Flags = self.first & (self.total > self.limit * _THOUSAND)
        return marks


def claim_limits(batch: ClaimBatch, library: Library) -> tuple[Limited, ...]:
    """Give the lines of practitioners and outpatient hospitals whose codes have a limit."""
    return batch.once(_claim_limits, library)


def _claim_limits(batch: ClaimBatch, library: Library) -> tuple[Limited, ...]:
    return (
        *_limits(batch, library, office_lines(batch), MUE_PRACTITIONER),
        *_limits(batch, library, outpatient_lines(batch, "units"), MUE_HOSPITAL),
    )


def equipment_limits(batch: ClaimBatch, library: Library) -> tuple[Limited, ...]:
    """Give the lines of suppliers whose codes have a limit."""
    return batch.once(_equipment_limits, library)


def _equipment_limits(batch: ClaimBatch, library: Library) -> tuple[Limited, ...]:
    return tuple(_limits(batch, library, equipment_lines(batch), MUE_SUPPLIER))


def _limits(
    batch: ClaimBatch, library: Library, lines: Indices, kind: Kind[UnitLimit]
) -> Iterator[Limited]:
    if not len(lines):
        return
    lines = lines[_are_units(batch)[lines]]
    for table, which in library.divide(kind, batch.line_starts_on[lines]):
        if table is not None:
            own = lines[which]
            rows = table.find_packed(batch.line_key[own])
            if (rows >= 0).any():
                yield _limited(batch, table, own[rows >= 0], rows[rows >= 0])


def _are_units(batch: ClaimBatch) -> Flags:
    """Mark lines that count services: not minutes, and not a part of a surgeon's service."""
    marks: Flags = (batch.line_unit_basis != _MINUTES) & ~batch.with_modifier(*_PARTS)
    return marks


def _limited(batch: ClaimBatch, table: Table[UnitLimit], lines: Indices, rows: Indices) -> Limited:
    """Sum the units of each code, day and span of days up to every claim that has them."""
    ends = last_days(batch, lines).astype(np.int64)
    days = encounters(batch, lines, batch.line_key[lines], ends)
    order, thousandths = turn(batch, lines), _a_day(batch, lines)
    adjudication = table.array("adjudication")[rows].astype(np.int64)
    return Limited(
        table.release.name,
        lines,
        _limit(batch, lines, table.array("units")[rows].astype(np.int64), adjudication),
        adjudication,
        thousandths,
        running_totals(days, order, thousandths),
        running_totals(days, order, np.ones(len(lines), np.int64)),
        first_of_each(number_together(days, order), order),
    )


def _limit(batch: ClaimBatch, lines: Indices, units: Integers, adjudication: Integers) -> Integers:
    """Give the limits; a day's is for each side where sides are billed by lines."""
    medicare = np.isin(batch.claim_filing, MEDICARE)[batch.line_claim[lines]]
    by_side = (batch.line_place[lines] == _SURGERY_CENTER) | (
        ~medicare & batch.with_modifier(*_SIDES)[lines]
    )
    return np.where(by_side & (adjudication != OF_LINE), units * _BOTH, units)


def _a_day(batch: ClaimBatch, lines: Indices) -> Integers:
    """Give the units of lines a day, in thousandths: of a span their mean, to the nearest whole.

    Units of one day are what they are.
    """
    days = (last_days(batch, lines) - batch.line_starts_on[lines]).astype(np.int64) + 1
    told = batch.line_thousandths[lines]
    mean = (2 * told + days * _THOUSAND) // (2 * days * _THOUSAND) * _THOUSAND
    return np.where(days > 1, mean, told)

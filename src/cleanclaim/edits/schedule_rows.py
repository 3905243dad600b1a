"""The rows of the physician fee schedule that the lines of a batch stand for."""

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found
from cleanclaim.claims.service_columns import MODIFIER, PROCEDURE
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices, Table
from cleanclaim.codes.store.columns import Array
from cleanclaim.codes.store.keys import join, pack
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES, RelativeValue

_NO_MODIFIER = pack([MODIFIER], [""])


class Scheduled(msgspec.Struct, frozen=True):
    """The lines of a batch that one release of the schedule lists, and their rows in it."""

    table: Table[RelativeValue]
    lines: Indices
    rows: Indices

    def has(self, column: str, values: str) -> Flags:
        """Mark those whose indicator, of one character, is one of some values."""
        marks: Flags = np.isin(self.table.array(column)[self.rows], [x.encode() for x in values])
        return marks

    def flagged(self, column: str) -> Flags:
        """Mark those whose mark of a column is set."""
        marks: Flags = self.table.array(column)[self.rows].astype(np.bool_)
        return marks

    def texts(self, column: str, count: int) -> Array:
        """Give an indicator as text for every line of the batch; "" where it has no row."""
        told = np.full(count, "", "U3")
        told[self.lines] = self.table.array(column)[self.rows].astype("U3")
        return told


# Many edits ask of one batch: its rows are found once, and forgotten with it.
_FOUND: WeakKeyDictionary[ClaimBatch, tuple[Library, Sequence[Scheduled]]] = WeakKeyDictionary()


def scheduled(batch: ClaimBatch, reference: Reference) -> Sequence[Scheduled]:
    """Find the rows of whole services (without modifier) by code and day, a release at a time."""
    library, found = _FOUND.get(batch, (None, ()))
    if library is not reference.library:
        found = tuple(_find(batch, reference.library))
        _FOUND[batch] = (reference.library, found)
    return found


def _find(batch: ClaimBatch, library: Library) -> Sequence[Scheduled]:
    found = []
    for table, which in library.divide(RELATIVE_VALUES, batch.line_starts_on):
        if table is not None:
            codes = batch.line_key[which]
            none = np.full(len(codes), _NO_MODIFIER, np.int64)
            rows = table.find_packed(join([PROCEDURE, MODIFIER], [codes, none]))
            listed = rows >= 0
            found.append(Scheduled(table, which[listed], rows[listed]))
    return found


def scheduled_lines(
    batch: ClaimBatch,
    reference: Reference,
    marks: Callable[[Scheduled], Flags],
    among: Flags | None = None,
    **facts: Any,  # noqa: ANN401 - facts of findings
) -> Found:
    """Report the lines that ``marks`` finds in the schedule, each resting on its release."""
    found = NOTHING
    for each in scheduled(batch, reference):
        lines = np.zeros(len(batch.line_claim), np.bool_)
        lines[each.lines] = marks(each)
        if among is not None:
            lines &= among
        if lines.any():
            found += batch.lines(lines, **facts).by(each.table.release.name)
    return found

"""The lines of a batch as surgeries, with the global period that the fee schedule gives them."""

from functools import cached_property

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Integers
from cleanclaim.claims.service_columns import MODIFIER
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices
from cleanclaim.codes.store.keys import join, pack
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES
from cleanclaim.edits.code_ranges import listed
from cleanclaim.edits.same_physician import NO_LINE, nearest_line

NO_PERIOD = -1
# Whose part of the surgery is not the surgeon's: care before or after it alone, assistance.
_OTHERS_PART = ("55", "56", "80", "81", "82", "AS")
# After these no period begins: the care after is another's (54), the surgery was broken off (53,
# 73, 74), or it was a return to the operating room inside the first period (78).
_WITHOUT_PERIOD = ("54", "53", "73", "74", "78")
_PERIODS = {b"000": 0, b"010": 10, b"090": 90}


class Surgeries:
    """The lines of a batch as surgeries.

    ``days`` is how many days the period of a line has after its surgery (0, 10 or 90;
    NO_PERIOD for what has none), ``unknown`` marks lines on whose day no release is in force,
    ``release`` counts ``releases``, the names of those that told.
    """

    def __init__(self, batch: ClaimBatch, library: Library) -> None:
        self.batch = batch
        self.days: Integers = np.full(len(batch.line_key), NO_PERIOD, np.int64)
        self.release: Integers = np.zeros(len(batch.line_key), np.int64)
        self.releases: list[str] = [""]
        self.unknown: Flags = np.zeros(len(batch.line_key), np.bool_)
        self.professional: Flags = batch.claim_is_professional[batch.line_claim]
        self._look_up(library)

    def _look_up(self, library: Library) -> None:
        plain = pack([MODIFIER], [""])
        for table, which in library.divide(RELATIVE_VALUES, self.batch.line_starts_on):
            if table is None:
                self.unknown[which] = self.professional[which]
                continue
            keys = [self.batch.line_key[which], np.full(len(which), plain, np.int64)]
            rows = table.find_packed(join(RELATIVE_VALUES.key_parts, keys))
            known, rows = which[rows >= 0], rows[rows >= 0]
            periods = table.array("global_days")[rows]
            for mark, length in _PERIODS.items():
                self.days[known[periods == mark]] = length
            self.release[which] = len(self.releases)
            self.releases.append(table.release.name)
        self.days[~self.professional] = NO_PERIOD
        self.days[self.batch.with_modifier(*_OTHERS_PART)] = NO_PERIOD

    @cached_property
    def visits(self) -> Flags:
        """Mark the visits on professional claims."""
        return listed(self.batch, "visit_codes", "visit") & self.professional

    @cached_property
    def on_the_day(self) -> Indices:
        """Find for each line a minor procedure of its day."""
        minor = (self.days == 0) | (self.days == 10)
        return nearest_line(self.batch, minor, after=0, until=0)

    @cached_property
    def on_the_eve(self) -> Indices:
        """Find for each line a major surgery of its day or the next."""
        return nearest_line(self.batch, self.days == 90, after=-1, until=0)

    @cached_property
    def in_period(self) -> Indices:
        """Find for each line the surgery in whose period after it the line lies."""
        begins = ~self.batch.with_modifier(*_WITHOUT_PERIOD)
        long = nearest_line(self.batch, begins & (self.days == 90), after=1, until=90)
        short = nearest_line(self.batch, begins & (self.days == 10), after=1, until=10)
        return np.where(long == NO_LINE, short, long)


def surgeries_of(batch: ClaimBatch, reference: Reference) -> Surgeries:
    """Give the surgeries of a batch, looked up once for all edits."""
    return batch.once(Surgeries, reference.library)

"""The lines of a batch as surgeries, with the global period that the fee schedule gives them."""

from weakref import WeakKeyDictionary

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch, Flags, Integers
from cleanclaim.claims.service_columns import MODIFIER
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.keys import join, pack
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES

NO_PERIOD = -1
# Whose part of the surgery is not the surgeon's: care before or after it alone, assistance.
_OTHERS_PART = ("55", "56", "80", "81", "82", "AS")
# After these no period begins: the care after is another's (54), the surgery was broken off (53,
# 73, 74), or it was a return to the operating room inside the first period (78).
_WITHOUT_PERIOD = ("54", "53", "73", "74", "78")
_PERIODS = {b"000": 0, b"010": 10, b"090": 90}


class Surgeries(msgspec.Struct, frozen=True):
    """The lines of a batch as surgeries.

    ``days`` is how many days the period of a line has after its surgery (0, 10 or 90;
    NO_PERIOD for what has none), ``begins`` marks those after which a period runs, ``unknown``
    lines on whose day no release is in force, ``release`` names the one that told.
    """

    days: Integers
    begins: Flags
    unknown: Flags
    release: npt.NDArray[np.str_]


_MADE: WeakKeyDictionary[ClaimBatch, tuple[Library, Surgeries]] = WeakKeyDictionary()


def surgeries_of(batch: ClaimBatch, reference: Reference) -> Surgeries:
    """Give the surgeries of a batch, looked up once for all edits."""
    library, made = _MADE.get(batch, (None, None))
    if made is None or library is not reference.library:
        made = _look_up(batch, reference.library)
        _MADE[batch] = reference.library, made
    return made


def _look_up(batch: ClaimBatch, library: Library) -> Surgeries:
    count = len(batch.line_key)
    days = np.full(count, NO_PERIOD, np.int64)
    unknown = np.zeros(count, np.bool_)
    release = np.full(count, "", "U120")
    professional = batch.claim_is_professional[batch.line_claim]
    for table, which in library.divide(RELATIVE_VALUES, batch.line_starts_on):
        if table is None:
            unknown[which] = professional[which]
            continue
        plain = np.full(len(which), pack([MODIFIER], [""]), np.int64)
        rows = table.find_packed(
            join(RELATIVE_VALUES.key_parts, [batch.line_key[which], plain]), None
        )
        periods = table.array("global_days")[np.maximum(rows, 0)] if len(table) else rows
        for mark, length in _PERIODS.items():
            days[which[(rows >= 0) & (periods == mark)]] = length
        release[which] = table.release.name
    days[~professional | batch.with_modifier(*_OTHERS_PART)] = NO_PERIOD
    begins = (days != NO_PERIOD) & ~batch.with_modifier(*_WITHOUT_PERIOD)
    return Surgeries(days, begins, unknown, release)

"""Finding the patient's nearest other line by the same physician, or one of the same practice."""

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Integers
from cleanclaim.codes.store.arrays import Indices
from cleanclaim.edits.encounters import turn

NO_LINE = -1
# More days than there are: days of one person never reach into those of the next.
_APART = 2**23
_NEVER = np.iinfo(np.int64).min


def nearest_line(batch: ClaimBatch, among: Flags, *, after: int, until: int) -> Indices:
    """Find for each line the last of some lines, from ``after`` to ``until`` days before it.

    Negative days are after the line. Its physician is the line's own, or one of the same practice
    and specialty; the patient is the same. NO_LINE where there is none. As in NCCI, a claim is
    judged by itself and by what came before it, so that no finding depends on where a file is cut.
    """
    near = np.full(len(among), NO_LINE, np.intp)
    if not among.any():
        return near
    for times in (batch.once(_by_physician), batch.once(_by_practice)):
        found = _last_before(times, _turns(batch), among, after, until)
        near = np.where(near == NO_LINE, found, near)
    return near


def _by_physician(batch: ClaimBatch) -> Integers:
    return _times(batch, batch.line_physician)


def _by_practice(batch: ClaimBatch) -> Integers:
    return _times(batch, batch.line_practice)


def nearest_of(
    batch: ClaimBatch, who: Integers, among: Flags, *, after: int, until: int
) -> Indices:
    """Find the same among lines of the patient with an equal number; negative ones equal none."""
    return _last_before(_times(batch, who), _turns(batch), among, after, until)


def _turns(batch: ClaimBatch) -> Integers:
    return turn(batch, np.arange(len(batch.line_claim)))


def _times(batch: ClaimBatch, who: Integers) -> Integers:
    """Give each line a number in which days of one patient with one physician lie together."""
    patients = batch.claim_patient[batch.line_claim]
    together = patients * (int(who.max(initial=0)) + 1) + who
    days = batch.line_starts_on.astype("datetime64[D]")
    known = (who >= 0) & ~np.isnat(days)
    return np.where(known, together * _APART + days.astype(np.int64), _NEVER)


def _last_before(times: Integers, turns: Integers, among: Flags, after: int, until: int) -> Indices:
    """Find the last line that lies ``after`` days before each line or earlier, not too early.

    Lines of claims that came later than the line's are passed over.
    """
    chosen = np.flatnonzero(among & (times != _NEVER))
    if not len(chosen):
        return np.full(len(times), NO_LINE, np.intp)
    chosen = chosen[np.argsort(times[chosen], kind="stable")]
    asked = np.where(times == _NEVER, 0, times)
    at = np.searchsorted(times[chosen], asked - after, side="right") - 1
    while True:
        found = chosen[np.maximum(at, 0)]
        near = (times != _NEVER) & (at >= 0) & (asked - times[found] <= until)
        late = near & (turns[found] > turns)
        if not late.any():
            return np.where(near, found, NO_LINE)
        at = at - late

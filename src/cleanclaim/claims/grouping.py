"""Rows of columns that belong together: groups, who is in them, running totals."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Indices = npt.NDArray[np.intp]
# Pairs that are made at a time, which bounds the memory that a large group takes.
PAIRS_AT_A_TIME = 1 << 20
_LARGEST = 2**62


def number_together(*columns: Integers) -> Integers:
    """Number rows so that two have the same number only if they are alike in every column."""
    numbers, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns if len(numbers) else ():
        low = int(column.min())
        span = int(column.max()) - low + 1
        if size * span > _LARGEST:
            different, numbers = np.unique(numbers, return_inverse=True)
            size = len(different)
        numbers = numbers * span + (column - low)
        size *= span
    return numbers


def partners_of(groups: Integers, asking: Integers) -> Iterator[tuple[Indices, Indices]]:
    """Give for each asking group number the rows of the group, in blocks: who asks, and a row."""
    order = np.argsort(groups, kind="stable")
    in_order = groups[order]
    starts = np.searchsorted(in_order, asking, side="left")
    counts = np.searchsorted(in_order, asking, side="right") - starts
    for block in _blocks(counts):
        who, offset = _spread(counts[block])
        who = who + block.start
        yield who, order[starts[who] + offset]


def rows_between(starts: Integers, ends: Integers) -> tuple[Indices, Indices]:
    """Spread spans of rows out: which span, and each row in it."""
    which, offset = _spread(ends - starts)
    return which, starts[which] + offset


def running_totals(groups: Integers, order: Integers, amounts: Integers) -> Integers:
    """Sum amounts of a group up to and with all rows of the same place in its order."""
    sorting = np.lexsort((order, groups))
    sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(amounts[sorting])])
    in_order, places = groups[sorting], number_together(groups, order)[sorting]
    group_starts = np.searchsorted(in_order, in_order, side="left")
    steps = np.flatnonzero(np.diff(places)) + 1
    step_ends = np.append(steps, len(places))[
        np.searchsorted(steps, np.arange(len(places)), "right")
    ]
    totals = np.empty(len(groups), np.int64)
    totals[sorting] = sums[step_ends] - sums[group_starts]
    return totals


def first_of_each(groups: Integers, order: Integers) -> npt.NDArray[np.bool_]:
    """Mark the row of each group that comes first in an order, and first of those in a place."""
    sorting = np.lexsort((order, groups))
    starts = np.flatnonzero(np.diff(groups[sorting], prepend=groups.min(initial=0) - 1))
    marks = np.zeros(len(groups), np.bool_)
    marks[sorting[starts]] = True
    return marks


def _spread(counts: Integers) -> tuple[Indices, Indices]:
    """Repeat each index as often as its count says, and count up beside it from 0."""
    which = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return which, np.arange(len(which)) - before[which]


def _blocks(counts: Integers) -> Iterator[slice]:
    """Cut rows into blocks whose counts sum to what may be held at a time, a row at least."""
    sums = np.cumsum(counts)
    start, taken = 0, 0
    while start < len(counts) and taken < sums[-1]:
        end = int(np.searchsorted(sums, taken + PAIRS_AT_A_TIME, side="right"))
        end = max(end, start + 1)
        yield slice(start, end)
        start, taken = end, int(sums[end - 1])

"""Columns of days told apart: which different days there are, and which of them each row has."""

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Indices = npt.NDArray[np.intp]
# Days of a batch lie within some years; those of wider columns are sorted.
_SPAN_MAX = 1 << 16


def different_days(days: Days) -> tuple[Days, Indices]:
    """Give the different days (datetime64[D]) in order, and for each row the number of its own.

    No day (NaT) stands behind all days.
    """
    days = days.astype("datetime64[D]", copy=False)
    numbers = days.view(np.int64) if days.flags.c_contiguous else days.astype(np.int64)
    if not len(numbers) or np.isnat(days).any():
        return np.unique(days, return_inverse=True)
    low = int(numbers.min())
    span = int(numbers.max()) - low + 1
    if span > _SPAN_MAX:
        return np.unique(days, return_inverse=True)
    places = numbers - low
    seen = np.zeros(span, np.bool_)
    seen[places] = True
    told: Days = (np.flatnonzero(seen) + low).astype("datetime64[D]")
    return told, (np.cumsum(seen) - 1)[places]

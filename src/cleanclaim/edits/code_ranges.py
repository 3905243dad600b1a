"""Finding the lines whose procedure code stands in one of the lists, on its day of service."""

from datetime import date
from functools import cache

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Days, Flags, Integers
from cleanclaim.claims.service_columns import PROCEDURE
from cleanclaim.codes.store.keys import pack
from cleanclaim.edits.listing import rows_of
from cleanclaim.kernel.spans import Span


class _Ranges(msgspec.Struct, frozen=True):
    """The rows of a list under a word: the first and last key of each, and its days."""

    lowest: Integers
    highest: Integers
    starts_on: Days
    ends_on: Days


def listed(batch: ClaimBatch, name: str, word: str) -> Flags:
    """Mark lines whose code a list has under a word, as a code or in a range, on their first day.

    Rows are ``word code`` or ``word first-last``; keys sort as codes do.
    """
    ranges = _ranges(name, word)
    keys, days = batch.line_key[:, np.newaxis], batch.line_starts_on[:, np.newaxis]
    inside = (keys >= ranges.lowest) & (keys <= ranges.highest)
    inside &= (days >= ranges.starts_on) & (days <= ranges.ends_on)
    marks: Flags = np.logical_or.reduce(inside, axis=1)
    return marks


@cache
def _ranges(name: str, word: str) -> _Ranges:
    rows = [row for row in rows_of(name) if row.words[0] == word]
    codes = [(first, last or first) for first, _, last in (r.words[1].partition("-") for r in rows)]
    return _Ranges(
        np.array([pack([PROCEDURE], [first]) for first, _ in codes], np.int64),
        np.array([pack([PROCEDURE], [last]) for _, last in codes], np.int64),
        np.array([row.span.starts_on for row in rows], "datetime64[D]"),
        np.array([row.span.ends_on or date.max for row in rows], "datetime64[D]"),
    )


def within(days: Days, span: Span) -> Flags:
    """Mark the days of a span; no day is in none."""
    marks: Flags = days >= np.datetime64(span.starts_on)
    return marks if span.ends_on is None else marks & (days <= np.datetime64(span.ends_on))

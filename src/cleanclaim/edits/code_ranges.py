"""Finding the lines whose procedure code stands in one of the lists, on its day of service."""

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Days, Flags
from cleanclaim.claims.service_columns import PROCEDURE
from cleanclaim.codes.store.keys import pack
from cleanclaim.edits.listing import rows_of
from cleanclaim.kernel.spans import Span


def listed(batch: ClaimBatch, name: str, word: str) -> Flags:
    """Mark lines whose code a list has under a word, as a code or in a range, on their first day.

    Rows are ``word code`` or ``word first-last``.
    """
    marks = np.zeros(len(batch.line_key), np.bool_)
    for row in rows_of(name):
        if row.words[0] == word:
            first, _, last = row.words[1].partition("-")
            marks |= _between(batch, first, last or first) & within(batch.line_starts_on, row.span)
    return marks


def _between(batch: ClaimBatch, first: str, last: str) -> Flags:
    """Mark lines with a code from first to last; keys sort as codes do."""
    lowest, highest = pack([PROCEDURE], [first]), pack([PROCEDURE], [last])
    marks: Flags = (batch.line_key >= lowest) & (batch.line_key <= highest)
    return marks


def within(days: Days, span: Span) -> Flags:
    """Mark the days of a span; no day is in none."""
    marks: Flags = days >= np.datetime64(span.starts_on)
    return marks if span.ends_on is None else marks & (days <= np.datetime64(span.ends_on))

"""Marking the lines of a batch by short dated lists: codes in ranges, places, days of a span."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch, Days, Flags
from cleanclaim.claims.service_columns import PROCEDURE
from cleanclaim.codes.place_of_service import FACILITIES
from cleanclaim.codes.store.keys import Integers, pack
from cleanclaim.edits.listing import Listed, rows_of
from cleanclaim.kernel.spans import Span

Texts = npt.NDArray[np.str_]


def rows_called(name: str, word: str) -> Iterator[Listed]:
    """Give the rows of a list that begin with a word."""
    return (row for row in rows_of(name) if row.words[0] == word)


def days_in(days: Days, span: Span) -> Flags:
    """Mark the days of a span; no day is in none."""
    marks: Flags = days >= np.datetime64(span.starts_on, "D")
    if span.ends_on is not None:
        marks &= days <= np.datetime64(span.ends_on, "D")
    return marks


def codes_in(keys: Integers, ranges: Iterable[str]) -> Flags:
    """Mark packed procedure codes that are one of some codes or in a range ("99281-99285")."""
    marks = np.zeros(len(keys), np.bool_)
    for each in ranges:
        first, _, last = each.partition("-")
        marks |= (keys >= pack([PROCEDURE], [first])) & (keys <= pack([PROCEDURE], [last or first]))
    return marks


def alike(*columns: npt.NDArray[Any]) -> Integers:
    """Number rows so that those that are equal in all columns have equal numbers."""
    numbers = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        every, place = np.unique(column, return_inverse=True)
        _, again = np.unique(numbers * len(every) + place, return_inverse=True)
        numbers = again.astype(np.int64)
    return numbers


def lines_at(batch: ClaimBatch, name: str, word: str) -> Flags:
    """Mark lines whose place of service a list names on their day, in rows of a word."""
    marks = np.zeros(len(batch.line_claim), np.bool_)
    for row in rows_called(name, word):
        here: Flags = np.isin(batch.line_place, row.words[1:])
        marks |= here & days_in(batch.line_starts_on, row.span)
    return marks


def lines_in_facilities(batch: ClaimBatch) -> Flags:
    """Mark lines whose place of service is paid at the facility's rate on their day."""
    marks = np.zeros(len(batch.line_claim), np.bool_)
    for each in FACILITIES:
        here: Flags = batch.line_place == each.code
        if here.any():
            marks |= here & days_in(batch.line_starts_on, each.span)
    return marks

"""Spans include both of their ends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.kernel.spans import Span

days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(days)
    length = draw(st.none() | st.integers(0, 900))
    return Span(start, None if length is None else start + timedelta(length))


@given(spans(), spans(), days)
def test_containing_overlapping_and_covering_agree_day_by_day(a: Span, b: Span, day: date) -> None:
    if day in a and day in b:
        assert a.overlaps(b)
    if a.covers(b) and day in b:
        assert day in a
    assert a.overlaps(b) == b.overlaps(a)
    assert (a.covers(b) and b.covers(a)) == (a == b)


def test_both_ends_are_inside() -> None:
    span = Span(date(2026, 1, 1), date(2026, 1, 31))
    assert [date(2026, 1, 1) in span, date(2026, 1, 31) in span] == [True, True]
    assert [date(2025, 12, 31) in span, date(2026, 2, 1) in span] == [False, False]


def test_a_span_cannot_run_backwards() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Span(date(2026, 2, 1), date(2026, 1, 1))

"""Deadlines of appeals: by level, from receipt, from the term in force, unknown where it is."""

from datetime import date

import pytest

from cleanclaim.denials.combinations import Confidence
from cleanclaim.denials.terms import MEDICARE_TERMS, AppealTerm, Due, due_at
from cleanclaim.kernel.spans import Span


def term(days: int | None, span: Span, level: int = 1) -> AppealTerm:
    return AppealTerm(level, "first", days, span, "manual", Confidence.OWN)


def test_the_deadline_comes_from_the_term_in_force_on_the_day_of_receipt() -> None:
    terms = [
        term(180, Span(date(2025, 1, 1), date(2026, 6, 30))),
        term(90, Span(date(2026, 7, 1))),
        term(60, Span(date(2026, 7, 1))),
    ]
    assert due_at(1, date(2026, 6, 30), terms).on == date(2026, 12, 27)
    assert due_at(1, date(2026, 7, 1), terms).on == date(2026, 8, 30)


def test_without_a_term_no_limit_is_known() -> None:
    assert due_at(1, date(2026, 6, 30), []) == Due(level=1)
    assert due_at(2, date(2026, 6, 30), [term(60, Span(date(2026, 1, 1)))]).on is None
    assert due_at(1, date(2026, 6, 30), [term(None, Span(date(2026, 1, 1)))]).on is None


@pytest.mark.parametrize(
    ("level", "due_on", "least_cents"),
    [
        (1, date(2026, 6, 30), 0),
        (2, date(2026, 8, 29), 0),
        (3, date(2026, 5, 1), 20_000),
        (4, date(2026, 5, 1), 0),
        (5, date(2026, 5, 1), 196_000),
    ],
)
def test_medicares_levels_run_from_receipt(level: int, due_on: date, least_cents: int) -> None:
    due = due_at(level, date(2026, 3, 2), MEDICARE_TERMS)
    assert (due.on, due.least_cents) == (due_on, least_cents)
    assert due.confidence is Confidence.UNCONFIRMED  # and every screen says so


def test_an_amount_of_a_year_is_not_taken_for_another() -> None:
    assert due_at(3, date(2027, 3, 2), MEDICARE_TERMS).on is None

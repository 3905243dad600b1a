from datetime import date

import pytest

from cleanclaim.codes.place_of_service import NAMES, is_place_of_service
from cleanclaim.codes.reference import (
    MEDICARE_FILING_LIMIT,
    FilingLimit,
    Reference,
    bootstrapped,
)
from cleanclaim.kernel.spans import Span

OLD = FilingLimit(Span(date(2020, 1, 1), date(2024, 12, 31)), "contract", "NMUT1", days=90)
NEW = FilingLimit(Span(date(2025, 1, 1)), "contract", "NMUT1", days=180)


@pytest.mark.parametrize(
    ("day", "deadline"),
    [
        (date(2025, 6, 1), date(2026, 6, 1)),
        (date(2023, 6, 1), date(2024, 6, 1)),
        (date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_medicare_counts_a_calendar_year(day: date, deadline: date) -> None:
    assert MEDICARE_FILING_LIMIT.deadline(day) == deadline


@pytest.mark.parametrize(
    ("payer", "indicator", "day", "limit"),
    [
        ("NMUT1", "CI", date(2024, 12, 31), OLD),
        ("NMUT1", "CI", date(2025, 1, 1), NEW),
        ("NMUT1", "MB", date(2025, 1, 1), NEW),
        ("OTHER", "MB", date(2025, 1, 1), MEDICARE_FILING_LIMIT),
        ("OTHER", "CI", date(2025, 1, 1), None),
        ("", "", date(2025, 1, 1), None),
        ("NMUT1", "CI", date(2019, 1, 1), None),
    ],
)
def test_the_limit_is_the_payers_of_the_day(
    payer: str, indicator: str, day: date, limit: FilingLimit | None
) -> None:
    assert bootstrapped((OLD, NEW)).filing_limit(payer, indicator, day) == limit


def test_days_are_counted_from_the_service() -> None:
    assert OLD.deadline(date(2024, 1, 1)) == date(2024, 3, 31)


def test_an_empty_reference_has_no_limits() -> None:
    assert Reference().filing_limit("NMUT1", "MB", date(2025, 1, 1)) is None


def test_places_are_two_digits_with_a_name() -> None:
    assert is_place_of_service("11")
    assert not is_place_of_service("30")
    assert all(len(code) == 2 and code.isdigit() and name for code, name in NAMES.items())


def test_a_later_payers_limit_counts_from_the_first_ones_decision() -> None:
    since = Span(date(2025, 1, 1))
    own = FilingLimit(since, "contract", "NMUT1", days=90)
    later = FilingLimit(since, "contract", "NMUT1", days=60, from_primary=True)
    known, day = Reference(filing_limits=(later, own)), date(2026, 5, 4)
    assert known.filing_limit("NMUT1", "CI", day) == own
    assert known.filing_limit("NMUT1", "CI", day, is_later=True) == later
    assert Reference(filing_limits=(own,)).filing_limit("NMUT1", "CI", day, is_later=True) == own
    assert Reference(filing_limits=(later,)).filing_limit("NMUT1", "CI", day) is None

"""Variances: what was allowed, and the first cause that fits; interest to the cent."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.claims.model import Adjustment
from cleanclaim.pricing.prompt_pay import RULES, interest_cents, late_days
from cleanclaim.pricing.variances import Cause, PaidLine, explain


def line(paid: int, *taken: tuple[str, str, int], **fields: object) -> PaidLine:
    return PaidLine(paid, tuple(Adjustment(*each) for each in taken), **fields)  # type: ignore[arg-type]


def test_what_the_patient_bears_and_what_the_law_takes_was_allowed() -> None:
    told = line(7_840, ("CO", "45", 5_000), ("PR", "2", 2_000), ("CO", "253", 160))
    assert told.allowed_cents == 10_000
    assert told.sequestered_cents == 160
    assert explain(10_000, told) is None


@pytest.mark.parametrize(
    ("paid", "cause"),
    [
        (line(9_000, ("CO", "45", 1_000)), Cause.RATE),
        (line(11_000), Cause.OVER),
        (line(0, ("CO", "97", 10_000)), Cause.BUNDLING),
        (line(5_000, ("CO", "45", 5_000), units_billed=2, units_paid=1), Cause.UNITS),
        (line(5_000, ("CO", "59", 5_000)), Cause.MODIFIER),
        (line(5_000, modifiers_billed=("25",), modifiers_paid=()), Cause.MODIFIER),
        (line(8_000, ("CO", "45", 2_000)), Cause.SCHEDULE),
    ],
)
def test_the_first_cause_that_fits_is_named(paid: PaidLine, cause: Cause) -> None:
    assert explain(10_000, paid, (8_000,)) is cause


def test_a_denied_line_is_no_price() -> None:
    assert line(0, ("CO", "50", 10_000)).is_denied
    assert not line(0, ("PR", "1", 10_000)).is_denied
    assert not line(0, ("CO", "97", 10_000)).is_denied


def test_interest_runs_from_the_day_after_the_last_day_to_pay() -> None:
    received = date(2026, 1, 10)
    assert late_days(received, date(2026, 2, 9), 30) == 0
    assert late_days(received, date(2026, 2, 10), 30) == 1
    assert interest_cents(100_000, 10, 15_000) == 411  # 1,000.00 × 15 % × 10 / 365 = 4.1096
    assert interest_cents(100_000, 73, 4_625) == 925
    assert interest_cents(100_000, 0, 15_000) == 0


@given(st.integers(0, 10**9), st.integers(0, 3_000), st.integers(1, 100_000))
def test_interest_is_rounded_by_half_a_cent_at_most(principal: int, late: int, rate: int) -> None:
    exact = principal * rate * late
    assert abs(2 * (interest_cents(principal, late, rate) * 36_500_000 - exact)) <= 36_500_000


def test_each_rule_says_where_it_is_from_and_how_sure_it_is() -> None:
    assert all(rule.source and rule.days and rule.thousandths_percent for rule in RULES)
    assert {rule.confidence for rule in RULES} <= {"confirmed", "conflicting", "unverified"}
    assert [rule.name for rule in RULES if rule.confidence == "confirmed"] == [
        "Medicare, January to June 2025"
    ]

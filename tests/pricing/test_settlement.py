"""Who bears an allowed amount."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.pricing.policy import UnknownRateError
from cleanclaim.pricing.settlement import settle

ON = date(2026, 3, 2)


def test_sequestration_is_taken_from_the_payment_only() -> None:
    told = settle(10_000, ON)
    assert (told.paid_cents, told.sequestration_cents, told.patient_cents) == (7_840, 160, 2_000)
    assert [step.cents for step in told.steps] == [10_000, 0, -2_000, -160]


def test_the_deductible_comes_first() -> None:
    told = settle(10_000, ON, deductible_left_cents=4_000)
    assert (told.deductible_cents, told.coinsurance_cents, told.paid_cents) == (4_000, 1_200, 4_704)
    assert settle(1_000, ON, deductible_left_cents=4_000).paid_cents == 0


def test_what_has_no_coinsurance_has_none() -> None:
    assert settle(10_000, ON, coinsurance=0).paid_cents == 9_800


@pytest.mark.parametrize(
    ("day", "paid"),
    [
        (date(2020, 4, 30), 7_840),
        (date(2020, 5, 1), 8_000),
        (date(2022, 4, 1), 7_920),
        (date(2022, 7, 1), 7_840),
    ],
)
def test_sequestration_is_that_of_the_day(day: date, paid: int) -> None:
    assert settle(10_000, day).paid_cents == paid


def test_a_day_without_known_rates_is_refused() -> None:
    with pytest.raises(UnknownRateError, match="no rate is known for coinsurance"):
        settle(10_000, date(1980, 1, 1))


@given(st.integers(0, 10**8), st.integers(-5, 10**8), st.integers(0, 10_000))
def test_nothing_is_lost_or_made(allowed: int, deductible: int, coinsurance: int) -> None:
    told = settle(allowed, ON, deductible_left_cents=deductible, coinsurance=coinsurance)
    assert told.paid_cents + told.patient_cents + told.sequestration_cents == allowed
    assert min(told.paid_cents, told.patient_cents, told.sequestration_cents) >= 0
    assert sum(step.cents for step in told.steps) == told.paid_cents

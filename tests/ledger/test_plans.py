"""Plans sum to the debt to the cent, keep to the policy, and know what was missed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.ledger.patient_policy import (
    AssistanceBand,
    BillingPolicy,
    discount_for_income,
    percent_of_poverty,
    take_share,
)
from cleanclaim.ledger.plans import (
    PlanFault,
    add_months,
    cut_plan,
    find_missed,
    find_plan_fault,
    offer_counts,
    pay_instalments,
)

POLICY = BillingPolicy(
    cycle_days=28,
    minimum_balance_cents=500,
    minimum_instalment_cents=2_500,
    longest_plan_months=12,
    grace_days=5,
    prompt_pay_days=10,
    prompt_pay_basis_points=1_000,
    notices_before_bad_debt=3,
    days_before_bad_debt=120,
    link_hours=72,
    second_person_cents=10_000,
    assistance=(AssistanceBand(200, 10_000), AssistanceBand(300, 5_000)),
)
FIRST = date(2026, 1, 31)


def test_the_first_instalments_carry_the_cents_that_do_not_divide() -> None:
    plan = cut_plan(10_001, 3, FIRST)
    assert [part.cents for part in plan] == [3_334, 3_334, 3_333]
    assert [part.due_on for part in plan] == [FIRST, date(2026, 2, 28), date(2026, 3, 31)]


@given(st.integers(1, 10**9), st.integers(1, 60), st.lists(st.integers(-10_000, 10**8), max_size=6))
def test_a_plan_keeps_every_cent(total: int, count: int, payments: list[int]) -> None:
    if total < count:
        with pytest.raises(ValueError, match="at least one cent"):
            cut_plan(total, count, FIRST)
        return
    plan = cut_plan(total, count, FIRST)
    amounts = [part.cents for part in plan]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= 1
    assert amounts == sorted(amounts, reverse=True)
    paid = 0
    for cents in payments:
        plan, left = pay_instalments(plan, cents)
        paid += cents - left
        assert sum(part.paid_cents for part in plan) == paid
        assert all(0 <= part.paid_cents <= part.cents for part in plan)
        assert left == 0 or (left > 0) == (cents > 0)


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(0, 400))
def test_months_never_drift(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(1)).day == 1)


@pytest.mark.parametrize(
    ("total", "count", "fault"),
    [
        (0, 2, PlanFault.NOTHING_OWED),
        (10_000, 1, PlanFault.TOO_FEW),
        (100_000, 13, PlanFault.TOO_LONG),
        (4_999, 2, PlanFault.TOO_SMALL),
        (5_000, 2, None),
    ],
)
def test_the_policy_bounds_a_plan(total: int, count: int, fault: PlanFault | None) -> None:
    assert find_plan_fault(total, count, POLICY) is fault


def test_only_what_the_policy_allows_is_offered() -> None:
    assert offer_counts(10_000, POLICY) == (2, 3, 4)
    assert offer_counts(4_000, POLICY) == ()


def test_an_instalment_is_missed_after_its_days_of_grace() -> None:
    plan, _ = pay_instalments(cut_plan(9_000, 3, FIRST), 4_000)
    assert find_missed(plan, as_of=date(2026, 3, 5), grace_days=5) == ()
    (missed,) = find_missed(plan, as_of=date(2026, 3, 6), grace_days=5)
    assert (missed.number, missed.open_cents) == (2, 2_000)


def test_an_income_a_cent_above_a_limit_is_above_it() -> None:
    assert percent_of_poverty(3_000_000, 1_500_000) == 200
    assert percent_of_poverty(3_000_001, 1_500_000) == 201
    assert discount_for_income(POLICY, 200) == 10_000
    assert discount_for_income(POLICY, 201) == 5_000
    assert discount_for_income(POLICY, 301) == 0
    with pytest.raises(ValueError, match="guideline is positive"):
        percent_of_poverty(1, 0)


def test_no_discount_is_rounded_up() -> None:
    assert take_share(999, 1_000) == 99

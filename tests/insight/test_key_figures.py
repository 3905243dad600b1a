"""What a key figure is made of: periods, sums, aims, and definitions that say all they must."""

from datetime import date, timedelta
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.insight.kpis import GROUPS, KPIS
from cleanclaim.insight.measures import (
    Period,
    Sums,
    Unit,
    days_before,
    measure,
    months_before,
    rank_shares,
)
from cleanclaim.insight.targets import (
    TARGETS,
    Confidence,
    Direction,
    Target,
    is_met,
    target_on,
)

DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


@given(DAYS, st.integers(1, 40))
def test_months_follow_one_another_up_to_the_day(as_of: date, count: int) -> None:
    months = months_before(as_of, count)
    assert len(months) == count
    assert months[-1] == Period(as_of.replace(day=1), as_of)
    for before, after in pairwise(months):
        assert before.ends_on + timedelta(1) == after.starts_on
        assert before.starts_on.day == 1
        assert 28 <= before.days <= 31


@given(DAYS, st.integers(1, 400))
def test_a_window_has_its_days(as_of: date, days: int) -> None:
    assert days_before(as_of, days).days == days


def test_a_figure_is_made_of_its_sums_or_there_is_none() -> None:
    told = Sums(4, 30, 120)
    assert measure(Unit.PERCENT, told, window_days=90) == 0.25
    assert measure(Unit.MEAN_DAYS, Sums(4, 30, 4), window_days=90) == 7.5
    assert measure(Unit.DAYS_OF_FLOW, told, window_days=90) == 22.5
    assert measure(Unit.CENTS, told, window_days=90) == 30
    for unit in Unit:
        assert measure(unit, Sums(), window_days=90) is None
    # Nothing to divide by, or less than nothing, is no figure; an amount needs no division.
    for denominator in (0, -5):
        nothing = Sums(2, 30, denominator)
        assert measure(Unit.PERCENT, nothing, window_days=90) is None
        assert measure(Unit.DAYS_OF_FLOW, nothing, window_days=90) is None
        assert measure(Unit.CENTS, nothing, window_days=90) == 30


@given(st.lists(st.integers(1, 10_000), min_size=1))
def test_running_shares_rise_to_the_whole(amounts: list[int]) -> None:
    shares = rank_shares(amounts)
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1


def test_no_share_of_nothing() -> None:
    assert rank_shares([0, 0]) == (0.0, 0.0)


def test_the_aim_is_that_of_the_day() -> None:
    old = Target("x", 900, "a book", Confidence.PUBLISHED, ends_on=date(2025, 12, 31))
    new = Target("x", 950, "a newer book", Confidence.PUBLISHED, date(2026, 1, 1))
    assert target_on("x", date(2025, 12, 31), (old, new)) == old
    assert target_on("x", date(2026, 1, 1), (new, old)) == new
    assert target_on("y", date(2026, 1, 1), (old, new)) is None
    open_ended = msgspec.structs.replace(old, ends_on=None)
    assert target_on("x", date(2026, 1, 1), (new, open_ended)) == new


def test_an_aim_is_met_by_its_direction() -> None:
    aim = Target("x", 950, "a book", Confidence.CUSTOM)
    assert is_met(aim, Direction.UP, 0.95) is True
    assert is_met(aim, Direction.UP, 0.949) is False
    assert is_met(aim, Direction.DOWN, 0.95) is True
    assert is_met(aim, Direction.DOWN, 0.951) is False
    assert is_met(aim, Direction.NONE, 0.5) is None


def test_every_definition_says_what_it_must() -> None:
    for name, kpi in KPIS.items():
        assert (kpi.id, kpi.group in GROUPS) == (name, True)
        assert kpi.formula
        assert kpi.scope
        assert kpi.source
        assert bool(kpi.missing) or (kpi.needs and kpi.counted), name
        assert bool(kpi.among) or kpi.missing or kpi.unit is Unit.CENTS, name
    known = {target.kpi for target in TARGETS}
    assert known <= set(KPIS)
    for target in TARGETS:
        assert target.source
        assert target.thousandths > 0
        # What no direction makes better, and what is unknown, has no aim.
        assert KPIS[target.kpi].direction is not Direction.NONE
        assert not KPIS[target.kpi].missing

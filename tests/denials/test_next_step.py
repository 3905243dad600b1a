"""The next best way: what is suggested leads until enough of the practice's own history differs."""

from datetime import date, timedelta
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.denials.causes import DenialClass
from cleanclaim.denials.next_step import Action, Situation, options, rank_value, urgency
from cleanclaim.denials.odds import Odds

ON = date(2026, 5, 4)


def situation(
    work: DenialClass = DenialClass.CORRECT,
    *,
    days: int | None = 60,
    odds: dict[Action, Odds] | None = None,
    appealable: bool = True,
    write_off: bool = False,
) -> Situation:
    due = None if days is None else ON + timedelta(days)
    return Situation(work, 10_000, due, ON, odds or {}, appealable, write_off)


def test_what_is_suggested_leads_and_unknown_odds_are_no_number() -> None:
    ways = options(situation())
    assert ways[0].action is Action.CORRECT
    assert {way.expected_cents for way in ways} == {None}


def test_another_way_leads_only_where_both_were_decided_often_enough() -> None:
    few = {Action.CORRECT: Odds(1, 4), Action.APPEAL: Odds(9, 9)}
    enough = {Action.CORRECT: Odds(1, 5), Action.APPEAL: Odds(9, 9)}
    assert options(situation(odds=few))[0].action is Action.CORRECT
    assert options(situation(odds=enough))[0].action is Action.APPEAL


@pytest.mark.parametrize("fields", [{"days": -1}, {"appealable": False}])
def test_no_appeal_is_offered_past_its_day_or_without_a_right(fields: dict[str, int]) -> None:
    ways = [w.action for w in options(situation(DenialClass.APPEAL, **fields))]  # type: ignore[arg-type]
    assert Action.APPEAL not in ways
    assert ways[0] is Action.REVIEW


def test_giving_up_comes_last_and_only_by_a_policy() -> None:
    assert Action.WRITE_OFF not in [way.action for way in options(situation())]
    assert options(situation(write_off=True))[-1].action is Action.WRITE_OFF


def test_the_rank_grows_with_dollars_odds_and_nearness() -> None:
    near, far, unknown = situation(days=3), situation(days=200), situation(days=None)
    assert rank_value(near, Odds(1, 2)) == 2 * rank_value(far, Odds(1, 2)) == 10_000
    assert rank_value(unknown, Odds()) == 10_000
    assert urgency(-5) == urgency(7) == 2.0


@given(st.integers(0, 400), st.integers(0, 400))
def test_wilsons_interval_holds_the_share_and_lies_in_bounds(won: int, lost: int) -> None:
    odds = Odds(won, won + lost)
    interval, share = odds.interval, odds.share
    if interval is None or share is None:
        assert won + lost == 0
        return
    low, high = interval
    assert 0 <= low < high <= 1
    assert low <= share or isclose(low, share, abs_tol=1e-9)
    assert share <= high or isclose(high, share, abs_tol=1e-9)


def test_the_interval_of_seven_of_nine() -> None:
    interval = Odds(7, 9).interval
    assert interval is not None
    assert [round(end, 3) for end in interval] == [0.453, 0.937]

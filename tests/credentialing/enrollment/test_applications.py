"""Applications: their states, what is missing, and how long a payer takes by own cases."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.credentialing.enrollment.applications import (
    CASES_MIN,
    CHECKLISTS,
    ENDED,
    NEXT,
    ApplicationKind,
    ApplicationState,
    Item,
    find_checklist,
    find_missing,
    follow_up_on,
    learn_turnaround,
    may_follow,
)
from cleanclaim.credentialing.enrollment.terms import Program


def test_nothing_follows_an_end_and_nothing_is_approved_unfiled() -> None:
    assert all(not NEXT[state] for state in ENDED)
    assert not may_follow(ApplicationState.DRAFT, ApplicationState.APPROVED)
    assert may_follow(ApplicationState.QUESTIONED, ApplicationState.APPROVED)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached, todo = set(), [ApplicationState.DRAFT]
    while todo:
        state = todo.pop()
        reached.add(state)
        todo += NEXT[state] - reached
    assert reached == set(ApplicationState)


def test_what_is_optional_is_never_missing() -> None:
    items = (Item("npi", "NPI"), Item("photo", "photo", required=False), Item("w9", "W-9"))
    assert [each.key for each in find_missing(items, ["npi"])] == ["w9"]
    assert find_missing(items, ["npi", "w9", "unasked"]) == ()


@pytest.mark.parametrize("program", Program)
@pytest.mark.parametrize("kind", ApplicationKind)
def test_every_application_has_something_to_bring(program: Program, kind: ApplicationKind) -> None:
    checklist = find_checklist(program, kind)
    keys = [item.key for item in checklist.items]
    assert keys
    assert len(set(keys)) == len(keys)
    assert checklist.source


def test_the_first_checklist_of_medicare_asks_for_the_link() -> None:
    assert "reassignment" in {item.key for item in CHECKLISTS[0].items}


def test_nothing_is_forecast_from_few_cases() -> None:
    few = learn_turnaround(range(1, CASES_MIN))
    assert (few.cases, few.learned) == (CASES_MIN - 1, False)
    assert few.expected_on(date(2026, 1, 1)) is None
    enough = learn_turnaround([40] * 10 + [60] * 10)
    assert (enough.half_days, enough.most_days) == (50, 60)
    assert enough.expected_on(date(2026, 1, 10)) == date(2026, 3, 1)
    assert learn_turnaround([]).half_days is None


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_half_and_nine_tenths_are_what_they_say(days: list[int]) -> None:
    told = learn_turnaround(days)
    assert told.half_days is not None
    assert told.most_days is not None
    assert sum(each <= told.most_days for each in days) * 10 >= len(days) * 9
    assert told.half_days <= told.most_days or len(set(days)) > 1
    assert told.cases == len(days)


def test_a_payer_is_asked_again_after_the_days() -> None:
    assert follow_up_on(date(2028, 2, 15), 15) == date(2028, 3, 1)

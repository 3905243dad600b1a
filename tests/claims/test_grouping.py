"""Groups, pairs and running totals are what loops over rows give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.claims import grouping
from cleanclaim.claims.grouping import (
    first_of_each,
    number_together,
    partners_of,
    rows_between,
    running_totals,
)

GROUPS = st.lists(st.integers(-3, 4), max_size=30)
ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3), st.integers(0, 9)), max_size=30)


def column(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


@given(st.lists(st.tuples(st.integers(-(2**40), 2**40), st.integers(-5, 5)), max_size=20))
def test_rows_have_one_number_only_if_alike(rows: list[tuple[int, int]]) -> None:
    wide, narrow = column([row[0] for row in rows]), column([row[1] for row in rows])
    numbers = number_together(wide, narrow, wide, narrow, wide).tolist()
    alike = [(i, j) for i in range(len(rows)) for j in range(len(rows)) if rows[i] == rows[j]]
    same = [(i, j) for i in range(len(rows)) for j in range(len(rows)) if numbers[i] == numbers[j]]
    assert alike == same


@given(ROWS)
def test_totals_run_up_to_all_rows_of_the_same_place(rows: list[tuple[int, int, int]]) -> None:
    groups, order, amounts = (column([row[part] for row in rows]) for part in range(3))
    expected = [
        sum(amount for group, place, amount in rows if group == own and place <= turn)
        for own, turn, _ in rows
    ]
    assert running_totals(groups, order, amounts).tolist() == expected


@given(ROWS)
def test_the_first_row_of_each_group_is_marked(rows: list[tuple[int, int, int]]) -> None:
    groups, order = column([row[0] for row in rows]), column([row[1] for row in rows])
    first: dict[int, tuple[int, int]] = {}
    for row, (group, place, _) in enumerate(rows):
        first[group] = min(first.get(group, (place, row)), (place, row))
    expected = [first[group] == (place, row) for row, (group, place, _) in enumerate(rows)]
    assert first_of_each(groups, order).tolist() == expected


def partners(groups: list[int], asking: list[int]) -> list[tuple[int, int]]:
    blocks = partners_of(column(groups), column(asking))
    return [pair for who, rows in blocks for pair in zip(who.tolist(), rows.tolist(), strict=True)]


@given(GROUPS, st.lists(st.integers(-4, 5), max_size=6))
def test_who_asks_gets_all_rows_of_the_group(groups: list[int], asking: list[int]) -> None:
    every = ((i, j) for i in range(len(asking)) for j in range(len(groups)))
    assert partners(groups, asking) == [(i, j) for i, j in every if asking[i] == groups[j]]


@pytest.mark.parametrize("at_a_time", [1, 2, 5, 1000])
def test_partners_come_in_blocks_of_what_may_be_held(
    monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    groups = [1, 2, 1, 1, 3, 1, 2, 1]
    expected = partners(groups, groups)
    monkeypatch.setattr(grouping, "PAIRS_AT_A_TIME", at_a_time)
    assert partners(groups, groups) == expected
    assert len(expected) == 25 + 4 + 1
    blocks = list(partners_of(column(groups), column(groups)))
    assert max(len(who) for who, _ in blocks) <= max(at_a_time, 5)


def test_spans_of_rows_are_spread_out() -> None:
    which, rows = rows_between(column([5, 2, 7]), column([7, 2, 8]))
    assert list(zip(which.tolist(), rows.tolist(), strict=True)) == [(0, 5), (0, 6), (2, 7)]

"""Groups, pairs and running totals are what loops over rows give."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.claims import grouping
from cleanclaim.claims.grouping import (
    first_of_each,
    number_together,
    pairs_within,
    partners_of,
    rows_between,
    running_totals,
)

GROUPS = st.lists(st.integers(-3, 4), max_size=30)
ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3), st.integers(0, 9)), max_size=30)


def column(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


def all_pairs(groups: list[int]) -> set[frozenset[int]]:
    blocks = list(pairs_within(column(groups)))
    pairs = [pair for one, two in blocks for pair in zip(one.tolist(), two.tolist(), strict=True)]
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    return {frozenset(pair) for pair in pairs}


@given(GROUPS)
def test_every_pair_of_a_group_comes_once(groups: list[int]) -> None:
    rows = range(len(groups))
    expected = {frozenset(p) for p in combinations(rows, 2) if groups[p[0]] == groups[p[1]]}
    assert all_pairs(groups) == expected


@pytest.mark.parametrize("at_a_time", [1, 2, 7, 1000])
def test_pairs_come_in_blocks_of_what_may_be_held(
    monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    monkeypatch.setattr(grouping, "PAIRS_AT_A_TIME", at_a_time)
    groups = [1, 2, 1, 1, 3, 1, 2, 1]
    assert len(all_pairs(groups)) == 10 + 1
    largest = max(len(one) for one, _ in pairs_within(column(groups)))
    assert largest <= max(at_a_time, 4)


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


@given(GROUPS)
def test_the_first_row_of_each_group_is_marked(groups: list[int]) -> None:
    expected = [group not in groups[:row] for row, group in enumerate(groups)]
    assert first_of_each(column(groups)).tolist() == expected


@given(GROUPS, st.lists(st.integers(-4, 5), max_size=6))
def test_who_asks_gets_all_rows_of_the_group(groups: list[int], asking: list[int]) -> None:
    who, rows = partners_of(column(groups), column(asking))
    found = sorted(zip(who.tolist(), rows.tolist(), strict=True))
    expected = [
        (i, j) for i, ask in enumerate(asking) for j, own in enumerate(groups) if own == ask
    ]
    assert found == expected


def test_spans_of_rows_are_spread_out() -> None:
    which, rows = rows_between(column([5, 2, 7]), column([7, 2, 8]))
    assert list(zip(which.tolist(), rows.tolist(), strict=True)) == [(0, 5), (0, 6), (2, 7)]

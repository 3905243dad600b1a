from datetime import date

import pytest

from cleanclaim.edits.listing import in_force, parse_rows, rows_of

NAMES = (
    "modifier_pairs",
    "bill_types",
    "revenue_codes",
    "span_codes",
    "ncci_visits",
    "visit_codes",
    "operating_places",
    "secondary_reasons",
)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_a_source(name: str) -> None:
    rows = rows_of(name)
    assert rows
    assert all(row.source for row in rows)


def test_no_pair_of_modifiers_stands_twice() -> None:
    pairs = [frozenset(row.words[1:]) for row in rows_of("modifier_pairs")]
    assert len(set(pairs)) == len(pairs)
    assert all(len(pair) == 2 for pair in pairs)


def test_a_row_counts_from_its_first_day() -> None:
    def knows(day: date) -> bool:
        return any(row.words[1:] == ("JW", "JZ") for row in in_force("modifier_pairs", day))

    assert knows(date(2023, 7, 1))
    assert not knows(date(2023, 6, 30))


def test_a_row_counts_to_its_last_day() -> None:
    (row,) = parse_rows("source manual\nfrom 2020-01-01 until 2020-12-31\nA B # remark")
    assert row.words == ("A", "B")
    assert date(2020, 12, 31) in row.span
    assert date(2021, 1, 1) not in row.span


@pytest.mark.parametrize("text", ["A B", "source manual\nA B", "from 2020-01-01\nA B"])
def test_a_row_without_source_or_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no source or no first day"):
        list(parse_rows(text))

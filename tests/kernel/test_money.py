"""Amounts survive the way through text without a rounding step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.kernel.money import (
    AmountError,
    format_decimal,
    format_dollars,
    parse_cents,
    read_cents,
)


@given(st.integers(-(10**15), 10**15))
def test_decimal_text_round_trips(cents: int) -> None:
    assert parse_cents(format_decimal(cents)) == cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [("100", 10000), ("12.5", 1250), (".05", 5), ("-0.30", -30), ("7.", 700), ("1.500", 150)],
)
def test_x12_spellings_are_read(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    "text", ["", ".", "-", "1.005", "1,000", "1e3", " 1", "$5", "--1", "٣", "1" * 5000]
)
def test_what_is_no_whole_number_of_cents_is_refused(text: str) -> None:
    assert read_cents(text) is None
    with pytest.raises(AmountError):
        parse_cents(text)


def test_people_read_dollars() -> None:
    assert [format_dollars(c) for c in (0, 5, -300, 123450)] == [
        "$0.00", "$0.05", "-$3.00", "$1,234.50",
    ]  # fmt: skip


def test_x12_text_carries_no_needless_zero() -> None:
    assert [format_decimal(c) for c in (0, 5, 50, 100, -1250)] == ["0", ".05", ".5", "1", "-12.5"]

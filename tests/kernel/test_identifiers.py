"""Check digits and forms tell a mistyped identifier from a good one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.kernel.identifiers import is_mbi, is_npi, is_taxonomy, is_tin, npi_from_stem

stems = st.from_regex(r"[12][0-9]{8}", fullmatch=True)


@given(stems, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(stem: str, place: int, change: int) -> None:
    npi = npi_from_stem(stem)
    wrong = npi[:place] + str((int(npi[place]) + change) % 10) + npi[place + 1 :]
    assert is_npi(npi)
    assert not is_npi(wrong)


def test_the_published_example_npi_passes() -> None:
    assert is_npi("1234567893")


@pytest.mark.parametrize("text", ["", "123456789", "12345678933", "3234567893", "123456789a"])
def test_other_text_is_no_npi(text: str) -> None:
    assert not is_npi(text)


def test_the_published_example_mbi_passes_and_near_misses_do_not() -> None:
    assert is_mbi("1EG4TE5MK73")
    assert not any(map(is_mbi, ["0EG4TE5MK73", "1SG4TE5MK73", "1EG4TE5MK7", "1EG4-TE5-MK73"]))


def test_tin_and_taxonomy_forms() -> None:
    assert is_tin("123456789")
    assert not any(map(is_tin, ["12-3456789", "000000000", "12345678"]))
    assert is_taxonomy("207Q00000X")
    assert not is_taxonomy("207Q00000")

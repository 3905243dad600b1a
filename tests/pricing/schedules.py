"""Schedules for tests: rows written here, and the official files where they lie beside."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleanclaim.pricing.fees import Rows
from cleanclaim.pricing.rows import LocalityIndices, RelativeValues
from cleanclaim.pricing.service import Anesthesia, Setting

REFERENCE = Path(__file__).resolve().parents[2] / "../shared/reference"
# An index of one everywhere, so that a test can be reckoned by hand.
PLAIN = LocalityIndices("99999", "00", 1000, 1000, 1000)


GIVEN = Anesthesia(2000, {"00100": 5}, "test")


def at_one_dollar(anesthesia: Anesthesia | None = GIVEN) -> Setting:
    """Make a setting where a relative value is a dollar."""
    return Setting(indices=PLAIN, conversion_factor=10_000, anesthesia=anesthesia, source="test")


def rows_of(*rows: RelativeValues) -> Rows:
    """Put rows together by what they are found by."""
    return {(row.code, row.modifier): row for row in rows}


def official(*parts: str) -> Path:
    """Find an official file, or skip the test with the reason."""
    path = REFERENCE.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the official file {parts[-1]} is not beside the repository")
    return path


def lines_of(path: Path) -> Iterator[list[str]]:
    """Read a file of comma separated values with their blanks taken off."""
    with path.open(encoding="latin-1", newline="") as file:
        for line in csv.reader(file):
            yield [value.strip() for value in line]


def scaled(text: str, places: int) -> int:
    """Read a decimal number as a whole number of its last place, without a float."""
    whole, _, rest = text.partition(".")
    unit: int = 10**places
    return int(whole or "0") * unit + int(rest.ljust(places, "0")[:places] or "0")

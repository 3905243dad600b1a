"""Schedules for tests: rows written here, and the official files where they lie beside."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cleanclaim.pricing.fees import Rows
from cleanclaim.pricing.rows import LocalityIndices, RelativeValues
from cleanclaim.pricing.service import Anesthesia, Setting

REFERENCE = Path(__file__).resolve().parents[2] / "../shared/reference"
FACTOR_2025 = 323_465
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


@cache
def relative_values(path: Path) -> Rows:
    """Read the 2025 layout of the relative value file."""
    lines = (line for line in lines_of(path) if len(line) == 31 and line[24][:1].isdigit())
    return rows_of(*(_row(line) for line in lines))


def _row(line: list[str]) -> RelativeValues:
    hundredths = {place: scaled(line[place], 2) for place in (5, 6, 8, 10, 15, 16, 17, 28, 29, 30)}
    return RelativeValues(
        code=line[0],
        modifier=line[1],
        status=line[3],
        work=hundredths[5],
        practice_non_facility=hundredths[6],
        practice_facility=hundredths[8],
        malpractice=hundredths[10],
        component=line[13],
        global_days=line[14],
        preoperative=hundredths[15],
        intraoperative=hundredths[16],
        postoperative=hundredths[17],
        multiple=line[18],
        bilateral=line[19],
        assistant=line[20],
        cosurgeon=line[21],
        team=line[22],
        endoscopic_base=line[23],
        imaging_family=line[27],
        cap_practice_non_facility=hundredths[28],
        cap_practice_facility=hundredths[29],
        cap_malpractice=hundredths[30],
        conversion_factor=scaled(line[24], 4),
    )


@cache
def settings(path: Path) -> dict[tuple[str, str], Setting]:
    """Read the indices of all localities."""
    return {
        (line[0], line[2]): Setting(
            indices=LocalityIndices(
                line[0], line[2], scaled(line[4], 3), scaled(line[5], 3), scaled(line[6], 3)
            )
        )
        for line in lines_of(path)
        if len(line) > 6 and line[0].isdigit()
    }

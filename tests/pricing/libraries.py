"""A small reference library for tests: a few rows a table, all of them made up."""

from datetime import UTC, date, datetime
from pathlib import Path

from cleanclaim.codes.store.arrays import fill
from cleanclaim.codes.store.kinds import Kind, Row
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.release import Release
from cleanclaim.codes.tables import fee_schedules, physician_fees

LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
# Work, practice expense outside and in a facility, malpractice, multiple, component, status.
_VALUES = {
    ("99213", ""): ("1.00", "1.00", "0.50", "0.10", "0", "0", "A"),
    ("70450", ""): ("1.00", "3.00", "3.00", "0.10", "4", "1", "A"),
    ("70450", "TC"): ("0.00", "2.50", "2.50", "0.05", "4", "1", "A"),
    ("70450", "26"): ("1.00", "0.50", "0.50", "0.05", "4", "1", "A"),
    ("11042", ""): ("2.00", "2.00", "1.00", "0.20", "2", "0", "A"),
    ("80053", ""): ("0.00", "0.00", "0.00", "0.00", "9", "9", "X"),
    ("00100", ""): ("0.00", "0.00", "0.00", "0.00", "9", "9", "J"),
    ("99080", ""): ("0.00", "0.00", "0.00", "0.00", "9", "9", "B"),
}


def add(
    library: Library,
    kind: Kind[Row],
    rows: list[tuple[object, ...]],
    year: int = 2026,
) -> None:
    """Put a table of a year on its shelf."""
    release = Release(
        kind=kind.name,
        name=f"{kind.title} {year}",
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        dating="period",
        files=(),
        rows=len(rows),
        licence=kind.licence,
        loaded_at=LOADED_AT,
    )
    library.add(kind, fill(kind, rows), release)


def relative_values(factor: str) -> list[tuple[object, ...]]:
    """Give rows of the relative value table, in the order of its columns."""
    return [
        (
            *(code, modifier, "", values[6], ""),
            *(values[0], values[1], "", values[2], "", values[3], "", "", values[5]),
            *("010" if code == "11042" else "XXX", "0.10", "0.80", "0.10", values[4]),
            *("1" if code == "11042" else "0", "2", "0", "0", "", factor, "09", "0", "99"),
            *("0.00", "0.00", "0.00"),
        )
        for (code, modifier), values in _VALUES.items()
    ]


def small_library(folder: Path) -> Library:
    """Make a library of 2026, with the values and indices of 2025 beside it."""
    library = Library(folder)
    for year, factor in ((2025, "32.3465"), (2026, "33.4009")):
        add(library, physician_fees.RELATIVE_VALUES, relative_values(factor), year)
        places = [
            ("10112", "00", "AL", "Alabama", "1.000", "0.869", "0.575"),
            ("01112", "05", "CA", "San Francisco", "1.088", "1.419", "0.445"),
        ]
        add(library, physician_fees.GEOGRAPHIC_INDEX, list(places), year)
    add(library, physician_fees.ANESTHESIA_FACTORS, [("10112", "00", "Alabama", "19.31")])
    add(library, physician_fees.ANESTHESIA_UNITS, [("00100", "5")], 2026)
    add(library, physician_fees.ZIP_LOCALITIES, [("94110", "CA", "01112", "05", "", "", "", "")])
    add(library, fee_schedules.LABORATORY, [("80053", "", "20260101", "N", "10.56", "")])
    add(library, fee_schedules.DRUGS, [("J0897", "1 MG", "29.856", "20.000", "", "", "")])
    walker = ("E0143", "NU", "", "AL", "D", "IN", "0", "0", "70.00", "90.00")
    other = ("E0143", "NU", "", "CA", "D", "IN", "0", "0", "75.00", "0")
    add(library, fee_schedules.EQUIPMENT, [walker, other])
    return library

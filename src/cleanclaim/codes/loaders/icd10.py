"""ICD-10-CM and ICD-10-PCS: order files, lists of codes, and which year they are of."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from cleanclaim.codes.store.columns import Array
from cleanclaim.codes.store.dating import Time, Told, fiscal_year, time_in
from cleanclaim.codes.store.formats import Draft, Examine, Span, reads_lines
from cleanclaim.codes.store.sheets import RefusedError
from cleanclaim.codes.tables.diagnoses import ICD10CM, ICD10PCS

# A code that each fiscal year brought, to tell a list's year by; and one that FY2020 lacked.
_NEW_IN = {
    2020: b"I4811",
    2021: b"K7400",
    2022: b"U099",
    2023: b"F01511",
    2024: b"I2481",
    2025: b"E66811",
    2026: b"E11A",
}


@reads_lines(r"\d{5} [0-9A-Z]{3,7} +[01] \S")
def order_file(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read an order file of ICD-10-CM or ICD-10-PCS.

    Columns: 1-5 order, 7-13 code, 15 billable or not, 17-76 short, 78 on long title.
    """
    first = next(lines)
    rows = (_ordered(line) for line in chain([first], lines) if line.strip())
    if re.match(r"\d{5} \d", first) or "pcs" in told.name.lower():
        yield _procedures(rows, told)
    else:
        yield _diagnoses(rows, told, rank=1)


def _ordered(line: str) -> tuple[str, bool, str, str]:
    if len(line) < 78 or line[14] not in "01":
        msg = f"a line of {len(line)} characters: the file is cut off"
        raise RefusedError(msg)
    return line[6:13].strip(), line[14] == "1", line[16:76].strip(), line[77:].strip()


@reads_lines(r'"[0-9][0-9A-Z]{6}","')
def procedure_list(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read a list of ICD-10-PCS codes with titles, without a header."""
    rows = ((code, True, "", title) for code, title in _pairs(lines))
    yield _procedures(rows, told)


@reads_lines(r'[A-Z][0-9][0-9A-Z]{1,5},"?[A-Z\[]')
def diagnosis_list(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read a list of billable ICD-10-CM codes with titles, without a header."""
    rows = ((code, True, "", title) for code, title in _pairs(lines))
    yield _diagnoses(rows, told)


@reads_lines(r"[A-Z][0-9][0-9A-Z]{1,5} {2,6}[A-Z\[]")
def diagnosis_descriptions(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read the file of billable ICD-10-CM codes and titles that CMS ships beside the order."""
    rows = ((x[:7].strip(), True, "", x[8:].strip()) for x in lines if x.strip())
    yield _diagnoses(rows, told)


def _pairs(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    for row in csv.reader(lines):
        if row:
            yield row[0], row[1] if len(row) > 1 else ""


@reads_lines(r"(?:\d{1,2}|[A-Z][0-9][0-9A-Z](?:-[A-Z][0-9][0-9A-Z])?|[A-Z][0-9][0-9A-Z]{2,5})$")
def bare_list(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read a bare list of chapters, sections and codes, as simple-icd-10-cm carries it.

    A code that begins the next one is a header.
    """
    codes = [x.strip() for x in lines if re.fullmatch(r"[A-Z][0-9A-Z]{2,6}", x.strip())]
    ordered = sorted(set(codes))
    after = [*ordered[1:], ""]
    rows = [
        (code, not later.startswith(code), "", "")
        for code, later in zip(ordered, after, strict=True)
    ]
    yield _diagnoses(rows, told)


def _diagnoses(rows: Iterable[tuple[str, bool, str, str]], told: Told, rank: int = 0) -> Draft:
    """Make a draft of codes whose content tells the year: rows are few enough to keep."""
    kept = list(rows)
    codes = {row[0].encode() for row in kept}
    time = told.settle(None) if told.effective else _named(told)
    year = _year(codes, time)
    month = _month(time)
    return Draft(
        ICD10CM,
        f"ICD-10-CM FY{year}" + (" April" if month == 4 else ""),
        fiscal_year(year, month),
        kept,
        examine=_examine(codes, year),
        rank=rank,
    )


def _named(told: Told) -> Time | None:
    return time_in(told.name)


def _month(time: Time | None) -> int:
    return 4 if time and time.month == 4 else 10


def _fiscal(time: Time) -> int:
    """Give the fiscal year: names say it, days lie in it."""
    return time.year + 1 if time.month >= 10 else time.year


def _year(codes: set[bytes], time: Time | None) -> int:
    """Tell the fiscal year of a list by the codes that years brought, checked with its name."""
    present = [year for year, code in _NEW_IN.items() if code in codes]
    newest = max(present, default=2019)
    if time is None:
        return newest
    named = _fiscal(time)
    if named < newest or (named > newest and named in _NEW_IN):
        msg = f"its content is of fiscal year {newest}, it is said to be of {named}"
        raise RefusedError(msg)
    return named


def _examine(codes: set[bytes], year: int) -> Examine:
    def examine(_arrays: Mapping[str, Array]) -> None:
        missing = [y for y, code in _NEW_IN.items() if y <= year and code not in codes]
        if missing:
            msg = f"it lacks what fiscal year {missing[0]} brought: cut off, or of an older year"
            raise RefusedError(msg)

    return examine


def _procedures(rows: Iterable[tuple[str, bool, str, str]], told: Told) -> Draft:
    time = told.settle()
    span: Span = (None, None)
    label = "of an unknown year"
    if time:
        year = _fiscal(time)
        span, label = fiscal_year(year, _month(time)), f"FY{year}"
    return Draft(ICD10PCS, f"ICD-10-PCS {label}", span, rows)

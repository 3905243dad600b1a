"""NCCI: procedure pairs, their changes, unit limits and add-on codes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from operator import itemgetter

import numpy as np

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.store.columns import Array, day_number
from cleanclaim.codes.store.dating import Time, Told, quarter_of, time_in
from cleanclaim.codes.store.formats import Draft, Examine, Span, Values, reads_lines, reads_rows
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.sheets import Header, RefusedError, Sheet
from cleanclaim.codes.tables.ncci import (
    ADD_ON,
    MUE_HOSPITAL,
    MUE_PRACTITIONER,
    MUE_SUPPLIER,
    PTP_CHANGES,
    PTP_HOSPITAL,
    PTP_PRACTITIONER,
    ProcedurePair,
    UnitLimit,
)

_HOSPITAL, _PRACTITIONER = ("ccioph", "hospital", "outpatient"), ("ccipra", "practitioner")


def label(time: Time | None) -> str:
    """Name a quarter."""
    return f"{time.year} Q{(max(time.month, 1) + 2) // 3}" if time else "of an unknown quarter"


# Procedure pairs


@reads_lines(r"[0-9A-Z]{5}\t[0-9A-Z]{5}\t\*?\s*\t\d{8}\t")
def pairs_of_cms(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read one of the files of pairs: seven columns by tabs under six lines of banner.

    Deleted pairs have a day, the others "*".
    """
    part = re.search(r"-f(\d)", told.name.lower())
    time = _version(told) or told.settle()
    rows = (row for line in lines if (row := _pair(line)) is not None)
    yield _pair_draft(told, rows, time, int(part[1]) if part else 0)


def _pair(line: str) -> Values | None:
    cells = line.split("\t")
    if not (len(cells[0]) == 5 and cells[0].isalnum()):
        return None
    if len(cells) < 6 or not cells[3].strip().isdigit():
        msg = f"a row has {len(cells)} of 7 columns: the file is cut off"
        raise RefusedError(msg)
    rationale = cells[6] if len(cells) > 6 else ""
    return cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], rationale.strip()


def _version(told: Told) -> Time | None:
    """Read the version of a name: v323 is the fourth quarter of 2026 (1994 + 32)."""
    for name in (told.name, *told.within):
        if match := re.search(r"v(\d\d)([0-3])r\d", name.lower()):
            time = Time(1994 + int(match[1]), int(match[2]) * 3 + 1)
            return Told(told.name, (), told.effective).settle(time)
    return None


@reads_rows(
    {
        "one": "column1",
        "two": "column2",
        "deleted": "deletiondate",
        "modifier": "modifierindicator",
        "rationale": "rationale",
    },
    {"starts": "effectivedate", "old": "priorto1996"},
)
def pairs_as_table(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read all pairs as one table with a header; days of beginning may be missing."""
    yield _pair_draft(told, _fast_rows(sheet, header), told.settle(), 0)


def _fast_rows(sheet: Sheet, header: Header) -> Iterator[Values]:
    """Give the rows of millions: no look at a cell, as the columns check what they take."""
    fields = ("one", "two", "old", "starts", "deleted", "modifier", "rationale")
    places = [header.fields.get(field, -1) for field in fields]
    pick, width = itemgetter(*places), max(places) + 1
    for row in sheet.rows(header.row):
        if len(row) < width:
            if not row:
                continue
            msg = f"a row has {len(row)} of {len(header.names)} columns: the file is cut off"
            raise RefusedError(msg)
        # An absent field is the last cell.
        row.append("")
        yield pick(row)


def _pair_draft(told: Told, rows: Iterable[Values], time: Time | None, part: int) -> Draft:
    kind = _setting(told)
    name = f"{kind.title} {label(time)}"
    span = quarter_of(time)
    return Draft(kind, name, span, rows, part, _whole_pairs(span[1]))


def _setting(told: Told) -> Kind[ProcedurePair]:
    """Tell the setting by the name, for the content does not say it."""
    for name in (told.name.lower(), *(each.lower() for each in told.within)):
        if any(word in name for word in _HOSPITAL):
            return PTP_HOSPITAL
        if any(word in name for word in _PRACTITIONER):
            return PTP_PRACTITIONER
    msg = "neither its name nor its archive's says practitioner (ccipra) or hospital (ccioph)"
    raise RefusedError(msg)


def _whole_pairs(ends_on: date | None) -> Examine:
    """Look for pairs that begin after the quarter: the file is of a later one."""

    def examine(arrays: Mapping[str, Array]) -> None:
        starts = arrays["starts_on"]
        if ends_on and starts.size and int(starts.max()) > day_number(ends_on):
            msg = f"it has pairs that begin after {ends_on}: it is of a later quarter"
            raise RefusedError(msg)

    return examine


@reads_rows(
    {
        "one": "(?:col|column)1",
        "two": "(?:col|column)2",
        "modifier": "modifierindicator",
        "setting": "service",
        "starts": "effectivedate",
    }
)
def pair_changes(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the pairs that a quarter adds, of both settings."""
    found = list(records(sheet, header, "one", "two", "modifier", "starts", "setting"))
    time = told.settle(_one_time(row[3] for row in found))
    yield Draft(
        PTP_CHANGES, f"NCCI pair changes {label(time)}", quarter_of(time), map(tuple, found)
    )


def _one_time(days: Iterable[str]) -> Time | None:
    """Give the latest of some days as a time."""
    last = max((day for day in days if day), default="")
    return time_in(last) if last else None


# Unit limits

_LIMIT_WORDS = (
    ("practitioner", MUE_PRACTITIONER),
    ("outpatient", MUE_HOSPITAL),
    ("hospital", MUE_HOSPITAL),
    ("dme", MUE_SUPPLIER),
    ("supplier", MUE_SUPPLIER),
)


def _limit_kind(words: str) -> Kind[UnitLimit]:
    low = words.lower()
    for word, kind in _LIMIT_WORDS:
        if word in low:
            return kind
    msg = "it says of no setting that the limits are for it"
    raise RefusedError(msg)


@reads_rows(
    {
        "code": "hcpcscptcode",
        "units": "[a-z]+muevalues",
        "indicator": "mueadjudicationindicator",
        "rationale": "muerationale",
    }
)
def limits_of_cms(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the limits of a setting: the header names it, the indicator is in words."""
    kind = _limit_kind(header.names[header.fields["units"]])
    rows = (
        (code, units, indicator[:1], rationale)
        for code, units, indicator, rationale in records(
            sheet, header, "code", "units", "indicator", "rationale"
        )
    )
    yield _limit_draft(kind, rows, told.settle())


@reads_rows(
    {
        "code": "hcpcs(?:code)?",
        "units": "mue(?:units|value)",
        "indicator": "(?:mue)?mai",
        "rationale": "(?:mue)?rationale",
        "setting": "(?:mue)?service",
    },
    {"starts": "effectivedate"},
)
def limits_as_table(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read limits with their setting in a column: one release for each setting."""
    found = list(
        records(sheet, header, "code", "units", "indicator", "rationale", "setting", "starts")
    )
    time = told.settle(_one_time(row[5] for row in found))
    by_kind: dict[str, list[Values]] = {}
    for row in found:
        by_kind.setdefault(row[4], []).append(tuple(row[:4]))
    for setting, rows in by_kind.items():
        yield _limit_draft(_limit_kind(setting), rows, time)


def _limit_draft(kind: Kind[UnitLimit], rows: Iterable[Values], time: Time | None) -> Draft:
    return Draft(kind, f"{kind.title} {label(time)}", quarter_of(time), rows, examine=_known_mai)


def _known_mai(arrays: Mapping[str, Array]) -> None:
    if not np.isin(arrays["adjudication"], (1, 2, 3)).all():
        msg = "an adjudication indicator that is not 1, 2 or 3"
        raise RefusedError(msg)


# Add-on codes


@reads_rows(
    {
        "add_on": "addoncode",
        "primary": "primarycode",
        "edit": "aocedittype",
    },
    {
        "starts": "aocediteffdt",
        "ends": "aoceditdeldt",
    },
)
def add_on_codes(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read add-on codes; days are years with the ordinal day (2026091)."""
    rows = (
        tuple(row) for row in records(sheet, header, "add_on", "primary", "edit", "starts", "ends")
    )
    time = told.settle()
    yield _add_on_draft(rows, time)


@reads_lines(r"[123]\t?[0-9A-Z]{5}\t? *(?:\d{7}| {7}|\t)?")
def add_on_lines(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read add-on codes by tabs without a header, in the order of the workbook's columns."""
    cells = (line.split("\t") for line in lines if "\t" in line)
    rows = ((c[1], c[3], c[0], c[5], c[6]) for c in cells if len(c) > 6)
    yield _add_on_draft(rows, told.settle())


def _add_on_draft(rows: Iterable[Values], time: Time | None) -> Draft:
    return Draft(ADD_ON, f"NCCI add-on codes {label(time)}", _until_next_year(time), rows)


def _until_next_year(time: Time | None) -> Span:
    """Add-on codes come yearly with quarterly updates."""
    if time is None:
        return None, None
    start = time.quarter_start()
    return start, date(start.year + 1, 1, 1) - timedelta(days=1)

"""The physician fee schedule: relative values of 2025 and 2026, indices, amounts, ZIP codes."""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from cleanclaim.codes.loaders.fields import cut, records
from cleanclaim.codes.store.dating import (
    Time,
    Told,
    quarter_of,
    rest_of_year,
    time_in,
    whole_year,
)
from cleanclaim.codes.store.formats import Draft, Values, reads_lines, reads_rows
from cleanclaim.codes.store.sheets import Header, RefusedError, Sheet
from cleanclaim.codes.tables.physician_fees import (
    ANESTHESIA_FACTORS,
    ANESTHESIA_UNITS,
    GEOGRAPHIC_INDEX,
    LOCALITY_COUNTIES,
    OUTPATIENT_CAP,
    PAYMENT_AMOUNTS,
    RELATIVE_VALUES,
    RELATIVE_VALUES_QUALIFYING,
    ZIP_EXTENSIONS,
    ZIP_LOCALITIES,
)


def in_months(time: Time | None) -> str:
    """Name the month and year that a release is called by."""
    return str(time) if time else "of an unknown time"


# Relative values

# The lowest line of the stacked header; the names repeat, so that columns are taken by place.
_LAST_HEADER = {
    "code": "hcpcs",
    "modifier": "mod",
    "description": "description",
    "status": "code",
    "payment": "payment",
    "work": "rvu",
}
_COLUMNS_2025, _COLUMNS_2026 = 31, 32
# The column that 2026 added, and which no price needs.
_PRICING_INDICATOR = 23


@reads_rows(_LAST_HEADER)
def relative_values(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the relative values as CMS's csv or workbook has them.

    The header is stacked over several lines, with 31 columns in 2025 and 32 from 2026.
    """
    stacked = _stacked(sheet, header.row)
    width = len([name for name in stacked if name])
    if width not in {_COLUMNS_2025, _COLUMNS_2026}:
        msg = f"{width} columns where the layouts of 2025 and 2026 have 31 and 32"
        raise RefusedError(msg)
    _check_stack(stacked, width)
    content = _banner_time(sheet.banner(header.row))
    time = told.settle(content)
    yield _value_draft(_value_rows(sheet, header.row, width), time, told, sheet)


def _stacked(sheet: Sheet, last: int) -> list[str]:
    """Join the lines of a stacked header, column by column; banners reach over one column only."""
    lines = [row for row in sheet.head[: last + 1] if not _is_banner(row)]
    return [
        " ".join(row[n].strip() for row in lines if n < len(row) and row[n].strip())
        for n in range(max(len(row) for row in lines))
    ]


def _is_banner(row: list[str]) -> bool:
    return sum(bool(cell.strip()) for cell in row) <= 1


def _check_stack(stacked: list[str], width: int) -> None:
    """Refuse columns that are not where the layout of the year has them."""
    factor = 25 if width == _COLUMNS_2026 else 24
    if "FACTOR" not in stacked[factor].upper() or "GLOB" not in stacked[14].upper():
        msg = "the columns are in another order than in the layouts of 2025 and 2026"
        raise RefusedError(msg)


def _banner_time(banner: str) -> Time | None:
    """Read "2026 National Physician Fee Schedule Relative Value File July Release"."""
    year = re.search(r"(20\d\d) National Physician", banner)
    month = re.search(r"File (\w+) Release", banner)
    return time_in(f"{month[1]} {year[1]}") if year and month else time_in(year[1] if year else "")


def _value_rows(sheet: Sheet, after: int, width: int) -> Iterator[Values]:
    for row in sheet.rows(after):
        if not re.fullmatch(r"[A-Z0-9]{5}", row[0].strip() if row else ""):
            continue
        if len(row) < width:
            msg = f"a row has {len(row)} of {width} columns: the file is cut off"
            raise RefusedError(msg)
        yield _values(row[:width])


def _values(row: list[str]) -> Values:
    if len(row) == _COLUMNS_2026:
        row = row[:_PRICING_INDICATOR] + row[_PRICING_INDICATOR + 1 :]
    # A mark of NA in either place means "not applicable".
    return tuple(
        "X" if n in {7, 9} and cell.strip() == "NA" else cell.strip() for n, cell in enumerate(row)
    )


def _value_draft(
    rows: Iterable[Values], time: Time | None, told: Told, sheet: Sheet | None = None
) -> Draft:
    title = sheet.title if sheet else ""
    name = re.sub(r"[^a-z]", "", f"{told.name} {title}".lower())
    kind = RELATIVE_VALUES
    # "nonQPP" also contains the other's mark.
    if "qpp" in name and "nonqpp" not in name:
        kind = RELATIVE_VALUES_QUALIFYING
    return Draft(kind, f"{kind.title} {in_months(time)}", rest_of_year(time), rows)


# 1-based places of the text of 200 characters, in the order of the row.
_VALUE_PLACES = (
    (1, 5), (6, 7), (8, 57), (58, 58), (59, 59), (60, 65), (67, 72), (73, 74), (76, 81), (82, 83),
    (85, 89), (91, 96), (97, 102), (103, 103), (104, 106), (107, 109), (110, 112), (113, 115),
    (116, 116), (117, 117), (118, 118), (119, 119), (120, 120), (128, 132), (133, 140), (142, 143),
    (144, 144), (146, 147), (152, 157), (159, 164), (166, 171),
)  # fmt: skip


@reads_lines(r"(?:HDR|[0-9A-Z]{5}[ 0-9A-Z]{2}.{50}[A-Z].\s*\d*\.\d\d\s)")
def relative_values_text(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read the relative values as text of 200 characters under header records (HDR)."""
    banner, first = [], ""
    for line in lines:
        if not line.startswith("HDR"):
            first = line
            break
        banner.append(line)
    time = told.settle(_banner_time(" ".join(banner)))
    yield _value_draft(_text_values(first, lines), time, told)


def _text_values(first: str, lines: Iterator[str]) -> Iterator[Values]:
    for line in chain([first], lines):
        if re.match(r"[0-9A-Z]{5}", line):
            if len(line.rstrip()) < 147:
                msg = f"a line of {len(line)} characters: the file is cut off"
                raise RefusedError(msg)
            cells = cut(line, _VALUE_PLACES)
            yield tuple("X" if n in {7, 9} and c == "NA" else c for n, c in enumerate(cells))


# Localities

_LOCALITY_KEY = r"\d{1,5}"


@reads_rows(
    {
        "carrier": r"medicareadmini?strativecontractor.*",
        "locality": "localitynumber",
        "state": "state",
        "name": "localityname",
        "work": r"\d{4}pwgpci.*",
        "practice": r"\d{4}pegpci.*",
        "malpractice": r"\d{4}mpgpci.*",
    }
)
def geographic_indices(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the cost indices (Addendum E): the header names the year."""
    year = header.names[header.fields["work"]][:4]
    time = told.settle(Time(int(year)))
    fields = ("carrier", "locality", "state", "name", "work", "practice", "malpractice")
    rows = (
        (*r[:3], r[3].rstrip("* "), *r[4:])
        for r in records(sheet, header, *fields, key=_LOCALITY_KEY)
    )
    yield Draft(
        GEOGRAPHIC_INDEX,
        f"{GEOGRAPHIC_INDEX.title} {time.year if time else ''}",
        whole_year(time),
        rows,
    )


@reads_lines(r"\d{5}\s+[A-Z]{2}\s+\d\d\s+[A-Z].*\s\d\.\d{3}\s+\d\.\d{3}\s+\d\.\d{3}\s*$")
def geographic_indices_text(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read the cost indices as text of fixed columns."""
    shape = re.compile(
        r"(\d{5})\s+([A-Z]{2})\s+(\d\d)\s+(.*?)\s+(\d\.\d{3})\s+(\d\.\d{3})\s+(\d\.\d{3})\s*$"
    )
    kept = list(lines)
    year = next((m[1] for x in kept if (m := re.search(r"CY (20\d\d) GEOGRAPHIC", x))), "")
    time = told.settle(Time(int(year)) if year else None)
    found = (match for line in kept if (match := shape.match(line)))
    rows = ((m[1], m[3], m[2], m[4].rstrip("* "), m[5], m[6], m[7]) for m in found)
    yield Draft(
        GEOGRAPHIC_INDEX,
        f"{GEOGRAPHIC_INDEX.title} {time.year if time else ''}",
        whole_year(time),
        rows,
    )


@reads_rows(
    {
        "carrier": r"medicareadmini?strativecontractor.*",
        "locality": "localitynumber",
        "state": "state",
        "area": "feeschedulearea",
        "counties": "counties",
    }
)
def counties(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read which counties a locality has; the state stands only at its first locality."""
    title = re.search(r"IN (20\d\d) LOCALITIES", sheet.banner(header.row))
    time = told.settle(Time(int(title[1])) if title else None)
    fields = ("carrier", "locality", "state", "area", "counties")
    yield Draft(
        LOCALITY_COUNTIES,
        f"{LOCALITY_COUNTIES.title} {time.year if time else ''}",
        whole_year(time),
        _with_states(records(sheet, header, *fields, key=_LOCALITY_KEY)),
    )


_COUNTY_PLACES = ((5, 9), (17, 18), (23, 45), (46, 143), (144, 400))


@reads_lines(r" {3,4}\d{4,5} {6,8}\d{1,2} {4}[A-Z ]")
def counties_text(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read the counties as text of fixed columns, a blank line between two."""
    kept = [line for line in lines if line.strip()]
    title = next((m[1] for x in kept if (m := re.search(r"IN (20\d\d) LOCALITIES", x))), "")
    time = told.settle(Time(int(title)) if title else None)
    # The text names no state where it should, so that none is carried on.
    rows = (tuple(cut(x, _COUNTY_PLACES)) for x in kept if re.match(r" {3,4}\d{4,5} ", x))
    yield Draft(
        LOCALITY_COUNTIES,
        f"{LOCALITY_COUNTIES.title} {time.year if time else ''}",
        whole_year(time),
        rows,
        rank=0,
    )


def _with_states(rows: Iterable[list[str]]) -> Iterator[Values]:
    state = ""
    for row in rows:
        state = row[2] or state
        yield row[0], row[1], state, row[3], row[4]


@reads_rows(
    {
        "carrier": "contractor",
        "locality": "locality",
        "name": "localityname",
        "factor": r"nationalanescfof\d+",
    }
)
def anesthesia_factors(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the conversion factors for anesthesia."""
    gpci = next((n for n in header.names if re.match(r"20\d\dworkgpci", n)), "")
    time = told.settle(Time(int(gpci[:4])) if gpci else None)
    fields = ("carrier", "locality", "name", "factor")
    rows = (
        (*r[:2], r[2].rstrip("* "), r[3])
        for r in records(sheet, header, *fields, key=_LOCALITY_KEY)
    )
    yield Draft(
        ANESTHESIA_FACTORS,
        f"{ANESTHESIA_FACTORS.title} {time.year if time else ''}",
        whole_year(time),
        rows,
    )


@reads_lines(r"\d{5} {4,}\d\d {2,}[A-Z].{30,}\d{4}\s*$")
def anesthesia_factors_text(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read the conversion factors as text: the factor in cents at the end."""
    shape = re.compile(r"(\d{5}) +(\d\d) +(.*?) +(\d{4})\s*$")
    time = told.settle()
    found = (match for line in lines if (match := shape.match(line)))
    rows = ((m[1], m[2], m[3].rstrip("* "), f"{m[4][:2]}.{m[4][2:]}") for m in found)
    yield Draft(
        ANESTHESIA_FACTORS,
        f"{ANESTHESIA_FACTORS.title} {time.year if time else ''}",
        whole_year(time),
        rows,
    )


@reads_rows({"code": "code", "units": r"20\d\d"})
def anesthesia_units(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read base units: CODE beside a year, over BASE and UNIT."""
    below = " ".join(" ".join(row) for row in sheet.head[header.row + 1 : header.row + 3]).upper()
    if "BASE" not in below or "UNIT" not in below:
        return
    time = told.settle(Time(int(header.names[header.fields["units"]])))
    rows = (tuple(row) for row in records(sheet, header, "code", "units", key=r"0[01]\d{3}"))
    yield Draft(
        ANESTHESIA_UNITS,
        f"{ANESTHESIA_UNITS.title} {time.year if time else ''}",
        whole_year(time),
        rows,
    )


# Amounts


@reads_rows(
    {
        "code": "hcpcs",
        "modifier": "mod",
        "carrier": "carrier",
        "locality": "locality",
        "status": "procstat",
        "facility": "facilityprice",
        "nonfacility": "nonfacil(?:i)?typrice",
    }
)
def outpatient_cap(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the outpatient cap; CMS spells its last column NON-FACILTY."""
    time = told.settle()
    fields = ("code", "modifier", "carrier", "locality", "status", "facility", "nonfacility")
    rows = (tuple(row) for row in records(sheet, header, *fields))
    yield Draft(
        OUTPATIENT_CAP, f"{OUTPATIENT_CAP.title} {in_months(time)}", rest_of_year(time), rows
    )


@reads_lines(r"[0-9A-Z]{5}[0-9A-Z ]{2} [A-Z] \d{5}  \d\d\s+\d+\.\d\d\s+\d+\.\d\d")
def outpatient_cap_text(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read the outpatient cap as text of fixed columns."""
    time = told.settle()
    shape = re.compile(r"(.{5})(..) (.) (\d{5})  (\d\d)\s+(\d+\.\d\d)\s+(\d+\.\d\d)")
    found = (match for line in lines if (match := shape.match(line)))
    rows = ((m[1], m[2], m[4], m[5], m[3], m[6], m[7]) for m in found)
    yield Draft(
        OUTPATIENT_CAP, f"{OUTPATIENT_CAP.title} {in_months(time)}", rest_of_year(time), rows
    )


@reads_lines(r'"(?:20\d\d","\d{5}","\d\d","[0-9A-Z]{5}",|TRL)')
def payment_amounts(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read CMS's amounts (PFALL, PFREV): 16 quoted fields a line, trailers begin with TRL.

    A file without its trailer is cut off.
    """
    first = next(lines)
    content = Time(int(first[1:5])) if first[1:5].isdigit() else None
    time = told.settle(content)
    rows = _amounts(chain([first], lines))
    yield Draft(
        PAYMENT_AMOUNTS, f"{PAYMENT_AMOUNTS.title} {in_months(time)}", rest_of_year(time), rows
    )


def _amounts(lines: Iterable[str]) -> Iterator[Values]:
    trailed = False
    for row in csv.reader(lines):
        if not row or row[0].startswith("TRL"):
            trailed = trailed or bool(row)
            continue
        if len(row) != 16:
            msg = f"a row has {len(row)} of 16 columns: the file is cut off"
            raise RefusedError(msg)
        year, carrier, locality, code, modifier, *rest = row
        del rest[2]
        yield code, modifier, carrier, locality, year, *rest
    if not trailed:
        msg = "the trailer is missing: the file is cut off"
        raise RefusedError(msg)


# ZIP codes

_ZIP5 = ((3, 7), (1, 2), (8, 12), (13, 14), (15, 15), (16, 17), (21, 21), (23, 23))
_ZIP9 = ((3, 7), (22, 25), (1, 2), (8, 12), (13, 14), (15, 15), (32, 32))


@reads_lines(r"[A-Z]{2}\d{5}[0-9A-Z]{5}[0-9A-Z]{2}.*20\d\d[1-4]\s*$")
def zip_codes(lines: Iterator[str], told: Told) -> Iterable[Draft]:
    """Read ZIP codes of five or nine digits; each line of 80 ends with year and quarter."""
    kept = [line for line in lines if line.strip()]
    period = kept[0][75:80]
    time = told.settle(Time(int(period[:4]), int(period[4]) * 3 - 2))
    nine = sum(line[21:25].strip().isdigit() for line in kept[:100]) > len(kept[:100]) // 2
    kind, places = (ZIP_EXTENSIONS, _ZIP9) if nine else (ZIP_LOCALITIES, _ZIP5)
    rows = (_zip_row(line, places) for line in kept)
    yield Draft(kind, f"{kind.title} {in_months(time)}", quarter_of(time), rows)


def _zip_row(line: str, places: tuple[tuple[int, int], ...]) -> Values:
    if len(line) < 80:
        msg = f"a line of {len(line)} characters: the file is cut off"
        raise RefusedError(msg)
    return tuple(cut(line, places))

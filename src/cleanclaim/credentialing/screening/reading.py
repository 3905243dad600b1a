"""Read a published list whole or not at all: what may be cut off is refused, never screened."""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache

import msgspec

from cleanclaim.credentialing.screening.entries import (
    LAYOUTS,
    ExclusionList,
    ListEntry,
    ListLayout,
)
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.identifiers import is_npi

RULE = "CRED.LIST"
# A list shrinks by reinstatements a few rows a month; losing a tenth of it is a cut, not a month.
# This is our own caution and no publisher's rule; a caller gives another floor in ``rows_min``.
_USUAL_SHARE_PERCENT = 90
_DATE_FIELDS = {"birth_on", "excluded_on", "ends_on"}
_OPEN_ENDS = {"INDEFINITE"}


class ListReading(msgspec.Struct, frozen=True):
    """What came of a file: the list, or None and the findings that forbid using it."""

    sha256: str
    list: ExclusionList | None
    findings: tuple[Finding, ...] = ()


def _refuse(message: str, hint: str = "", place: str = "file") -> Finding:
    return Finding(rule=RULE, severity=Severity.BLOCK, place=place, message=message, hint=hint)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _layout_of(header: Sequence[str]) -> ListLayout | None:
    """Recognize the layout by its first row: exactly where promised, else by what it must have."""
    for layout in LAYOUTS:
        if layout.header and tuple(header) == layout.header:
            return layout
        if not layout.header and set(layout.columns.values()) <= set(header):
            return layout
    return None


@lru_cache(100_000)
def _read_day(text: str, formats: tuple[str, ...]) -> date | None:
    """Give the day, None where the field is empty or filled with zeros."""
    if not text.strip("0 ") or text.upper() in _OPEN_ENDS:
        return None
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError


def _entry(row: Sequence[str], places: Sequence[tuple[str, int]], layout: ListLayout) -> ListEntry:
    """Turn a row into an entry; ValueError where a date cannot be one."""
    values: dict[str, object] = {}
    for field, place in places:
        text = row[place].strip()
        if field in _DATE_FIELDS:
            values[field] = _read_day(text, layout.date_formats)
        else:
            values[field] = text
    if not is_npi(str(values.get("npi", ""))):
        values["npi"] = ""
    if layout.name == "SAM" and values["surname"]:
        values["business"] = ""
    digest = hashlib.sha256("\x1f".join(row).encode()).hexdigest()
    return ListEntry(id=digest[:20], **values)  # type: ignore[arg-type]


def _rows(text: str) -> Iterator[list[str]]:
    yield from csv.reader(io.StringIO(text, newline=""), strict=True)


class _Body(msgspec.Struct):
    """What the rows gave, and the first line of each thing that was wrong."""

    entries: dict[str, ListEntry]
    rows: int = 0
    narrow: int = 0
    undated: int = 0
    nameless: int = 0


def _read_body(rows: Iterator[list[str]], width: int, layout: ListLayout, head: list[str]) -> _Body:
    places = [(field, head.index(name)) for field, name in layout.columns.items()]
    body = _Body({})
    for number, row in enumerate(rows, 2):
        if not row:
            continue
        body.rows += 1
        if len(row) != width:
            body.narrow = body.narrow or number
            continue
        try:
            entry = _entry(row, places, layout)
        except ValueError:
            body.undated = body.undated or number
            continue
        if not (entry.surname or entry.business or entry.npi):
            body.nameless = body.nameless or number
        body.entries.setdefault(entry.id, entry)
    return body


def _wrong_rows(body: _Body) -> list[Finding]:
    """Refuse rows that were not understood: who stands in them could not be found."""
    told = (
        (body.narrow, "a row has not as many fields as the header"),
        (body.undated, "a row has a date that is none"),
        (body.nameless, "a row names neither person nor firm"),
    )
    hint = "fetch the whole list again"
    return [_refuse(message, hint, f"line {line}") for line, message in told if line]


def _too_few(rows: int, layout: ListLayout, rows_min: int | None) -> list[Finding]:
    usual = layout.usual_rows
    floor = rows_min
    if floor is None and usual is not None:
        floor = usual.value * _USUAL_SHARE_PERCENT // 100
    if rows and (floor is None or rows >= floor):
        return []
    message = f"{rows} rows where at least {floor or 1} were expected: the list may be cut off"
    return [_refuse(message, "fetch the whole list again, or say how many rows it must have")]


def read_list(content: bytes, rows_min: int | None = None) -> ListReading:
    """Read a published list, or refuse it with findings that say why.

    ``rows_min`` is the least number of rows (say, of the version before, less what may leave in
    a month); without it, nine tenths of the list's usual size. A file that ends without a line
    end, has a row of another width, or has a date that is none, is refused as a whole.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    refused = [] if content.endswith(b"\n") else [_refuse("the last line has no end: cut off")]
    rows = _rows(_decoded(content))
    try:
        head = next(rows, [])
        layout = _layout_of(head)
        if layout is None:
            return ListReading(sha256, None, (_refuse("the header is of no list we know"),))
        body = _read_body(rows, len(head), layout, head)
    except csv.Error:
        return ListReading(sha256, None, (_refuse("the file is no whole CSV: cut off"),))
    findings = (*refused, *_wrong_rows(body), *_too_few(body.rows, layout, rows_min))
    if findings:
        return ListReading(sha256, None, findings)
    entries = tuple(body.entries.values())
    repeats = body.rows - len(entries)
    return ListReading(sha256, ExclusionList(layout.name, sha256, body.rows, repeats, entries))

"""Rows of cells out of comma, tab and tilde separated files and workbooks, headers found."""

import csv
import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain, islice
from typing import TextIO

import msgspec

from cleanclaim.codes.store.opening import Source
from cleanclaim.kernel.errors import CleanclaimError

# Banners have up to ten lines, some of them of several lines in quotes.
HEAD_LINES, HEAD_ROWS = 60, 25
_HEAD_CHARACTERS = 64 * 1024
# Also what stands for a blank that was lost on the way through another encoding.
_BLANKS = " \t\r\n\xa0\ufffd"
csv.field_size_limit(16 * 1024 * 1024)


class RefusedError(CleanclaimError):
    """A reference file is recognised and cannot be trusted; the message is the reason."""

    code = "codes.refused"


class Sheet:
    """Rows of cells: the first ones are looked at, all are read once."""

    def __init__(self, title: str, rows: Iterator[list[str]]) -> None:
        self.title = title
        self.head = list(islice(rows, HEAD_ROWS))
        self._rest = rows

    def rows(self, after: int) -> Iterator[list[str]]:
        """Give the rows behind one of the first, by its index."""
        return chain(self.head[after + 1 :], self._rest)

    def banner(self, before: int) -> str:
        """Give the words above a row of the head."""
        return " ".join(" ".join(row) for row in self.head[:before])


class Header(msgspec.Struct, frozen=True):
    """The header row of a sheet: where it is and where each field lies."""

    row: int
    fields: Mapping[str, int]
    names: tuple[str, ...]

    def picker(self, *fields: str) -> Callable[[Sequence[str]], list[str]]:
        """Make a function that gives the cells of some fields; "" for an absent field.

        A row that ends before a field that it must have is cut off.
        """
        places = [self.fields.get(field, -1) for field in fields]
        needed = max(places) + 1

        def pick(row: Sequence[str]) -> list[str]:
            if len(row) < needed:
                msg = f"a row has {len(row)} of {len(self.names)} columns: the file is cut off"
                raise RefusedError(msg)
            return [row[place].strip(_BLANKS) if place >= 0 else "" for place in places]

        return pick


def plain(name: str) -> str:
    """Give the letters and digits of a header, small."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def find_header(
    sheet: Sheet, needed: Mapping[str, str], optional: Mapping[str, str] | None = None
) -> Header | None:
    """Find the first row that has a cell for each needed field.

    Fields are told as patterns of the plain names of their headers.
    """
    for index, row in enumerate(sheet.head):
        names = tuple(plain(cell) for cell in row)
        found = _places(names, needed)
        if len(found) == len(needed):
            return Header(index, {**_places(names, optional or {}), **found}, names)
    return None


def _places(names: Sequence[str], fields: Mapping[str, str]) -> dict[str, int]:
    found = {}
    for field, pattern in fields.items():
        matches = re.compile(pattern).fullmatch
        place = next((n for n, name in enumerate(names) if matches(name)), None)
        if place is not None:
            found[field] = place
    return found


# Text


@contextmanager
def opened_text(source: Source) -> Iterator[TextIO]:
    """Open text and close what it is read from."""
    file = source.text()
    try:
        yield file
    finally:
        file.close()


def first_lines(source: Source) -> list[str]:
    """Give the first lines of a text; none where it is no text."""
    with opened_text(source) as file:
        start = file.read(_HEAD_CHARACTERS)
    if "\0" in start:
        return []
    lines = start.splitlines()
    return lines[:HEAD_LINES] if len(start) < _HEAD_CHARACTERS else lines[:-1][:HEAD_LINES]


def separator(lines: Sequence[str]) -> str:
    """Tell what separates the cells: the sign that most lines have, a tab before a tilde."""
    for sign in ("\t", "~"):
        if sum(sign in line for line in lines) * 2 >= len(lines):
            return sign
    return ","


def text_sheet(file: Iterable[str], lines: Sequence[str]) -> Sheet:
    """Read text as rows of cells."""
    sign = separator(lines)
    return Sheet("", csv.reader(file, delimiter=sign))


# Workbooks


def workbook_sheets(source: Source) -> Iterator[Sheet]:
    """Read the sheets of an xlsx workbook as text, numbers as they were typed."""
    from openpyxl import load_workbook

    with source.open() as file:
        content = io.BytesIO(file.read())
    # CMS's files lack parts of their styles; only values are read, and later than here.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    book = load_workbook(content, read_only=True, data_only=True)
    for sheet in book.worksheets:
        # What a sheet says of its size is often wrong.
        sheet.reset_dimensions()
        yield Sheet(sheet.title, _filled(sheet.iter_rows(values_only=True)))


def _filled(rows: Iterable[Sequence[object]]) -> Iterator[list[str]]:
    """Give all rows as many cells as the widest so far: workbooks leave out empty ends."""
    width = 0
    for row in rows:
        width = max(width, len(row))
        yield [_cell(value) for value in row] + [""] * (width - len(row))


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime() | date():
            return value.strftime("%Y-%m-%d")
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)

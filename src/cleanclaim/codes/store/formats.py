"""The layouts of official files: how each is recognised by its content, and who reads it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

import msgspec

from cleanclaim.codes.store.columns import Array
from cleanclaim.codes.store.dating import Told
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.sheets import Header, Sheet, find_header

# How many of the first lines must have the shape of a format of lines.
_SHARE = 0.6
Values = tuple[object, ...]
Span = tuple[date | None, date | None]
Examine = Callable[[Mapping[str, Array]], None]


class Draft(msgspec.Struct, frozen=True):
    """What a file says it is, with its rows still to come.

    ``part`` counts the files of a release that comes in several, from 1; 0 is a whole.
    ``examine`` looks at the finished columns and raises RefusedError. Of two releases for
    the same days the one of higher ``rank`` wins: a list that says less has rank 0.
    """

    kind: Kind[Any]
    name: str
    span: Span
    rows: Iterable[Values]
    part: int = 0
    examine: Examine | None = None
    rank: int = 1


RowsReader = Callable[[Sheet, Header, Told], Iterable[Draft]]
LinesReader = Callable[[Iterator[str], Told], Iterable[Draft]]
XmlReader = Callable[[BinaryIO, Told], Iterable[Draft]]


class RowsFormat(msgspec.Struct, frozen=True):
    """A table with a header row that has all of some fields."""

    name: str
    needed: Mapping[str, str]
    optional: Mapping[str, str]
    read: RowsReader

    def header(self, sheet: Sheet) -> Header | None:
        """Find the header row, if the sheet is of this format."""
        return find_header(sheet, self.needed, self.optional)


class LinesFormat(msgspec.Struct, frozen=True):
    """Lines of one shape; banners may stand before them."""

    name: str
    pattern: re.Pattern[str]
    read: LinesReader

    def fits(self, lines: Sequence[str]) -> bool:
        """Tell whether most of the first lines have the shape."""
        written = [line for line in lines if line.strip()]
        hits = sum(bool(self.pattern.match(line)) for line in written)
        return bool(written) and hits >= _SHARE * len(written)


class XmlFormat(msgspec.Struct, frozen=True):
    """A document with a certain root."""

    name: str
    root: str
    read: XmlReader


ROWS: list[RowsFormat] = []
LINES: list[LinesFormat] = []
XML: list[XmlFormat] = []


def reads_rows(
    needed: Mapping[str, str], optional: Mapping[str, str] | None = None
) -> Callable[[RowsReader], RowsReader]:
    """Register a reader of tables whose header has the needed fields.

    Fields are told as patterns of the letters and digits of their header, small.
    """

    def register(read: RowsReader) -> RowsReader:
        ROWS.append(RowsFormat(read.__name__, needed, optional or {}, read))
        return read

    return register


def reads_lines(pattern: str) -> Callable[[LinesReader], LinesReader]:
    """Register a reader of lines that begin with a pattern."""

    def register(read: LinesReader) -> LinesReader:
        LINES.append(LinesFormat(read.__name__, re.compile(pattern), read))
        return read

    return register


def reads_xml(root: str) -> Callable[[XmlReader], XmlReader]:
    """Register a reader of XML documents by the name of their root."""

    def register(read: XmlReader) -> XmlReader:
        XML.append(XmlFormat(read.__name__, root, read))
        return read

    return register


def rows_format_of(sheet: Sheet) -> tuple[RowsFormat, Header] | None:
    """Find the format of a sheet: of several that fit, the one that asks for most."""
    fitting = [(each, header) for each in ROWS if (header := each.header(sheet)) is not None]
    return max(fitting, key=lambda found: len(found[0].needed), default=None)


def lines_format_of(lines: Sequence[str]) -> LinesFormat | None:
    """Find the format of a text of lines: of several that fit, the one with the longest pattern."""
    fitting = [each for each in LINES if each.fits(lines)]
    return max(fitting, key=lambda each: len(each.pattern.pattern), default=None)


def xml_format_of(lines: Sequence[str]) -> XmlFormat | None:
    """Find the format of a document by its root."""
    start = "".join(lines[:5])
    return next((each for each in XML if f"<{each.root}" in start), None)

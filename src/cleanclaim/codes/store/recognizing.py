"""What a file is, told from its content: its drafts, or why it is no reference file."""

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import msgspec

from cleanclaim.codes.store.dating import Told
from cleanclaim.codes.store.formats import (
    Draft,
    lines_format_of,
    rows_format_of,
    xml_format_of,
)
from cleanclaim.codes.store.opening import Source
from cleanclaim.codes.store.sheets import (
    RefusedError,
    Sheet,
    first_lines,
    opened_text,
    text_sheet,
    workbook_sheets,
)

_TEXT = (".txt", ".csv", ".tsv", ".gz", ".prn", ".dat", ".xml")
_OLD_BOOK = "an old Excel workbook: save it as xlsx or csv"
_OTHER = "no layout of a reference file that this version knows"


class Stranger(msgspec.Struct, frozen=True):
    """A file that is no reference file, and why."""

    why: str


def drafts_of(source: Source, told: Told, stack: ExitStack) -> Iterable[Draft] | Stranger:
    """Tell what a file is; its drafts can be read until the stack is closed.

    RefusedError where it is recognised and contradicts itself.
    """
    low = source.name.lower()
    if low.endswith(".xlsx"):
        return _of_workbook(source, told)
    if low.endswith(".xls"):
        return Stranger(_OLD_BOOK)
    if not low.endswith(_TEXT):
        return Stranger("neither text nor a workbook")
    lines = first_lines(source)
    if not any(line.strip() for line in lines):
        return Stranger("empty" if not lines else "no text")
    if lines[0].lstrip("\ufeff").startswith("<"):
        return _of_xml(source, told, lines, stack)
    return _of_text(source, told, lines, stack)


def _of_workbook(source: Source, told: Told) -> Iterable[Draft] | Stranger:
    try:
        sheets = list(workbook_sheets(source))
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, OSError):
        msg = "the workbook is damaged or cut off"
        raise RefusedError(msg) from None
    for sheet in sheets:
        if found := _of_sheet(sheet, told):
            return found
    return Stranger(_OTHER)


def _of_sheet(sheet: Sheet, told: Told) -> Iterable[Draft] | None:
    found = rows_format_of(sheet)
    if found is None:
        return None
    layout, header = found
    return layout.read(sheet, header, told)


def _of_text(
    source: Source, told: Told, lines: list[str], stack: ExitStack
) -> Iterable[Draft] | Stranger:
    # A header row says more than the shape of lines does, so it is looked for first.
    if rows_format_of(text_sheet(lines, lines)):
        file = stack.enter_context(opened_text(source))
        return _of_sheet(text_sheet(file, lines), told) or Stranger(_OTHER)
    if layout := lines_format_of(lines):
        file = stack.enter_context(opened_text(source))
        return layout.read(_stripped(file), told)
    return Stranger(_OTHER)


def _stripped(lines: Iterable[str]) -> Iterator[str]:
    """Give lines without their ends."""
    return (line.rstrip("\r\n") for line in lines)


def _of_xml(
    source: Source, told: Told, lines: list[str], stack: ExitStack
) -> Iterable[Draft] | Stranger:
    layout = xml_format_of(lines)
    if layout is None:
        return Stranger(_OTHER)
    return layout.read(stack.enter_context(source.open()), told)

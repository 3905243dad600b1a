"""What the readers of tables share: the columns of a sheet in order, and rows that are rows."""

import re
from collections.abc import Iterator, Sequence

from cleanclaim.codes.store.sheets import Header, Sheet


def records(
    sheet: Sheet, header: Header, *fields: str, key: str = r"[A-Z0-9]{5}"
) -> Iterator[list[str]]:
    """Give the cells of some fields of each row whose first field looks like a key.

    Blank rows, footnotes and trailers do not.
    """
    first = header.picker(fields[0])
    pick = header.picker(*fields)
    fits = re.compile(key).fullmatch
    width = header.fields[fields[0]]
    for row in sheet.rows(header.row):
        if len(row) > width and fits(first(row)[0].upper()):
            yield pick(row)


def cut(text: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """Cut a line of fixed columns; places are counted from 1, both ends inside."""
    return [text[start - 1 : end].strip() for start, end in places]

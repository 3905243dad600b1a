"""What the readers of tables share: the columns of a sheet in order, and rows that are rows."""

import re
from collections.abc import Iterator, Sequence

from cleanclaim.codes.store.sheets import Header, RefusedError, Sheet

# How many rows, and of a hundred how many, may look like no row without the file being refused.
_STRANGE_MOST, _STRANGE_PERCENT = 3, 1


def records(
    sheet: Sheet, header: Header, *fields: str, key: str = r"[A-Z0-9]{5}"
) -> Iterator[list[str]]:
    """Give the cells of some fields of each row whose first field looks like a key.

    Blank rows, footnotes and trailers do not. RefusedError where many rows are filled and
    have no key: to leave them out would be to lose them.
    """
    first = header.picker(fields[0])
    pick = header.picker(*fields)
    fits = re.compile(key).fullmatch
    width = header.fields[fields[0]]
    kept = strange = 0
    for row in sheet.rows(header.row):
        if len(row) > width and fits(first(row)[0].upper()):
            kept += 1
            yield pick(row)
        elif len(row) > width and first(row)[0] and sum(map(bool, row)) > 2:
            strange += 1
    if strange > max(_STRANGE_MOST, kept * _STRANGE_PERCENT // 100):
        msg = f"{strange:,} rows are filled and have no code in the column of codes"
        raise RefusedError(msg)


def cut(text: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """Cut a line of fixed columns; places are counted from 1, both ends inside."""
    return [text[start - 1 : end].strip() for start, end in places]

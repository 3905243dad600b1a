"""Cursors: where a list goes on, opaque and bound to the list and the organization."""

from typing import Generic, TypeVar

import msgspec
from django.core.signing import BadSignature, Signer

from cleanclaim.api.problems import Fault, invalid
from cleanclaim.app.reading.sheets import Sheet
from cleanclaim.app.tokening import Caller

Row = TypeVar("Row")


class Page(msgspec.Struct, Generic[Row], frozen=True):
    """Some rows of a list, and the cursor of the following ones; null at the end."""

    rows: tuple[Row, ...]
    next_cursor: str | None


def _signer() -> Signer:
    return Signer(salt="cleanclaim.api.cursor")


def read_cursor(text: str, name: str, caller: Caller) -> int | None:
    """Read the position of a cursor of this list; none is the beginning.

    A cursor of another list or organization is refused, like any other text.
    """
    if not text:
        return None
    try:
        told = _signer().unsign_object(text)
    except (BadSignature, ValueError, LookupError):
        told = None
    if not isinstance(told, list) or told[:2] != [name, caller.organization]:
        raise invalid([Fault("query.cursor", "this is no cursor of this list")])
    return int(told[2])


def page_of(sheet: Sheet[Row], name: str, caller: Caller) -> Page[Row]:
    """Make a page of a sheet of rows."""
    if sheet.next_after is None:
        return Page(sheet.rows, None)
    told = [name, caller.organization, sheet.next_after]
    return Page(sheet.rows, _signer().sign_object(told))

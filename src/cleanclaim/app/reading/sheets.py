"""Keyset pages: the next rows after a row, at the same cost on page 1 and page 1,000."""

from typing import Any, Generic, TypeVar

import msgspec
from django.db.models import Q, QuerySet

SHEET_ROWS = 50

Row = TypeVar("Row")


class Sheet(msgspec.Struct, Generic[Row], frozen=True):
    """Some rows of a list and the id to ask the following ones after; None at the end."""

    rows: tuple[Row, ...]
    next_after: int | None


def cut_sheet(
    rows: QuerySet[Any],
    known: QuerySet[Any],
    keys: tuple[str, ...],
    after: int | None,
    size: int = SHEET_ROWS,
) -> tuple[list[Any], int | None]:
    """Give the rows after the one with id ``after`` in the order of ``keys`` and then ``-pk``.

    A key with a leading minus falls. The position is asked of ``known``, which must hold the
    row even if it has left the filtered ``rows`` meanwhile; so no name travels in an address.
    A position that is nowhere starts again from the top.
    """
    order = (*keys, "-pk")
    found = rows.order_by(*order)
    last = known.filter(pk=after).first() if after is not None else None
    if last is not None:
        found = found.filter(_beyond(order, last))
    cut = list(found[: size + 1])
    more = len(cut) > size
    return cut[:size], cut[size - 1].pk if more else None


def _beyond(order: tuple[str, ...], last: Any) -> Q:  # noqa: ANN401 - a row of any model
    """Give the condition of lying after a row in the order, key by key."""
    condition, equal = Q(), Q()
    for key in order:
        name = key.removeprefix("-")
        value = getattr(last, name)
        side = "lt" if key.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{side}": value})
        equal &= Q(**{name: value})
    return condition

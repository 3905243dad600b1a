"""The shape of every report: figures that are sums of parts, and each part one entry's doing."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from cleanclaim.ledger.accounts import Transfer


class Booked(msgspec.Struct, frozen=True, omit_defaults=True):
    """A transfer as it stands in the books: its number, the day it was entered, and by whom."""

    transfer: Transfer
    entry: int
    recorded_on: date
    actor: str = ""


class ClaimFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a report must know of a claim beside its transfers; ``provider`` is our own key."""

    service_on: date
    provider: str = ""


class Part(msgspec.Struct, frozen=True):
    """What one entry adds to one figure, in cents."""

    row: str
    column: str
    entry: int
    cents: int


Figures = Mapping[tuple[str, str], int]


def add_up(parts: Iterable[Part]) -> Figures:
    """Sum the parts by row and column, in cents; a figure of 0 is left out."""
    sums: dict[tuple[str, str], int] = {}
    for part in parts:
        place = (part.row, part.column)
        sums[place] = sums.get(place, 0) + part.cents
    return {place: cents for place, cents in sums.items() if cents}

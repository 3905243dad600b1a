"""Kinds of tables: what a row is, what it is found by, how many rows are plausible."""

from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec

from cleanclaim.codes.store.columns import Code, Column, Text, columns_of
from cleanclaim.codes.store.keys import fits

Row = TypeVar("Row", bound=msgspec.Struct)


class Licence(StrEnum):
    """Whose the content is; texts of all but the first and the last need an own licence."""

    PUBLIC = "public"  # a work of the US government
    AMA = "ama"  # CPT: American Medical Association
    ADA = "ada"  # CDT: American Dental Association
    X12 = "x12"  # adjustment and status codes
    NUBC = "nubc"  # UB-04: American Hospital Association
    NUCC = "nucc"  # provider taxonomy
    OWN = "own"  # the user's own


class Dating(StrEnum):
    """How the releases of a kind lie in time."""

    PERIOD = "period"  # each says what holds in its span
    HISTORY = "history"  # each holds the past too, its rows have their own days
    SNAPSHOT = "snapshot"  # each holds until the next one


class Bounds(msgspec.Struct, frozen=True):
    """What a whole file of a kind has: from ``least`` to ``most`` rows.

    ``landmarks`` are beginnings of the first code of its key, each of which some row has: a
    file that was cut off has lost the last of them.
    """

    least: int
    most: int
    landmarks: tuple[str, ...] = ()

    def __contains__(self, rows: int) -> bool:
        return self.least <= rows <= self.most


class Kind(Generic[Row]):
    """A kind of table.

    ``key`` names the columns by which rows are found, all codes. A row without ``starts`` or
    ``ends`` holds as long as its release. ``edits`` are the families of edits, and the
    prices, that need the table. ``filtered`` tables get a bit map that answers most
    questions for absent keys.
    """

    def __init__(  # noqa: PLR0913 - a kind is its facts
        self,
        name: str,
        row: type[Row],
        *,
        title: str,
        key: tuple[str, ...],
        bounds: Bounds,
        dating: Dating = Dating.PERIOD,
        licence: Licence = Licence.PUBLIC,
        starts: str = "",
        ends: str = "",
        edits: tuple[str, ...] = (),
        filtered: bool = False,
    ) -> None:
        self.name = name
        self.row = row
        self.title = title
        self.key = key
        self.bounds = bounds
        self.dating = dating
        self.licence = licence
        self.starts = starts
        self.ends = ends
        self.edits = edits
        self.filtered = filtered
        KINDS[name] = self

    def __repr__(self) -> str:
        return f"Kind({self.name})"

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The columns by name."""
        return columns_of(self.row)

    @cached_property
    def key_parts(self) -> tuple[Code, ...]:
        """The codes of the key."""
        parts = tuple(self.columns[name] for name in self.key)
        codes = tuple(part for part in parts if isinstance(part, Code))
        if len(codes) != len(parts) or not fits(codes):
            msg = f"the key of {self.name} is no key"
            raise TypeError(msg)
        return codes

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose licences the words of the table need."""
        columns = self.columns.values()
        return tuple(sorted({c.licence for c in columns if isinstance(c, Text) and c.licence}))


# The first digits of procedures, which no whole table of all of them lacks.
DIGITS = tuple("0123456789")
KINDS: dict[str, Kind[Any]] = {}

"""Tables that are held in memory: examples and tests of edits, without a folder."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from cleanclaim.codes.store.arrays import KEY, Table, fill, most_repeated
from cleanclaim.codes.store.columns import Array, Number
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.release import Release

_NOWHERE = Path()
_NEVER = datetime.min.replace(tzinfo=UTC)


class Held(msgspec.Struct, frozen=True):
    """A table by its rows, and the days on which it holds; its release is called ``name``."""

    kind: Kind[Any]
    rows: tuple[msgspec.Struct, ...]
    starts_on: date | None = None
    ends_on: date | None = None
    name: str = "example"

    def release(self, arrays: Mapping[str, Array]) -> Release:
        """Tell of it what a manifest tells."""
        return Release(
            self.kind.name,
            f"{self.kind.name} {self.name}",
            self.starts_on,
            self.ends_on,
            self.kind.dating.value,
            (),
            len(self.rows),
            self.kind.licence.value,
            _NEVER,
            most_repeated(arrays[KEY]) or 1,
        )


def as_told(kind: Kind[Any], rows: Iterable[msgspec.Struct]) -> Iterator[tuple[object, ...]]:
    """Give rows as a file would tell them: numbers with their decimals, not in smallest units."""
    places = [
        column.places if isinstance(column, Number) else 0 for column in kind.columns.values()
    ]
    for row in rows:
        yield tuple(
            Decimal(value).scaleb(-decimals) if decimals and value is not None else value
            for value, decimals in zip(msgspec.structs.astuple(row), places, strict=True)
        )


class HeldLibrary(Library):
    """A library of tables in memory, each sorted when it is first asked for."""

    def __init__(self, tables: Iterable[Held]) -> None:
        super().__init__(_NOWHERE)
        self._held = tuple(tables)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to other processes by its rows."""
        return HeldLibrary, (self._held,)

    def _all(self) -> dict[str, list[tuple[Release, Path]]]:
        if self._shelves is None:
            self._shelves = {}
            for number, held in enumerate(self._held):
                arrays = fill(held.kind, as_told(held.kind, held.rows))
                place = Path(str(number))
                self._open[place] = Table(held.kind, held.release(arrays), place, arrays)
                shelf = self._shelves.setdefault(held.kind.name, [])
                shelf.append((held.release(arrays), place))
            for shelf in self._shelves.values():
                shelf.sort(key=lambda each: each[0].order)
        return self._shelves

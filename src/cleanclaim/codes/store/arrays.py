"""Tables as sorted, memory-mapped arrays: written once, opened in a millisecond, shared."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Generic

import numpy as np
import numpy.typing as npt

from cleanclaim.codes.store.columns import (
    ALWAYS,
    FOREVER,
    Array,
    Filling,
    Reading,
    day_number,
    texts,
)
from cleanclaim.codes.store.keys import LAST, NO_KEY, Integers, matches, pack, pack_all
from cleanclaim.codes.store.kinds import Kind, Row
from cleanclaim.codes.store.release import DamagedReleaseError, Release

_CHUNK = 65_536
KEY, PRESENT = "_key", "_present"
# A map has about 32 bits a key, and 8 MiB at most; the odd number spreads keys over it
# (Knuth's multiplicative hashing, 2**64 over the golden ratio).
_BITS_A_KEY, _BITS_LEAST, _BITS_MOST = 5, 10, 26
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
Indices = npt.NDArray[np.intp]


def fill(
    kind: Kind[Row], rows: Iterable[tuple[object, ...]], licensed: frozenset[str] = frozenset()
) -> dict[str, Array]:
    """Turn rows into the arrays of a table, sorted by key and then by when they start.

    Rows have their values in the order of the kind's columns, as text of a file or as what
    they mean; ValueRefusedError where a value does not fit.
    """
    fillings = [Filling(name, column, licensed) for name, column in kind.columns.items()]
    coming = iter(rows)
    while chunk := list(islice(coming, _CHUNK)):
        for filling, values in zip(fillings, zip(*chunk, strict=True), strict=True):
            filling.add(values)
    arrays: dict[str, Array] = {}
    for filling in fillings:
        arrays |= filling.arrays()
    return _sorted(kind, arrays)


def _sorted(kind: Kind[Row], arrays: dict[str, Array]) -> dict[str, Array]:
    keys = pack_all(kind.key_parts, [arrays[name] for name in kind.key])
    orders = (arrays[kind.starts], keys) if kind.starts else (keys,)
    order = np.lexsort(orders)
    for name in kind.columns:
        arrays[name] = arrays[name][order]
    arrays[KEY] = keys[order]
    if kind.filtered:
        arrays[PRESENT] = _map_of(arrays[KEY])
    return arrays


def _places(keys: Integers, bits: int) -> npt.NDArray[np.uint64]:
    spread: npt.NDArray[np.uint64] = keys.astype(np.uint64) * _SPREAD
    return spread >> np.uint64(64 - bits)


def _map_of(keys: Integers) -> npt.NDArray[np.uint8]:
    """Set a bit for each key."""
    bits = min(max(len(keys).bit_length() + _BITS_A_KEY, _BITS_LEAST), _BITS_MOST)
    flags = np.zeros(2**bits, np.bool_)
    flags[_places(keys, bits)] = True
    return np.packbits(flags, bitorder="little")


def most_repeated(keys: Integers) -> int:
    """Count how many rows share a key at most."""
    if not len(keys):
        return 0
    starts = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))
    return int(np.diff(starts, append=len(keys)).max())


def write(folder: Path, arrays: Mapping[str, Array]) -> None:
    """Write the arrays of a table as files."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


class Table(Generic[Row]):
    """A release of a table, open.

    Arrays are mapped into memory when they are first asked for: opening costs nothing, and
    processes share the pages.
    """

    def __init__(
        self,
        kind: Kind[Row],
        release: Release,
        folder: Path,
        arrays: Mapping[str, Array] | None = None,
    ) -> None:
        """Open the table of a folder, or one whose ``arrays`` are all in memory."""
        self.kind = kind
        self.release = release
        self.folder = folder
        self._in_memory = arrays is not None
        self._arrays: dict[str, Array] = dict(arrays or {})

    def __len__(self) -> int:
        return self.release.rows

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to other processes by name: each maps the files for itself."""
        held = self._arrays if self._in_memory else None
        return Table, (self.kind, self.release, self.folder, held)

    def array(self, name: str) -> Array:
        """Give a column as it is kept: codes as bytes, days and numbers as whole numbers.

        Words are numbers into ``words(name)``.
        """
        if name not in self._arrays:
            path = self.folder / f"{name}.npy"
            try:
                # An empty file cannot be mapped.
                mode: Any = "r" if len(self) else None
                mapped = np.load(path, mmap_mode=mode, allow_pickle=False)
                # A plain view of the same pages: a memmap's own indexing costs microseconds.
                self._arrays[name] = mapped.view(np.ndarray)
            except (OSError, ValueError, EOFError):
                msg = f"{self.folder.name}: the column {name} cannot be read"
                raise DamagedReleaseError(msg) from None
        return self._arrays[name]

    def words(self, name: str) -> list[str]:
        """Give every text of a column once, by its number."""
        return self._reading(name).all_words()

    def texts(self, name: str) -> list[str]:
        """Give a column of codes or words as text, row by row."""
        values = self.array(name)
        if values.dtype.kind == "S":
            return texts(values)
        words = self.words(name)
        return [words[number] for number in values.tolist()]

    def _reading(self, name: str) -> Reading:
        return self._readings[name]

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        pooled = ("", ".words", ".ends")
        found = {}
        for name, column in self.kind.columns.items():
            files = [f"{name}{end}" for end in pooled if self._has(f"{name}{end}")]
            found[name] = Reading(column, {each: self.array(each) for each in files}, name)
        return found

    def _has(self, name: str) -> bool:
        return name in self._arrays or (
            not self._in_memory and (self.folder / f"{name}.npy").exists()
        )

    @cached_property
    def _keys(self) -> memoryview:
        """The keys for bisection: a view of the mapped bytes, not a copy."""
        keys: memoryview = np.ascontiguousarray(self.array(KEY)).data
        return keys

    # One row

    def at(self, index: int) -> Row:
        """Give the row at an index, as ``find`` tells it."""
        values = {name: reading.value(index) for name, reading in self._readings.items()}
        return self.kind.row(**values)

    def rows(self, *key: str, on: date | None = None) -> Iterator[Row]:
        """Give every row of a key, those that hold on a day if one is given."""
        return (self.at(index) for index in self.indices(*key, on=on))

    def row(self, *key: str, on: date | None = None) -> Row | None:
        """Give the last row of a key that holds on the day, or None."""
        for index in reversed(list(self.indices(*key, on=on))):
            return self.at(index)
        return None

    def indices(self, *key: str, on: date | None = None) -> Iterator[int]:
        """Give where the rows of a key lie."""
        packed = pack(self.kind.key_parts, key)
        if packed == NO_KEY:
            return iter(())
        start, end = bisect_left(self._keys, packed), bisect_right(self._keys, packed)
        found = range(start, end)
        if on is None:
            return iter(found)
        day = day_number(on)
        return (index for index in found if self._holds_at(index, day))

    def beginning(self, start: str) -> range:
        """Give where the rows lie whose code begins so, in the order of codes; for keys of one."""
        (part,) = self.kind.key_parts
        first, last = (
            pack((part,), (start.ljust(part.width, filling),)) for filling in (" ", LAST)
        )
        if NO_KEY in {first, last}:
            return range(0)
        return range(bisect_left(self._keys, first), bisect_right(self._keys, last))

    def _holds_at(self, index: int, day: int) -> bool:
        kind = self.kind
        starts = self.array(kind.starts)[index] if kind.starts else ALWAYS
        ends = self.array(kind.ends)[index] if kind.ends else FOREVER
        return bool(starts <= day <= ends)

    # Many rows

    def find(self, *columns: Array, on: Array | None = None) -> Indices:
        """Find a row for each key, a column of codes a part of the key; -1 where there is none.

        Of several that hold on the day (``on``, datetime64[D]; without it, on any) it is the
        last, as ``row`` gives it.
        """
        return self.find_packed(pack_all(self.kind.key_parts, columns), on)

    def find_packed(self, keys: Integers, on: Array | None = None) -> Indices:
        """Find a row for each key that ``keys.pack_all`` or ``keys.join`` has packed."""
        if not self.kind.filtered:
            return self._find(keys, on)
        found = np.full(len(keys), -1, np.intp)
        asked = np.flatnonzero(self._may_be(keys))
        found[asked] = self._find(keys[asked], None if on is None else on[asked])
        return found

    def find_every(self, keys: Integers) -> tuple[Indices, Indices]:
        """Find all rows of each packed key, whatever their days: which key, and which row."""
        return matches(self.array(KEY), keys)

    def _may_be(self, keys: Integers) -> npt.NDArray[np.bool_]:
        present = self.array(PRESENT)
        places = _places(keys, len(present).bit_length() + 2)
        bits = present[places >> np.uint64(3)] >> (places & np.uint64(7)).astype(np.uint8)
        may: npt.NDArray[np.bool_] = (bits & 1).astype(np.bool_)
        return may

    def _find(self, keys: Integers, on: Array | None) -> Indices:
        table = self.array(KEY)
        if not len(table):
            return np.full(len(keys), -1, np.intp)
        at: Indices = np.searchsorted(table, keys, side="right") - 1
        found = np.full(len(keys), -1, np.intp)
        days = None if on is None else on.astype("datetime64[D]").astype(np.int64)
        for _ in range(self.release.repeated):
            here = (at >= 0) & (table[at] == keys) & (keys != NO_KEY) & (found < 0)
            if days is not None:
                here &= self._hold(at, days)
            found[here] = at[here]
            at = at - 1
        return found

    def _hold(self, at: Indices, days: Integers) -> npt.NDArray[np.bool_]:
        held = np.ones(len(at), np.bool_)
        if self.kind.starts:
            held &= self.array(self.kind.starts)[at] <= days
        if self.kind.ends:
            held &= days <= self.array(self.kind.ends)[at]
        return held

"""A library with another behind it, which answers for the kinds of tables that the first lacks."""

from pathlib import Path

from cleanclaim.codes.store.arrays import Table
from cleanclaim.codes.store.kinds import Kind, Row
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.release import Release


class LayeredLibrary(Library):
    """The tables of a library, and of one ``behind`` it the kinds of which it has no release.

    What is added goes to the first.
    """

    def __init__(self, first: Library, behind: Library) -> None:
        super().__init__(first.folder)
        self._first = first
        self._behind = behind

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to other processes as its parts do."""
        return LayeredLibrary, (self._first, self._behind)

    def _all(self) -> dict[str, list[tuple[Release, Path]]]:
        if self._shelves is None:
            self._shelves = {**self._behind._all(), **self._first._all()}
        return self._shelves

    def _opened(self, kind: Kind[Row], release: Release, folder: Path) -> Table[Row]:
        owner = self._first if kind.name in self._first._all() else self._behind
        return owner._opened(kind, release, folder)

"""A folder of releases: nothing in it is ever overwritten, and the day chooses among them."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np

from cleanclaim.codes.store.arrays import KEY, Indices, Table, most_repeated, write
from cleanclaim.codes.store.columns import Array
from cleanclaim.codes.store.days import different_days
from cleanclaim.codes.store.kinds import Kind, Row
from cleanclaim.codes.store.release import MANIFEST, Release, read_manifest, write_manifest

# Days of tables that are remembered: some years of them for each of the kinds.
_ANSWERS_MAX = 50_000


class Library:
    """The releases in a folder.

    The folder is read when first asked and after each ``add``; what another process adds is
    seen by the next Library. A folder that does not exist is an empty library.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shelves: dict[str, list[tuple[Release, Path]]] | None = None
        self._open: dict[Path, object] = {}
        self._holding: dict[tuple[str, date], tuple[Release, Path] | None] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to other processes by name."""
        return Library, (self.folder,)

    def releases(self, kind: str = "") -> tuple[Release, ...]:
        """Give the releases of a kind, or all, the one that wins last."""
        shelves = (
            self._shelf(kind) if kind else [x for name in self._all() for x in self._shelf(name)]
        )
        return tuple(release for release, _ in shelves)

    def _all(self) -> dict[str, list[tuple[Release, Path]]]:
        if self._shelves is None:
            self._shelves = {}
            for manifest in sorted(self.folder.glob(f"*/[!.]*/{MANIFEST}")):
                release = read_manifest(manifest.parent)
                self._shelves.setdefault(release.kind, []).append((release, manifest.parent))
            for shelf in self._shelves.values():
                shelf.sort(key=lambda each: each[0].order)
        return self._shelves

    def _shelf(self, kind: str) -> list[tuple[Release, Path]]:
        return self._all().get(kind, [])

    # Asking

    def in_force(self, kind: Kind[Row], on: date) -> Table[Row] | None:
        """Open the release that holds on a day: the latest of those that do; None without one.

        None means "not loaded for that day": who asks must say so, not pass.
        """
        asked = kind.name, on
        if asked not in self._holding:
            shelf = self._shelf(kind.name)
            if len(self._holding) >= _ANSWERS_MAX:
                self._holding.clear()
            held = (each for each in reversed(shelf) if each[0].holds(on))
            self._holding[asked] = next(held, None)
        holding = self._holding[asked]
        return None if holding is None else self._opened(kind, *holding)

    def newest(self, kind: Kind[Row]) -> Table[Row] | None:
        """Open the last release of a kind, whatever its days; for searching, not for judging."""
        shelf = self._shelf(kind.name)
        return self._opened(kind, *shelf[-1]) if shelf else None

    def opened(self, kind: Kind[Row]) -> Iterator[Table[Row]]:
        """Open every release of a kind, the one that wins last."""
        return (self._opened(kind, release, folder) for release, folder in self._shelf(kind.name))

    def divide(self, kind: Kind[Row], days: Array) -> Iterator[tuple[Table[Row] | None, Indices]]:
        """Sort days (datetime64[D]) by the release in force: table or None, and which days.

        For batches: a table is asked once for all rows that it judges.
        """
        if len(days) and (days == days[0]).all():
            # A claim alone, and most batches' parts: nothing to sort.
            yield self._on(kind, days[0].astype("datetime64[D]")), np.arange(len(days))
            return
        every, which = different_days(days)
        tables = [self._on(kind, day) for day in every]
        several = list(dict.fromkeys(tables))
        if len(several) == 1:
            yield several[0], np.arange(len(days))
            return
        for table in several:
            chosen = np.array([each is table for each in tables], np.bool_)
            yield table, np.flatnonzero(chosen[which])

    def _on(self, kind: Kind[Row], day: np.datetime64) -> Table[Row] | None:
        told = day.item()
        return self.in_force(kind, told) if isinstance(told, date) else None

    def _opened(self, kind: Kind[Row], release: Release, folder: Path) -> Table[Row]:
        table = self._open.get(folder)
        if not isinstance(table, Table):
            table = self._open[folder] = Table(kind, release, folder)
        return table

    # Adding

    def add(self, kind: Kind[Row], arrays: Mapping[str, Array], release: Release) -> Release:
        """Put a table on its shelf: written aside and renamed into place when it is whole.

        Gives the release as it was written; where it is there already, the one that is.
        """
        release = msgspec.structs.replace(
            release, rows=len(arrays[KEY]), repeated=most_repeated(arrays[KEY]) or 1
        )
        shelf = self.folder / kind.name
        shelf.mkdir(parents=True, exist_ok=True)
        place = shelf / _folder_name(release)
        draft = Path(tempfile.mkdtemp(prefix=".", dir=shelf))
        try:
            write(draft, arrays)
            write_manifest(draft, release)
            draft.chmod(0o755)
            _settle(draft)
            _rename(draft, place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self._shelves = None
        self._holding.clear()
        return read_manifest(place)


def _folder_name(release: Release) -> str:
    """Name the folder by day and content, so that the same files make the same folder."""
    digest = sha256("".join(file.sha256 for file in release.files).encode())
    digest.update(" ".join(release.withheld).encode())
    start = release.starts_on.isoformat() if release.starts_on else "undated"
    return f"{start}-{digest.hexdigest()[:16]}"


def _settle(folder: Path) -> None:
    """Have the system write the files to the disk before they get their name."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _rename(draft: Path, place: Path) -> None:
    try:
        draft.rename(place)
    except OSError:
        # Another process was faster with the same files; its release is as good.
        if not (place / MANIFEST).is_file():
            raise

"""The installation's reference tables, opened once a process and again when some are added."""

from functools import lru_cache
from pathlib import Path

from cleanclaim.codes.store.library import Library
from cleanclaim.store.places import reference_folder


def open_library() -> Library:
    """Give the library of the installation; one that has grown is read anew.

    Tables are only ever added, which moves the time of their folder: asking costs a look at
    one folder a kind.
    """
    folder = reference_folder()
    shelves = sorted(path for path in folder.glob("*") if not path.name.startswith("."))
    return _opened(folder, tuple((each.name, each.stat().st_mtime_ns) for each in shelves))


@lru_cache(maxsize=4)
def _opened(folder: Path, _seen: tuple[tuple[str, int], ...]) -> Library:
    return Library(folder)

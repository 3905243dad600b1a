"""Opening every loaded table of the reference store in a warm process, and what it may take.

Only with ``CLEANCLAIM_REFERENCE``: drawn tables would say nothing about the official ones.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import Measure
from cleanclaim.codes.loaders.catalogue import know_all
from cleanclaim.codes.store.arrays import KEY, Table
from cleanclaim.codes.store.kinds import KINDS
from cleanclaim.codes.store.library import Library

_SECONDS, _MEGABYTES = 0.2, 400
_RUNS = 5


def measure() -> Iterator[Measure]:
    """Open all columns of the newest release of each kind; nothing where none are loaded."""
    loaded = os.environ.get("CLEANCLAIM_REFERENCE")
    if not loaded:
        return
    know_all()
    taken, opened = [], _open_all(Library(Path(loaded)))
    for _ in range(_RUNS):
        start = time.perf_counter()
        opened = _open_all(Library(Path(loaded)))
        taken.append(time.perf_counter() - start)
    rows = sum(len(table) for table in opened)
    amount = f"{len(opened)} tables, {rows:,} rows, least of {_RUNS}"
    yield Measure("opening all tables", min(taken), "s", amount, _SECONDS)
    size = sum(path.stat().st_size for table in opened for path in table.folder.glob("*.npy"))
    yield Measure("all tables in shared memory", size / 2**20, "MB", amount, _MEGABYTES)


def _open_all(library: Library) -> list[Table[Any]]:
    opened = [table for kind in KINDS.values() if (table := library.newest(kind)) is not None]
    for table in opened:
        for name in (KEY, *table.kind.columns):
            table.array(name)
    return opened

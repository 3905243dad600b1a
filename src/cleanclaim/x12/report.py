"""Check a whole source and report what it holds and what is wrong with it."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from cleanclaim.x12.checks.registry import Check
from cleanclaim.x12.gathering import Report, concluded, gather
from cleanclaim.x12.reader import read
from cleanclaim.x12.tokens import Source
from cleanclaim.x12.transactions import ALL_TYPES, Asked


def check(
    source: Source,
    *,
    types: Collection[int] = ALL_TYPES,
    companions: Sequence[Check] = (),
    workers: int = 1,
) -> Report:
    """Read all of the source and report every finding once, in the order of the file.

    ``types`` are the SNIP types to report; ``companions`` further checks, as a payer wants them.
    ``workers`` processes share the transactions of a file that is given by its path, where the
    system can fork.
    """
    if workers > 1 and isinstance(source, Path) and hasattr(os, "fork"):
        from cleanclaim.x12.sharing import check_shared

        return check_shared(source, Asked(frozenset(types), tuple(companions)), workers)
    return concluded(gather(read(source, types=types, companions=companions)), types)

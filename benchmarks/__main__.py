"""Run every benchmark and print one line each: what, against what, how fast, what was wanted."""

import json
import sys
from collections.abc import Iterator

from benchmarks import (
    bulk_writes,
    em_levels,
    gating,
    opening,
    posting,
    pricing,
    screening,
    scrubbing,
    x12_speed,
)
from benchmarks.figures import Figure, Measure


def _figures() -> Iterator[Figure | Measure]:
    yield from x12_speed.measure()
    yield from opening.measure()
    yield from pricing.measure()
    yield from scrubbing.measure()
    yield from screening.measure()
    yield from em_levels.measure()
    yield from gating.measure()
    yield from bulk_writes.measure()
    yield from posting.measure()


def main() -> None:
    """Print the figures as they are taken, or all at the end as JSON with ``--json``."""
    if "--json" in sys.argv:
        print(json.dumps([figure.as_dict() for figure in _figures()], indent=2))
        return
    for figure in _figures():
        print(figure.line(), flush=True)


if __name__ == "__main__":
    main()

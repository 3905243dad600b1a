"""Run every benchmark and print one line each: what, against what, how many times as fast."""

import json
import sys

from benchmarks import bulk_writes, x12_checking


def main() -> None:
    """Print the figures, as JSON with ``--json``."""
    figures = [*x12_checking.measure(), *bulk_writes.measure()]
    if "--json" in sys.argv:
        print(json.dumps([figure.as_dict() for figure in figures], indent=2))
        return
    for figure in figures:
        print(figure.line())


if __name__ == "__main__":
    main()

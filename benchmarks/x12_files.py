"""Synthetic 837P, 837I and 835 files of any size: fictional, clean, the same for the same seed.

``python -m benchmarks.x12_files 837P 10000 claims.x12`` writes one, a claim at a time.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.institutional_files import institutional
from benchmarks.professional_files import professional
from benchmarks.remittance_files import remittance

_KINDS: dict[str, Callable[[int, int], Iterator[str]]] = {
    "837P": professional,
    "837I": institutional,
    "835": remittance,
}


def write_file(kind: str, claims: int, path: Path, seed: int = 2026) -> Path:
    """Write so many claims (837P, 837I) or remits (835) as one interchange."""
    with path.open("w", encoding="latin-1", newline="") as file:
        file.writelines(_KINDS[kind](claims, seed))
    return path


def main() -> None:
    """Write the file that the arguments ask for."""
    kind, claims, path = sys.argv[1:4]
    write_file(kind, int(claims), Path(path))


if __name__ == "__main__":
    main()

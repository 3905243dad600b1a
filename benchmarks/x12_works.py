"""One piece of X12 work in a process of its own: ``python -m benchmarks.x12_works WORK FILE``.

It prints CPU and wall seconds of the work without imports, the highest memory of the process and
how many claims were found; whether the file was accepted, and what its amounts sum to.
"""

import io
import json
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """What a piece of work took and found; ``cents`` is 0 unless money was added up."""

    cpu_seconds: float
    wall_seconds: float
    memory_mb: float
    claims: int
    is_accepted: bool
    cents: int = 0


Found = tuple[int, bool, int]


def stream_claims(path: Path) -> Found:
    """Take number, charge, days, procedures, diagnoses and adjustments of every claim."""
    from cleanclaim import x12

    count = left = lacking = 0
    for claim in x12.claims(path):
        count += 1
        left += claim.total_charge_cents or 0
        if not claim.patient_control_number or not claim.diagnoses[0].code:
            lacking += 1
        for line in claim.lines:
            charge = line.charge_cents or 0
            left -= charge
            if not line.starts_on or not line.procedure or not line.procedure.code:
                lacking += 1
            for told in line.adjudications:
                left += charge - (told.paid_cents or 0)
                for adjustment in told.adjustments:
                    left -= adjustment.cents or 0
    return count, not lacking and left == 0, left


def stream_remits(path: Path) -> Found:
    """Take number, amounts, days, procedures and adjustments of every remit."""
    from cleanclaim import x12

    count = left = lacking = 0
    for remit in x12.remits(path):
        count += 1
        left += (remit.charge_cents or 0) - (remit.paid_cents or 0)
        if not remit.patient_control_number:
            lacking += 1
        for adjustment in remit.adjustments:
            left -= adjustment.cents or 0
        for line in remit.lines:
            if not line.starts_on or not line.procedure or not line.procedure.code:
                lacking += 1
            for adjustment in line.adjustments:
                left -= adjustment.cents or 0
    return count, not lacking and left == 0, left


def check_types(*types: int, workers: int = 1) -> Callable[[Path], Found]:
    """Check a file of these SNIP types."""

    def check(path: Path) -> Found:
        from cleanclaim import x12

        report = x12.check(path, types=frozenset(types), workers=workers)
        groups = [group for each in report.interchanges for group in each.groups]
        units = sum(each.units for group in groups for each in group.transactions)
        return units, report.valid, 0

    return check


def check_by_pyx12(path: Path) -> Found:
    """Validate a file by pyx12 (types 1 and 2); it counts no claims itself."""
    import pyx12.params
    import pyx12.x12n_document

    logging.disable(logging.CRITICAL)
    accepted = pyx12.x12n_document.x12n_document(
        pyx12.params.params(), str(path), io.StringIO(), None, None
    )
    return 0, bool(accepted), 0


WORKS: dict[str, Callable[[Path], Found]] = {
    "stream-837": stream_claims,
    "stream-835": stream_remits,
    "types-1-2": check_types(1, 2),
    "types-1-5": check_types(1, 2, 3, 4, 5),
    "types-1-2-workers-2": check_types(1, 2, workers=2),
    "pyx12": check_by_pyx12,
}


def _warm(work: str) -> None:
    """Import what the work needs, so that only the work is timed."""
    if work == "pyx12":
        pass
    else:
        import cleanclaim.x12.views.claim_stream
        import cleanclaim.x12.views.remit_stream  # noqa: F401


def _count_by_pyx12(path: Path) -> int:
    """Count claims by pyx12's own reader of segments, apart from the timed work."""
    from pyx12.x12file import X12Reader

    with path.open() as file:
        return sum(each.get_seg_id() in {"CLM", "CLP"} for each in X12Reader(file))


def _memory_mb() -> float:
    """Give the highest resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Do the work once and print the outcome."""
    work, path = sys.argv[1], Path(sys.argv[2])
    _warm(work)
    wall, cpu = time.perf_counter(), time.process_time()
    claims, is_accepted, cents = WORKS[work](path)
    took = time.process_time() - cpu, time.perf_counter() - wall
    memory = _memory_mb()
    if work == "pyx12":
        claims = _count_by_pyx12(path)
    print(json.dumps(asdict(Outcome(*took, memory, claims, is_accepted, cents))))


if __name__ == "__main__":
    main()

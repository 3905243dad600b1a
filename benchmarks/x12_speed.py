"""X12 against pyx12's validate on the same generated files in the same run, each side alone."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Measure
from benchmarks.x12_files import write_file
from benchmarks.x12_works import Outcome

_PEER = "pyx12 4 validate"
# What each piece of work must be, in ratios to the peer.
_TARGETS = {
    "837P": {"stream-837": 150, "types-1-2": 45, "types-1-5": 25},
    "835": {"stream-835": 100, "types-1-2": 30, "types-1-5": 18},
}
_NAMES = {
    "stream-837": "typed stream of claims",
    "stream-835": "typed stream of remits",
    "types-1-2": "check of types 1-2",
    "types-1-5": "check of types 1-5",
}
_MEMORY_MB = 40
_MEMORY_CLAIMS = 100_000
_WORKERS_TARGET = 1.8
_COLD_SECONDS = 0.3
_DEFECT = {"837P": ("*UN*", "*XX*"), "835": ("*HC:", "*QQ:")}
_ROOT = Path(__file__).resolve().parents[1]


class UnequalWorkError(RuntimeError):
    """The two sides did not do the same work, so that their times do not compare."""


def measure() -> Iterator[Figure | Measure]:
    """Measure 10,000 claims and, unless CLEANCLAIM_BENCH_QUICK is set, 100,000."""
    quick = bool(os.environ.get("CLEANCLAIM_BENCH_QUICK"))
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        for claims in (10_000,) if quick else (10_000, 100_000):
            for kind in _TARGETS:
                path = write_file(kind, claims, Path(folder) / f"{kind}-{claims}.x12")
                yield from _against_pyx12(kind, claims, path)
                if claims == 10_000:
                    yield _two_workers(kind, path)
                path.unlink()
        for kind in _TARGETS:
            yield _cold_start(kind, Path(folder) / f"{kind}-defect.x12")
    yield _cold_import()


def _against_pyx12(kind: str, claims: int, path: Path) -> Iterator[Figure | Measure]:
    peer = run("pyx12", path)
    for work, target in _TARGETS[kind].items():
        # Noise only ever adds; the long runs have less of it.
        outcomes = [run(work, path) for _ in range(3 if claims <= 10_000 else 1)]
        ours = min(outcomes, key=lambda outcome: outcome.cpu_seconds)
        same_work(ours, peer, claims)
        name, amount = f"{kind}: {_NAMES[work]}", f"{claims:,} claims"
        yield Figure(name, _PEER, ours.cpu_seconds, peer.cpu_seconds, amount, target)
        if claims >= _MEMORY_CLAIMS:
            yield Measure(f"{name}, memory", ours.memory_mb, "MB", amount, _MEMORY_MB)


def run(work: str, path: Path) -> Outcome:
    """Do a piece of work in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.x12_works", work, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=_ROOT)
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


def same_work(ours: Outcome, peer: Outcome, claims: int) -> None:
    """Raise UnequalWorkError unless both accepted the file and found all of its claims."""
    for side, outcome in (("ours", ours), ("the peer's", peer)):
        if not outcome.is_accepted:
            msg = f"{side} refused the file"
            raise UnequalWorkError(msg)
        if outcome.claims != claims:
            msg = f"{side} found {outcome.claims} of {claims} claims"
            raise UnequalWorkError(msg)


def _two_workers(kind: str, path: Path) -> Figure:
    """Compare wall seconds of two workers with one, on the same file."""
    one, two = run("types-1-2", path), run("types-1-2-workers-2", path)
    same_work(two, one, one.claims)
    name = f"{kind}: check by two workers"
    seconds = two.wall_seconds, one.wall_seconds
    return Figure(name, "one worker", *seconds, f"{one.claims:,} claims", _WORKERS_TARGET)


def _cold_start(kind: str, path: Path) -> Measure:
    """Time a fresh process until it says the first finding, which is in the first claim."""
    text = write_file(kind, 100, path).read_text()
    path.write_text(text.replace(*_DEFECT[kind], 1))
    command = [sys.executable, "-m", "cleanclaim", "x12", "check", str(path)]
    seconds = min(_until_first_line(command) for _ in range(5))
    return Measure(
        f"{kind}: cold start to first finding", seconds, "s", "100 claims", _COLD_SECONDS
    )


def _until_first_line(command: list[str]) -> float:
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        seconds = time.perf_counter() - start
        process.stdout.read()
    if "X12." not in first:
        msg = f"the first line is no finding: {first[:80]!r}"
        raise UnequalWorkError(msg)
    return seconds


def _cold_import() -> Measure:
    """Time a fresh process that imports the engine and ends."""
    command = [sys.executable, "-c", "from cleanclaim import x12"]
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, cwd=_ROOT)
        taken.append(time.perf_counter() - start)
    return Measure("import of the engine, cold", min(taken), "s", "whole process", _COLD_SECONDS)

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
_CLAIMS, _MANY_CLAIMS = 10_000, 100_000
_GROWTH = 1.2  # as flat as the noise of a busy machine lets it be told
_WORKERS_TARGET = 1.8
_COLD_SECONDS = 0.3
_DEFECT = {"837P": ("*UN*", "*XX*"), "835": ("*HC:", "*QQ:")}
_ROOT = Path(__file__).resolve().parents[1]


class UnequalWorkError(RuntimeError):
    """The two sides did not do the same work, so that their times do not compare."""


def measure() -> Iterator[Figure | Measure]:
    """Measure 10,000 claims against the peer, and 100,000 against ourselves and in memory.

    CLEANCLAIM_BENCH_QUICK leaves the 100,000 out; CLEANCLAIM_BENCH_LARGE has the peer read them
    too, which takes it a quarter of an hour.
    """
    quick, large = (bool(os.environ.get(f"CLEANCLAIM_BENCH_{x}")) for x in ("QUICK", "LARGE"))
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as folder:
        for kind in _TARGETS:
            path = write_file(kind, _CLAIMS, Path(folder) / f"{kind}-{_CLAIMS}.x12")
            yield from _against_pyx12(kind, _CLAIMS, path)
            yield _two_workers(kind, path)
            if not quick:
                many = write_file(kind, _MANY_CLAIMS, Path(folder) / f"{kind}-many.x12")
                yield from _flat(kind, path, many)
                if large:
                    yield from _against_pyx12(kind, _MANY_CLAIMS, many)
                many.unlink()
            path.unlink()
            yield _cold_start(kind, Path(folder) / f"{kind}-defect.x12")
    yield _cold_import()


def _against_pyx12(kind: str, claims: int, path: Path) -> Iterator[Figure | Measure]:
    peer = run("pyx12", path)
    for work, target in _TARGETS[kind].items():
        # Noise only ever adds; the long runs have less of it.
        outcomes = [run(work, path) for _ in range(3 if claims <= _CLAIMS else 1)]
        ours = min(outcomes, key=lambda outcome: outcome.cpu_seconds)
        same_work(ours, peer, claims)
        name, amount = f"{kind}: {_NAMES[work]}", f"{claims:,} claims"
        yield Figure(name, _PEER, ours.cpu_seconds, peer.cpu_seconds, amount, target)


def _flat(kind: str, few: Path, many: Path) -> Iterator[Measure]:
    """Measure the memory that ten times as many claims take, and the time of each of them."""
    for work in _TARGETS[kind]:
        before, after = run(work, few), run(work, many)
        _whole(after, "ours", _MANY_CLAIMS)
        name, amount = f"{kind}: {_NAMES[work]}", f"{_MANY_CLAIMS:,} claims"
        yield Measure(f"{name}, memory", after.memory_mb, "MB", amount, _MEMORY_MB)
        growth = after.cpu_seconds / _MANY_CLAIMS / (before.cpu_seconds / _CLAIMS)
        what = f"{name}, time of a claim"
        yield Measure(what, growth, f"times that among {_CLAIMS:,}", amount, _GROWTH)


def run(work: str, path: Path) -> Outcome:
    """Do a piece of work in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.x12_works", work, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=_ROOT)
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


def same_work(ours: Outcome, peer: Outcome, claims: int) -> None:
    """Raise UnequalWorkError unless both accepted the file and found all of its claims."""
    _whole(ours, "ours", claims)
    _whole(peer, "the peer's", claims)


def _whole(outcome: Outcome, side: str, claims: int) -> None:
    """Raise UnequalWorkError unless a side accepted the file and found all of its claims."""
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

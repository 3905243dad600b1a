"""Judge millions of spoilt files on all cores: ``python -m x12.fuzz_at_length 5000000``.

Progress and failures go to standard error, a summary in JSON to standard output. The exit status
is 1 where a file failed or a process outgrew its memory. A failure names the number of its file;
with ``--only NUMBER`` that file is judged again and written to standard output.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator

from x12.fuzzing import failure, foreign_seeds, spoilt

_BATCH = 500
_FAILURES_SHOWN = 50
_MEMORY_MAX_MB = 256
_TELL_EVERY_SECONDS = 5


def main() -> int:
    """Run as the arguments say; give the exit status."""
    asked = argparse.ArgumentParser(description="Judge spoilt X12 files.")
    asked.add_argument("files", type=int, nargs="?", default=5_000_000)
    asked.add_argument("--from", dest="first", type=int, default=0, help="number of the first file")
    asked.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    asked.add_argument("--only", type=int, help="write this file and judge it")
    given = asked.parse_args()
    if given.only is not None:
        return _one(given.only)
    return _all(range(given.first, given.first + given.files), given.processes)


def _one(number: int) -> int:
    sys.stdout.buffer.write(spoilt(number, foreign=True))
    told = failure(number, foreign=True)
    sys.stderr.write(f"{told or 'nothing is wrong'}\n")
    return 1 if told else 0


def _all(numbers: range, processes: int) -> int:
    failures: list[str] = []
    done, memory_mb = 0, 0.0
    for count, told, peak_mb in _judged(numbers, processes):
        done, memory_mb = done + count, max(memory_mb, peak_mb)
        failures += told
        # Told at once, so that a run that is stopped has not been for nothing.
        sys.stderr.writelines(f"{each}\n" for each in told)
    summary = {
        "files": done,
        "foreign_seeds": len(foreign_seeds()),
        "failures": failures[:_FAILURES_SHOWN],
        "failed": len(failures),
        "memory_mb": round(memory_mb, 1),
    }
    sys.stdout.write(json.dumps(summary, indent=1) + "\n")
    return 1 if failures or memory_mb > _MEMORY_MAX_MB else 0


def _judged(numbers: range, processes: int) -> Iterator[tuple[int, list[str], float]]:
    """Give the results batch by batch and tell how far it is."""
    batches = [
        range(start, min(start + _BATCH, numbers.stop))
        for start in range(numbers.start, numbers.stop, _BATCH)
    ]
    begun = told_at = time.monotonic()
    done = 0
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for result in pool.imap_unordered(_batch, batches):
            done += result[0]
            if time.monotonic() - told_at > _TELL_EVERY_SECONDS:
                told_at = time.monotonic()
                rate = done / (told_at - begun)
                sys.stderr.write(f"{done} of {len(numbers)} files, {rate:.0f} a second\n")
            yield result


def _batch(numbers: range) -> tuple[int, list[str], float]:
    """Judge some files; give how many, what failed, and the peak memory of this process."""
    failures = [told for number in numbers if (told := failure(number, foreign=True))]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return len(numbers), failures, peak_mb


if __name__ == "__main__":
    sys.exit(main())

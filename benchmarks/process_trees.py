"""The processor time of a command and of all processes that it starts, however they end."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_SECONDS = 0.1


def cpu_seconds(words: Sequence[str], settings: Mapping[str, str]) -> float:
    """Run a command to its end and add up what its processes took, seen ten times a second.

    CalledProcessError where it ends with another status than 0 or 1.
    """
    taken: dict[tuple[int, int], int] = {}
    with subprocess.Popen(
        words, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            taken.update(_looked_at(process.pid, {pid for pid, _ in taken}))
            time.sleep(_LOOK_SECONDS)
    if process.returncode not in {0, 1}:
        raise subprocess.CalledProcessError(process.returncode, words)
    return sum(taken.values()) / _TICKS


def _looked_at(root: int, known: set[int]) -> Iterator[tuple[tuple[int, int], int]]:
    """Give the time so far of a process, of those below it, and of those once seen there."""
    parents: dict[int, int] = {}
    times: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended
            continue
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        times[pid] = int(fields[19]), int(fields[11]) + int(fields[12])
    ours = {root, *known}
    for pid in parents:
        above, way = pid, []
        while above in parents and above not in ours:
            way.append(above)
            above = parents[above]
        if above in ours:
            ours.update(way)
    # A number that was given anew is told by when its process started.
    for pid in ours & times.keys():
        started, ticks = times[pid]
        yield (pid, started), ticks

"""A measured ratio, and the clock that takes it."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """Our CPU seconds against a peer's for the same work in the same run."""

    what: str
    peer: str
    ours_seconds: float
    peer_seconds: float
    amount: str

    @property
    def ratio(self) -> float:
        """Say how many times as fast ours was."""
        return self.peer_seconds / self.ours_seconds

    def line(self) -> str:
        """Write the figure for people."""
        return f"{self.what}: {self.ratio:.1f} times as fast as {self.peer} ({self.amount})"

    def as_dict(self) -> dict[str, object]:
        """Write the figure for programs."""
        return {**asdict(self), "ratio": round(self.ratio, 2)}


def best_of(times: int, work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Take the least of several runs, for noise only ever adds."""
    taken = []
    for _ in range(times):
        start = clock()
        work()
        taken.append(clock() - start)
    return min(taken)


cpu_clock = time.process_time
wall_clock = time.perf_counter

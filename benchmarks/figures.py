"""A measured figure, its target, and the clocks that take it."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """Our seconds against a peer's for the same work in the same run; target 0 is none."""

    what: str
    peer: str
    ours_seconds: float
    peer_seconds: float
    amount: str
    target: float = 0

    @property
    def ratio(self) -> float:
        """Say how many times as fast ours was."""
        return self.peer_seconds / self.ours_seconds

    @property
    def holds(self) -> bool:
        """Say whether the target is reached."""
        return self.ratio >= self.target

    def line(self) -> str:
        """Write the figure for people."""
        wanted = f", wanted {self.target:g}: {_verdict(self.holds)}" if self.target else ""
        return f"{self.what}: {self.ratio:.1f} times as fast as {self.peer} ({self.amount}){wanted}"

    def as_dict(self) -> dict[str, object]:
        """Write the figure for programs."""
        return {**asdict(self), "ratio": round(self.ratio, 2), "holds": self.holds}


@dataclass(frozen=True)
class Measure:
    """A value in a unit that may not exceed a limit."""

    what: str
    value: float
    unit: str
    amount: str
    limit: float

    @property
    def holds(self) -> bool:
        """Say whether the value stays within the limit."""
        return self.value <= self.limit

    def line(self) -> str:
        """Write the measure for people."""
        verdict = _verdict(self.holds)
        return (
            f"{self.what}: {self.value:.2f} {self.unit} ({self.amount}), "
            f"wanted at most {self.limit:g}: {verdict}"
        )

    def as_dict(self) -> dict[str, object]:
        """Write the measure for programs."""
        return {**asdict(self), "holds": self.holds}


def _verdict(holds: bool) -> str:  # noqa: FBT001 - it is all there is to say
    return "holds" if holds else "MISSED"


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

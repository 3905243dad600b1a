"""So many requests a minute for each token, counted in this process."""

import math
import threading
import time
from collections.abc import Callable


class Rates:
    """A bucket a token: full at first, emptied by requests, refilled evenly.

    One process serves, so one count suffices; several would each count for themselves.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[int, tuple[float, float]] = {}

    def take(self, token: int, a_minute: int) -> int:
        """Take one request and give 0, or how many seconds to wait where none is left."""
        now = self._clock()
        with self._lock:
            left, seen = self._buckets.get(token, (float(a_minute), now))
            left = min(float(a_minute), left + (now - seen) * a_minute / 60)
            if left < 1:
                self._buckets[token] = (left, now)
                return max(1, math.ceil((1 - left) * 60 / a_minute)) if a_minute > 0 else 60
            self._buckets[token] = (left - 1, now)
            return 0

"""What became of appeals like this one: a share with its number and its interval."""

from math import sqrt

import msgspec

# The normal quantile of a two-sided interval of 95 %.
_Z = 1.959964


class Odds(msgspec.Struct, frozen=True):
    """How many of ``decided`` were won, wholly or in part; none decided is "unknown"."""

    won: int = 0
    decided: int = 0

    @property
    def is_known(self) -> bool:
        """Tell whether anything was decided at all."""
        return self.decided > 0

    @property
    def share(self) -> float | None:
        """Give the share won; None where nothing was decided."""
        return self.won / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Give Wilson's interval of 95 % for the share; None where nothing was decided."""
        if not self.decided:
            return None
        n, share = self.decided, self.won / self.decided
        spread = _Z * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
        middle = share + _Z * _Z / (2 * n)
        below = 1 + _Z * _Z / n
        return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)

"""How sure a proportion is: Wilson's interval, and the sample that a wanted width needs."""

from math import ceil, sqrt
from statistics import NormalDist

import msgspec


class Proportion(msgspec.Struct, frozen=True):
    """``hits`` of ``total`` with Wilson's interval; all None where nothing was counted."""

    hits: int
    total: int
    share: float | None
    low: float | None
    high: float | None


def _deviate(confidence: float) -> float:
    """Give the two-sided standard normal deviate: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def proportion(hits: int, total: int, confidence: float = 0.95) -> Proportion:
    """Give a share with its interval (Wilson 1927), which stays within 0 and 1 for small samples.

    With z the deviate: centre (p + z²/2n) / (1 + z²/n), half width
    z √(p(1-p)/n + z²/4n²) / (1 + z²/n).
    """
    if total <= 0:
        return Proportion(hits, total, None, None, None)
    z, share = _deviate(confidence), hits / total
    spread = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / spread
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / spread
    return Proportion(hits, total, share, max(0.0, centre - half), min(1.0, centre + half))


def sample_size(population: int, *, confidence: float, margin: float, expected: float) -> int:
    """Give how many of a population to draw so that a share is known to within a margin.

    Cochran: n₀ = z² p(1-p) / e², corrected for a finite population: n = n₀ / (1 + (n₀-1) / N),
    rounded up. ``expected`` is the share that one expects (0.5 is the most careful).
    """
    if population <= 0:
        return 0
    unlimited = _deviate(confidence) ** 2 * expected * (1 - expected) / margin**2
    return min(population, ceil(unlimited / (1 + (unlimited - 1) / population)))

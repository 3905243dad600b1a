"""Aims of key figures: dated rows, each with its source and how well that source is known."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import msgspec


class Confidence(StrEnum):
    """How well an aim is founded."""

    PUBLISHED = "published"  # a body of the trade states it as its standard
    VENDOR = "vendor"  # a vendor promises it of its own service
    CUSTOM = "custom"  # often repeated, without a source that could be checked


class Direction(StrEnum):
    """Which way is better."""

    UP = "higher is better"
    DOWN = "lower is better"
    NONE = "no direction is better by itself"


class Target(msgspec.Struct, frozen=True):
    """What a figure should reach, in thousandths of its unit (950 is 95 %; 30,000 is 30 days).

    ``starts_on`` is the day since which the source states it; None where that is not known.
    """

    kpi: str
    thousandths: int
    source: str
    confidence: Confidence
    starts_on: date | None = None
    ends_on: date | None = None


_CUSTOM = "repeated in the trade; no source that could be checked"
TARGETS: tuple[Target, ...] = (
    Target("insurance-verification", 980, _CUSTOM, Confidence.CUSTOM),
    Target("charge-lag", 2_000, _CUSTOM, Confidence.CUSTOM),
    Target("late-charges", 20, _CUSTOM, Confidence.CUSTOM),
    Target(
        "clean-claim",
        950,
        "HFMA MAP Keys, CL-1: the standard usually cited",
        Confidence.CUSTOM,
    ),
    Target("first-pass", 900, _CUSTOM, Confidence.CUSTOM),
    Target(
        "initial-denial",
        50,
        "HFMA Claim Integrity Task Force, 2021",
        Confidence.PUBLISHED,
        date(2021, 1, 1),
    ),
    Target("days-in-ar", 40_000, _CUSTOM, Confidence.CUSTOM),
    Target("ar-over-90", 100, _CUSTOM, Confidence.CUSTOM),
    Target("net-collection", 950, _CUSTOM, Confidence.CUSTOM),
    Target("dnfb-days", 5_000, _CUSTOM, Confidence.CUSTOM),
    Target(
        "auto-post-dollars",
        950,
        "a vendor's published service level, counted within 4 business days",
        Confidence.VENDOR,
    ),
)


def target_on(kpi: str, on: date, targets: Sequence[Target] = TARGETS) -> Target | None:
    """Give the aim of a figure that holds on a day, the latest begun; None where there is none."""
    holding = [
        target
        for target in targets
        if target.kpi == kpi
        and (target.starts_on is None or target.starts_on <= on)
        and (target.ends_on is None or on <= target.ends_on)
    ]
    return max(holding, key=lambda target: target.starts_on or date.min, default=None)


def is_met(target: Target, direction: Direction, value: float) -> bool | None:
    """Tell whether a figure reaches its aim; None where no direction is better."""
    if direction is Direction.NONE:
        return None
    limit = target.thousandths / 1_000
    return value >= limit if direction is Direction.UP else value <= limit

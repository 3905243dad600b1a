"""The shape of every key figure: sums over facts, of which each says what it counts for."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec


class Unit(StrEnum):
    """What a figure is told in, and how it is made of the sums of its facts."""

    PERCENT = "percent"  # numerator / denominator
    MEAN_DAYS = "mean days"  # numerator (days) / denominator (how many)
    DAYS_OF_FLOW = "days"  # numerator (cents) / (denominator (cents) / days of the window)
    CENTS = "cents"  # the numerator itself


class Timing(StrEnum):
    """Whether a figure is of a stretch of time, or of a day and what stood then."""

    OVER = "over the period"
    AS_OF = "on its last day"


class Standing(StrEnum):
    """What can be said of a figure."""

    KNOWN = "known"
    NO_DATA = "no data"  # nothing to count
    UNKNOWN = "unknown"  # what it needs is not recorded


class Period(msgspec.Struct, frozen=True):
    """A stretch of days, both ends inside."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """Give how many days it has."""
        return (self.ends_on - self.starts_on).days + 1


class Sums(msgspec.Struct, frozen=True):
    """The facts of a figure in a period: how many, and the sums of their two parts."""

    n: int = 0
    numerator: int = 0
    denominator: int = 0


def days_before(ends_on: date, days: int) -> Period:
    """Give the stretch of so many days that ends on a day."""
    return Period(ends_on - timedelta(days - 1), ends_on)


def months_before(as_of: date, count: int) -> tuple[Period, ...]:
    """Give calendar months, the last of them up to ``as_of``, the oldest first."""
    months = [Period(as_of.replace(day=1), as_of)]
    while len(months) < count:
        last = months[-1].starts_on - timedelta(1)
        months.append(Period(last.replace(day=1), last))
    return tuple(reversed(months))


def measure(unit: Unit, sums: Sums, *, window_days: int) -> float | None:
    """Make a figure of its sums; None where nothing was counted or nothing can be divided by.

    A share is between 0 and 1, days are days, cents are cents.
    """
    if not sums.n:
        return None
    if unit is Unit.CENTS:
        return float(sums.numerator)
    if sums.denominator <= 0:
        return None
    scale = window_days if unit is Unit.DAYS_OF_FLOW else 1
    return sums.numerator * scale / sums.denominator


def rank_shares(amounts: Sequence[int]) -> tuple[float, ...]:
    """Give for each amount, the greatest first, its share of all together with those before it."""
    whole, running, shares = sum(amounts), 0, []
    for amount in amounts:
        running += amount
        shares.append(running / whole if whole else 0.0)
    return tuple(shares)

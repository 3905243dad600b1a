"""Spans of days, inclusive at both ends as CMS publishes them; an open end is None."""

from datetime import date
from typing import Self

import msgspec


class Span(msgspec.Struct, frozen=True):
    """The days from ``starts_on`` to ``ends_on``, both inside; ``ends_on`` None is open."""

    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts."""
        if self.ends_on is not None and self.ends_on < self.starts_on:
            msg = f"a span cannot end ({self.ends_on}) before it starts ({self.starts_on})"
            raise ValueError(msg)

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def covers(self, other: Self) -> bool:
        """Tell whether every day of the other span lies in this one."""
        if other.starts_on < self.starts_on:
            return False
        if self.ends_on is None:
            return True
        return other.ends_on is not None and other.ends_on <= self.ends_on

    def overlaps(self, other: Self) -> bool:
        """Tell whether the two spans share a day."""
        return (self.ends_on is None or other.starts_on <= self.ends_on) and (
            other.ends_on is None or self.starts_on <= other.ends_on
        )

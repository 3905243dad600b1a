"""Months of the books: which are closed, and the day on which a late entry counts."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec


def month_of(day: date) -> date:
    """Give the first day of a day's month."""
    return day.replace(day=1)


def last_day(month: date) -> date:
    """Give the last day of the month that a day is in."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class ClosedMonths(msgspec.Struct, frozen=True):
    """Which months are closed: by first day, whether the last word on it was closing.

    Closing a month closes all that lies before it and was never spoken of; a reopened month
    stays open until it is closed again.
    """

    spoken: Mapping[date, bool] = {}

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in a closed month."""
        month = month_of(day)
        known = self.spoken.get(month)
        if known is not None:
            return known
        return any(closed and later > month for later, closed in self.spoken.items())

    def day_for(self, business_day: date, today: date) -> date:
        """Give the day on which an entry counts: its own, or today where that month is closed."""
        return today if self.holds(business_day) else business_day


def closed_months(words: Iterable[tuple[date, bool]]) -> ClosedMonths:
    """Make the state of the months from closings (True) and reopenings, oldest first."""
    return ClosedMonths(dict(words))


def digest_month(entries: Iterable[tuple[str, str]]) -> tuple[int, str]:
    """Count and hash a month's entries (transfer id and digest), in the order of their ids.

    One entry more, less or other gives another hash.
    """
    state, count = hashlib.sha256(), 0
    for transfer_id, digest in entries:
        state.update(f"{transfer_id}:{digest}\n".encode())
        count += 1
    return count, state.hexdigest()

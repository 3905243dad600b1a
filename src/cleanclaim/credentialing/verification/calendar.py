"""Days counted as the bodies count them: months that keep to their end, cycles, and identifiers."""

import calendar
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """Give the same day of a later month, or that month's last where it has no such day."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """Give the last day of the day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def last_fresh_day(verified_on: date, limit_days: int) -> date:
    """Give the last day of decision on which a verification is not older than the limit."""
    return verified_on + timedelta(limit_days)


def is_monitored(checked: frozenset[date], year: int, month: int) -> bool:
    """Tell whether a calendar month has a check.

    NCQA, answer of 15 Sep 2025: once in each calendar month, not every thirty days.
    """
    return any((day.year, day.month) == (year, month) for day in checked)

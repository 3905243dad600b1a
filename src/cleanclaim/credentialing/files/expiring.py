"""What runs out when: the steps of warning before the last day of an element or document."""

from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.files.terms import FileTerm, find_row
from cleanclaim.credentialing.verification.calendar import add_months, month_end


class ExpiryState(StrEnum):
    """How near the last day is."""

    FAR = "far"
    NEAR = "near"
    ENDED = "ended"


class Expiry(msgspec.Struct, frozen=True):
    """The last day seen from a day; ``step`` is the warning reached, in days before it."""

    ends_on: date
    days_left: int
    state: ExpiryState
    step: int | None = None


def judge_expiry(ends_on: date, on: date) -> Expiry:
    """Say which warning is due; the last day itself still counts as in force."""
    left = (ends_on - on).days
    if left < 0:
        return Expiry(ends_on, left, ExpiryState.ENDED)
    row = find_row(FileTerm.EXPIRY_DAYS_BEFORE, on)
    reached = [step for step in (row.values if row else ()) if left <= step]
    if not reached:
        return Expiry(ends_on, left, ExpiryState.FAR)
    return Expiry(ends_on, left, ExpiryState.NEAR, min(reached))


def dea_ends_on(starts_on: date) -> date | None:
    """Give the last day of a DEA registration that begins on a day, None where no row says.

    Thirty-six months, to the last day of a month.
    """
    row = find_row(FileTerm.DEA_MONTHS, starts_on)
    return None if row is None else month_end(add_months(starts_on, row.values[0]))

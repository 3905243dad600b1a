"""Payment plans: a debt cut into monthly instalments, without interest and to the cent."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from cleanclaim.ledger.patient_policy import BillingPolicy

_MONTHS = 12
_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class PlanFault(StrEnum):
    """Why a plan cannot be made."""

    NOTHING_OWED = "nothing is owed"
    TOO_FEW = "a plan has at least two instalments"
    TOO_LONG = "the plan is longer than the policy allows"
    TOO_SMALL = "an instalment would be smaller than the policy allows"


class Instalment(msgspec.Struct, frozen=True):
    """One part of a plan: its number from 1, its day, what is due and what has come of it."""

    number: int
    due_on: date
    cents: int
    paid_cents: int = 0

    @property
    def open_cents(self) -> int:
        """Give what is still to be paid of it."""
        return self.cents - self.paid_cents


def find_plan_fault(total_cents: int, count: int, policy: BillingPolicy) -> PlanFault | None:
    """Say why a debt cannot be paid in so many months under a policy; None where it can."""
    if total_cents <= 0:
        return PlanFault.NOTHING_OWED
    if count < 2:
        return PlanFault.TOO_FEW
    if count > policy.longest_plan_months:
        return PlanFault.TOO_LONG
    if total_cents // count < policy.minimum_instalment_cents:
        return PlanFault.TOO_SMALL
    return None


def offer_counts(total_cents: int, policy: BillingPolicy) -> tuple[int, ...]:
    """Give the numbers of instalments that the policy lets a patient choose, fewest first."""
    months = range(2, policy.longest_plan_months + 1)
    return tuple(n for n in months if find_plan_fault(total_cents, n, policy) is None)


def cut_plan(total_cents: int, count: int, first_on: date) -> tuple[Instalment, ...]:
    """Cut a debt into equal instalments; the first ones carry the cents that do not divide.

    They sum to the debt and differ by one cent at most. Raises ValueError for no debt or part.
    """
    if total_cents < count or count < 1:
        msg = "each instalment is at least one cent"
        raise ValueError(msg)
    each, left = divmod(total_cents, count)
    return tuple(
        Instalment(number + 1, add_months(first_on, number), each + (number < left))
        for number in range(count)
    )


def add_months(day: date, months: int) -> date:
    """Give the same day so many months later, the month's last day where it is shorter.

    Counted from the first day each time: 31 January goes to 28 February and on to 31 March.
    """
    whole = day.month - 1 + months
    year, month = day.year + whole // _MONTHS, whole % _MONTHS
    leap = month == 1 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, month + 1, min(day.day, _LAST_DAYS[month] + leap))


def pay_instalments(plan: Sequence[Instalment], cents: int) -> tuple[tuple[Instalment, ...], int]:
    """Pay the earliest open instalments first; give the plan after it and what is left over.

    A negative amount (money that went back) opens the latest paid ones again; what it takes
    beyond all that was paid is given as a negative rest.
    """
    left, after = cents, []
    ordered = plan if cents >= 0 else plan[::-1]
    for part in ordered:
        change = min(left, part.open_cents) if cents >= 0 else max(left, -part.paid_cents)
        after.append(msgspec.structs.replace(part, paid_cents=part.paid_cents + change))
        left -= change
    return tuple(after if cents >= 0 else after[::-1]), left


def find_missed(
    plan: Sequence[Instalment], *, as_of: date, grace_days: int
) -> tuple[Instalment, ...]:
    """Give the instalments that are open after their day and the days of grace."""
    grace = timedelta(grace_days)
    return tuple(part for part in plan if part.open_cents > 0 and part.due_on + grace < as_of)

"""Prompt pay: rules of interest as dated rows with their source, and the interest itself.

The rows are offers: none counts until somebody has decided that it holds for a payer. Plans that
employers fund themselves, for one, are outside of states' rules, and a claim does not say which
they are.
"""

from datetime import date

import msgspec

_YEAR_DAYS = 365
_WHOLE = 100_000  # thousandths of a percent in 1


class PromptPayRule(msgspec.Struct, frozen=True):
    """A rule as some source tells it: days to pay a clean claim, and simple interest a year.

    ``thousandths_percent`` 4625 is 4.625 % a year. ``starts_on`` None: the source does not say.
    ``confidence``: confirmed (read in the law or from the agency), conflicting, unverified.
    """

    name: str
    days: int
    thousandths_percent: int
    source: str
    confidence: str
    starts_on: date | None = None
    ends_on: date | None = None


RULES = (
    PromptPayRule(
        "Medicare, January to June 2025",
        30,
        4_625,
        "42 CFR 405.378 and the Treasury's rate of the half-year",
        "confirmed",
        date(2025, 1, 1),
        date(2025, 6, 30),
    ),
    PromptPayRule(
        "California, health plans",
        30,
        15_000,
        "AB 3275, claims received from 2026; sources differ on insurers (10 % or 15 %)",
        "conflicting",
        date(2026, 1, 1),
    ),
    PromptPayRule(
        "Florida, electronic claims", 20, 12_000, "an old list of state rules", "unverified"
    ),
    PromptPayRule(
        "Georgia, electronic claims", 15, 12_000, "an old list of state rules", "unverified"
    ),
    PromptPayRule("Illinois", 30, 9_000, "an old list of state rules", "unverified"),
)


def late_days(received_on: date, paid_on: date, days: int) -> int:
    """Count the days by which a payment came after the last day that the rule allows."""
    return max(0, (paid_on - received_on).days - days)


def interest_cents(principal_cents: int, late: int, thousandths_percent: int) -> int:
    """Give simple interest (principal × rate × days / 365) in cents, half a cent up."""
    top = principal_cents * thousandths_percent * late
    below = _WHOLE * _YEAR_DAYS
    return (2 * top + below) // (2 * below)

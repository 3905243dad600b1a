"""A paid line held against its price: what was allowed, what is missing, and the likely cause."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from cleanclaim.claims.model import Adjustment


class Cause(StrEnum):
    """Why a payer may have allowed other than the contract says; the first that fits."""

    BUNDLING = "bundling"  # paid within another service
    UNITS = "units"  # fewer units than were billed
    MODIFIER = "modifier"  # lowered for several procedures, or the modifier was changed
    SCHEDULE = "schedule"  # what another schedule of the same payer would allow
    RATE = "rate"  # none of these: the amount itself
    SEQUESTRATION = "sequestration"  # explained: the law takes it from the payment
    OVER = "over"  # more than the contract says


# Adjustment reasons by what they do to a price; our own short list, a configuration.
KEPT_BACK = frozenset({"253", "104"})  # taken from the payment beside the price
SEQUESTERED = "253"
_BUNDLED = frozenset({"97", "231", "234", "236", "B15"})
_SEVERAL_PROCEDURES = "59"


class PaidLine(msgspec.Struct, frozen=True):
    """What a payer did with a line: cents, adjustments, and what it read the line as."""

    paid_cents: int
    adjustments: tuple[Adjustment, ...]
    units_billed: int = 1
    units_paid: int = 1
    modifiers_billed: tuple[str, ...] = ()
    modifiers_paid: tuple[str, ...] = ()

    @property
    def allowed_cents(self) -> int:
        """Give what was allowed: paid, left to the patient, or kept back beside the price."""
        beside = sum(a.cents for a in self.adjustments if a.group == "PR" or _is_kept_back(a))
        return self.paid_cents + beside

    @property
    def sequestered_cents(self) -> int:
        """Give what sequestration took."""
        return _sum_of(self.adjustments, {SEQUESTERED})

    @property
    def is_bundled(self) -> bool:
        """Tell whether nothing was allowed because another service holds the price."""
        return self.allowed_cents == 0 and _sum_of(self.adjustments, _BUNDLED) != 0

    @property
    def is_denied(self) -> bool:
        """Tell whether nothing was allowed for another reason: that is a denial, not a price."""
        return self.allowed_cents == 0 and not self.is_bundled


def _is_kept_back(adjustment: Adjustment) -> bool:
    return adjustment.reason in KEPT_BACK and adjustment.group != "PR"


def _sum_of(adjustments: Iterable[Adjustment], reasons: Iterable[str]) -> int:
    return sum(a.cents for a in adjustments if a.reason in set(reasons))


def explain(expected_cents: int, line: PaidLine, elsewhere: Sequence[int] = ()) -> Cause | None:
    """Name the likely cause of a difference; None where there is none.

    ``elsewhere`` are the prices of the line by the payer's other schedules, in cents.
    """
    allowed = line.allowed_cents
    if allowed == expected_cents:
        return None
    if allowed > expected_cents:
        return Cause.OVER
    if line.is_bundled:
        return Cause.BUNDLING
    if line.units_paid < line.units_billed:
        return Cause.UNITS
    if _sum_of(line.adjustments, {_SEVERAL_PROCEDURES}) or _is_changed(line):
        return Cause.MODIFIER
    return Cause.SCHEDULE if allowed in elsewhere else Cause.RATE


def _is_changed(line: PaidLine) -> bool:
    """Tell whether the payer read a modifier that was not billed, or one less."""
    return set(line.modifiers_paid) != set(line.modifiers_billed)

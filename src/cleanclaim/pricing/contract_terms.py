"""The terms of a payer's contract as dated values: what they cover and how they pay."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from cleanclaim.kernel.spans import Span


class _Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a contract: an unknown field is a mistake and is told."""


class Covers(_Value, frozen=True, kw_only=True):
    """What a term is about; what is not named is not asked.

    Codes, revenue codes and DRGs are single ("99213") or ranges with both ends inside
    ("99202-99215"). A line is covered where each list that is not empty holds it.
    """

    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    revenue_codes: tuple[str, ...] = ()
    drgs: tuple[str, ...] = ()
    places_of_service: tuple[str, ...] = ()


class PercentOfMedicare(
    _Value, frozen=True, kw_only=True, tag_field="method", tag="percent_of_medicare"
):
    """A percentage of Medicare's price, of a year and a locality where they are pinned.

    ``locality`` is carrier and number ("10112-00").
    """

    percent: Decimal
    year: int | None = None
    locality: str = ""


class FeeTable(_Value, frozen=True, kw_only=True, tag_field="method", tag="fee_table"):
    """Dollars a unit by code, or by code and modifier ("71046-26")."""

    fees: dict[str, Decimal]


class PercentOfCharge(
    _Value, frozen=True, kw_only=True, tag_field="method", tag="percent_of_charge"
):
    """A percentage of what was charged."""

    percent: Decimal


class CaseRate(_Value, frozen=True, kw_only=True, tag_field="method", tag="case_rate"):
    """One amount in dollars for the whole claim."""

    dollars: Decimal


class Tier(_Value, frozen=True):
    """Dollars a day from a day of the stay on (the first is 1)."""

    from_day: int
    dollars: Decimal


class PerDiem(_Value, frozen=True, kw_only=True, tag_field="method", tag="per_diem"):
    """An amount for each day of the stay, by tiers."""

    tiers: tuple[Tier, ...]


class DrgWeight(_Value, frozen=True, kw_only=True, tag_field="method", tag="drg_weight"):
    """A base rate in dollars times the weight of the claim's DRG."""

    base: Decimal


class NoPayment(_Value, frozen=True, kw_only=True, tag_field="method", tag="no_payment"):
    """Nothing, for a reason that the contract gives."""

    reason: str


LineMethod = PercentOfMedicare | FeeTable | PercentOfCharge | NoPayment
ClaimMethod = CaseRate | PerDiem | DrgWeight
Method = LineMethod | ClaimMethod


class Escalator(_Value, frozen=True):
    """A rise of all amounts of a term from a day on, in percent; several build on each other."""

    on: date
    percent: Decimal


class Term(_Value, frozen=True, kw_only=True):
    """One agreement and when it holds (both days inside; without an end it is open).

    ``lesser_of_charge`` limits each line, or the claim, to its charge. ``multiple_procedures``
    are percentages for the lines of the term on a day, the highest first; the last holds for
    all further. ``carve_out`` lines are paid beside a price for the whole claim.
    """

    name: str
    pays: Method
    starts_on: date
    ends_on: date | None = None
    covers: Covers = Covers()
    lesser_of_charge: bool = False
    carve_out: bool = False
    multiple_procedures: tuple[Decimal, ...] = ()
    escalators: tuple[Escalator, ...] = ()
    source: str = ""

    @property
    def span(self) -> Span:
        """The days on which the term holds."""
        return Span(self.starts_on, self.ends_on)


class Basis(StrEnum):
    """What a stop-loss pays its percentage of."""

    EXCESS = "excess"  # of the charges above the threshold, beside the price
    WHOLE = "whole"  # of all charges, instead of the price


class StopLoss(_Value, frozen=True, kw_only=True):
    """What is paid for claims whose charges are above a threshold in dollars."""

    threshold: Decimal
    percent: Decimal
    basis: Basis
    starts_on: date
    ends_on: date | None = None

    @property
    def span(self) -> Span:
        """The days on which it holds."""
        return Span(self.starts_on, self.ends_on)


class Contract(_Value, frozen=True, kw_only=True):
    """A payer's contract: its terms, the most specific of which prices a line."""

    name: str
    terms: tuple[Term, ...]
    stop_losses: tuple[StopLoss, ...] = ()
    source: str = ""


def as_cents(dollars: Decimal) -> int:
    """Give dollars as cents; the text form admits whole cents only."""
    return int(dollars * 100)


def as_ten_thousandths(percentage: Decimal) -> int:
    """Give a percentage as ten-thousandths; the text form admits two decimals only."""
    return int(percentage * 100)


def is_within(code: str, listed: str) -> bool:
    """Tell whether a code is the listed one or lies in the listed range."""
    first, _, last = listed.partition("-")
    if not last:
        return code == first
    return len(first) == len(code) == len(last) and first <= code <= last

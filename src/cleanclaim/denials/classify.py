"""Telling a denial from a price, and what caused it, by rows of combinations."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from cleanclaim.claims.model import Adjustment
from cleanclaim.denials.causes import Cause, DenialClass
from cleanclaim.denials.combinations import (
    SHIPPED,
    Combination,
    Combinations,
    Confidence,
    Verdict,
)

_DENIED = "4"
_REVERSAL = "22"
_PREDETERMINATION = "25"
_EXPLAINING = {Verdict.SHARES, Verdict.EARLIER}
_UNKNOWN = Combination(
    Verdict.REFUSES,
    label="no reason that we know",
    source="no row speaks of this combination",
    confidence=Confidence.UNCONFIRMED,
)


class Denial(msgspec.Struct, frozen=True, omit_defaults=True):
    """A payer's refusal: its work, cause and label, the code behind it, what is at stake.

    ``cents`` is the refused amount; ``partial`` tells that something was paid beside it.
    ``remarks`` are the RARCs as received, ``rule`` the row that told, with its source and
    confidence. An unknown combination is of unknown cause and for a person to review.
    """

    work: DenialClass
    cause: Cause
    label: str
    cents: int
    group: str = ""
    reason: str = ""
    remarks: tuple[str, ...] = ()
    partial: bool = False
    rule: Combination = _UNKNOWN

    @property
    def is_known(self) -> bool:
        """Tell whether a row speaks of the combination."""
        return self.rule is not _UNKNOWN


class _Judged(msgspec.Struct, frozen=True):
    """An adjustment with the row that speaks of it, None where none does."""

    adjustment: Adjustment
    row: Combination | None

    def refuses(self, *, paid: bool) -> bool:
        """Tell whether the adjustment refuses a service rather than prices it.

        A reason in no row refuses only where nothing was paid: on a paid service it is a
        difference to explain, not a denial. A remark alone refuses no paid service either.
        """
        if self.adjustment.cents <= 0:
            return False
        if self.row is None or not self.row.reason:
            return not paid
        return self.row.verdict is Verdict.REFUSES

    @property
    def explains(self) -> bool:
        """Tell whether a payment of nothing has a good cause here."""
        told = self.row is not None and self.row.verdict in _EXPLAINING
        return told and self.adjustment.cents > 0


def classify(
    adjustments: Iterable[Adjustment],
    remarks: Sequence[str],
    paid_cents: int,
    status: str,
    *,
    on: date | None = None,
    rows: Combinations = SHIPPED,
) -> Denial | None:
    """Say whether a line, or a claim with all its adjustments, was denied, and why.

    ``status`` is the claim's (CLP02), ``on`` the day of the decision, by which ``rows`` speak.
    Cost share of the patient, agreed reductions and earlier payers' decisions are no denial,
    whether or not anything was paid; a reversal and a predetermination never are. Of several
    refusals the largest leads.
    """
    if status in {_REVERSAL, _PREDETERMINATION}:
        return None
    every = [
        _Judged(each, rows.find(each.group, each.reason, remarks, on=on)) for each in adjustments
    ]
    refusals = [each for each in every if each.refuses(paid=paid_cents > 0)]
    if not refusals:
        reduced = sum(each.adjustment.cents for each in every) > 0
        silent = paid_cents == 0 and reduced and not any(each.explains for each in every)
        if status != _DENIED and not silent:
            return None
    lead = max(refusals, key=lambda each: each.adjustment.cents, default=None)
    rule = lead.row if lead else rows.find("", "", remarks, on=on)
    rule = rule or _UNKNOWN
    return Denial(
        rule.work,
        rule.cause,
        rule.label,
        sum(each.adjustment.cents for each in refusals or every),
        lead.adjustment.group if lead else "",
        lead.adjustment.reason if lead else "",
        tuple(remarks),
        partial=paid_cents > 0,
        rule=rule,
    )

"""Telling a denial from a price, and what caused it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from cleanclaim.claims.model import Adjustment
from cleanclaim.denials.causes import (
    COST_SHARE,
    PRICING,
    REASONS,
    Cause,
    DenialClass,
    Suspicion,
    suspect_remark,
)
from cleanclaim.kernel.spans import Span

_DENIED = "4"
_REVERSAL = "22"
_PREDETERMINATION = "25"
# Reasons that say only "something is wrong"; the remark beside them says what.
_VAGUE = frozenset({"16", "96", "226", "227", "252"})
_UNKNOWN = Suspicion(Cause.UNKNOWN, DenialClass.REVIEW, "no reason that we know")


class Denial(msgspec.Struct, frozen=True, omit_defaults=True):
    """A payer's refusal: its work, cause and label, the code behind it, what is at stake.

    ``cents`` is the refused amount; ``partial`` tells that something was paid beside it.
    ``remarks`` are the RARCs as received.
    """

    work: DenialClass
    cause: Cause
    label: str
    cents: int
    group: str = ""
    reason: str = ""
    remarks: tuple[str, ...] = ()
    partial: bool = False


def _refuses(adjustment: Adjustment, *, paid: bool) -> bool:
    """Tell whether an adjustment refuses a service rather than prices it.

    A reason in no table refuses only where nothing was paid: on a paid service it is a
    difference to explain, not a denial.
    """
    if adjustment.cents <= 0 or adjustment.reason in PRICING:
        return False
    if adjustment.group == "PR" and adjustment.reason in COST_SHARE:
        return False
    return adjustment.reason in REASONS or not paid


def _is_explained(adjustments: Iterable[Adjustment]) -> bool:
    """Tell whether a payment of nothing has a good cause: cost share or an earlier payer."""
    return any(
        adjustment.cents > 0
        and (
            (adjustment.group == "PR" and adjustment.reason in COST_SHARE)
            or adjustment.reason in {"23", "24"}
        )
        for adjustment in adjustments
    )


def _suspect(adjustment: Adjustment | None, remarks: Sequence[str]) -> Suspicion:
    """Choose between the reason's suspicion and the remark's."""
    by_reason = REASONS.get(adjustment.reason) if adjustment is not None else None
    by_remark = suspect_remark(remarks)
    vague = adjustment is None or adjustment.reason in _VAGUE or by_reason is None
    if by_remark is not None and vague:
        return by_remark
    return by_reason or _UNKNOWN


def classify(
    adjustments: Iterable[Adjustment], remarks: Sequence[str], paid_cents: int, status: str
) -> Denial | None:
    """Say whether a line, or a claim with all its adjustments, was denied, and why.

    ``status`` is the claim's (CLP02). Cost share of the patient, agreed reductions and earlier
    payers' decisions are no denial, whether or not anything was paid; a reversal and a
    predetermination never are. Of several refusals the largest leads.
    """
    if status in {_REVERSAL, _PREDETERMINATION}:
        return None
    every = tuple(adjustments)
    refusals = [row for row in every if _refuses(row, paid=paid_cents > 0)]
    if not refusals:
        reduced = sum(row.cents for row in every) > 0
        silent = paid_cents == 0 and reduced and not _is_explained(every)
        if status != _DENIED and not silent:
            return None
    lead = max(refusals, key=lambda row: row.cents, default=None)
    suspicion = _suspect(lead, remarks)
    stake = sum(row.cents for row in refusals or every)
    return Denial(
        suspicion.work,
        suspicion.cause,
        suspicion.label,
        stake,
        lead.group if lead else "",
        lead.reason if lead else "",
        tuple(remarks),
        partial=paid_cents > 0,
    )


class AppealLimit(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many days after a denial a payer takes an appeal, for denials of a span of days."""

    days: int
    span: Span
    source: str = ""


def deadline(denied_on: date, limits: Iterable[AppealLimit]) -> date | None:
    """Give the last day to appeal; None means that no limit is known, not that there is none.

    ``limits`` are those of the payer and the level of appeal. Of several in force on the day of
    the denial the shortest counts.
    """
    days = [limit.days for limit in limits if denied_on in limit.span]
    return denied_on + timedelta(min(days)) if days else None

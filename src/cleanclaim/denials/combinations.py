"""Rules as data: what a combination of group, reason and remark means, since when, by whose word.

A row names as much of the combination as it needs; of those that fit, the one that names most
counts. Nobody's official list stands here: the rows are our own first suspicions until an
organization decides otherwise, and its own rows come before ours.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.denials.causes import (
    COST_SHARE,
    EARLIER_PAYER,
    PRICING,
    REASONS,
    REMARKS,
    VAGUE,
    Cause,
    DenialClass,
)
from cleanclaim.kernel.spans import Span


class Verdict(StrEnum):
    """What an adjustment does to a charge."""

    REFUSES = "refuses"
    PRICES = "prices"  # agreed reductions
    SHARES = "shares"  # the patient's cost share
    EARLIER = "earlier"  # an earlier payer's or plan's decision


class Confidence(StrEnum):
    """How far a row of rules or terms may be trusted."""

    CONFIRMED = "confirmed"  # read in an official source or in the payer's own document
    SECONDARY = "secondary"  # read somewhere else
    OWN = "own"  # the practice's or our own experience
    UNCONFIRMED = "unconfirmed"  # nobody has checked it


class Combination(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row: group, reason (CARC) and remark (RARC) it speaks of ("" is any), and what it says.

    ``is_vague`` marks a reason that says only that something is wrong: a remark in the table
    then says more. ``is_appealable`` False is a refusal without right of appeal: the claim is to
    be mended and sent anew. ``own`` is a row of the organization itself.
    """

    verdict: Verdict
    cause: Cause = Cause.UNKNOWN
    work: DenialClass = DenialClass.REVIEW
    label: str = ""
    group: str = ""
    reason: str = ""
    remark: str = ""
    span: Span = Span(date(1970, 1, 1))
    source: str = "own table of first suspicions"
    confidence: Confidence = Confidence.OWN
    is_vague: bool = False
    is_appealable: bool = True
    own: bool = False

    @property
    def name(self) -> str:
        """Write the combination as people say it: "CO-16 M76"."""
        reason = f"{self.group or '*'}-{self.reason or '*'}"
        return f"{reason} {self.remark}".strip()

    def fits(self, group: str, reason: str, remarks: Sequence[str], on: date | None) -> bool:
        """Tell whether the row speaks of an adjustment with these remarks, on a day or any."""
        return (
            self.group in {"", group}
            and self.reason in {"", reason}
            and (not self.remark or self.remark in remarks)
            and (on is None or on in self.span)
        )

    @property
    def weight(self) -> tuple[bool, int, bool]:
        """Rank a fitting row: own ones first, then by how much of the combination it names.

        A remark alone says more than a vague reason and less than a precise one.
        """
        if self.reason and self.remark:
            named = 4
        elif self.reason:
            named = 1 if self.is_vague else 3
        else:
            named = 2
        return self.own, named, bool(self.group)


def _shipped() -> Iterator[Combination]:
    for reason in sorted(PRICING):
        yield Combination(Verdict.PRICES, reason=reason)
    for reason in sorted(EARLIER_PAYER):
        yield Combination(Verdict.EARLIER, reason=reason)
    for reason in sorted(COST_SHARE):
        yield Combination(Verdict.SHARES, group="PR", reason=reason)
    for reason, told in REASONS.items():
        yield Combination(
            Verdict.REFUSES,
            told.cause,
            told.work,
            told.label,
            reason=reason,
            is_vague=reason in VAGUE,
        )
    for remark, told in REMARKS.items():
        yield Combination(Verdict.REFUSES, told.cause, told.work, told.label, remark=remark)
    yield from _PAIRS


# Reasons and remarks that mean something together. MA130 tells that the claim could not be
# processed and that nothing was decided that could be appealed.
_PAIRS = (
    Combination(
        Verdict.REFUSES,
        Cause.CODING,
        DenialClass.CORRECT,
        "could not be processed as sent",
        reason="16",
        remark="MA130",
        is_appealable=False,
    ),
    Combination(
        Verdict.REFUSES,
        Cause.DOCUMENTATION,
        DenialClass.APPEAL,
        "not necessary by local coverage",
        reason="50",
        remark="N115",
    ),
    Combination(
        Verdict.REFUSES,
        Cause.DUPLICATE,
        DenialClass.REVIEW,
        "duplicate of a claim in work",
        reason="18",
        remark="N522",
    ),
    Combination(
        Verdict.REFUSES,
        Cause.ELIGIBILITY,
        DenialClass.REVIEW,
        "not covered, the patient's by the plan",
        group="PR",
        reason="204",
    ),
)


class Combinations:
    """Rows, ordered by the codes that they name, so that asking costs two look-ups."""

    def __init__(self, rows: Iterable[Combination]) -> None:
        self.rows = tuple(rows)
        self._by_reason: dict[str, list[Combination]] = {}
        self._by_remark: dict[str, list[Combination]] = {}
        for row in self.rows:
            index, key = (
                (self._by_reason, row.reason) if row.reason else (self._by_remark, row.remark)
            )
            index.setdefault(key, []).append(row)

    def find(
        self, group: str, reason: str, remarks: Sequence[str], *, on: date | None = None
    ) -> Combination | None:
        """Give the row that says most of a combination on a day; None is an unknown one.

        A row of a remark alone never turns a price or a cost share into a refusal: there the
        reason's own row counts.
        """
        lead = _first(self._by_reason.get(reason, ()), group, reason, remarks, on)
        if lead is not None and lead.verdict is not Verdict.REFUSES:
            return lead
        told = [row for remark in remarks for row in self._by_remark.get(remark, ())]
        by_remark = _first(told, group, reason, remarks, on)
        known = [row for row in (lead, by_remark) if row is not None]
        return max(known, key=lambda row: row.weight, default=None)


def _first(
    rows: Iterable[Combination],
    group: str,
    reason: str,
    remarks: Sequence[str],
    on: date | None,
) -> Combination | None:
    """Give the weightiest row that fits; of equal ones the first, as remarks stand in order."""
    fitting = (row for row in rows if row.fits(group, reason, remarks, on))
    return max(fitting, key=lambda row: row.weight, default=None)


SHIPPED = Combinations(_shipped())

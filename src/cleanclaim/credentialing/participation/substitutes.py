"""Billing for another: substitutes, incident-to and supervision, each with its dated rule."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.enrollment.terms import Program
from cleanclaim.credentialing.verification.policies import Confidence
from cleanclaim.kernel.spans import Span


class SubstituteKind(StrEnum):
    """Why one provider performs and another is billed."""

    RECIPROCAL = "reciprocal"
    FEE_FOR_TIME = "fee_for_time"
    INCIDENT_TO = "incident_to"
    SUPERVISED = "supervised"


class SubstituteRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a program (or one payer) allows for services of a span of days.

    ``days_max`` is how many days on end it may last, None where it does not end by itself.
    ``billed_taxonomies`` are the beginnings of the taxonomies that may be billed so, empty: any.
    """

    kind: SubstituteKind
    program: Program
    modifier: str
    days: Span
    source: str
    confidence: Confidence
    days_max: int | None = None
    billed_taxonomies: tuple[str, ...] = ()
    payer: str = ""


# Physicians, and physical therapists; not nurse practitioners, assistants and anesthetists.
_PHYSICIANS = ("20", "2251")
_SUBSTITUTES = "Medicare contractors (FCSO, Palmetto, Noridian) on substitute billing"
_SINCE = Span(date(2017, 6, 13))

SHIPPED_SUBSTITUTES = (
    SubstituteRule(
        SubstituteKind.RECIPROCAL,
        Program.MEDICARE,
        "Q5",
        _SINCE,
        _SUBSTITUTES,
        Confidence.OFFICIAL,
        days_max=60,
        billed_taxonomies=_PHYSICIANS,
    ),
    SubstituteRule(
        SubstituteKind.FEE_FOR_TIME,
        Program.MEDICARE,
        "Q6",
        _SINCE,
        _SUBSTITUTES,
        Confidence.OFFICIAL,
        days_max=60,
        billed_taxonomies=_PHYSICIANS,
    ),
    SubstituteRule(
        SubstituteKind.INCIDENT_TO,
        Program.MEDICARE,
        "",
        Span(date(2026, 1, 1)),
        "Medicare's incident-to rule: office, established plan, direct supervision",
        Confidence.SECOND_HAND,
        billed_taxonomies=_PHYSICIANS[:1],
    ),
)


class Substitution(msgspec.Struct, frozen=True, omit_defaults=True):
    """That one provider performs and another is billed at a payer, as a paper says.

    For incident-to and supervision somebody has to have recorded that the conditions are met;
    this is that record, not a guess.
    """

    kind: SubstituteKind
    performing_npi: str
    billed_npi: str
    billed_taxonomy: str
    payer: str
    span: Span
    document: str = ""

    def last_on(self, rule: SubstituteRule) -> date | None:
        """Give the last day of it, which the rule may bring forward; None does not end."""
        if rule.days_max is None:
            return self.span.ends_on
        limit = self.span.starts_on + timedelta(rule.days_max - 1)
        return limit if self.span.ends_on is None else min(limit, self.span.ends_on)

    def holds_on(self, rule: SubstituteRule, on: date) -> bool:
        """Tell whether the day is inside it and the rule lets this provider be billed."""
        last = self.last_on(rule)
        fits = not rule.billed_taxonomies or self.billed_taxonomy.startswith(rule.billed_taxonomies)
        return fits and self.span.starts_on <= on and (last is None or on <= last)


def find_substitute_rule(
    rules: Iterable[SubstituteRule],
    kind: SubstituteKind,
    program: Program | None,
    payer: str,
    on: date,
) -> SubstituteRule | None:
    """Give the rule of a payer or its program for a day; None: nobody allows it, as far as known.

    A payer's own rule wins over its program's.
    """
    held = [
        each
        for each in rules
        if each.kind is kind
        and on in each.days
        and (each.payer == payer if each.payer else each.program is program)
    ]
    return max(held, key=lambda each: (each.payer != "", each.days.starts_on), default=None)

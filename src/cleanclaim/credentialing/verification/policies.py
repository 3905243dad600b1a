"""What accrediting bodies ask of a file, as dated terms with their source and how far to trust it.

A term that is not confirmed is not here: a practice records its own.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.kernel.spans import Span


class Body(StrEnum):
    """Whose policy it is."""

    NCQA_ACCREDITATION = "ncqa_accreditation"
    NCQA_CERTIFICATION = "ncqa_certification"
    URAC = "urac"
    JOINT_COMMISSION = "joint_commission"
    OWN = "own"


class Term(StrEnum):
    """What a policy limits; the unit is in the name."""

    VERIFICATION_DAYS = "verification_days"
    CYCLE_MONTHS = "cycle_months"
    LATE_DAYS = "late_days"
    NOTICE_DAYS = "notice_days"


class Confidence(StrEnum):
    """How a term was learnt."""

    OFFICIAL = "official"
    SECOND_HAND = "second_hand"
    OWN = "own"


class PolicyTerm(msgspec.Struct, frozen=True):
    """One number of one policy for the decisions of a span of days."""

    body: Body
    term: Term
    value: int
    decided: Span
    source: str
    confidence: Confidence


_SINCE_2025 = Span(date(2025, 7, 1))
_ANY_RECENT = Span(date(2022, 11, 1))

SHIPPED_TERMS = (
    PolicyTerm(
        Body.NCQA_ACCREDITATION,
        Term.VERIFICATION_DAYS,
        120,
        _SINCE_2025,
        "NCQA standards of July 2025, as told by NAMSS on 21 May 2025",
        Confidence.OFFICIAL,
    ),
    PolicyTerm(
        Body.NCQA_CERTIFICATION,
        Term.VERIFICATION_DAYS,
        90,
        _SINCE_2025,
        "NCQA standards of July 2025, as told by trade pages",
        Confidence.SECOND_HAND,
    ),
    PolicyTerm(
        Body.NCQA_ACCREDITATION,
        Term.CYCLE_MONTHS,
        36,
        Span(date(2020, 3, 15)),
        "NCQA answer of 15 Mar 2020",
        Confidence.OFFICIAL,
    ),
    PolicyTerm(
        Body.NCQA_ACCREDITATION,
        Term.LATE_DAYS,
        30,
        Span(date(2020, 3, 15)),
        "NCQA answer of 15 Mar 2020",
        Confidence.OFFICIAL,
    ),
    PolicyTerm(
        Body.NCQA_ACCREDITATION,
        Term.NOTICE_DAYS,
        30,
        _SINCE_2025,
        "NCQA standards of July 2025, as told by NAMSS on 21 May 2025",
        Confidence.OFFICIAL,
    ),
    PolicyTerm(
        Body.URAC,
        Term.CYCLE_MONTHS,
        36,
        _ANY_RECENT,
        "URAC three years, as told by trade pages",
        Confidence.SECOND_HAND,
    ),
    PolicyTerm(
        Body.JOINT_COMMISSION,
        Term.CYCLE_MONTHS,
        36,
        _ANY_RECENT,
        "Joint Commission reappointment since November 2022, as told by trade pages",
        Confidence.SECOND_HAND,
    ),
)


def find_term(terms: Iterable[PolicyTerm], body: Body, term: Term, on: date) -> PolicyTerm | None:
    """Give the term that holds for a decision of that day; None is unknown, never "no limit".

    Where several hold, the one that began last counts.
    """
    held = [e for e in terms if e.body is body and e.term is term and on in e.decided]
    return max(held, key=lambda each: each.decided.starts_on, default=None)

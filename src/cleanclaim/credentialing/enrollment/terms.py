"""What programs ask of enrollments, as dated terms with their source and how far to trust it.

A term that is not confirmed is not here: a practice records its own for a payer.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.verification.policies import Confidence
from cleanclaim.kernel.spans import Span


class Program(StrEnum):
    """What kind of payer it is, for the rules that bind it."""

    MEDICARE = "medicare"
    MEDICARE_EQUIPMENT = "medicare_equipment"
    MEDICAID = "medicaid"
    COMMERCIAL = "commercial"


FEDERAL = frozenset({Program.MEDICARE, Program.MEDICARE_EQUIPMENT, Program.MEDICAID})


class Term(StrEnum):
    """What a term limits; the unit is in the name."""

    RETROACTIVE_DAYS = "retroactive_days"
    DISASTER_RETROACTIVE_DAYS = "disaster_retroactive_days"
    REVALIDATION_MONTHS = "revalidation_months"
    REPORT_OWNERSHIP_DAYS = "report_ownership_days"
    REPORT_ADVERSE_ACTION_DAYS = "report_adverse_action_days"
    REPORT_LOCATION_DAYS = "report_location_days"
    REPORT_OTHER_DAYS = "report_other_days"
    DIRECTORY_DAYS = "directory_days"
    INSTITUTION_FEE_CENTS = "institution_fee_cents"


class Basis(StrEnum):
    """From which day a payer counts an enrollment."""

    LATER_OF_FILING_AND_SERVICE = "later_of_filing_and_service"
    RECEIPT = "receipt"
    APPROVAL = "approval"
    MONTH_AFTER_APPROVAL = "month_after_approval"
    STATED = "stated"


class EnrollmentTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """One number of a program (or, with ``payer``, of one payer) for a span of days."""

    program: Program
    term: Term
    value: int
    days: Span
    source: str
    confidence: Confidence
    payer: str = ""


class EffectiveRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a program (or one payer) sets the effective date of what was filed in a span of days."""

    program: Program
    basis: Basis
    days: Span
    source: str
    confidence: Confidence
    payer: str = ""


_RETROACTIVE = "42 CFR 424.520(d) and 424.521, as FCSO and Palmetto explain them"
_REVALIDATION = "42 CFR 424.515"
_CHANGES = "42 CFR 424.516(d), as the physician fee schedule rule of 2024 has it"
_MEDICARE_SINCE = Span(date(2009, 1, 1))
_REVALIDATED_SINCE = Span(date(2006, 6, 20))
_CHANGES_SINCE = Span(date(2024, 1, 1))


def _official(program: Program, term: Term, value: int, days: Span, source: str) -> EnrollmentTerm:
    return EnrollmentTerm(program, term, value, days, source, Confidence.OFFICIAL)


SHIPPED_TERMS = (
    _official(Program.MEDICARE, Term.RETROACTIVE_DAYS, 30, _MEDICARE_SINCE, _RETROACTIVE),
    _official(Program.MEDICARE, Term.DISASTER_RETROACTIVE_DAYS, 90, _MEDICARE_SINCE, _RETROACTIVE),
    _official(Program.MEDICARE, Term.REVALIDATION_MONTHS, 60, _REVALIDATED_SINCE, _REVALIDATION),
    _official(
        Program.MEDICARE_EQUIPMENT,
        Term.REVALIDATION_MONTHS,
        36,
        _REVALIDATED_SINCE,
        _REVALIDATION,
    ),
    _official(Program.MEDICARE, Term.REPORT_OWNERSHIP_DAYS, 30, _CHANGES_SINCE, _CHANGES),
    _official(Program.MEDICARE, Term.REPORT_ADVERSE_ACTION_DAYS, 30, _CHANGES_SINCE, _CHANGES),
    _official(Program.MEDICARE, Term.REPORT_LOCATION_DAYS, 30, _CHANGES_SINCE, _CHANGES),
    _official(Program.MEDICARE, Term.REPORT_OTHER_DAYS, 90, _CHANGES_SINCE, _CHANGES),
    _official(
        Program.MEDICARE,
        Term.INSTITUTION_FEE_CENTS,
        75_000,
        Span(date(2026, 1, 1), date(2026, 12, 31)),
        "90 FR 55738; no fee for physicians, other practitioners and their groups",
    ),
    _official(
        Program.COMMERCIAL,
        Term.DIRECTORY_DAYS,
        90,
        Span(date(2022, 1, 1)),
        "No Surprises Act, verification of provider directories",
    ),
)
SHIPPED_RULES = (
    EffectiveRule(
        Program.MEDICARE,
        Basis.LATER_OF_FILING_AND_SERVICE,
        _MEDICARE_SINCE,
        _RETROACTIVE,
        Confidence.OFFICIAL,
    ),
)


def find_term(
    terms: Iterable[EnrollmentTerm], program: Program, term: Term, on: date, *, payer: str = ""
) -> EnrollmentTerm | None:
    """Give the term that holds on a day; None is unknown, never "no limit".

    A payer's own term wins over its program's; of several the one that began last counts.
    """
    held = [
        each
        for each in terms
        if each.program is program
        and each.term is term
        and each.payer in {"", payer}
        and on in each.days
    ]
    return max(held, key=lambda each: (each.payer != "", each.days.starts_on), default=None)


def find_rule(
    rules: Iterable[EffectiveRule], program: Program, on: date, *, payer: str = ""
) -> EffectiveRule | None:
    """Give the rule for what is filed on a day; None is unknown. A payer's own wins."""
    held = [
        each
        for each in rules
        if each.program is program and each.payer in {"", payer} and on in each.days
    ]
    return max(held, key=lambda each: (each.payer != "", each.days.starts_on), default=None)

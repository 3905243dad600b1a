"""From which day an enrollment counts, from which it may be billed, and when it must be renewed."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from cleanclaim.credentialing.enrollment.terms import (
    SHIPPED_RULES,
    SHIPPED_TERMS,
    Basis,
    EffectiveRule,
    EnrollmentTerm,
    Program,
    Term,
    find_rule,
    find_term,
)
from cleanclaim.credentialing.verification.calendar import add_months, month_end
from cleanclaim.kernel.spans import Span


class Filing(msgspec.Struct, frozen=True, omit_defaults=True):
    """The days of an application that a payer may count from; None where not known (yet).

    ``filed_on`` is the day of the application that was approved in the end, ``stated_on`` the
    effective date that the payer's letter names, ``disaster`` a Presidentially declared one that
    kept from filing.
    """

    program: Program
    filed_on: date
    first_service_on: date | None = None
    received_on: date | None = None
    approved_on: date | None = None
    stated_on: date | None = None
    disaster: bool = False
    payer: str = ""


class Effective(msgspec.Struct, frozen=True):
    """The effective date and the first billable day, with the rule that says so.

    Both are None where no rule is known, or a day that it counts from: unknown, never "today".
    """

    effective_on: date | None
    billable_on: date | None
    source: str

    @property
    def retroactive_days(self) -> int:
        """Count the billable days before the effective date."""
        if self.effective_on is None or self.billable_on is None:
            return 0
        return max(0, (self.effective_on - self.billable_on).days)


_UNKNOWN = Effective(None, None, "no rule of this payer is known")


def judge_effective(
    filing: Filing,
    *,
    rules: Iterable[EffectiveRule] = SHIPPED_RULES,
    terms: Iterable[EnrollmentTerm] = SHIPPED_TERMS,
) -> Effective:
    """Say from when an application counts and from when its services may be billed.

    The payer's letter wins over every rule for the effective date. Medicare (42 CFR 424.520(d),
    424.521): effective is the later of filing and first service; billable are up to 30 days
    before (90 in a declared disaster), yet none before the first service.
    """
    rule = find_rule(rules, filing.program, filing.filed_on, payer=filing.payer)
    if filing.stated_on is None and rule is None:
        return _UNKNOWN
    effective = filing.stated_on or _by_basis(filing, rule.basis if rule else Basis.STATED)
    source = rule.source if rule else "the payer's letter"
    if effective is None:
        return Effective(None, None, f"{source}: a day that it counts from is missing")
    asked = Term.DISASTER_RETROACTIVE_DAYS if filing.disaster else Term.RETROACTIVE_DAYS
    term = find_term(terms, filing.program, asked, effective, payer=filing.payer)
    if term is None:
        return Effective(effective, effective, source)
    reached = effective - timedelta(term.value)
    first = filing.first_service_on
    # Without a first day of service nobody knows how far back the practice was at work.
    billable = effective if first is None else min(effective, max(first, reached))
    return Effective(effective, billable, source)


def _by_basis(filing: Filing, basis: Basis) -> date | None:
    match basis:
        case Basis.LATER_OF_FILING_AND_SERVICE:
            return max(filing.filed_on, filing.first_service_on or filing.filed_on)
        case Basis.RECEIPT:
            return filing.received_on
        case Basis.APPROVAL:
            return filing.approved_on
        case Basis.MONTH_AFTER_APPROVAL:
            approved = filing.approved_on
            return None if approved is None else month_end(approved) + timedelta(1)
        case Basis.STATED:
            return filing.stated_on


def deactivation_gap(deactivated_on: date, received_on: date | None) -> Span | None:
    """Give the days that cannot be billed: from deactivation to the day before reactivation.

    Reactivated is the day on which the application that was approved in the end was received
    (HHS DAB CR5613). None yet: the gap is open. Received before it took effect: there is none.
    """
    if received_on is None:
        return Span(deactivated_on)
    if received_on <= deactivated_on:
        return None
    return Span(deactivated_on, received_on - timedelta(1))


def revalidation_due(
    last_on: date,
    program: Program,
    *,
    listed_on: date | None = None,
    terms: Iterable[EnrollmentTerm] = SHIPPED_TERMS,
    payer: str = "",
) -> date | None:
    """Give the last day to revalidate; None where no cycle is known.

    Due on the last day of a month (42 CFR 424.515). What the program's own list says
    (``listed_on``) wins over what is counted from the last enrollment.
    """
    if listed_on is not None:
        return listed_on
    term = find_term(terms, program, Term.REVALIDATION_MONTHS, last_on, payer=payer)
    return None if term is None else month_end(add_months(last_on, term.value))


def due_after(
    since_on: date,
    program: Program,
    term: Term,
    *,
    terms: Iterable[EnrollmentTerm] = SHIPPED_TERMS,
    payer: str = "",
) -> date | None:
    """Give the last day to report a change or to verify a directory entry; None is unknown."""
    found = find_term(terms, program, term, since_on, payer=payer)
    return None if found is None else since_on + timedelta(found.value)

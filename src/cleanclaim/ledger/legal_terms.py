"""Numbers that a law sets for bills and overpayments, each with its days and its source."""

from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.kernel.spans import Span


class LegalTerm(StrEnum):
    """A number that the law sets; the last word of a name is its unit."""

    ESTIMATE_TOLERANCE_CENTS = "estimate_tolerance_cents"
    ESTIMATE_DISPUTE_DAYS = "estimate_dispute_days"
    OVERPAYMENT_RETURN_DAYS = "overpayment_return_days"
    OVERPAYMENT_INQUIRY_DAYS = "overpayment_inquiry_days"


class DatedTerm(msgspec.Struct, frozen=True):
    """One number in the days it holds. ``confidence``: primary (read in the text) or secondary."""

    term: LegalTerm
    value: int
    span: Span
    source: str
    confidence: str


# Read as of 23 Nov 2026; none of these has been read in the regulation itself by a lawyer.
TERMS: tuple[DatedTerm, ...] = (
    DatedTerm(
        LegalTerm.ESTIMATE_TOLERANCE_CENTS,
        40_000,
        Span(date(2022, 1, 1)),
        "45 CFR 149.620, good faith estimates for the uninsured, per provider",
        "secondary",
    ),
    DatedTerm(
        LegalTerm.ESTIMATE_DISPUTE_DAYS,
        120,
        Span(date(2022, 1, 1)),
        "45 CFR 149.620, calendar days to begin a dispute",
        "secondary",
    ),
    DatedTerm(
        LegalTerm.OVERPAYMENT_RETURN_DAYS,
        60,
        Span(date(2025, 1, 1)),
        "42 CFR 401.305, days from identification to report and return",
        "secondary",
    ),
    DatedTerm(
        LegalTerm.OVERPAYMENT_INQUIRY_DAYS,
        180,
        Span(date(2025, 1, 1)),
        "42 CFR 401.305, most days that a good-faith inquiry stops the clock",
        "secondary",
    ),
)


def find_term(term: LegalTerm, *, as_of: date) -> DatedTerm | None:
    """Give the number in force on a day, None where the table holds none for it."""
    return next((row for row in TERMS if row.term is term and as_of in row.span), None)

"""What is dated about a file itself: how long an attestation holds, which gaps ask for a word.

A term is a row with its source and how far to trust it; what nobody confirmed is the practice's
to record, and its absence is unknown, never "no limit".
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.verification.policies import Confidence
from cleanclaim.kernel.spans import Span


class FileTerm(StrEnum):
    """What a row says; the unit is in the name."""

    ATTESTATION_DAYS = "attestation_days"
    ATTESTATION_MAIL_DAYS_BEFORE = "attestation_mail_days_before"
    ATTESTATION_NOTICE_DAYS_AFTER = "attestation_notice_days_after"
    GAP_TOLD_MONTHS = "gap_told_months"
    GAP_WRITTEN_MONTHS = "gap_written_months"
    WORK_HISTORY_YEARS = "work_history_years"
    MALPRACTICE_YEARS = "malpractice_years"
    DEA_MONTHS = "dea_months"
    DEA_NOTICE_DAYS = "dea_notice_days"
    EXPIRY_DAYS_BEFORE = "expiry_days_before"


class FileRow(msgspec.Struct, frozen=True):
    """A value, or several, of a term for the days of a span; ``state`` "" is everywhere."""

    term: FileTerm
    values: tuple[int, ...]
    applies: Span
    source: str
    confidence: Confidence
    state: str = ""


_READ = Span(date(2020, 1, 1))
_CAQH = "CAQH, pages for providers on attesting again"
_NCQA = "NCQA file review, as told by trade pages"

SHIPPED_ROWS = (
    FileRow(FileTerm.ATTESTATION_DAYS, (120,), _READ, _CAQH, Confidence.OFFICIAL),
    FileRow(FileTerm.ATTESTATION_DAYS, (180,), _READ, _CAQH, Confidence.OFFICIAL, "IL"),
    FileRow(FileTerm.ATTESTATION_MAIL_DAYS_BEFORE, (15, 10, 5), _READ, _CAQH, Confidence.OFFICIAL),
    FileRow(
        FileTerm.ATTESTATION_NOTICE_DAYS_AFTER, (1, 14, 28, 42), _READ, _CAQH, Confidence.OFFICIAL
    ),
    FileRow(FileTerm.GAP_TOLD_MONTHS, (6,), _READ, _NCQA, Confidence.SECOND_HAND),
    FileRow(FileTerm.GAP_WRITTEN_MONTHS, (12,), _READ, _NCQA, Confidence.SECOND_HAND),
    FileRow(FileTerm.WORK_HISTORY_YEARS, (5,), _READ, _NCQA, Confidence.SECOND_HAND),
    FileRow(FileTerm.MALPRACTICE_YEARS, (5,), _READ, _NCQA, Confidence.SECOND_HAND),
    FileRow(
        FileTerm.DEA_MONTHS,
        (36,),
        _READ,
        "DEA registration of practitioners, as told by trade pages",
        Confidence.SECOND_HAND,
    ),
    FileRow(
        FileTerm.DEA_NOTICE_DAYS,
        (65,),
        _READ,
        "DEA renewal notices, as told by trade pages",
        Confidence.SECOND_HAND,
    ),
    FileRow(
        FileTerm.EXPIRY_DAYS_BEFORE,
        (120, 90, 60, 30, 7, 1),
        _READ,
        "what credentialing staff ask for; our own choice, no rule",
        Confidence.OWN,
    ),
)


def find_row(
    term: FileTerm, on: date, state: str = "", rows: Iterable[FileRow] = SHIPPED_ROWS
) -> FileRow | None:
    """Give the row that holds on a day: a state's own before the one for everywhere."""
    held = [
        each
        for each in rows
        if each.term is term and on in each.applies and each.state in {"", state}
    ]
    return max(held, key=lambda each: (bool(each.state), each.applies.starts_on), default=None)

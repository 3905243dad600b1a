"""Lines that NCCI judges together: one patient's, one provider's, one day's, for one payer.

Claims are judged by themselves and by what came before them: earlier claims of the batch and
its history. A claim that corrects another is judged by itself only, for what it corrects may be
among the earlier ones; a void is not judged. Who gives a history leaves out what was voided.
"""

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Days, Flags
from cleanclaim.claims.grouping import Indices, Integers, number_together
from cleanclaim.claims.model import ClaimKind, Frequency
from cleanclaim.edits.listing import rows_of
from cleanclaim.kernel.spans import Span

# Claims that bill services for the first time: whole, in parts, or late.
_FIRST = (
    Frequency.ORIGINAL,
    Frequency.INTERIM_FIRST,
    Frequency.INTERIM,
    Frequency.INTERIM_LAST,
    Frequency.LATE_CHARGES,
    Frequency.FINAL_HOME_HEALTH,
)
_VOID = (Frequency.VOID, Frequency.NOTICE_VOID, Frequency.ENCOUNTER_VOID)
# What suppliers of equipment bill; ambulances have codes below A4. Drugs and what else goes
# with it are the supplier's beside it, or where they are sent to a home.
_EQUIPMENT, _BESIDE, _AMBULANCE_BELOW = ("A", "B", "E", "K", "L", "V"), ("J", "Q"), "A4"
_HOME = "12"


def within(days: Days, span: Span) -> Flags:
    """Mark the days that lie in a span; no day lies in none."""
    marks: Flags = days >= np.datetime64(span.starts_on)
    if span.ends_on is not None:
        marks &= days <= np.datetime64(span.ends_on)
    return marks


# Whose claims


def equipment_claims(batch: ClaimBatch) -> Flags:
    """Mark professional claims that bill equipment and supplies alone, as suppliers do."""
    return batch.once(_equipment_claims)


def _equipment_claims(batch: ClaimBatch) -> Flags:
    equipment = batch.by_code(_is_equipment)
    beside = batch.by_code(_is_beside)
    marks = _professional(batch) & ~_any_line(batch, ~(equipment | beside))
    return marks & _any_line(batch, equipment | (beside & (batch.line_place == _HOME)))


def _is_equipment(code: str) -> bool:
    is_ambulance = code[:1] == "A" and code[:2] < _AMBULANCE_BELOW
    return code[:1] in _EQUIPMENT and not is_ambulance


def _is_beside(code: str) -> bool:
    return code[:1] in _BESIDE


def _professional(batch: ClaimBatch) -> Flags:
    return batch.of_kind(ClaimKind.PROFESSIONAL)


def _any_line(batch: ClaimBatch, lines: Flags) -> Flags:
    """Mark the claims of marked lines."""
    marks = np.zeros(len(batch), np.bool_)
    marks[batch.line_claim[lines]] = True
    return marks


def office_claims(batch: ClaimBatch) -> Flags:
    """Mark professional claims that no supplier sends: practitioners' and surgery centers'."""
    return batch.once(_office_claims)


def _office_claims(batch: ClaimBatch) -> Flags:
    return _professional(batch) & ~equipment_claims(batch)


def outpatient_claims(batch: ClaimBatch, judged_by: str) -> Flags:
    """Mark outpatient bills that NCCI judges by "pairs" or by "units"."""
    return batch.once(_outpatient_claims, judged_by)


def _outpatient_claims(batch: ClaimBatch, judged_by: str) -> Flags:
    marks = np.zeros(len(batch), np.bool_)
    types = batch.facility_type.astype("U2")
    for row in rows_of("ncci_bills") if (types != "").any() else ():
        use, facility_type = row.words
        if use == judged_by:
            marks |= (types == facility_type) & within(batch.coded_on, row.span)
    return marks


# Their lines


def office_lines(batch: ClaimBatch) -> Indices:
    """Give the lines of practitioners and surgery centers that bill a procedure on a day."""
    return np.flatnonzero(_billed(batch) & office_claims(batch)[batch.line_claim])


def equipment_lines(batch: ClaimBatch) -> Indices:
    """Give the lines of suppliers that bill something on a day."""
    return np.flatnonzero(_billed(batch) & equipment_claims(batch)[batch.line_claim])


def outpatient_lines(batch: ClaimBatch, judged_by: str) -> Indices:
    """Give the lines of outpatient bills that bill a procedure on one day.

    Of a line of several days nobody can say on which of them the service was.
    """
    one_day = batch.line_starts_on == batch.line_ends_on
    ours = outpatient_claims(batch, judged_by)[batch.line_claim]
    return np.flatnonzero(_billed(batch) & ours & one_day)


def _billed(batch: ClaimBatch) -> Flags:
    """Mark lines with a procedure and a day, on claims that are no voids."""
    return batch.once(_find_billed)


def _find_billed(batch: ClaimBatch) -> Flags:
    void = np.isin(batch.frequency.astype("U1"), _VOID)
    marks: Flags = (batch.line_key > 0) & ~np.isnat(batch.line_starts_on) & ~void[batch.line_claim]
    return marks


def last_days(batch: ClaimBatch, lines: Indices) -> Days:
    """Give the last days of lines: the first where none is told, or one before it."""
    starts, ends = batch.line_starts_on[lines], batch.line_ends_on[lines]
    return np.where(ends > starts, ends, starts)


# What is judged together


def encounters(batch: ClaimBatch, lines: Indices, *more: Integers) -> Integers:
    """Number lines so that those with one number are judged together: same patient, provider, day.

    The provider is who renders, or the hospital that bills. ``more`` are columns, a value for
    each of the lines, in which they must be alike too.
    """
    owner = batch.line_claim[lines]
    hospital = batch.line_revenue_code[lines].astype("U1") != ""
    provider = np.where(hospital, batch.claim_billing[owner], batch.line_rendering[lines])
    days = batch.line_starts_on[lines].astype(np.int64)
    return number_together(
        _alone(batch)[owner],
        hospital.astype(np.int64),
        batch.claim_patient[owner],
        batch.claim_payer[owner],
        provider,
        days,
        *more,
    )


def _alone(batch: ClaimBatch) -> Integers:
    """Number claims that are judged by themselves, from 1; 0 are those judged with earlier ones."""
    return batch.once(_number_alone)


def _number_alone(batch: ClaimBatch) -> Integers:
    first = np.isin(batch.frequency.astype("U1"), _FIRST)
    return np.where(first, 0, np.arange(1, len(batch) + 1))


def turn(batch: ClaimBatch, lines: Indices) -> Integers:
    """Say when the claims of lines came: -1 is the history, then they count as in the batch."""
    owner = batch.line_claim[lines]
    return np.where(owner < batch.judged, owner, -1)

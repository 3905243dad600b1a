"""Edits of days: those of the stay, those that are covered, and those charged as beds."""

from decimal import Decimal

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found, Integers
from cleanclaim.claims.institutional import ValueAmount
from cleanclaim.claims.model import Claim, ClaimKind
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.care import INPATIENT, LONG, cares, is_revenue
from cleanclaim.edits.examples import STAY, billed, stayed
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_INSTITUTIONAL = (ClaimKind.INSTITUTIONAL,)
_STILL_PATIENT = "30"
_MEDICARE_PART_A = "MA"  # SBR09
# Value codes that count days (NUBC): covered, not covered, coinsurance, lifetime reserve.
_COVERED, _NOT_COVERED, _COINSURANCE, _RESERVE = "80", "81", "82", "83"
_SOURCE = "NUBC, value codes 80 to 83; CMS, Claims Processing Manual, ch. 3, 40.2"


def days_of_stays(batch: ClaimBatch) -> Integers:
    """Count the days of each stay; -1 where the bill is for none or tells no days.

    From the admission, where the bill begins before it, to the last day, which counts only if
    the patient is still there; a stay that ends on its first day is of one day.
    """
    care = cares(batch)
    starts_on = np.fmax(batch.statement_starts_on, batch.admitted_on)
    counted = (batch.statement_ends_on - starts_on).astype("timedelta64[D]")
    dated = ~np.isnat(counted) & ((care == INPATIENT) | (care == LONG))
    days = np.where(dated, counted.astype(np.int64), -1)
    stays: Integers = np.where(
        dated, np.maximum(days + (batch.discharge_status == _STILL_PATIENT), 1), -1
    )
    return stays


def _valued(**counts: int) -> Claim:
    """Give the stay with other counts of days, by value code."""
    values = tuple(ValueAmount(code.strip("v"), Decimal(days)) for code, days in counts.items())
    return stayed(values=values)


def _told(batch: ClaimBatch, code: str) -> Integers:
    """Give the days of a value code, 0 where it is not told."""
    days: Integers = np.maximum(batch.value_of(code), 0) // 100
    return days


@edit(
    "DAYS.COVERED",
    family="days",
    severity=Severity.WARN,
    source=_SOURCE,
    message="covered and non-covered days are {found}; the stay has {expected}",
    hint="values 80 and 81 add up to the days of the statement without the day of discharge",
    failing=_valued(v80=5),
    passing=_valued(v80=3, v81=1),
    kinds=_INSTITUTIONAL,
)
def covered_days_are_those_of_the_stay(batch: ClaimBatch, _reference: Reference) -> Found:
    """Covered and non-covered days (values 80, 81) add up to the days of the stay."""
    days = days_of_stays(batch)
    told = (batch.value_of(_COVERED) >= 0) | (batch.value_of(_NOT_COVERED) >= 0)
    found = _told(batch, _COVERED) + _told(batch, _NOT_COVERED)
    wrong: Flags = told & (days > 0) & (found != days)
    return batch.claims(wrong, "value codes", found=found, expected=days)


@edit(
    "DAYS.COINSURANCE",
    family="days",
    severity=Severity.WARN,
    source=_SOURCE,
    message="coinsurance and lifetime reserve days are {found}; {expected} days are covered",
    hint="values 82 and 83 are some of the days of value 80",
    failing=_valued(v80=4, v82=5),
    passing=_valued(v80=4, v82=2, v83=2),
    kinds=_INSTITUTIONAL,
)
def coinsurance_days_are_covered(batch: ClaimBatch, _reference: Reference) -> Found:
    """Coinsurance and lifetime reserve days (values 82, 83) are among the covered days (80)."""
    covered = _told(batch, _COVERED)
    found = _told(batch, _COINSURANCE) + _told(batch, _RESERVE)
    stays = days_of_stays(batch) > 0
    return batch.claims(stays & (found > covered), "value codes", found=found, expected=covered)


@edit(
    "DAYS.MISSING",
    family="days",
    severity=Severity.WARN,
    source=_SOURCE,
    message="a Medicare bill for a stay tells neither covered nor non-covered days",
    hint="enter the days as values 80 and 81",
    failing=msgspec.structs.replace(stayed(values=()), filing_indicator=_MEDICARE_PART_A),
    passing=msgspec.structs.replace(STAY, filing_indicator=_MEDICARE_PART_A),
    kinds=_INSTITUTIONAL,
)
def medicare_is_told_days(batch: ClaimBatch, _reference: Reference) -> Found:
    """A bill for a stay to Medicare Part A counts covered or non-covered days."""
    medicare = batch.where_claim(lambda claim: claim.filing_indicator == _MEDICARE_PART_A)
    told = (batch.value_of(_COVERED) >= 0) | (batch.value_of(_NOT_COVERED) >= 0)
    return batch.claims(medicare & (days_of_stays(batch) > 0) & ~told, "value codes")


@edit(
    "DAYS.BEDS",
    family="days",
    severity=Severity.WARN,
    source="NUBC, room and board revenue codes: units are days",
    message="beds are charged for {found} days; the stay has {expected}",
    hint="units of room and board are the days of the stay without the day of discharge",
    failing=billed(STAY, units=Decimal(5)),
    passing=billed(
        stayed(discharge_status=_STILL_PATIENT, values=(ValueAmount("80", Decimal(5)),)),
        units=Decimal(5),
    ),
    kinds=_INSTITUTIONAL,
)
def beds_are_charged_by_the_day(batch: ClaimBatch, _reference: Reference) -> Found:
    """Units of beds and of leave, where any are charged, add up to the days of the stay."""
    days = days_of_stays(batch)
    beds = batch.flags(
        is_revenue("bed", code) or is_revenue("leave", code) for code in batch.line_revenue_code
    )
    found = batch.sum_by_claim(np.where(beds, batch.line_thousandths, 0)) // 1000
    charged = batch.sum_by_claim(beds.astype(np.int64)) > 0
    wrong = charged & (days > 0) & (found != days)
    return batch.claims(wrong, "room and board", found=found, expected=days)

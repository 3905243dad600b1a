"""Edits of how often a payer takes a service of one patient, counted over all claims."""

from datetime import date

import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Days, Flags, Found, Integers
from cleanclaim.claims.model import Claim, Frequency, Procedure
from cleanclaim.codes.frequencies import FrequencyLimit, Period
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices
from cleanclaim.edits.code_ranges import within
from cleanclaim.edits.examples import SERVICE_ON, with_line
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_UNIT = 1000  # thousandths
# More days than there are: days of one patient never reach into those of the next.
_APART = 2**23
_UNITS_OF_TIME = {
    Period.DAY: "datetime64[D]",
    Period.CALENDAR_YEAR: "datetime64[Y]",
    Period.FULL_MONTHS: "datetime64[M]",
}
_FIRST_DAY = np.datetime64("0001-01-01")


def _training(on: date) -> Claim:
    """Give the example with a service that its payer takes once a calendar year."""
    return with_line(procedure=Procedure("G0108"), starts_on=on, ends_on=on)


@edit(
    "FREQUENCY.LIMIT",
    family="frequency_limits",
    severity=Severity.BLOCK,
    source="the payer's limit of how often it takes a service",
    message="with this line {units} units of {code} ({period}); the payer takes {count} ({limit})",
    hint="mend code, day or units if they are wrong; else the payer refuses it, and only a notice "
    "that the patient signed before lets the patient be billed",
    failing=_training(SERVICE_ON),
    passing=_training(SERVICE_ON.replace(year=2025)),
    before=(_training(date(2026, 3, 2)),),
    needs=("frequency_limits",),
)
def services_are_within_limits(batch: ClaimBatch, reference: Reference) -> Found:
    """A service is not billed for one patient more often than the payer takes it.

    Every claim to the payer that is at hand counts, save voids.
    """
    found = NOTHING
    keys, at = np.unique(batch.line_key, return_index=True)
    codes = batch.line_code[at].tolist()
    for limit in reference.frequency_limits or ():
        whose = _whose(batch, limit)
        counting = [bool(code) and limit.counts(code) for code in codes] if whose.any() else [False]
        if any(counting):
            marks = np.isin(batch.line_key, keys[np.array(counting, np.bool_)])
            lines = np.flatnonzero(marks & whose[batch.line_claim])
            found += _over(batch, limit, lines[~np.isnat(batch.line_starts_on[lines])])
    return found


def _whose(batch: ClaimBatch, limit: FrequencyLimit) -> Flags:
    """Mark the claims to the limit's payers; voids tell of no service."""
    whose = (
        batch.claim_payer_identifier == limit.payer_identifier
        if limit.payer_identifier
        else batch.claim_filing == limit.filing_indicator
    )
    marks: Flags = whose & (batch.frequency != Frequency.VOID.value)
    return marks


def _over(batch: ClaimBatch, limit: FrequencyLimit, lines: Indices) -> Found:
    """Report lines that are limited and with which their period has too many units."""
    lines = lines[np.lexsort((_turn(batch, lines), _times(batch, lines)))]
    running = np.concatenate([[0], np.cumsum(batch.line_thousandths[lines])])
    units = running[1:] - running[_first_of_period(batch, limit, lines)]
    limited = np.array([limit.limits(code) for code in batch.line_code[lines].tolist()], np.bool_)
    limited &= within(batch.line_starts_on[lines], limit.span)
    over = limited & (units > limit.count * _UNIT)
    return _report(batch, limit, lines[over], units[over])


def _times(batch: ClaimBatch, lines: Indices) -> Integers:
    """Give lines numbers in which the days of one patient lie together, in order."""
    days = batch.line_starts_on[lines].astype("datetime64[D]").astype(np.int64)
    times: Integers = batch.claim_patient[batch.line_claim[lines]] * _APART + days
    return times


def _turn(batch: ClaimBatch, lines: Indices) -> Integers:
    """Give the turn of lines on one day: those of earlier claims come first."""
    return np.where(batch.line_claim[lines] < batch.judged, lines, lines - len(batch.line_key))


def _first_of_period(batch: ClaimBatch, limit: FrequencyLimit, lines: Indices) -> Indices:
    """Find where the period of each line begins among the lines, which are in order."""
    times, days = _times(batch, lines), batch.line_starts_on[lines].astype("datetime64[D]")
    since = (days - _begins(limit, days)).astype(np.int64)
    first: Indices = np.searchsorted(times, times - since, side="left")
    return first


def _begins(limit: FrequencyLimit, days: Days) -> Days:
    """Give the first day of the period that each day is the last of."""
    if limit.period is Period.LIFETIME:
        return np.full(len(days), _FIRST_DAY)
    begun = days.astype(_UNITS_OF_TIME[limit.period])
    if limit.period is Period.FULL_MONTHS:
        begun = begun - limit.months
    return begun.astype("datetime64[D]")


def _report(batch: ClaimBatch, limit: FrequencyLimit, lines: Indices, units: Integers) -> Found:
    if not len(lines):
        return NOTHING
    marks, told = np.zeros(len(batch.line_key), np.bool_), np.zeros(len(batch.line_key), np.int64)
    marks[lines], told[lines] = True, units
    months = f"{limit.months} {limit.period}" if limit.months else str(limit.period)
    return batch.lines(
        marks,
        code=batch.line_code,
        units=batch.column([f"{each / _UNIT:g}" for each in told.tolist()]),
        period=months,
        count=limit.count,
        limit=limit.source,
    )

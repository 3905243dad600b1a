"""Edits of new and known patients: whether the practice saw the patient before."""

from datetime import date

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Days, Flags, Found
from cleanclaim.claims.model import Claim, ClaimKind, Procedure
from cleanclaim.claims.parties import PersonName, Provider
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.code_ranges import listed, within
from cleanclaim.edits.examples import SERVICE_ON, with_line
from cleanclaim.edits.listing import rows_of
from cleanclaim.edits.registry import edit
from cleanclaim.edits.same_physician import NO_LINE, nearest_line, nearest_of
from cleanclaim.kernel.findings import Severity

_PROFESSIONAL = frozenset({ClaimKind.PROFESSIONAL})
_SOURCE = "CMS, Claims Processing Manual, ch. 12, 30.6.7"
_MONTHS = 12
_ALWAYS = 200 * 366  # days: longer than anybody is a patient
_ALMOST_THREE_YEARS_AGO = date(2023, 5, 5)


def _visit(code: str, on: date = SERVICE_ON, taxonomy: str = "207Q00000X") -> Claim:
    """Give the example with another visit, of another day or specialty."""
    claim = with_line(procedure=Procedure(code), starts_on=on, ends_on=on)
    who = Provider(person=PersonName("Okafor", "Ada"), taxonomy=taxonomy)
    return msgspec.structs.replace(claim, lines=claim.lines[:1], rendering=who)


def _known_since(days: Days) -> Days:
    """Give for each day the one after which a visit makes the patient a known one.

    A day that a month lacks is the first of the next, as for the 29th of February.
    """
    since = np.full(len(days), np.datetime64("NaT"), "datetime64[D]")
    months = days.astype("datetime64[M]")
    for row in rows_of("visit_codes"):
        if row.words[0] == "known_years":
            earlier = (months - int(row.words[1]) * _MONTHS).astype("datetime64[D]")
            since = np.where(within(days, row.span), earlier + (days - months), since)
    return since


def _seen_within(batch: ClaimBatch, among: Flags) -> Flags:
    """Mark lines before which the physician, or the practice's specialty, has one of the lines."""
    near = nearest_line(batch, among, after=1, until=_ALWAYS)
    last = batch.line_starts_on[np.maximum(near, 0)]
    marks: Flags = (near != NO_LINE) & (last > _known_since(batch.line_starts_on))
    return marks


def _professional(batch: ClaimBatch) -> Flags:
    return batch.claim_is_professional[batch.line_claim]


@edit(
    "PATIENT.NOT_NEW",
    family="new_patients",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{code} is for new patients; this specialty of the practice saw the patient before",
    hint="bill the visit of an established patient that the note supports",
    failing=_visit("99203"),
    passing=_visit("99203", _ALMOST_THREE_YEARS_AGO.replace(year=SERVICE_ON.year)),
    before=(_visit("99213", _ALMOST_THREE_YEARS_AGO),),
    kinds=_PROFESSIONAL,
)
def new_patients_are_new(batch: ClaimBatch, _reference: Reference) -> Found:
    """Who is billed as new had no visit with physician or group's specialty in three years."""
    new = listed(batch, "visit_codes", "new") & _professional(batch)
    if not new.any():
        return Found()
    visits = listed(batch, "visit_codes", "visit") & _professional(batch)
    return batch.lines(new & _seen_within(batch, visits), code=batch.line_code)


@edit(
    "PATIENT.NOT_SEEN",
    family="new_patients",
    severity=Severity.INFO,
    source=_SOURCE,
    message="{code} is for known patients; of this specialty no earlier service is in sight",
    hint="right if the patient was seen and that is not at hand; else a new patient's visit",
    failing=_visit("99213"),
    passing=_visit("99203"),
    before=(_visit("99213", date(2026, 4, 1), taxonomy="207RC0000X"),),
    kinds=_PROFESSIONAL,
)
def known_patients_are_known(batch: ClaimBatch, _reference: Reference) -> Found:
    """Who is billed as known, and was in the practice, was with this specialty in three years.

    Claims of patients of whom the practice has nothing earlier at hand are left alone.
    """
    known = listed(batch, "visit_codes", "established") & _professional(batch)
    billed = batch.claim_biller[batch.line_claim]
    earlier = nearest_of(batch, billed, _professional(batch), after=1, until=_ALWAYS)
    told = (batch.line_physician >= 0) | (batch.line_practice >= 0)
    marks = known & told & (earlier != NO_LINE) & ~_seen_within(batch, _professional(batch))
    return batch.lines(marks, code=batch.line_code)

"""Edits of places of service: what is done where, and what a hospital bills for its patients."""

from datetime import date
from decimal import Decimal

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim, ClaimKind, Procedure
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES
from cleanclaim.edits.examples import LINE, changed
from cleanclaim.edits.line_lists import (
    codes_in,
    days_in,
    lines_at,
    lines_in_facilities,
    rows_called,
)
from cleanclaim.edits.medicare import MEDICARE_PART_B
from cleanclaim.edits.registry import edit
from cleanclaim.edits.schedule_rows import Scheduled, scheduled_lines
from cleanclaim.kernel.findings import Severity

_OFFICE = (ClaimKind.PROFESSIONAL,)
_TABLES = (RELATIVE_VALUES,)
_SCHEDULE = "CMS, physician fee schedule, marks of places where a service is rarely done"
_PARTS = "CMS, Claims Processing Manual, ch. 23, addendum (indicator PC/TC)"
_TO_HOSPITALS = f"42 CFR 411.15(m); {_PARTS}"
_TELEHEALTH = ("02", "10")


def done_at(place: str, text: str, on: date | None = None) -> Claim:
    """Give an example of one service ("71046-26") at a place, billed to Medicare Part B."""
    code, *modifiers = text.split("-")
    day = on or LINE.starts_on
    line = msgspec.structs.replace(
        LINE,
        procedure=Procedure(code, tuple(modifiers)),
        units=Decimal(1),
        starts_on=day,
        ends_on=day,
    )
    return changed(
        filing_indicator=MEDICARE_PART_B,
        place_of_service=place,
        lines=(line,),
        total_charge_cents=line.charge_cents,
    )


@edit(
    "PLACE.DAY",
    family="places",
    severity=Severity.WARN,
    source="the list place_days: CMS, place of service code set",
    message="the place of service {place} could not be told before {first}",
    hint="correct the day or the place",
    failing=done_at("10", "99213", date(2021, 12, 31)),
    passing=done_at("10", "99213", date(2022, 1, 1)),
    kinds=_OFFICE,
)
def places_exist_on_the_day(batch: ClaimBatch, _reference: Reference) -> Found:
    """A place of service is not told for days before it was made."""
    found = NOTHING
    for row in rows_called("place_days", "place"):
        early = batch.line_starts_on < np.datetime64(row.span.starts_on, "D")
        marks: Flags = early & (batch.line_place == row.words[1])
        found += batch.lines(marks, place=row.words[1], first=row.span.starts_on.isoformat())
    return found


@edit(
    "PLACE.CODE",
    family="places",
    severity=Severity.WARN,
    source="the list code_places, each row with its source",
    message="{code} is rarely right at the place of service {place} ({source})",
    hint="take the place where the patient was, or the code for visits there",
    failing=done_at("11", "99284"),
    passing=done_at("23", "99284"),
    kinds=_OFFICE,
)
def visits_are_where_their_codes_say(batch: ClaimBatch, _reference: Reference) -> Found:
    """A visit whose code is for a kind of place is told at such a place."""
    found = NOTHING
    for row in rows_called("code_places", "usual"):
        among = codes_in(batch.line_key, row.words[1].split(","))
        if among.any():
            marks = among & ~np.isin(batch.line_place, row.words[2:]) & (batch.line_place != "")
            marks &= days_in(batch.line_starts_on, row.span)
            facts = {"code": batch.line_code, "place": batch.line_place, "source": row.source}
            found += batch.lines(marks, **facts)
    return found


@edit(
    "PLACE.FACILITY_ONLY",
    family="places",
    severity=Severity.WARN,
    source=_SCHEDULE,
    message="{code} is rarely done outside a facility, and the place of service is {place}",
    hint="check where it was done; Medicare has no price for it in an office",
    failing=done_at("11", "66984"),
    passing=done_at("24", "66984"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def facilities_are_told(batch: ClaimBatch, reference: Reference) -> Found:
    """A service that the schedule does not price in offices is told in a facility."""
    office = ~lines_in_facilities(batch) & ~np.isin(batch.line_place, _TELEHEALTH)
    for row in rows_called("code_places", "usual"):  # which say it of these codes for all payers
        office &= ~codes_in(batch.line_key, row.words[1].split(","))
    return _marked(batch, reference, "nonfacility_not_applicable", office)


@edit(
    "PLACE.OFFICE_ONLY",
    family="places",
    severity=Severity.INFO,
    source=_SCHEDULE,
    message="{code} is rarely done in a facility, and the place of service is {place}",
    hint="check where it was done; Medicare has no price for it in a facility",
    failing=done_at("22", "99349"),
    passing=done_at("12", "99349"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def offices_are_told(batch: ClaimBatch, reference: Reference) -> Found:
    """A physician's service that the schedule does not price in facilities is told outside."""
    facility = lines_in_facilities(batch) & ~np.isin(batch.line_place, _TELEHEALTH)
    return scheduled_lines(
        batch,
        reference,
        lambda each: (
            each.flagged("facility_not_applicable") & each.has("professional_technical", "0")
        ),
        facility,
        code=batch.line_code,
        place=batch.line_place,
    )


def _marked(batch: ClaimBatch, reference: Reference, column: str, among: Flags) -> Found:
    facts = {"code": batch.line_code, "place": batch.line_place}
    return scheduled_lines(batch, reference, lambda each: each.flagged(column), among, **facts)


def _in_hospital(batch: ClaimBatch, reference: Reference, values: str, among: Flags) -> Found:
    """Report lines at a hospital's places whose indicator PC/TC is one of some values."""
    hospital = among & lines_at(batch, "code_places", "hospital")
    if not hospital.any():
        return NOTHING

    def parts(each: Scheduled) -> Flags:
        return each.has("professional_technical", values)

    facts = {"code": batch.line_code, "place": batch.line_place}
    return scheduled_lines(batch, reference, parts, hospital, **facts)


@edit(
    "PLACE.TECHNICAL",
    family="places",
    severity=Severity.BLOCK,
    source=_TO_HOSPITALS,
    message="the technical part of {code} (TC) for a hospital's patient (place {place}) is the "
    "hospital's to bill",
    hint="leave the line to the hospital; the reading of it is billed with 26",
    failing=done_at("22", "71046-TC"),
    passing=done_at("22", "71046-26"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def hospitals_bill_their_technical_part(batch: ClaimBatch, reference: Reference) -> Found:
    """No technical part is billed by others for a patient of a hospital."""
    return _in_hospital(batch, reference, "1", batch.with_modifier("TC"))


@edit(
    "PLACE.WHOLE_TEST",
    family="places",
    severity=Severity.WARN,
    source=_TO_HOSPITALS,
    message="{code} has a technical part, which for a hospital's patient (place {place}) is the "
    "hospital's to bill",
    hint="bill what the physician did: modifier 26 with a written interpretation in the record, or "
    "the code of the reading alone",
    failing=done_at("22", "93000"),
    passing=done_at("11", "93000"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def only_readings_are_billed_in_hospitals(batch: ClaimBatch, reference: Reference) -> Found:
    """A test of a hospital's patient is not billed whole, or its technical part alone."""
    return _in_hospital(batch, reference, "134", ~batch.with_modifier("26", "TC"))


@edit(
    "PLACE.INCIDENT",
    family="places",
    severity=Severity.BLOCK,
    source=_TO_HOSPITALS,
    message="{code} is done by staff, who in a hospital (place {place}) are the hospital's",
    hint="leave the line to the hospital",
    failing=done_at("22", "96372"),
    passing=done_at("11", "96372"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def staff_of_hospitals_is_not_billed(batch: ClaimBatch, reference: Reference) -> Found:
    """What staff does under a physician is not billed for a patient of a hospital."""
    return _in_hospital(batch, reference, "5", np.ones(len(batch.line_claim), np.bool_))

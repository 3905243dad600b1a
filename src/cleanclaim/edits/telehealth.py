"""Edits of telehealth: how the claim says that the patient was elsewhere, and what is listed."""

from collections.abc import Callable

import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found
from cleanclaim.claims.model import ClaimKind
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices, Table
from cleanclaim.codes.tables.services import TELEHEALTH, TelehealthService
from cleanclaim.edits.line_lists import days_in, lines_at, rows_called
from cleanclaim.edits.medicare import MEDICARE_PART_B
from cleanclaim.edits.places import done_at
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_OFFICE = (ClaimKind.PROFESSIONAL,)
_PLACES = ("02", "10")
_AUDIO = ("93", "FQ")
_THERAPY = ("GN", "GO", "GP")


@edit(
    "TELEHEALTH.PLACE",
    family="telehealth",
    severity=Severity.WARN,
    source="CMS, calendar year 2024 physician fee schedule final rule; MLN901705",
    message="the line says telehealth, but the place of service is {place}",
    hint="10 where the patient was at home, 02 elsewhere; the clinician's hospital with 95",
    failing=done_at("11", "99213-95"),
    passing=done_at("10", "99213-95"),
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def telehealth_is_told_by_place(batch: ClaimBatch, _reference: Reference) -> Found:
    """Telehealth is told at 02 or 10; therapists, and clinicians in hospitals, use 95."""
    told = batch.with_modifier("95", *_AUDIO) & ~batch.with_modifier(*_THERAPY)
    if not told.any():
        return NOTHING
    days = next(rows_called("code_places", "telehealth")).span
    marks = told & days_in(batch.line_starts_on, days) & (batch.line_place != "")
    marks &= ~lines_at(batch, "code_places", "telehealth")
    return batch.lines(marks, place=batch.line_place)


@edit(
    "TELEHEALTH.GT",
    family="telehealth",
    severity=Severity.WARN,
    source="the list modifier_lines: CMS, change request 10152",
    message="Medicare takes modifier GT only from critical access hospitals",
    hint="drop GT: the place of service (02 or 10) says that it was telehealth",
    failing=done_at("10", "99213-GT"),
    passing=done_at("10", "99213"),
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def video_is_told_by_place(batch: ClaimBatch, _reference: Reference) -> Found:
    """A professional's claim to Medicare does not tell video by GT."""
    return _refused(batch, "GT")


@edit(
    "TELEHEALTH.STORED",
    family="telehealth",
    severity=Severity.INFO,
    source="the list modifier_lines: 42 CFR 410.78(d)",
    message="Medicare takes modifier GQ only in the demonstrations of Alaska and Hawaii",
    hint="drop GQ where the patient took part, or where there is no demonstration",
    failing=done_at("10", "99213-GQ"),
    passing=done_at("10", "99213"),
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def patients_take_part(batch: ClaimBatch, _reference: Reference) -> Found:
    """Telehealth that is looked at later (GQ) is Medicare's only in two states."""
    return _refused(batch, "GQ")


def _refused(batch: ClaimBatch, modifier: str) -> Found:
    """Report lines with a modifier that the list modifier_lines keeps from Medicare's."""
    marks = np.zeros(len(batch.line_claim), np.bool_)
    for row in rows_called("modifier_lines", "medicare"):
        if row.words[1] == modifier:
            marks |= batch.with_modifier(modifier) & days_in(batch.line_starts_on, row.span)
    return batch.lines(marks)


@edit(
    "TELEHEALTH.LISTED",
    family="telehealth",
    severity=Severity.WARN,
    source="42 CFR 410.78(f): the list of telehealth services of the year",
    message="{code} is not on Medicare's list of telehealth services of the year",
    hint="bill it only where the patient was seen in person, at that place",
    failing=done_at("10", "66984"),
    passing=done_at("10", "99213"),
    tables=(TELEHEALTH,),
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def telehealth_is_listed(batch: ClaimBatch, reference: Reference) -> Found:
    """A service at 02 or 10 is on the list of telehealth services of its day."""
    among: Flags = np.isin(batch.line_place, _PLACES) & (batch.line_code != "")
    return _by_list(batch, reference, among, lambda _table, rows: rows < 0)


@edit(
    "TELEHEALTH.AUDIO",
    family="telehealth",
    severity=Severity.WARN,
    source="42 CFR 410.78: the list of telehealth services of the year",
    message="the list of telehealth services does not let sound alone do for {code}",
    hint="drop 93 or FQ where there was video; else it was not this service",
    failing=done_at("10", "99214-93"),
    passing=done_at("10", "99213-93"),
    tables=(TELEHEALTH,),
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def sound_alone_will_do(batch: ClaimBatch, reference: Reference) -> Found:
    """A listed service by sound alone is one for which the list takes it."""

    def without(table: Table[TelehealthService], rows: Indices) -> Flags:
        marks: Flags = (rows >= 0) & ~table.array("audio")[rows].astype(np.bool_)
        return marks

    return _by_list(batch, reference, batch.with_modifier(*_AUDIO), without)


def _by_list(
    batch: ClaimBatch,
    reference: Reference,
    among: Flags,
    wrong: Callable[[Table[TelehealthService], Indices], Flags],
) -> Found:
    """Report lines among some that are wrong by their rows in the list of their day."""
    found, asked = NOTHING, np.flatnonzero(among)
    for table, which in reference.library.divide(TELEHEALTH, batch.line_starts_on[asked]):
        if table is not None:
            lines = asked[which]
            marks = np.zeros(len(among), np.bool_)
            marks[lines] = wrong(table, table.find_packed(batch.line_key[lines]))
            found += batch.lines(marks, code=batch.line_code).by(table.release.name)
    return found

"""Edits of diagnoses and of the pointers that tie lines to them."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim, ClaimKind, Diagnosis
from cleanclaim.codes.billable import Fault, Judged, judge
from cleanclaim.codes.icd10cm import CodeSet
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.status import CodeStatus
from cleanclaim.codes.store.keys import NO_KEY
from cleanclaim.codes.store.library import Library
from cleanclaim.edits.examples import changed, with_line
from cleanclaim.edits.listing import in_force
from cleanclaim.edits.registry import OFFICE_KINDS, edit
from cleanclaim.kernel.findings import Severity

_SOURCE = "ICD-10-CM, release in force on the day of service (45 CFR 162.1002)"
_NEEDS = ("diagnosis_codes",)
# Packed codes are below it, so that a claim's number fits before them.
_KEYS_MAX = 2**40
# No code begins with a blank.
_NOTHING = (" ",)
_LAST_YEAR = date(2025, 5, 4)


def _diagnosed(*codes: str, on: date | None = None) -> Claim:
    """Give an example with these diagnoses; with a day, served on that day only."""
    diagnoses = tuple(Diagnosis(code, "ABF" if n else "ABK") for n, code in enumerate(codes))
    if on is None:
        return changed(diagnoses=diagnoses)
    line = with_line(starts_on=on, ends_on=on).lines[0]
    return changed(diagnoses=diagnoses, lines=(line,), total_charge_cents=line.charge_cents)


def _judged(batch: ClaimBatch, library: Library, bundled: CodeSet | None) -> Judged:
    """Judge the diagnoses, which all edits below ask about."""
    days = batch.coded_on[batch.diagnosis_claim]
    return judge(batch.diagnoses_told, batch.diagnosis_key, days, library, bundled)


def _judged_by(batch: ClaimBatch, reference: Reference) -> Judged:
    return batch.once(_judged, reference.library, reference.icd10cm)


def _faulty(batch: ClaimBatch, reference: Reference, holds: Callable[[Fault], bool]) -> Found:
    """Report the ICD-10-CM diagnoses that have a fault of which something is true."""
    judged = _judged_by(batch, reference)
    return _told(batch, judged, judged.having(holds) & batch.diagnosis_is_icd10)


def _told(batch: ClaimBatch, judged: Judged, marks: Flags, **facts: object) -> Found:
    """Report diagnoses, each by the release that judged it."""
    found = batch.diagnoses(marks, code=batch.diagnosis_code, **facts)
    return msgspec.structs.replace(found, releases=tuple(judged.releases[marks].tolist()))


@edit(
    "DIAGNOSIS.INVALID",
    family="diagnoses",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{code} is no ICD-10-CM code on the day of service",
    hint="choose a code of the release in force",
    failing=_diagnosed("E119", "E118"),
    needs=_NEEDS,
)
def diagnoses_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """Every diagnosis is a code of the release in force: an inpatient's at discharge."""
    return _faulty(
        batch, reference, lambda fault: fault.status is CodeStatus.INVALID and not fault.sevenths
    )


@edit(
    "DIAGNOSIS.HEADER",
    family="diagnoses",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{code} is a heading and needs more characters",
    hint="code to the highest specificity that the note supports",
    failing=_diagnosed("E11"),
    needs=_NEEDS,
)
def diagnoses_are_complete(batch: ClaimBatch, reference: Reference) -> Found:
    """Every diagnosis is coded to its full number of characters."""
    return _faulty(
        batch, reference, lambda fault: fault.status is CodeStatus.HEADER and not fault.sevenths
    )


@edit(
    "DIAGNOSIS.SEVENTH",
    family="diagnoses",
    severity=Severity.BLOCK,
    source="ICD-10-CM Official Guidelines, I.A.4 and I.A.5 (placeholder, seventh character)",
    message="{code} is not {stem} with one of its seventh characters: {sevenths}",
    hint="add the character of the encounter in the seventh place; an X fills each place before it",
    failing=_diagnosed("T1491"),
    passing=_diagnosed("T1491XA"),
    needs=_NEEDS,
)
def sevenths_are_told(batch: ClaimBatch, reference: Reference) -> Found:
    """A code that needs a seventh character has one that it can have, in the seventh place."""
    judged = _judged_by(batch, reference)
    marks = judged.having(lambda fault: bool(fault.sevenths)) & batch.diagnosis_is_icd10
    return _told(batch, judged, marks, stem=judged.told("stem"), sevenths=judged.told("sevenths"))


@edit(
    "DIAGNOSIS.RELEASE",
    family="diagnoses",
    severity=Severity.WARN,
    source=_SOURCE,
    message="the diagnoses cannot be judged: the release at hand is not that of the day of service",
    hint="load the ICD-10-CM release in force on the day of service",
    failing=_diagnosed("E119", on=_LAST_YEAR),
    needs=_NEEDS,
)
def diagnoses_can_be_judged(batch: ClaimBatch, reference: Reference) -> Found:
    """A release at hand is in force on the day on which codes must be valid."""
    judged = _judged_by(batch, reference)
    out = batch.diagnosis_is_listed & ~judged.covered
    marks = np.zeros(len(batch), np.bool_)
    marks[batch.diagnosis_claim[out]] = True
    release = reference.icd10cm.release if reference.icd10cm is not None else ""
    return batch.claims(marks & ~np.isnat(batch.coded_on)).by(release)


@edit(
    "DIAGNOSIS.DOUBTFUL",
    family="diagnoses",
    severity=Severity.WARN,
    source=_SOURCE,
    message="{code} is not a billable code of the release at hand, which is of other days",
    hint="check the code against the release of the day of service",
    failing=_diagnosed("E118", on=_LAST_YEAR),
    passing=_diagnosed("E119", on=_LAST_YEAR),
    needs=_NEEDS,
)
def diagnoses_of_other_days_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """On days outside the releases at hand, a code that the bundled one lacks is doubtful."""
    judged = _judged_by(batch, reference)
    asked = batch.diagnosis_is_icd10 & (judged.releases != "")
    return _told(batch, judged, asked & ~judged.covered & ~judged.valid)


@edit(
    "DIAGNOSIS.DUPLICATE",
    family="diagnoses",
    severity=Severity.BLOCK,
    source="837 guide, HI (2300): a diagnosis is sent once",
    message="{code} stands on the claim already",
    hint="remove the repeated diagnosis and let the pointers follow",
    failing=_diagnosed("E119", "I10", "E119"),
)
def diagnoses_stand_once(batch: ClaimBatch, _reference: Reference) -> Found:
    """No principal or further diagnosis stands on the claim twice."""
    # What cannot be packed is no code, which is told by another edit.
    rows = np.flatnonzero(batch.diagnosis_is_listed & (batch.diagnosis_key != NO_KEY))
    together = batch.diagnosis_claim[rows] * _KEYS_MAX + batch.diagnosis_key[rows]
    _, first = np.unique(together, return_index=True)
    repeated = np.zeros(len(batch.diagnosis_claim), np.bool_)
    repeated[np.delete(rows, first)] = True
    return batch.diagnoses(repeated, code=batch.diagnosis_code)


@edit(
    "DIAGNOSIS.FIRST",
    family="diagnoses",
    severity=Severity.INFO,
    source="the list first_diagnoses (ICD-10-CM Official Guidelines, I.C.21.c.16)",
    message="{code} is the reason of an encounter and is listed first, unless encounters of one "
    "day are billed together",
    hint="list it first if it was the reason of the visit",
    failing=_diagnosed("E119", "Z0000"),
    passing=_diagnosed("Z0000", "E119"),
)
def reasons_of_encounters_stand_first(batch: ClaimBatch, _reference: Reference) -> Found:
    """A Z code that is only listed first stands there, or behind another such code."""
    codes, number = np.unique(batch.diagnosis_code.astype("U"), return_inverse=True)
    only = np.array([_only_first(code) for code in codes.tolist()], np.bool_)[number]
    owner = batch.diagnosis_claim
    first = (np.diff(owner, prepend=-1) != 0) & batch.diagnosis_is_listed
    behind = np.zeros(len(batch), np.bool_)
    behind[owner[first & only]] = True
    marks = only & ~first & batch.diagnosis_is_listed & batch.diagnosis_is_icd10
    return batch.diagnoses(marks & ~behind[owner], code=batch.diagnosis_code)


@lru_cache(8_192)
def _only_first(code: str) -> bool:
    """Tell whether a code is on the list first_diagnoses and not one of its exceptions."""
    return any(
        code.startswith(row.words[1]) and not code.startswith(row.words[3:] or _NOTHING)
        for row in in_force("first_diagnoses", None)
    )


@edit(
    "POINTERS.MISSING",
    family="diagnoses",
    severity=Severity.BLOCK,
    source="837P guide, SV107-1",
    message="the line points to no diagnosis",
    hint="say which diagnosis is the reason for this service",
    failing=with_line(diagnosis_pointers=()),
    kinds=(ClaimKind.PROFESSIONAL,),
)
def lines_point_to_diagnoses(batch: ClaimBatch, _reference: Reference) -> Found:
    """Every line points to at least one diagnosis."""
    pointed = np.bincount(batch.pointer_line, minlength=len(batch.line_claim))
    return batch.lines(pointed == 0)


@edit(
    "POINTERS.RANGE",
    family="diagnoses",
    severity=Severity.BLOCK,
    source="837P guide, SV107",
    message="the line points to diagnosis {found}; the claim has {count}",
    hint="point to a diagnosis that is on the claim",
    failing=with_line(diagnosis_pointers=(1, 3)),
    passing=with_line(diagnosis_pointers=(1, 2)),
    kinds=OFFICE_KINDS,
)
def pointers_are_in_range(batch: ClaimBatch, _reference: Reference) -> Found:
    """Every pointer counts to a diagnosis that the claim has."""
    count = batch.count_of_diagnoses[batch.line_claim[batch.pointer_line]]
    wrong = (batch.pointer < 1) | (batch.pointer > count)
    return batch.pointers(wrong, found=batch.pointer, count=count)

"""Edits of diagnoses and of the pointers that tie lines to them."""

from datetime import date

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found, repeats_of
from cleanclaim.claims.model import Claim, ClaimKind, Diagnosis
from cleanclaim.codes.icd10cm import CodeSet
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.status import CodeStatus
from cleanclaim.edits.examples import changed, with_line
from cleanclaim.edits.registry import OFFICE_KINDS, edit
from cleanclaim.kernel.findings import Severity

_SOURCE = "ICD-10-CM, release in force on the day of service (45 CFR 162.1002)"
_LAST_YEAR = date(2025, 5, 4)


def _diagnosed(*codes: str, on: date | None = None) -> Claim:
    """Give an example with these diagnoses; with a day, served on that day only."""
    diagnoses = tuple(Diagnosis(code, "ABF" if n else "ABK") for n, code in enumerate(codes))
    if on is None:
        return changed(diagnoses=diagnoses)
    line = with_line(starts_on=on, ends_on=on).lines[0]
    return changed(diagnoses=diagnoses, lines=(line,), total_charge_cents=line.charge_cents)


def _codes_in(reference: Reference) -> CodeSet:
    """Give the code set; edits that ask for it are only run where it is there."""
    assert reference.icd10cm is not None  # noqa: S101 - the registry saw to it
    return reference.icd10cm


def _with_status(batch: ClaimBatch, codes: CodeSet, *, covered: bool, status: CodeStatus) -> Flags:
    """Mark diagnoses of a status whose service is, or is not, on days of the release."""
    on_release_day = _covered(batch, codes)[batch.diagnosis_claim]
    found = [codes.status_in_release(code) is status for code in batch.diagnosis_code]
    marks: Flags = (on_release_day == covered) & np.array(found, np.bool_)
    return marks & batch.diagnosis_is_icd10


def _covered(batch: ClaimBatch, codes: CodeSet) -> Flags:
    """Mark claims whose codes must be valid on a day on which the release is in force."""
    day, span = batch.coded_on, codes.span
    marks: Flags = day >= np.datetime64(span.starts_on)
    return marks if span.ends_on is None else marks & (day <= np.datetime64(span.ends_on))


@edit(
    "DIAGNOSIS.INVALID",
    family="diagnoses",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{code} is no ICD-10-CM code on the day of service",
    hint="choose a code of the release in force",
    failing=_diagnosed("E119", "E118"),
    needs=("icd10cm",),
    table="icd10cm",
)
def diagnoses_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """Every diagnosis is a code of the release in force: an inpatient's at discharge."""
    marks = _with_status(batch, _codes_in(reference), covered=True, status=CodeStatus.INVALID)
    return batch.diagnoses(marks, code=batch.diagnosis_code)


@edit(
    "DIAGNOSIS.HEADER",
    family="diagnoses",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{code} is a heading and needs more characters",
    hint="code to the highest specificity that the note supports",
    failing=_diagnosed("E11"),
    needs=("icd10cm",),
    table="icd10cm",
)
def diagnoses_are_complete(batch: ClaimBatch, reference: Reference) -> Found:
    """Every diagnosis is coded to its full number of characters."""
    marks = _with_status(batch, _codes_in(reference), covered=True, status=CodeStatus.HEADER)
    return batch.diagnoses(marks, code=batch.diagnosis_code)


@edit(
    "DIAGNOSIS.RELEASE",
    family="diagnoses",
    severity=Severity.WARN,
    source=_SOURCE,
    message="the diagnoses cannot be judged: the release at hand is not that of the day of service",
    hint="load the ICD-10-CM release in force on the day of service",
    failing=_diagnosed("E119", on=_LAST_YEAR),
    needs=("icd10cm",),
    table="icd10cm",
)
def diagnoses_can_be_judged(batch: ClaimBatch, reference: Reference) -> Found:
    """The release at hand is in force on the day on which codes must be valid."""
    dated = ~np.isnat(batch.coded_on) & batch.where_claim(lambda c: bool(c.diagnoses))
    return batch.claims(dated & ~_covered(batch, _codes_in(reference)))


@edit(
    "DIAGNOSIS.DOUBTFUL",
    family="diagnoses",
    severity=Severity.WARN,
    source=_SOURCE,
    message="{code} is not a billable code of the release at hand, which is of other days",
    hint="check the code against the release of the day of service",
    failing=_diagnosed("E118", on=_LAST_YEAR),
    passing=_diagnosed("E119", on=_LAST_YEAR),
    needs=("icd10cm",),
    table="icd10cm",
)
def diagnoses_of_other_days_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """On days outside the release at hand, a code it lacks is doubtful but not wrong."""
    codes = _codes_in(reference)
    marks = _with_status(batch, codes, covered=False, status=CodeStatus.VALID)
    judged = ~_covered(batch, codes)[batch.diagnosis_claim] & batch.diagnosis_is_icd10
    return batch.diagnoses(judged & ~marks, code=batch.diagnosis_code)


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
    repeated = repeats_of(batch.diagnosis_claim.tolist(), batch.diagnosis_code)
    return batch.diagnoses(repeated & batch.diagnosis_is_listed, code=batch.diagnosis_code)


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
    return batch.lines(batch.where_line(lambda line: not line.diagnosis_pointers))


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
    counts = batch.claim_values(lambda claim: len(claim.diagnoses)).astype(np.int64)
    count = counts[batch.line_claim[batch.pointer_line]]
    wrong = (batch.pointer < 1) | (batch.pointer > count)
    return batch.pointers(wrong, found=batch.pointer, count=count)

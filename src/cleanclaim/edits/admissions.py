"""Edits of admission and discharge: what a bill for a stay tells, and that it fits the bill."""

from datetime import date
from typing import Any

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim, ClaimKind, Frequency
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.care import INPATIENT, LONG, cares
from cleanclaim.edits.examples import STAY, VISIT, billed, stayed
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_INSTITUTIONAL = (ClaimKind.INSTITUTIONAL,)
_FINAL = (Frequency.ORIGINAL.value, Frequency.INTERIM_LAST.value)
_PARTIAL = (Frequency.INTERIM_FIRST.value, Frequency.INTERIM.value)
_STILL_PATIENT = "30"
# Revenue codes of bills that need no attending provider: transport and vaccines.
_UNATTENDED = ("054", "0636", "0771")


def _interim(**fields: Any) -> Claim:  # noqa: ANN401 - fields of a stay
    """Give the first bill of a stay that goes on."""
    stay = stayed(**{"discharge_status": _STILL_PATIENT, "discharge_hour": "", **fields})
    return msgspec.structs.replace(stay, frequency=Frequency.INTERIM_FIRST)


def _in_stays(batch: ClaimBatch) -> Flags:
    """Mark bills for stays."""
    care = cares(batch)
    marks: Flags = (care == INPATIENT) | (care == LONG)
    return marks


def _lacks(batch: ClaimBatch, field: str) -> Flags:
    """Mark claims without a field of the stay."""
    return batch.where_claim(lambda claim: not getattr(claim.institutional, field, None))


@edit(
    "ADMISSION.DATE",
    family="admissions",
    severity=Severity.BLOCK,
    source="837I guide, DTP*435 (2300)",
    message="the bill is for a stay but the day of admission is missing",
    hint="enter when the patient was admitted",
    failing=stayed(admitted_on=None),
    passing=VISIT,
    kinds=_INSTITUTIONAL,
)
def stays_have_an_admission(batch: ClaimBatch, _reference: Reference) -> Found:
    """A bill for a stay says when the patient was admitted."""
    return batch.claims(_in_stays(batch) & np.isnat(batch.admitted_on), "admission")


@edit(
    "ADMISSION.LATE",
    family="admissions",
    severity=Severity.BLOCK,
    source="837I guide, DTP*435 and DTP*434 (2300)",
    message="the admission is after the end of the bill's period",
    hint="correct the admission or the statement",
    failing=stayed(admitted_on=date(2026, 5, 6)),
    passing=stayed(admitted_on=date(2026, 5, 5)),
    kinds=_INSTITUTIONAL,
)
def admissions_precede_the_end(batch: ClaimBatch, _reference: Reference) -> Found:
    """A patient is admitted before the end of the period; a bill may begin before it."""
    return batch.claims(batch.admitted_on > batch.statement_ends_on, "admission")


@edit(
    "ADMISSION.HOUR",
    family="admissions",
    severity=Severity.WARN,
    source="NUBC, admission hour of inpatients",
    message="the bill is for a hospital's inpatient but the hour of admission is missing",
    hint="enter the hour as four digits",
    failing=stayed(admission_hour=""),
    passing=stayed(facility_type="21", admission_hour=""),
    kinds=_INSTITUTIONAL,
)
def inpatients_have_an_hour(batch: ClaimBatch, _reference: Reference) -> Found:
    """A bill for a hospital's inpatient tells the hour of admission."""
    return batch.claims((cares(batch) == INPATIENT) & _lacks(batch, "admission_hour"), "admission")


@edit(
    "ADMISSION.TYPE",
    family="admissions",
    severity=Severity.BLOCK,
    source="837I guide, CL101 (2300)",
    message="the type of the admission or visit is missing",
    hint="1 emergency, 2 urgent, 3 elective, 4 newborn, 5 trauma, 9 unknown",
    failing=stayed(admission_type=""),
    kinds=_INSTITUTIONAL,
)
def admissions_have_a_type(batch: ClaimBatch, _reference: Reference) -> Found:
    """An institution's bill says how urgent the admission or visit was."""
    return batch.claims(_lacks(batch, "admission_type"), "admission")


@edit(
    "ADMISSION.SOURCE",
    family="admissions",
    severity=Severity.WARN,
    source="NUBC, point of origin",
    message="the bill is for a stay but not where the patient came from",
    hint="enter the point of origin",
    failing=stayed(admission_source=""),
    passing=stayed(VISIT, admission_source=""),
    kinds=_INSTITUTIONAL,
)
def stays_have_an_origin(batch: ClaimBatch, _reference: Reference) -> Found:
    """A bill for a stay says where the patient came from."""
    return batch.claims(_in_stays(batch) & _lacks(batch, "admission_source"), "admission")


@edit(
    "DISCHARGE.STATUS",
    family="admissions",
    severity=Severity.BLOCK,
    source="837I guide, CL103 (2300)",
    message="the status of the patient at the end of the bill is missing",
    hint="01 is home; 30 is a patient who is still there",
    failing=stayed(discharge_status=""),
    kinds=_INSTITUTIONAL,
)
def patients_have_a_status(batch: ClaimBatch, _reference: Reference) -> Found:
    """An institution's bill says what became of the patient."""
    return batch.claims(batch.discharge_status == "", "discharge")


@edit(
    "DISCHARGE.FREQUENCY",
    family="admissions",
    severity=Severity.BLOCK,
    source="NUBC, frequency of bills and patient discharge status",
    message="frequency {frequency} of the bill and status {status} of the patient disagree",
    hint="30 goes with the first and further bills of a stay (2, 3), not with the whole or last",
    failing=stayed(discharge_status=_STILL_PATIENT),
    passing=_interim(),
    kinds=_INSTITUTIONAL,
)
def statuses_fit_the_frequency(batch: ClaimBatch, _reference: Reference) -> Found:
    """A hospital's inpatient is still there on the earlier bills of a stay, gone on the last."""
    there = batch.discharge_status == _STILL_PATIENT
    told = batch.discharge_status != ""
    wrong = (there & np.isin(batch.frequency, _FINAL)) | (
        ~there & told & np.isin(batch.frequency, _PARTIAL)
    )
    return batch.claims(
        wrong & (cares(batch) == INPATIENT),
        "discharge",
        frequency=batch.frequency,
        status=batch.discharge_status,
    )


@edit(
    "DISCHARGE.HOUR",
    family="admissions",
    severity=Severity.WARN,
    source="837I guide, DTP*096 (2300)",
    message="the bill ends a stay in a hospital but the hour of discharge is missing",
    hint="enter the hour as four digits",
    failing=stayed(discharge_hour=""),
    passing=_interim(),
    kinds=_INSTITUTIONAL,
)
def final_bills_have_a_discharge(batch: ClaimBatch, _reference: Reference) -> Found:
    """The bill for a whole stay in a hospital, or its last part, says when the patient left."""
    final = (cares(batch) == INPATIENT) & np.isin(batch.frequency, _FINAL)
    return batch.claims(final & _lacks(batch, "discharge_hour"), "discharge")


@edit(
    "ATTENDING.MISSING",
    family="admissions",
    severity=Severity.BLOCK,
    source="837I guide, 2310A",
    message="the attending provider is missing",
    hint="name who had overall responsibility for the patient",
    failing=msgspec.structs.replace(STAY, attending=None),
    passing=msgspec.structs.replace(
        VISIT,
        attending=None,
        lines=(billed(VISIT, revenue_code="0540").lines[0],),
        total_charge_cents=VISIT.lines[0].charge_cents,
    ),
    kinds=_INSTITUTIONAL,
)
def bills_name_who_attended(batch: ClaimBatch, _reference: Reference) -> Found:
    """A bill names who attended the patient, unless it is for transport or vaccines alone."""
    return batch.claims(batch.where_claim(_unattended), "attending provider")


def _unattended(claim: Claim) -> bool:
    exempt = all(line.revenue_code.startswith(_UNATTENDED) for line in claim.lines)
    return claim.attending is None and not exempt

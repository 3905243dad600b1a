"""Stays of a batch as the grouper and the Medicare code editor are asked about them."""

import re
from collections.abc import Callable, Mapping
from datetime import date

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Days, Flags, Found, Integers
from cleanclaim.claims.model import ClaimKind
from cleanclaim.claims.person_columns import UNKNOWN_AGE
from cleanclaim.codes.grouping import (
    Coded,
    Discharge,
    Grouped,
    UngroupableDayError,
    opened,
    version_on,
)
from cleanclaim.codes.store.arrays import Indices
from cleanclaim.edits.care import INPATIENT, cares

NO_VERSION = -1
_STATUS = re.compile(r"[0-9]{2}")
Tell = Callable[[str, int, int], bool]
Bound = Callable[[str, int], bool]
# Room for versions in a number that stands for a code and a version.
_VERSIONS_MAX = 10_000


def versions(batch: ClaimBatch) -> Integers:
    """Give the grouper's version for the day on which each claim is coded; -1 for none."""
    return batch.once(_versions)


def _versions(batch: ClaimBatch) -> Integers:
    different, which = np.unique(batch.coded_on, return_inverse=True)
    found: Integers = np.array([_version(day) for day in different.tolist()], np.int64)[which]
    return found


def _version(day: date | None) -> int:
    try:
        return NO_VERSION if day is None else version_on(day)
    except UngroupableDayError:
        return NO_VERSION


def inpatients(batch: ClaimBatch) -> Flags:
    """Mark bills for inpatients of hospitals."""
    marks: Flags = cares(batch) == INPATIENT
    return marks


def stays(batch: ClaimBatch) -> Mapping[int, Discharge]:
    """Give what the grouper asks of each stay, by the claim's index.

    Left out are stays on days without a version, and those that lack what it asks for: the
    end, the principal diagnosis in ICD-10-CM, the age or a status at discharge.
    """
    return batch.once(_stays)


def _stays(batch: ClaimBatch) -> Mapping[int, Discharge]:
    if ClaimKind.INSTITUTIONAL not in batch.kinds:
        return {}
    age = batch.age_on(_admitted_on(batch))
    asked = inpatients(batch) & (versions(batch) != NO_VERSION) & (age != UNKNOWN_AGE)
    found = {}
    for claim in np.flatnonzero(asked).tolist():
        stay = _discharge(batch, claim, int(age[claim]))
        if stay is not None:
            found[claim] = stay
    return found


def _admitted_on(batch: ClaimBatch) -> Days:
    """Give days of admission, the statement's first where none is told."""
    days: Days = np.where(np.isnat(batch.admitted_on), batch.statement_starts_on, batch.admitted_on)
    return days


def _rows_of(owners: Integers, claim: int) -> range:
    """Give the rows that belong to a claim; rows lie in the order of claims."""
    start, end = np.searchsorted(owners, (claim, claim + 1)).tolist()
    return range(start, end)


def _discharge(batch: ClaimBatch, claim: int, age: int) -> Discharge | None:
    rows = _rows_of(batch.diagnosis_claim, claim)
    diagnoses = [row for row in rows if batch.diagnosis_is_listed[row]]
    status = str(batch.discharge_status[claim])
    if not diagnoses or not _STATUS.fullmatch(status):
        return None
    if not batch.diagnosis_is_icd10[diagnoses].all():
        return None
    coded = [Coded(batch.diagnosis_code[x], batch.diagnosis_present[x]) for x in diagnoses]
    on = batch.coded_on[claim]
    operations = _rows_of(batch.operation_claim, claim)
    return Discharge(
        on=on.item(),
        age=age,
        sex=str(batch.sex[claim]),
        discharge_status=status,
        principal=coded[0],
        days=max(int((on - _admitted_on(batch)[claim]).astype(np.int64)), 0),
        secondary=tuple(coded[1:]),
        procedures=tuple(batch.operation_code[row] for row in operations),
        # Who tells of no diagnosis if it was present does not report it.
        exempt=not any(each.present_on_admission for each in coded),
    )


def edited(batch: ClaimBatch) -> Mapping[int, frozenset[str]]:
    """Give the names of the code editor's edits that each stay runs into, by the claim's index."""
    return batch.once(_edited)


def _edited(batch: ClaimBatch) -> Mapping[int, frozenset[str]]:
    if not stays(batch):
        return {}
    grouper = opened()
    return {claim: frozenset(grouper.edit(stay)) for claim, stay in stays(batch).items()}


def grouped(batch: ClaimBatch) -> Mapping[int, Grouped]:
    """Give the groups of stays that are over, by the claim's index."""
    return batch.once(_grouped)


def _grouped(batch: ClaimBatch) -> Mapping[int, Grouped]:
    if not stays(batch):
        return {}
    grouper = opened()
    over = (batch.discharge_status != "30") & (batch.drg != "")
    return {claim: grouper.group(stay) for claim, stay in stays(batch).items() if over[claim]}


def by_version(batch: ClaimBatch, found: Found, program: str) -> Found:
    """Name the version of the program that each finding rests on: "MCE 43.1"."""
    if not found:
        return found
    told = versions(batch)[list(found.claims)].tolist()
    releases = tuple(f"{program} {version // 10}.{version % 10}" for version in told)
    return msgspec.structs.replace(found, releases=releases)


def running_into(batch: ClaimBatch, place: str, *names: str) -> Found:
    """Report the stays that run into one of the code editor's edits."""
    if not edited(batch):
        return NOTHING
    marks = np.zeros(len(batch), np.bool_)
    marks[[claim for claim, own in edited(batch).items() if own & {*names}]] = True
    return by_version(batch, batch.claims(marks, place), "MCE")


def odd_for_patients(batch: ClaimBatch, values: Integers, bound: Bound, tell: Tell) -> Found:
    """Report listed diagnoses that are odd for a value of the patient, one a claim (-1: unknown).

    ``bound`` tells of a code and version whether any value is odd; of those few that are,
    ``tell`` answers by code, value and version.
    """
    rows = _bound_rows(batch, bound)
    owner = batch.diagnosis_claim[rows]
    known = values[owner] >= 0
    rows, owner = rows[known], owner[known]
    asked = batch.diagnosis_code[rows], values[owner].tolist(), versions(batch)[owner].tolist()
    marks = np.zeros(len(batch.diagnosis_claim), np.bool_)
    marks[rows] = np.array(list(map(tell, *asked)), np.bool_)
    return by_version(batch, batch.diagnoses(marks, code=batch.diagnosis_code), "MCE")


def _bound_rows(batch: ClaimBatch, bound: Bound) -> Indices:
    """Give the listed diagnoses that are odd for some patients, asked once for each code."""
    version = versions(batch)[batch.diagnosis_claim]
    asked = batch.diagnosis_is_listed & batch.diagnosis_is_icd10 & (version != NO_VERSION)
    rows = np.flatnonzero(asked)
    together = batch.diagnosis_key[rows] * _VERSIONS_MAX + version[rows]
    _, where, which = np.unique(together, return_index=True, return_inverse=True)
    first = rows[where]
    answers = map(bound, batch.diagnosis_code[first], version[first].tolist())
    found: Indices = rows[np.array(list(answers), np.bool_)[which]]
    return found

"""Edits of the patient: one person told twice is told the same, and lived when served."""

from collections.abc import Callable
from datetime import date, timedelta

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import PersonName, Sex
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import AS_OF, CLEAN, SERVICE_ON, changed, with_patient
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_SELF = "18"
_SOURCE = "837 guide, 2010BA: a patient who is the subscriber is told there alone"
_HINT = "correct the registration: is it the same person, or a dependent?"
_YEARS_MAX = 125  # nobody was older


def _otherwise(**fields: object) -> Claim:
    """Give the example whose patient, said to be the subscriber, differs from them."""
    return changed(patient=msgspec.structs.replace(CLEAN.patient, **fields))


def _of_self(batch: ClaimBatch, differs: Callable[[Claim], bool]) -> Found:
    """Report claims whose patient is the subscriber and differs from them."""
    told_twice = (batch.relationship == _SELF) & batch.patient_is_told_apart
    marks = batch.where_claim(differs, told_twice)
    return batch.claims(marks, "patient")


def _letters(name: PersonName) -> tuple[str, str]:
    """Give last and first name as they are compared: letters only, of one case."""
    last, first = (
        "".join(filter(str.isalnum, part)).casefold() for part in (name.last, name.first)
    )
    return last, first


@edit(
    "PATIENT.NAME",
    family="demographics",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="the patient is the subscriber but has another name",
    hint=_HINT,
    failing=_otherwise(name=PersonName("Larkspur", "Iris")),
    passing=_otherwise(name=PersonName("LARK-SPUR", "ines")),
)
def self_has_one_name(batch: ClaimBatch, _reference: Reference) -> Found:
    """A patient who is the subscriber has the subscriber's name."""
    return _of_self(
        batch,
        lambda claim: (
            not claim.subscriber.organization
            and _letters(claim.patient.name) != _letters(claim.subscriber.name)
        ),
    )


@edit(
    "PATIENT.BIRTH",
    family="demographics",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="the patient is the subscriber but has another birth date",
    hint=_HINT,
    failing=_otherwise(birth_on=date(1981, 2, 3)),
    passing=changed(
        patient=msgspec.structs.replace(CLEAN.patient, birth_on=date(1981, 2, 3)),
        relationship="01",
    ),
)
def self_has_one_birth(batch: ClaimBatch, _reference: Reference) -> Found:
    """A patient who is the subscriber has the subscriber's birth date."""
    return _of_self(
        batch,
        lambda claim: _differ(claim.patient.birth_on, claim.subscriber.birth_on),
    )


@edit(
    "PATIENT.SEX",
    family="demographics",
    severity=Severity.WARN,
    source=_SOURCE,
    message="the patient is the subscriber but another sex is told of them",
    hint="tell the sex that the payer holds",
    failing=_otherwise(sex=Sex.MALE),
    passing=_otherwise(sex=Sex.UNKNOWN),
)
def self_has_one_sex(batch: ClaimBatch, _reference: Reference) -> Found:
    """A patient who is the subscriber has the sex that the payer holds; U contradicts nothing."""
    unknown = {None, Sex.UNKNOWN}
    return _of_self(
        batch,
        lambda claim: (
            claim.patient.sex not in unknown
            and claim.subscriber.sex not in unknown
            and claim.patient.sex is not claim.subscriber.sex
        ),
    )


def _differ(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one != other


def _died(on: date, **fields: object) -> Claim:
    return changed(patient=msgspec.structs.replace(CLEAN.patient, died_on=on, **fields))


@edit(
    "PATIENT.DEATH",
    family="demographics",
    severity=Severity.WARN,
    source="nobody is treated after death; examinations after it are the exception",
    message="the service is after the patient's death",
    hint="correct the day of death or of service",
    failing=_died(SERVICE_ON - timedelta(days=1)),
    passing=_died(SERVICE_ON),
)
def services_precede_death(batch: ClaimBatch, _reference: Reference) -> Found:
    """No line starts after the patient's death."""
    died_on = batch.patient_died_on
    return batch.lines(batch.line_starts_on > died_on[batch.line_claim])


@edit(
    "PATIENT.LIFE",
    family="demographics",
    severity=Severity.BLOCK,
    source="death follows birth and is not foretold",
    message="the day of death is before birth or still to come",
    hint="correct the day of death or of birth",
    failing=_died(AS_OF + timedelta(days=1)),
    passing=_died(AS_OF),
    needs=("as_of",),
)
def death_is_in_a_life(batch: ClaimBatch, _reference: Reference) -> Found:
    """A patient died after birth, and not later than today."""
    died_on = batch.patient_died_on
    early = died_on < batch.born_on
    return batch.claims(early | (died_on > np.datetime64(batch.as_of, "D")), "patient")


@edit(
    "PATIENT.AGE",
    family="demographics",
    severity=Severity.WARN,
    source="the oldest people on record were younger",
    message="the patient would be older than anybody was",
    hint="correct the birth date",
    failing=with_patient(birth_on=date(1899, 1, 1)),
    passing=with_patient(birth_on=date(1920, 1, 1)),
)
def ages_are_of_people(batch: ClaimBatch, _reference: Reference) -> Found:
    """No patient is older than 125 years on the first day of service."""
    years = (batch.service_starts_on - batch.born_on) / np.timedelta64(1, "D") / 365.25
    old: Flags = years > _YEARS_MAX
    return batch.claims(old, "patient")


@edit(
    "PATIENT.PREGNANT",
    family="demographics",
    severity=Severity.WARN,
    source="837P guide, PAT09 with DMG03",
    message="the patient is said to be pregnant and male",
    hint="correct the sex or the pregnancy; payers hold what the member reported",
    failing=changed(
        patient=msgspec.structs.replace(CLEAN.patient, sex=Sex.MALE, pregnant=True),
        relationship="01",
    ),
    passing=changed(patient=msgspec.structs.replace(CLEAN.patient, pregnant=True)),
)
def pregnancies_fit(batch: ClaimBatch, _reference: Reference) -> Found:
    """Pregnancy is not told of a patient whose sex the payer holds as male."""
    return batch.claims(batch.patient_is_pregnant & (batch.sex == Sex.MALE), "patient")

"""Edits of dates of service."""

from datetime import timedelta

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import ClaimKind
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import AS_OF, SERVICE_ON, with_line, with_patient
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity


@edit(
    "DATE.MISSING",
    family="dates",
    severity=Severity.BLOCK,
    source="837 guide, DTP*472",
    message="the line has no date of service",
    hint="enter the day on which it was done",
    failing=with_line(starts_on=None, ends_on=None),
)
def lines_have_dates(batch: ClaimBatch, _reference: Reference) -> Found:
    """Every line says when it was done, or its claim does; what is yet to be done need not."""
    undated = np.isnat(batch.line_starts_on) | np.isnat(batch.line_ends_on)
    asked = batch.where_claim(
        lambda claim: claim.dental is not None and claim.dental.predetermination,
        batch.of_kind(ClaimKind.DENTAL),
    )
    return batch.lines(undated & ~asked[batch.line_claim])


@edit(
    "DATE.ORDER",
    family="dates",
    severity=Severity.BLOCK,
    source="837 guide, DTP*472 (2400)",
    message="the service ends before it starts",
    hint="correct the days of the line",
    failing=with_line(ends_on=SERVICE_ON - timedelta(days=1)),
    passing=with_line(ends_on=SERVICE_ON + timedelta(days=40)),
)
def lines_end_after_they_start(batch: ClaimBatch, _reference: Reference) -> Found:
    """No line ends before it starts; it may well run over months."""
    return batch.lines(batch.line_ends_on < batch.line_starts_on)


@edit(
    "DATE.FUTURE",
    family="dates",
    severity=Severity.BLOCK,
    source="a service is billed when it is done",
    message="the date of service is still to come",
    hint="correct the day, or wait",
    failing=with_line(starts_on=AS_OF, ends_on=AS_OF + timedelta(days=1)),
    passing=with_line(starts_on=AS_OF, ends_on=AS_OF),
    needs=("as_of",),
)
def lines_are_not_in_the_future(batch: ClaimBatch, _reference: Reference) -> Found:
    """No line starts or ends after the day from which the claim is judged."""
    day = np.datetime64(batch.as_of, "D")
    return batch.lines((batch.line_starts_on > day) | (batch.line_ends_on > day))


@edit(
    "DATE.BIRTH",
    family="dates",
    severity=Severity.BLOCK,
    source="nobody is treated before birth",
    message="the service is before the patient's birth",
    hint="correct the birth date or the day of service; is it the mother's claim?",
    failing=with_patient(birth_on=SERVICE_ON + timedelta(days=1)),
    passing=with_patient(birth_on=SERVICE_ON),
)
def services_follow_birth(batch: ClaimBatch, _reference: Reference) -> Found:
    """No line starts before the patient's birth."""
    return batch.lines(batch.line_starts_on < batch.born_on[batch.line_claim])

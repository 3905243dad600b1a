"""Read what an institution tells of a stay: its dates, its codes and its values."""

from cleanclaim.claims.coded import Diagnosis
from cleanclaim.claims.from_837_segments import codes_of, read_diagnosis
from cleanclaim.claims.institutional import (
    InpatientProcedure,
    Institutional,
    Occurrence,
    OccurrenceSpan,
    ValueAmount,
)
from cleanclaim.claims.reading import Reading
from cleanclaim.x12 import Loop


def read_stay(reading: Reading, loop: Loop) -> Institutional:
    """Read everything that only institutional claims have (2300)."""
    admission = reading.one(loop, "CL1")
    starts_on, ends_on = reading.days(reading.one(loop, "DTP", "434"))
    admitted_on, hour = reading.moment(reading.one(loop, "DTP", "435"))
    admitting = _diagnoses(reading, loop, "ABJ", "BJ")
    return Institutional(
        facility_type=reading.text(reading.one(loop, "CLM"), 5, 1),
        statement_starts_on=starts_on,
        statement_ends_on=ends_on,
        admission_type=reading.text(admission, 1),
        admission_source=reading.text(admission, 2),
        discharge_status=reading.text(admission, 3),
        admitted_on=admitted_on,
        admission_hour=hour,
        discharge_hour=reading.text(reading.one(loop, "DTP", "096"), 3),
        drg=_drg(reading, loop),
        admitting_diagnosis=admitting[0] if admitting else None,
        visit_reasons=_diagnoses(reading, loop, "APR", "PR"),
        external_causes=_diagnoses(reading, loop, "ABN", "BN"),
        procedures=_procedures(reading, loop),
        occurrences=_occurrences(reading, loop),
        occurrence_spans=_spans(reading, loop),
        values=_values(reading, loop),
        treatment_codes=tuple(
            reading.taken_code(codes, element) for codes, element in codes_of(reading, loop, "TC")
        ),
        patient_due_cents=reading.optional_cents(reading.one(loop, "AMT", "F3"), 2),
    )


def _diagnoses(reading: Reading, loop: Loop, *qualifiers: str) -> tuple[Diagnosis, ...]:
    found = codes_of(reading, loop, *qualifiers)
    return tuple(read_diagnosis(reading, codes, element) for codes, element in found)


def _drg(reading: Reading, loop: Loop) -> str:
    found = next(codes_of(reading, loop, "DR"), None)
    return "" if found is None else reading.taken_code(*found)


def _procedures(reading: Reading, loop: Loop) -> tuple[InpatientProcedure, ...]:
    """Read the procedures of the stay, the principal one as it stands."""
    found = codes_of(reading, loop, "BBR", "BR", "CAH", "BBQ", "BQ")
    return tuple(
        InpatientProcedure(
            code=reading.taken_code(codes, element),
            done_on=reading.day(codes, element, 4),
            qualifier=codes.get(element, 1),
        )
        for codes, element in found
    )


def _occurrences(reading: Reading, loop: Loop) -> tuple[Occurrence, ...]:
    """Read occurrences; one whose day cannot be read was told and is left out."""
    found = []
    for codes, element in codes_of(reading, loop, "BH"):
        code, on = reading.taken_code(codes, element), reading.day(codes, element, 4)
        if on is not None:
            found.append(Occurrence(code, on))
    return tuple(found)


def _spans(reading: Reading, loop: Loop) -> tuple[OccurrenceSpan, ...]:
    """Read occurrence spans; one whose days cannot be read was told and is left out."""
    found = []
    for codes, element in codes_of(reading, loop, "BI"):
        code, (first, last) = reading.taken_code(codes, element), reading.span(codes, element, 4)
        if first is not None and last is not None:
            found.append(OccurrenceSpan(code, first, last))
    return tuple(found)


def _values(reading: Reading, loop: Loop) -> tuple[ValueAmount, ...]:
    return tuple(
        ValueAmount(reading.taken_code(codes, element), reading.number(codes, element, component=5))
        for codes, element in codes_of(reading, loop, "BE")
    )

"""Read other payers of a claim and what they did with it and its lines."""

from cleanclaim.claims.coordination import LineAdjudication, OtherPayerProvider
from cleanclaim.claims.from_837_parties import (
    PERSON,
    read_identifiers,
    read_payer,
    read_subscriber,
)
from cleanclaim.claims.from_837_segments import read_adjustments, read_procedure
from cleanclaim.claims.model import OtherCoverage, Responsibility
from cleanclaim.claims.reading import Reading
from cleanclaim.claims.segment_layouts import INPATIENT, OUTPATIENT
from cleanclaim.x12 import Loop

_PEOPLE = frozenset({"2330A", "2330B"})


def read_other_coverage(reading: Reading, loop: Loop) -> OtherCoverage:
    """Read another payer of the claim (2320, 2330A, 2330B and the numbers it gave)."""
    policy, terms = reading.one(loop, "SBR"), reading.one(loop, "OI")
    payer = loop.child("2330B")
    number = reading.one(payer, "REF", "F8")
    return OtherCoverage(
        responsibility=reading.code(policy, 1, Responsibility, Responsibility.UNKNOWN),
        relationship=reading.text(policy, 2),
        subscriber=read_subscriber(reading, loop.child("2330A")),
        payer=read_payer(reading, payer, without=(number,)),
        filing_indicator=reading.text(policy, 9),
        group_number=reading.text(policy, 3),
        group_name=reading.text(policy, 4),
        insurance_type=reading.text(policy, 5),
        adjustments=read_adjustments(reading, loop),
        paid_cents=_amount(reading, loop, "D"),
        remaining_patient_cents=_amount(reading, loop, "EAF"),
        non_covered_cents=_amount(reading, loop, "A8"),
        benefits_assigned=reading.text(terms, 3),
        release_of_information=reading.text(terms, 6),
        payer_claim_number=reading.text(number, 2),
        adjudicated_on=reading.day(reading.one(payer, "DTP", "573"), 3),
        patient_signature_source=reading.text(terms, 4),
        inpatient=INPATIENT.one(reading, loop),
        outpatient=OUTPATIENT.one(reading, loop),
        providers=tuple(
            _provider(reading, child) for child in loop.loops if child.id not in _PEOPLE
        ),
    )


def _amount(reading: Reading, loop: Loop, qualifier: str) -> int | None:
    return reading.optional_cents(reading.one(loop, "AMT", qualifier), 2)


def _provider(reading: Reading, loop: Loop) -> OtherPayerProvider:
    """Read the numbers that another payer gave to a provider of the claim."""
    name = reading.one(loop, "NM1")
    return OtherPayerProvider(
        role=reading.text(name, 1),
        is_person=reading.text(name, 2) == PERSON,
        identifiers=read_identifiers(reading, loop),
    )


def read_adjudication(reading: Reading, loop: Loop) -> LineAdjudication:
    """Read what an earlier payer did with a line (2430)."""
    paid = reading.one(loop, "SVD")
    return LineAdjudication(
        payer_identifier=reading.text(paid, 1),
        paid_cents=reading.cents(paid, 2),
        procedure=read_procedure(reading, paid, 3),
        paid_units=reading.number(paid, 5),
        adjustments=read_adjustments(reading, loop),
        adjudicated_on=reading.day(reading.one(loop, "DTP", "573"), 3),
        remaining_patient_cents=_amount(reading, loop, "EAF"),
        revenue_code=reading.text(paid, 4),
        bundled_line=reading.text(paid, 6),
    )

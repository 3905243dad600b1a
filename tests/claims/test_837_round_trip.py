from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import (
    Adjustment,
    Claim,
    ClaimDate,
    Diagnosis,
    Drug,
    Frequency,
    LineAdjudication,
    OtherCoverage,
    Procedure,
    Responsibility,
    ServiceLine,
)
from cleanclaim.claims.parties import (
    Address,
    Identifier,
    Patient,
    Payer,
    PersonName,
    Provider,
    Sex,
    Subscriber,
)
from cleanclaim.claims.to_837 import Receiver, Submitter, transaction
from cleanclaim.x12 import Loop

T = TypeVar("T")


def tuples(values: st.SearchStrategy[T], most: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(values, max_size=most).map(tuple)


WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=8)
MAYBE = st.just("") | WORDS
CENTS = st.integers(-(10**7), 10**9)
UNITS = st.decimals(Decimal("0.001"), Decimal(9999), places=3)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
NAMES = st.builds(PersonName, WORDS, MAYBE, MAYBE, MAYBE)
ADDRESSES = st.builds(Address, WORDS, WORDS, MAYBE, MAYBE, MAYBE, MAYBE)
NUMBERS = tuples(st.builds(Identifier, st.sampled_from(["0B", "1G", "G2", "LU"]), WORDS), 2)
PLACES = st.builds(
    Provider, organization=WORDS, npi=MAYBE, address=ADDRESSES, other_identifiers=NUMBERS
)
CLINICIANS = st.builds(Provider, npi=MAYBE, person=NAMES, other_identifiers=NUMBERS)
RENDERING = CLINICIANS.flatmap(
    lambda provider: MAYBE.map(lambda code: msgspec.structs.replace(provider, taxonomy=code))
)
BILLING = st.builds(
    Provider,
    npi=MAYBE,
    organization=WORDS,
    taxonomy=MAYBE,
    address=st.none() | ADDRESSES,
    tax_id=WORDS,
    tax_id_kind=st.sampled_from(["EI", "SY"]),
    contact_name=MAYBE,
    contact_phone=MAYBE,
    other_identifiers=NUMBERS,
)
PAY_TO = st.none() | ADDRESSES.map(lambda address: Provider(address=address))
PAYERS = st.builds(Payer, WORDS, WORDS, st.sampled_from(["PI", "XV"]), st.none() | ADDRESSES)
PATIENTS = st.builds(
    Patient, NAMES, st.none() | DAYS, st.none() | st.sampled_from(Sex), st.none() | ADDRESSES
)
ADJUSTMENTS = tuples(
    st.builds(Adjustment, st.sampled_from(["CO", "PR", "OA"]), WORDS, CENTS, st.none() | UNITS),
    9,
)
PROCEDURES = st.builds(Procedure, WORDS, tuples(WORDS, 4), st.sampled_from(["HC", "ER"]), MAYBE)
ADJUDICATIONS = tuples(
    st.builds(
        LineAdjudication,
        WORDS,
        CENTS,
        PROCEDURES,
        UNITS,
        ADJUSTMENTS,
        st.none() | DAYS,
        st.none() | CENTS,
    ),
    2,
)
LINES = st.builds(
    ServiceLine,
    number=st.integers(1, 50),
    procedure=PROCEDURES,
    charge_cents=CENTS,
    units=UNITS,
    starts_on=DAYS,
    ends_on=DAYS,
    diagnosis_pointers=tuples(st.integers(1, 12), 4),
    unit_basis=st.sampled_from(["UN", "MJ"]),
    place_of_service=MAYBE,
    emergency=st.booleans(),
    control_number=MAYBE,
    prior_authorization=MAYBE,
    rendering=st.none() | RENDERING,
    drug=st.none() | st.builds(Drug, WORDS, UNITS, st.sampled_from(["UN", "ML"])),
    note=MAYBE,
    adjudications=ADJUDICATIONS,
)
OTHER = st.builds(
    OtherCoverage,
    responsibility=st.sampled_from(Responsibility),
    relationship=st.sampled_from(["18", "01"]),
    subscriber=st.builds(Subscriber, NAMES, WORDS, address=st.none() | ADDRESSES),
    payer=PAYERS,
    filing_indicator=MAYBE,
    group_number=MAYBE,
    group_name=MAYBE,
    insurance_type=MAYBE,
    adjustments=ADJUSTMENTS,
    paid_cents=st.none() | CENTS,
    remaining_patient_cents=st.none() | CENTS,
    non_covered_cents=st.none() | CENTS,
    benefits_assigned=MAYBE,
    release_of_information=MAYBE,
    payer_claim_number=MAYBE,
    adjudicated_on=st.none() | DAYS,
)
CLAIM_DATES = tuples(
    st.builds(ClaimDate, st.sampled_from(["431", "439"]), DAYS, st.none() | DAYS), 3
)
DIAGNOSES = tuples(st.builds(Diagnosis, WORDS, st.sampled_from(["ABK", "ABF"])), 12)
DEPENDENTS = st.builds(
    Claim,
    patient_control_number=WORDS,
    total_charge_cents=CENTS,
    place_of_service=WORDS,
    frequency=st.sampled_from(Frequency),
    billing=BILLING,
    payer=PAYERS,
    subscriber=st.builds(Subscriber, NAMES, WORDS, address=st.none() | ADDRESSES),
    patient=PATIENTS,
    diagnoses=DIAGNOSES,
    lines=tuples(LINES, 3),
    responsibility=st.sampled_from(Responsibility),
    relationship=st.sampled_from(["01", "19"]),
    filing_indicator=MAYBE,
    group_number=MAYBE,
    group_name=MAYBE,
    insurance_type=MAYBE,
    pay_to=PAY_TO,
    rendering=st.none() | RENDERING,
    referring=st.none() | CLINICIANS,
    supervising=st.none() | CLINICIANS,
    facility=st.none() | PLACES,
    provider_signature=st.booleans(),
    accepts_assignment=MAYBE,
    benefits_assigned=MAYBE,
    release_of_information=MAYBE,
    patient_signature_source=MAYBE,
    related_causes=tuples(WORDS, 3),
    accident_state=MAYBE,
    special_program=MAYBE,
    delay_reason=MAYBE,
    prior_authorization=MAYBE,
    referral_number=MAYBE,
    payer_claim_number=MAYBE,
    clia_number=MAYBE,
    medical_record_number=MAYBE,
    identifiers=tuples(st.builds(Identifier, st.sampled_from(["D9", "P4"]), WORDS), 2),
    dates=CLAIM_DATES,
    patient_paid_cents=st.none() | CENTS,
    note=MAYBE,
    other_coverages=tuples(OTHER, 2),
)


def as_self(claim: Claim) -> Claim:
    """Make the patient the subscriber: what is said of one holds of the other."""
    patient = claim.patient
    subscriber = msgspec.structs.replace(
        claim.subscriber,
        name=patient.name,
        birth_on=patient.birth_on,
        sex=patient.sex,
        address=patient.address,
    )
    return msgspec.structs.replace(claim, subscriber=subscriber, relationship="18")


CLAIMS = DEPENDENTS | DEPENDENTS.map(as_self)


class ReadUnit(NamedTuple):
    """A claim's loop with the loops above it, as the X12 reader gives them."""

    loop: Loop
    above: tuple[Loop, ...]
    short: str = "837P"

    def ancestor(self, loop_id: str) -> Loop | None:
        return next((loop for loop in self.above if loop.id == loop_id), None)


_UNITS = {"2000A", "2000B", "2000C", "2300"}


def units_of(body: Loop, above: tuple[Loop, ...] = ()) -> Iterator[ReadUnit]:
    """Cut a written transaction into claims without going through text."""
    if body.id == "2300":
        yield ReadUnit(body, above)
        return
    header = [child for child in body.loops if child.id not in _UNITS]
    bare = Loop(body.id, body.segments, header)
    for child in body.loops:
        if child.id in _UNITS:
            yield from units_of(child, (*above, bare))


def written(claims: Sequence[Claim]) -> Loop:
    return transaction(
        claims,
        submitter=Submitter("Hillside Family Practice", "HFP1", "Desk", "2175550100"),
        receiver=Receiver("Prairie Clearing", "PRC9"),
        reference="T1",
        created_at=datetime(2026, 5, 5, 8, 30, tzinfo=UTC),
    )


@settings(max_examples=100, deadline=None)
@given(CLAIMS)
def test_what_is_written_is_read_again(claim: Claim) -> None:
    (unit,) = units_of(written([claim]))
    again, findings = read_claim(unit)
    assert again == claim
    assert findings == ()


WHO = st.sampled_from([PersonName("Larkspur", "Ines"), PersonName("Larkspur", "Tom")])
BILLERS = tuple(Provider(npi=npi, organization="Hillside", tax_id="123456789") for npi in "12")
SHORT = st.builds(
    Claim,
    patient_control_number=WORDS,
    total_charge_cents=st.just(100),
    place_of_service=st.just("11"),
    frequency=st.just(Frequency.ORIGINAL),
    billing=st.sampled_from(BILLERS),
    payer=st.just(Payer("Northern Mutual", "NMUT1")),
    subscriber=WHO.map(lambda name: Subscriber(name, "N1")),
    patient=WHO.map(Patient),
    diagnoses=st.just(()),
    lines=st.just(()),
    relationship=st.just("19"),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(SHORT | SHORT.map(as_self), max_size=6))
def test_claims_of_one_biller_stand_together(claims: list[Claim]) -> None:
    body = written(claims)
    assert len(body.children("2000A")) == len({claim.billing for claim in claims})
    assert Counter(read_claim(unit)[0] for unit in units_of(body)) == Counter(claims)

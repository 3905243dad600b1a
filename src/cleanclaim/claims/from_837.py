"""Read claims out of an 837P (005010X222A1)."""

from decimal import Decimal
from typing import Protocol

from cleanclaim.claims.from_837_parties import (
    read_identifiers,
    read_patient,
    read_payer,
    read_provider,
    read_subscriber,
)
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
from cleanclaim.claims.parties import Patient, Provider, Subscriber
from cleanclaim.claims.reading import Reading
from cleanclaim.kernel.findings import Finding
from cleanclaim.x12 import Loop, Segment

SELF = "18"
_TAX_IDS = ("EI", "SY")
_DIAGNOSES = frozenset({"ABK", "ABF", "BK", "BF"})
# The REFs of a claim that have a field of their own.
_OWN_FIELDS = {
    "F8": "payer_claim_number",
    "G1": "prior_authorization",
    "9F": "referral_number",
    "X4": "clia_number",
    "EA": "medical_record_number",
}
# Parents of the claim whose segments belong to it; ST with its BHT does not.
_PARENTS = ("2000A", "2000B", "2000C")


class ClaimUnit(Protocol):
    """What is needed of a unit of work of the X12 reader: a 2300 loop and those above it."""

    @property
    def loop(self) -> Loop:
        """The 2300 loop."""

    def ancestor(self, loop_id: str) -> Loop | None:
        """Give the loop of this id above the unit."""


def read_claim(unit: ClaimUnit) -> tuple[Claim, tuple[Finding, ...]]:
    """Read one claim and say what could not be read and what was not carried.

    What cannot be read (dates, amounts, numbers, codes) blocks and leaves a harmless value;
    what the claim has no place for is told as info. Nothing raises, nothing is lost silently.
    """
    parents = {loop_id: unit.ancestor(loop_id) for loop_id in _PARENTS}
    loop = unit.loop
    reading = Reading([*(parent for parent in parents.values() if parent is not None), loop])
    if loop.find("CLM") is None:
        reading.missing("claim", "claim (CLM)")
    claim = _claim(
        reading,
        loop,
        parents["2000A"] or Loop("2000A", [], []),
        parents["2000B"] or Loop("2000B", [], []),
        parents["2000C"],
    )
    reading.leftovers()
    return claim, tuple(reading.findings)


def _claim(
    reading: Reading, loop: Loop, biller: Loop, insured: Loop, dependent: Loop | None
) -> Claim:
    """Read the claim from its 2300, 2000A, 2000B and, for a dependent, 2000C."""
    head, policy = loop.find("CLM"), insured.find("SBR")
    subscriber = read_subscriber(reading, insured.child("2010BA"))
    relationship, patient = _patient(reading, policy, subscriber, dependent)
    accident = _causes(reading, head)
    return Claim(
        patient_control_number=reading.text(head, 1),
        total_charge_cents=reading.cents(head, 2),
        place_of_service=reading.text(head, 5, 1),
        frequency=reading.code(head, 5, Frequency, Frequency.ORIGINAL, part=3),
        billing=_billing(reading, biller),
        payer=read_payer(reading, insured.child("2010BB")),
        subscriber=subscriber,
        patient=patient,
        diagnoses=_diagnoses(reading, loop),
        lines=tuple(_line(reading, line) for line in loop.children("2400")),
        responsibility=reading.code(policy, 1, Responsibility, Responsibility.UNKNOWN),
        relationship=relationship,
        filing_indicator=reading.text(policy, 9),
        group_number=reading.text(policy, 3),
        group_name=reading.text(policy, 4),
        insurance_type=reading.text(policy, 5),
        pay_to=read_provider(reading, biller.child("2010AB")),
        rendering=read_provider(reading, loop.child("2310B")),
        referring=_referring(reading, loop),
        supervising=read_provider(reading, loop.child("2310D")),
        facility=read_provider(reading, loop.child("2310C")),
        provider_signature=reading.text(head, 6) == "Y",
        accepts_assignment=reading.text(head, 7),
        benefits_assigned=reading.text(head, 8),
        release_of_information=reading.text(head, 9),
        patient_signature_source=reading.text(head, 10),
        related_causes=accident,
        accident_state=reading.text(head, 11, 4),
        special_program=reading.text(head, 12),
        delay_reason=reading.text(head, 20),
        identifiers=read_identifiers(reading, loop, without=tuple(_OWN_FIELDS)),
        dates=_dates(reading, loop),
        patient_paid_cents=reading.optional_cents(loop.find("AMT", "F5"), 2),
        note=reading.text(_added_note(loop), 2),
        other_coverages=tuple(_other(reading, other) for other in loop.children("2320")),
        **{
            field: reading.text(loop.find("REF", qualifier), 2)
            for qualifier, field in _OWN_FIELDS.items()
        },
    )


def _billing(reading: Reading, biller: Loop) -> Provider:
    billing = read_provider(
        reading,
        biller.child("2010AA"),
        specialty=biller.find("PRV"),
        tax_qualifiers=_TAX_IDS,
    )
    if billing is None:
        reading.missing("billing provider", "billing provider (NM1*85)")
        return Provider()
    return billing


def _patient(
    reading: Reading, policy: Segment | None, subscriber: Subscriber, dependent: Loop | None
) -> tuple[str, Patient]:
    """Give the patient with the relationship to the subscriber, who may be the patient."""
    stated = reading.text(policy, 2)
    if dependent is None:
        patient = Patient(subscriber.name, subscriber.birth_on, subscriber.sex, subscriber.address)
        return stated or SELF, patient
    relation = dependent.find("PAT")
    return reading.text(relation, 1), read_patient(reading, dependent.child("2010CA"))


def _referring(reading: Reading, loop: Loop) -> Provider | None:
    """Read the referring provider (DN); the primary care provider (P3) is not carried."""
    named = (child for child in loop.children("2310A") if child.find("NM1", "DN"))
    return read_provider(reading, next(named, None))


def _causes(reading: Reading, head: Segment | None) -> tuple[str, ...]:
    """Read what the condition is related to (CLM11-1 to -3)."""
    causes = (reading.text(head, 11, part) for part in (1, 2, 3))
    return tuple(cause for cause in causes if cause)


def _diagnoses(reading: Reading, loop: Loop) -> tuple[Diagnosis, ...]:
    """Read the diagnoses in order; HI segments of other kinds are left over."""
    diagnoses = []
    for codes in loop.find_all("HI"):
        for element in range(1, len(codes.elements) + 1):
            if codes.get(element, 1) in _DIAGNOSES:
                qualifier = reading.text(codes, element, 1)
                diagnoses.append(Diagnosis(reading.text(codes, element, 2), qualifier))
    return tuple(diagnoses)


def _dates(reading: Reading, loop: Loop) -> tuple[ClaimDate, ...]:
    """Read the claim's own dates; one that cannot be read was told and is left out."""
    dates = []
    for given in loop.find_all("DTP"):
        first, last = reading.days(given)
        if first is not None and last is not None:
            ends_on = last if given.get(2) == "RD8" else None
            dates.append(ClaimDate(given.get(1), first, ends_on))
    return tuple(dates)


def _added_note(loop: Loop) -> Segment | None:
    """Find the additional note (NTE*ADD); notes of other kinds are left over."""
    return loop.find("NTE", "ADD")


def _line(reading: Reading, loop: Loop) -> ServiceLine:
    """Read one service line (2400)."""
    service = loop.find("SV1")
    if service is None:
        reading.missing("line", "professional service (SV1)")
    starts_on, ends_on = reading.days(loop.find("DTP", "472"))
    return ServiceLine(
        number=reading.count(loop.find("LX"), 1),
        procedure=_procedure(reading, service, 1),
        charge_cents=reading.cents(service, 2),
        units=reading.number(service, 4),
        starts_on=starts_on,
        ends_on=ends_on,
        diagnosis_pointers=_pointers(reading, service),
        unit_basis=reading.text(service, 3),
        place_of_service=reading.text(service, 5),
        emergency=reading.text(service, 9) == "Y",
        control_number=reading.text(loop.find("REF", "6R"), 2),
        prior_authorization=reading.text(loop.find("REF", "G1"), 2),
        rendering=read_provider(reading, loop.child("2420A")),
        drug=_drug(reading, loop.child("2410")),
        note=reading.text(_added_note(loop), 2),
        adjudications=tuple(_adjudication(reading, told) for told in loop.children("2430")),
    )


def _procedure(reading: Reading, segment: Segment | None, element: int) -> Procedure:
    """Read qualifier, code, modifiers and description (SV101, SVD03)."""
    modifiers = (reading.text(segment, element, part) for part in (3, 4, 5, 6))
    return Procedure(
        code=reading.text(segment, element, 2),
        modifiers=tuple(modifier for modifier in modifiers if modifier),
        qualifier=reading.text(segment, element, 1),
        description=reading.text(segment, element, 7),
    )


def _pointers(reading: Reading, service: Segment | None) -> tuple[int, ...]:
    if service is None:
        return ()
    parts = range(1, len(service.components(7)) + 1)
    return tuple(
        reading.count(service, 7, component=part) for part in parts if service.get(7, part)
    )


def _drug(reading: Reading, loop: Loop | None) -> Drug | None:
    """Read the drug of a line where it is named by its NDC (LIN02 N4)."""
    named = loop.find("LIN") if loop is not None else None
    if loop is None or named is None or named.get(2) != "N4":
        return None
    amount = loop.find("CTP")
    if amount is None:
        reading.missing("drug", "quantity (CTP)")
    quantity = reading.number(amount, 4) if amount is not None else Decimal(0)
    return Drug(reading.text(named, 3), quantity, reading.text(amount, 5, 1))


def _adjudication(reading: Reading, loop: Loop) -> LineAdjudication:
    """Read what an earlier payer did with a line (2430)."""
    paid = loop.find("SVD")
    return LineAdjudication(
        payer_identifier=reading.text(paid, 1),
        paid_cents=reading.cents(paid, 2),
        procedure=_procedure(reading, paid, 3),
        paid_units=reading.number(paid, 5),
        adjustments=_adjustments(reading, loop),
        adjudicated_on=reading.day(loop.find("DTP", "573"), 3),
        remaining_patient_cents=reading.optional_cents(loop.find("AMT", "EAF"), 2),
    )


def _adjustments(reading: Reading, loop: Loop) -> tuple[Adjustment, ...]:
    """Read all triples of reason, amount and quantity of all CAS segments."""
    adjustments = []
    for given in loop.find_all("CAS"):
        group = reading.text(given, 1)
        for element in range(2, len(given.elements) + 1, 3):
            if not given.get(element) and not given.get(element + 1):
                continue
            quantity = reading.number(given, element + 2) if given.get(element + 2) else None
            reason, cents = reading.text(given, element), reading.cents(given, element + 1)
            adjustments.append(Adjustment(group, reason, cents, quantity))
    return tuple(adjustments)


def _other(reading: Reading, loop: Loop) -> OtherCoverage:
    """Read another payer of the claim (2320, 2330A, 2330B)."""
    policy, terms, payer = loop.find("SBR"), loop.find("OI"), loop.child("2330B")
    decided = payer.find("DTP", "573") if payer is not None else None
    number = payer.find("REF", "F8") if payer is not None else None
    return OtherCoverage(
        responsibility=reading.code(policy, 1, Responsibility, Responsibility.UNKNOWN),
        relationship=reading.text(policy, 2),
        subscriber=read_subscriber(reading, loop.child("2330A")),
        payer=read_payer(reading, payer, without=("F8",)),
        filing_indicator=reading.text(policy, 9),
        group_number=reading.text(policy, 3),
        group_name=reading.text(policy, 4),
        insurance_type=reading.text(policy, 5),
        adjustments=_adjustments(reading, loop),
        paid_cents=reading.optional_cents(loop.find("AMT", "D"), 2),
        remaining_patient_cents=reading.optional_cents(loop.find("AMT", "EAF"), 2),
        non_covered_cents=reading.optional_cents(loop.find("AMT", "A8"), 2),
        benefits_assigned=reading.text(terms, 3),
        release_of_information=reading.text(terms, 6),
        payer_claim_number=reading.text(number, 2),
        adjudicated_on=reading.day(decided, 3),
    )

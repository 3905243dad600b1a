"""Read claims out of an 837: professional, institutional and dental."""

from typing import Any, Protocol

import msgspec

from cleanclaim.claims.coded import Diagnosis
from cleanclaim.claims.dental import Dental
from cleanclaim.claims.from_837_coverages import read_other_coverage
from cleanclaim.claims.from_837_lines import read_line
from cleanclaim.claims.from_837_parties import (
    read_identifiers,
    read_patient,
    read_payer,
    read_provider,
    read_role,
    read_subscriber,
    with_facts,
)
from cleanclaim.claims.from_837_segments import (
    codes_of,
    read_ambulance,
    read_dates,
    read_diagnosis,
    read_notes,
)
from cleanclaim.claims.from_837_stay import read_stay
from cleanclaim.claims.model import (
    OFFICE_FREQUENCIES,
    Claim,
    ClaimDate,
    ClaimKind,
    Frequency,
    Responsibility,
)
from cleanclaim.claims.parties import Patient, Provider, Subscriber
from cleanclaim.claims.reading import Reading
from cleanclaim.claims.roles import CLAIM_ROLES
from cleanclaim.claims.segment_layouts import (
    ATTACHMENT,
    CERTIFICATION,
    CONTRACT,
    ORTHODONTICS,
    REPRICING,
    SPINAL,
    TOOTH_STATUS,
)
from cleanclaim.kernel.findings import Finding
from cleanclaim.x12 import Loop, Segment

SELF = "18"
_TAX_IDS = ("EI", "SY")
_DIAGNOSES = frozenset({"ABK", "ABF", "BK", "BF", "TQ"})
# The REFs of a claim that have a field of their own.
_OWN_FIELDS = {
    "F8": "payer_claim_number",
    "G1": "prior_authorization",
    "9F": "referral_number",
    "X4": "clia_number",
    "EA": "medical_record_number",
}
# Claim dates of institutions that stand in fields of their own.
_STAY_DATES = frozenset({"434", "435", "096"})
# Parents of the claim whose segments belong to it; ST with its BHT does not.
_PARENTS = ("2000A", "2000B", "2000C")
# What the model knows as kinds of claims, by the short name of their guide.
CLAIM_GUIDES = frozenset(kind.value for kind in ClaimKind)


class ClaimUnit(Protocol):
    """What is needed of a unit of work of the X12 reader: a 2300 loop and those above it."""

    @property
    def short(self) -> str:
        """The short name of the guide: 837P, 837I or 837D."""

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
    biller = parents["2000A"] or Loop("2000A", [], [])
    insured = parents["2000B"] or Loop("2000B", [], [])
    above = [each for each in (biller, insured, parents["2000C"]) if each is not None]
    reading = Reading([*above, loop])
    if reading.one(loop, "CLM") is None:
        reading.missing("claim", "claim (CLM)")
    kind = ClaimKind(unit.short) if unit.short in CLAIM_GUIDES else ClaimKind.PROFESSIONAL
    claim = _claim(reading, loop, kind, biller, insured)
    claim = _with_patient(reading, claim, insured, parents["2000C"])
    claim = msgspec.structs.replace(claim, **_particulars(reading, loop, biller, kind))
    reading.leftovers()
    return claim, tuple(reading.findings)


def _claim(reading: Reading, loop: Loop, kind: ClaimKind, biller: Loop, insured: Loop) -> Claim:
    """Read what every claim tells, from its 2300, 2000A and 2000B."""
    head, policy = reading.one(loop, "CLM"), reading.one(insured, "SBR")
    hospital = kind is ClaimKind.INSTITUTIONAL
    subscriber = read_subscriber(reading, insured.child("2010BA"))
    return Claim(
        patient_control_number=reading.text(head, 1),
        total_charge_cents=reading.cents(head, 2),
        place_of_service="" if hospital else reading.text(head, 5, 1),
        frequency=reading.code(
            head, 5, Frequency if hospital else OFFICE_FREQUENCIES, Frequency.ORIGINAL, part=3
        ),
        billing=_billing(reading, biller),
        payer=read_payer(reading, insured.child("2010BB")),
        subscriber=subscriber,
        patient=Patient(subscriber.name),
        diagnoses=_diagnoses(reading, loop),
        lines=tuple(read_line(reading, line, kind) for line in loop.children("2400")),
        responsibility=reading.code(policy, 1, Responsibility, Responsibility.UNKNOWN),
        filing_indicator=reading.text(policy, 9),
        group_number=reading.text(policy, 3),
        group_name=reading.text(policy, 4),
        insurance_type=reading.text(policy, 5),
        pay_to=read_provider(reading, biller.child("2010AB")),
        provider_signature=hospital or reading.text(head, 6) == "Y",
        accepts_assignment=reading.text(head, 7),
        benefits_assigned=reading.text(head, 8),
        release_of_information=reading.text(head, 9),
        patient_signature_source=reading.text(head, 10),
        related_causes=_causes(reading, head),
        accident_state=reading.text(head, 11, 4),
        special_program=reading.text(head, 12),
        delay_reason=reading.text(head, 20),
        dates=_dates(reading, loop, kind),
        patient_paid_cents=reading.optional_cents(reading.one(loop, "AMT", "F5"), 2),
        other_coverages=tuple(
            read_other_coverage(reading, other) for other in loop.children("2320")
        ),
        **_numbers(reading, loop),
    )


def _numbers(reading: Reading, loop: Loop) -> dict[str, Any]:
    """Read the numbers of the claim (REF), those with a field of their own into it."""
    own = {field: reading.one(loop, "REF", code) for code, field in _OWN_FIELDS.items()}
    found: dict[str, Any] = {field: reading.text(each, 2) for field, each in own.items()}
    found["identifiers"] = read_identifiers(reading, loop, without=tuple(own.values()))
    return found


def read_biller(biller: Loop) -> tuple[Provider, Provider | None]:
    """Read who bills and whom to pay instead, as ``read_claim`` does, out of a 2000A."""
    reading = Reading([biller])
    return _billing(reading, biller), read_provider(reading, biller.child("2010AB"))


def _billing(reading: Reading, biller: Loop) -> Provider:
    billing = read_provider(
        reading,
        biller.child("2010AA"),
        specialty=reading.one(biller, "PRV"),
        tax_qualifiers=_TAX_IDS,
    )
    if billing is None:
        reading.missing("billing provider", "billing provider (NM1*85)")
        return Provider()
    return billing


def _with_patient(reading: Reading, claim: Claim, insured: Loop, dependent: Loop | None) -> Claim:
    """Add the patient with the relationship to the subscriber, who may be the patient."""
    stated = reading.text(reading.one(insured, "SBR"), 2)
    if dependent is None:
        patient = _as_patient(claim.subscriber)
        patient = with_facts(reading, patient, reading.one(insured, "PAT"))
        return msgspec.structs.replace(claim, relationship=stated or SELF, patient=patient)
    relation = reading.one(dependent, "PAT")
    patient = read_patient(reading, dependent.child("2010CA"), relation)
    return msgspec.structs.replace(claim, relationship=reading.text(relation, 1), patient=patient)


def _as_patient(subscriber: Subscriber) -> Patient:
    return Patient(subscriber.name, subscriber.birth_on, subscriber.sex, subscriber.address)


def _causes(reading: Reading, head: Segment | None) -> tuple[str, ...]:
    """Read what the condition is related to (CLM11-1 to -3)."""
    causes = (reading.text(head, 11, part) for part in (1, 2, 3))
    return tuple(cause for cause in causes if cause)


def _diagnoses(reading: Reading, loop: Loop) -> tuple[Diagnosis, ...]:
    """Read the diagnoses in order; HI segments of other kinds are read elsewhere."""
    return tuple(
        read_diagnosis(reading, codes, element)
        for codes, element in codes_of(reading, loop, *_DIAGNOSES)
    )


def _dates(reading: Reading, loop: Loop, kind: ClaimKind) -> tuple[ClaimDate, ...]:
    """Read the claim's own dates; one that cannot be read was told and is left out."""
    without = _STAY_DATES if kind is ClaimKind.INSTITUTIONAL else frozenset()
    return read_dates(
        reading, [each for each in reading.all(loop, "DTP") if each.get(1) not in without]
    )


def _particulars(reading: Reading, loop: Loop, biller: Loop, kind: ClaimKind) -> dict[str, Any]:
    """Read what only some claims tell, by the fields of the claim."""
    head = reading.one(loop, "CLM")
    note, notes = read_notes(reading, loop)
    plan = biller.child("2010AC")
    return {
        **{role.field: read_role(reading, loop, role) for role in CLAIM_ROLES[kind]},
        "institutional": read_stay(reading, loop) if kind is ClaimKind.INSTITUTIONAL else None,
        "dental": _dental(reading, loop) if kind is ClaimKind.DENTAL else None,
        "pay_to_plan": None if plan is None else read_payer(reading, plan),
        "currency": reading.text(reading.one(biller, "CUR"), 2),
        "accident_country": reading.text(head, 11, 5),
        "condition_codes": _codes(reading, loop, "BG"),
        "anesthesia_procedures": _codes(reading, loop, "BP", "BO"),
        # The loops of its two ends hold other providers in the other guides.
        "ambulance": read_ambulance(reading, loop) if kind is ClaimKind.PROFESSIONAL else None,
        "spinal": SPINAL.one(reading, loop),
        "certifications": CERTIFICATION.all(reading, loop),
        "attachments": ATTACHMENT.all(reading, loop),
        "contract": CONTRACT.one(reading, loop),
        "fixed_format": tuple(reading.text(each, 1) for each in reading.all(loop, "K3")),
        "note": note,
        "notes": notes,
        "repricing": REPRICING.one(reading, loop),
    }


def _codes(reading: Reading, loop: Loop, *qualifiers: str) -> tuple[str, ...]:
    """Read codes of a kind (HI) that are told without anything else."""
    found = codes_of(reading, loop, *qualifiers)
    return tuple(reading.taken_code(codes, element) for codes, element in found)


def _dental(reading: Reading, loop: Loop) -> Dental:
    """Read what a dental claim tells as a whole (CLM19, DN1, DN2)."""
    return Dental(
        predetermination=reading.text(reading.one(loop, "CLM"), 19) == "PB",
        orthodontics=ORTHODONTICS.one(reading, loop),
        teeth=TOOTH_STATUS.all(reading, loop),
    )

"""Build claims from plain values: a first claim from charges, later ones from earlier ones."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.claims.coordination import OutpatientAdjudication
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
from cleanclaim.claims.parties import Patient, Payer, Provider, Subscriber
from cleanclaim.codes.icd10cm import undotted
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Finding, Severity

DIAGNOSES_MAX = 12  # 837P, HI of the claim
POINTERS_MAX = 4  # 837P, SV107
LINES_MAX = 50  # 837P, repeats of 2400
REMARKS_MAX = 5  # 837, MOA03 to MOA07


class Charge(msgspec.Struct, frozen=True, omit_defaults=True):
    """One service as the practice charged it.

    ``charge_cents`` is the charge of the whole line, not of a unit. ``diagnosis_codes`` are
    ICD-10-CM with or without the dot, the one that mattered most first. ``ends_on`` None is
    the day of ``starts_on``; an empty ``place_of_service`` is the encounter's.
    """

    procedure: str
    charge_cents: int
    starts_on: date
    diagnosis_codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    unit_basis: str = "UN"
    ends_on: date | None = None
    place_of_service: str = ""
    description: str = ""
    emergency: bool = False
    control_number: str = ""
    prior_authorization: str = ""
    rendering: Provider | None = None
    drug: Drug | None = None
    note: str = ""


class Encounter(msgspec.Struct, frozen=True, omit_defaults=True):
    """What all charges of one claim share.

    ``diagnosis_codes`` come first on the claim, in this order; codes that only a charge names
    follow.
    """

    patient_control_number: str
    place_of_service: str
    billing: Provider
    rendering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    facility: Provider | None = None
    pay_to: Provider | None = None
    diagnosis_codes: tuple[str, ...] = ()
    prior_authorization: str = ""
    referral_number: str = ""
    related_causes: tuple[str, ...] = ()
    accident_state: str = ""
    dates: tuple[ClaimDate, ...] = ()
    clia_number: str = ""
    medical_record_number: str = ""
    patient_paid_cents: int | None = None
    note: str = ""


class Coverage(msgspec.Struct, frozen=True, omit_defaults=True):
    """The policy that is billed, and the patient's place in it."""

    payer: Payer
    subscriber: Subscriber
    relationship: str = "18"
    responsibility: Responsibility = Responsibility.PRIMARY
    filing_indicator: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    accepts_assignment: str = "A"
    benefits_assigned: str = "Y"
    release_of_information: str = "Y"


class AdjudicatedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a payer did with the line of this number; ``procedure`` None is as billed."""

    number: int
    paid_cents: int
    adjustments: tuple[Adjustment, ...] = ()
    paid_units: Decimal | None = None
    procedure: Procedure | None = None
    adjudicated_on: date | None = None
    remaining_patient_cents: int | None = None


class ClaimAdjudication(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a payer did with a claim, as the next payer must be told.

    ``adjustments`` are those of the claim as a whole; those of lines stand in ``lines``;
    ``remarks`` are the remark codes of the claim (MOA03 to MOA07).
    """

    paid_cents: int
    adjudicated_on: date
    lines: tuple[AdjudicatedLine, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    payer_claim_number: str = ""
    remaining_patient_cents: int | None = None
    non_covered_cents: int | None = None
    remarks: tuple[str, ...] = ()


class UnknownLineError(CleanclaimError):
    """An adjudication names a line that the claim does not have."""

    code = "claim.unknown_line"

    def __init__(self, number: int) -> None:
        super().__init__(f"the claim has no line {number}")


class AmendmentError(CleanclaimError):
    """An amended claim must be a correction, a replacement or a void."""

    code = "claim.amendment"

    def __init__(self) -> None:
        super().__init__("an amended claim cannot have the frequency of an original")


def assemble(
    encounter: Encounter, patient: Patient, coverage: Coverage, charges: Sequence[Charge]
) -> tuple[Claim, tuple[Finding, ...]]:
    """Build the claim that bills these charges to this coverage.

    Diagnoses are collected once each, in order: the encounter's, then each charge's. Beyond
    12 diagnoses, 4 pointers of a line or 50 lines (the 837P's limits) something cannot be
    told; findings say what, and only the 50 lines block.
    """
    codes = collect_diagnoses(encounter, charges)
    places = {code: place for place, code in enumerate(codes[:DIAGNOSES_MAX], start=1)}
    lines = tuple(
        _line(number, charge, places, encounter) for number, charge in enumerate(charges, start=1)
    )
    claim = Claim(
        patient_control_number=encounter.patient_control_number,
        total_charge_cents=sum(charge.charge_cents for charge in charges),
        place_of_service=encounter.place_of_service,
        frequency=Frequency.ORIGINAL,
        billing=encounter.billing,
        patient=patient,
        diagnoses=_diagnoses(tuple(places)),
        lines=lines,
        payer=coverage.payer,
        subscriber=coverage.subscriber,
    )
    shared = _carried(encounter, _FROM_ENCOUNTER) | _carried(coverage, Coverage.__struct_fields__)
    claim = msgspec.structs.replace(claim, **shared)
    return claim, tuple(_limits_passed(codes, charges))


# Everything of the encounter that the claim takes as it is.
_FROM_ENCOUNTER = tuple(
    name
    for name in Encounter.__struct_fields__
    if name not in {"patient_control_number", "place_of_service", "billing", "diagnosis_codes"}
)


def _carried(value: msgspec.Struct, names: tuple[str, ...]) -> dict[str, object]:
    """Give the named fields, which have the same names on the claim."""
    return {name: getattr(value, name) for name in names}


def collect_diagnoses(encounter: Encounter, charges: Sequence[Charge]) -> tuple[str, ...]:
    """Give every diagnosis code once, without dots, the encounter's before the charges'."""
    every = [*encounter.diagnosis_codes, *(c for charge in charges for c in charge.diagnosis_codes)]
    return tuple(dict.fromkeys(undotted(code) for code in every))


def _diagnoses(codes: tuple[str, ...]) -> tuple[Diagnosis, ...]:
    """Mark the first as principal (ABK), the others as further (ABF)."""
    return tuple(
        Diagnosis(code, "ABK" if place == 0 else "ABF") for place, code in enumerate(codes)
    )


def _pointers(charge: Charge, places: Mapping[str, int]) -> tuple[int, ...]:
    """Give where the charge's diagnoses stand on the claim, counted from 1, at most four."""
    codes = dict.fromkeys(undotted(code) for code in charge.diagnosis_codes)
    return tuple(places[code] for code in codes if code in places)[:POINTERS_MAX]


def _line(
    number: int, charge: Charge, places: Mapping[str, int], encounter: Encounter
) -> ServiceLine:
    """Build one line; a place of service is told only where it differs from the claim's."""
    elsewhere = charge.place_of_service not in {"", encounter.place_of_service}
    return ServiceLine(
        number=number,
        procedure=Procedure(charge.procedure, charge.modifiers, description=charge.description),
        charge_cents=charge.charge_cents,
        units=charge.units,
        starts_on=charge.starts_on,
        ends_on=charge.ends_on or charge.starts_on,
        diagnosis_pointers=_pointers(charge, places),
        unit_basis=charge.unit_basis,
        place_of_service=charge.place_of_service if elsewhere else "",
        emergency=charge.emergency,
        control_number=charge.control_number or str(number),
        prior_authorization=charge.prior_authorization,
        rendering=charge.rendering if charge.rendering != encounter.rendering else None,
        drug=charge.drug,
        note=charge.note,
    )


def _limits_passed(codes: tuple[str, ...], charges: Sequence[Charge]) -> list[Finding]:
    """Say what the claim cannot carry."""
    findings = []
    if len(codes) > DIAGNOSES_MAX:
        findings.append(
            Finding(
                "ASSEMBLE.DIAGNOSES",
                Severity.WARN,
                f"diagnosis {DIAGNOSES_MAX + 1}",
                f"{len(codes)} diagnoses; the claim carries the first {DIAGNOSES_MAX}",
                "put the diagnoses that support the services first, or split the claim",
                "837P, HI (2300)",
            )
        )
    if len(charges) > LINES_MAX:
        findings.append(
            Finding(
                "ASSEMBLE.LINES",
                Severity.BLOCK,
                f"line {LINES_MAX + 1}",
                f"{len(charges)} lines; a claim can have {LINES_MAX}",
                "split the charges over two claims",
                "837P, 2400",
            )
        )
    findings += [
        _too_many_pointers(number, charge)
        for number, charge in enumerate(charges, start=1)
        if len(set(map(undotted, charge.diagnosis_codes))) > POINTERS_MAX
    ]
    return findings


def _too_many_pointers(number: int, charge: Charge) -> Finding:
    """Say that a line names more diagnoses than it can point to."""
    return Finding(
        "ASSEMBLE.POINTERS",
        Severity.WARN,
        f"line {number}",
        f"{len(charge.diagnosis_codes)} diagnoses; the line points to the first {POINTERS_MAX}",
        "name the diagnoses that support the service first",
        "837P, SV107 (2400)",
    )


def assemble_secondary(claim: Claim, adjudication: ClaimAdjudication, coverage: Coverage) -> Claim:
    """Build the claim to the next payer after an earlier payer decided.

    What the earlier payer did becomes an other coverage and line adjudications. Numbers that
    the earlier payer gave (its claim number, authorizations, referrals) do not go along.
    UnknownLineError where the adjudication names a line that the claim does not have.
    """
    results = {line.number: line for line in adjudication.lines}
    for number in results.keys() - {line.number for line in claim.lines}:
        raise UnknownLineError(number)
    kept = tuple(
        other
        for other in claim.other_coverages
        if other.responsibility is not coverage.responsibility
    )
    return msgspec.structs.replace(
        claim,
        frequency=Frequency.ORIGINAL,
        payer_claim_number="",
        prior_authorization="",
        referral_number="",
        lines=tuple(_adjudicated(line, results, claim.payer, adjudication) for line in claim.lines),
        other_coverages=(*kept, _as_other_coverage(claim, adjudication)),
        **_carried(coverage, Coverage.__struct_fields__),
    )


def _adjudicated(
    line: ServiceLine,
    results: Mapping[int, AdjudicatedLine],
    payer: Payer,
    adjudication: ClaimAdjudication,
) -> ServiceLine:
    """Add to a line what the payer did with it, if it said so."""
    result = results.get(line.number)
    told: tuple[LineAdjudication, ...] = ()
    if result is not None:
        told = (
            LineAdjudication(
                payer_identifier=payer.identifier,
                paid_cents=result.paid_cents,
                procedure=result.procedure
                or msgspec.structs.replace(line.procedure, description=""),
                paid_units=line.units if result.paid_units is None else result.paid_units,
                adjustments=result.adjustments,
                adjudicated_on=result.adjudicated_on or adjudication.adjudicated_on,
                remaining_patient_cents=result.remaining_patient_cents,
            ),
        )
    return msgspec.structs.replace(
        line, prior_authorization="", adjudications=(*line.adjudications, *told)
    )


def _as_other_coverage(claim: Claim, adjudication: ClaimAdjudication) -> OtherCoverage:
    """Turn the payer that decided into another payer of the next claim.

    The date of decision is told once: with the lines where there are any, else here.
    """
    return OtherCoverage(
        responsibility=claim.responsibility,
        relationship=claim.relationship,
        subscriber=msgspec.structs.replace(claim.subscriber, birth_on=None, sex=None),
        payer=claim.payer,
        filing_indicator=claim.filing_indicator,
        group_number=claim.group_number,
        group_name=claim.group_name,
        insurance_type=claim.insurance_type,
        adjustments=adjudication.adjustments,
        paid_cents=adjudication.paid_cents,
        remaining_patient_cents=adjudication.remaining_patient_cents,
        non_covered_cents=adjudication.non_covered_cents,
        benefits_assigned=claim.benefits_assigned,
        release_of_information=claim.release_of_information,
        payer_claim_number=adjudication.payer_claim_number,
        outpatient=(
            OutpatientAdjudication(remarks=adjudication.remarks[:REMARKS_MAX])
            if adjudication.remarks
            else None
        ),
        adjudicated_on=None if adjudication.lines else adjudication.adjudicated_on,
    )


def amend(
    claim: Claim,
    *,
    payer_claim_number: str,
    frequency: Frequency = Frequency.REPLACEMENT,
    diagnoses: tuple[Diagnosis, ...] | None = None,
    lines: tuple[ServiceLine, ...] | None = None,
) -> Claim:
    """Build the version that corrects, replaces or voids a claim the payer has.

    The total follows the lines. Other changes are made on the answer with
    ``msgspec.structs.replace``. AmendmentError for the frequency of an original.
    """
    if frequency is Frequency.ORIGINAL:
        raise AmendmentError
    lines = claim.lines if lines is None else lines
    return msgspec.structs.replace(
        claim,
        frequency=frequency,
        payer_claim_number=payer_claim_number,
        diagnoses=claim.diagnoses if diagnoses is None else diagnoses,
        lines=lines,
        total_charge_cents=sum(line.charge_cents for line in lines),
    )

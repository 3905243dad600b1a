"""Write one claim with everything it tells (2300)."""

from collections.abc import Iterable, Iterator, Sequence

from cleanclaim.claims.coded import Diagnosis
from cleanclaim.claims.institutional import Institutional
from cleanclaim.claims.model import Claim
from cleanclaim.claims.roles import CLAIM_ROLES
from cleanclaim.claims.segment_layouts import (
    ATTACHMENT,
    CERTIFICATION,
    CONTRACT,
    NOTE,
    ORTHODONTICS,
    REPRICING,
    SPINAL,
    TOOTH_STATUS,
)
from cleanclaim.claims.texts import (
    amount_segment,
    date_segment,
    day_text,
    format_number,
    number_segment,
)
from cleanclaim.claims.to_837_coverages import other_loop
from cleanclaim.claims.to_837_lines import line_loop
from cleanclaim.claims.to_837_parties import identifier_segments
from cleanclaim.claims.to_837_providers import role_loops, transport_loops, transport_segment
from cleanclaim.kernel.money import format_decimal
from cleanclaim.x12 import Loop, Segment, loop, segment

_CODES_PER_SEGMENT = 12  # HI holds twelve codes
_PRINCIPAL = frozenset({"ABK", "BK"})
_PRINCIPAL_PROCEDURES = frozenset({"BBR", "BR", "CAH"})

Code = tuple[str, ...]


def claim_loop(claim: Claim) -> Loop:
    """Write one claim with its lines (2300)."""
    kind = claim.kind
    return loop(
        "2300",
        _head(claim),
        *_dates(claim),
        _admission(claim.institutional),
        *_dental(claim),
        *map(ATTACHMENT.write, claim.attachments),
        CONTRACT.write(claim.contract),
        *_amounts(claim),
        *_numbers(claim),
        *(segment("K3", each) for each in claim.fixed_format),
        *map(NOTE.write, claim.notes),
        segment("NTE", "ADD", claim.note) if claim.note else None,
        transport_segment(claim.ambulance),
        SPINAL.write(claim.spinal),
        *map(CERTIFICATION.write, claim.certifications),
        *_codes(claim),
        REPRICING.write(claim.repricing),
        *role_loops(claim, CLAIM_ROLES[kind]),
        *transport_loops("2300", claim.ambulance),
        *(other_loop(other, kind) for other in claim.other_coverages),
        *(line_loop(line, kind) for line in claim.lines),
    )


def _head(claim: Claim) -> Segment:
    """Write the claim's own segment (CLM)."""
    causes = (*claim.related_causes, "", "", "")[:3]
    hospital, dental = claim.institutional, claim.dental
    place = (claim.place_of_service, "B") if hospital is None else (hospital.facility_type, "A")
    signed = "Y" if claim.provider_signature else "N"
    return segment(
        "CLM",
        claim.patient_control_number,
        format_decimal(claim.total_charge_cents),
        "",
        "",
        (*place, claim.frequency.value),
        signed if hospital is None else "",
        claim.accepts_assignment,
        claim.benefits_assigned,
        claim.release_of_information,
        claim.patient_signature_source,
        (*causes, claim.accident_state, claim.accident_country),
        claim.special_program,
        *[""] * 6,
        "PB" if dental is not None and dental.predetermination else "",
        claim.delay_reason,
    )


def _dates(claim: Claim) -> Iterator[Segment]:
    """Write the claim's dates (DTP), the stay's own first."""
    stay = claim.institutional
    if stay is not None:
        if stay.discharge_hour:
            yield segment("DTP", "096", "TM", stay.discharge_hour)
        if stay.statement_starts_on is not None:
            ends_on = stay.statement_ends_on or stay.statement_starts_on
            yield date_segment("434", stay.statement_starts_on, ends_on)
        if stay.admitted_on is not None and stay.admission_hour:
            moment = f"{day_text(stay.admitted_on)}{stay.admission_hour}"
            yield segment("DTP", "435", "DT", moment)
        elif stay.admitted_on is not None:
            yield date_segment("435", stay.admitted_on)
    for told in claim.dates:
        yield date_segment(told.qualifier, told.starts_on, told.ends_on)


def _admission(stay: Institutional | None) -> Segment | None:
    """Write type and source of the admission and the status at discharge (CL1)."""
    if stay is None or not (stay.admission_type or stay.admission_source or stay.discharge_status):
        return None
    return segment("CL1", stay.admission_type, stay.admission_source, stay.discharge_status)


def _dental(claim: Claim) -> Iterator[Segment | None]:
    """Write orthodontics and the status of teeth (DN1, DN2)."""
    if claim.dental is not None:
        yield ORTHODONTICS.write(claim.dental.orthodontics)
        yield from map(TOOTH_STATUS.write, claim.dental.teeth)


def _amounts(claim: Claim) -> Iterator[Segment | None]:
    yield amount_segment("F5", claim.patient_paid_cents)
    if claim.institutional is not None:
        yield amount_segment("F3", claim.institutional.patient_due_cents)


def _numbers(claim: Claim) -> list[Segment | None]:
    """Write the numbers of the claim (REF)."""
    return [
        number_segment("9F", claim.referral_number),
        number_segment("G1", claim.prior_authorization),
        number_segment("F8", claim.payer_claim_number),
        number_segment("X4", claim.clia_number),
        number_segment("EA", claim.medical_record_number),
        *identifier_segments(claim.identifiers),
    ]


def _codes(claim: Claim) -> Iterator[Segment]:
    """Write all health care codes (HI), each kind in segments of its own."""
    if claim.institutional is not None:
        yield from _stay_codes(claim.diagnoses, claim.institutional)
    else:
        yield from _runs(map(_diagnosis, claim.diagnoses), len(claim.diagnoses) or 1)
    surgery = zip(("BP", "BO"), claim.anesthesia_procedures, strict=False)
    yield from _runs(surgery)
    yield from _runs(("BG", code) for code in claim.condition_codes)


def _stay_codes(diagnoses: Sequence[Diagnosis], stay: Institutional) -> Iterator[Segment]:
    """Write the codes of an institution's claim but for its conditions."""
    yield from _apart(map(_diagnosis, diagnoses), _PRINCIPAL)
    if stay.admitting_diagnosis is not None:
        yield from _runs([_diagnosis(stay.admitting_diagnosis)])
    yield from _runs(map(_diagnosis, stay.visit_reasons))
    yield from _runs(map(_diagnosis, stay.external_causes))
    yield from _runs([("DR", stay.drg)] if stay.drg else ())
    procedures = (
        (each.qualifier, each.code, *(("D8", day_text(each.done_on)) if each.done_on else ()))
        for each in stay.procedures
    )
    yield from _apart(procedures, _PRINCIPAL_PROCEDURES)
    yield from _runs(
        ("BI", each.code, "RD8", f"{day_text(each.starts_on)}-{day_text(each.ends_on)}")
        for each in stay.occurrence_spans
    )
    yield from _runs(("BH", each.code, "D8", day_text(each.on)) for each in stay.occurrences)
    yield from _runs(("BE", each.code, "", "", format_number(each.amount)) for each in stay.values)
    yield from _runs(("TC", code) for code in stay.treatment_codes)


def _diagnosis(told: Diagnosis) -> Code:
    """Write one diagnosis (C022), with its component 9 where it is told."""
    if not told.present_on_admission:
        return told.qualifier, told.code
    return (told.qualifier, told.code, *[""] * 6, told.present_on_admission)


def _apart(codes: Iterable[Code], principal: frozenset[str]) -> Iterator[Segment]:
    """Write a principal code in a segment of its own, and the others after it."""
    listed = list(codes)
    alone = bool(listed) and listed[0][0] in principal
    yield from _runs(listed[:alone])
    yield from _runs(listed[alone:])


def _runs(codes: Iterable[Code], size: int = _CODES_PER_SEGMENT) -> Iterator[Segment]:
    """Write codes as HI, so many in a segment."""
    listed = list(codes)
    for start in range(0, len(listed), size):
        yield segment("HI", *listed[start : start + size])

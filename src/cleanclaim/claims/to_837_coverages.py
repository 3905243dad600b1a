"""Write other payers of a claim and what they did with it and its lines."""

from collections.abc import Iterator
from itertools import groupby

from cleanclaim.claims.coded import Procedure
from cleanclaim.claims.coordination import Adjustment, LineAdjudication
from cleanclaim.claims.model import ClaimKind, OtherCoverage
from cleanclaim.claims.roles import OTHER_PAYER_ROLES
from cleanclaim.claims.segment_layouts import INPATIENT, OUTPATIENT
from cleanclaim.claims.texts import (
    amount_segment,
    decided_segment,
    format_number,
    number_segment,
)
from cleanclaim.claims.to_837_parties import identifier_segments, payer_loop, subscriber_loop
from cleanclaim.kernel.money import format_decimal
from cleanclaim.x12 import Loop, Segment, loop, segment

_TRIPLES_PER_SEGMENT = 6  # CAS holds six triples


def other_loop(other: OtherCoverage, kind: ClaimKind) -> Loop:
    """Write another payer and what it did with the claim (2320)."""
    policy = (other.group_number, other.group_name, other.insurance_type, "", "", "")
    payer = payer_loop("2330B", other.payer, decided_segment(other.adjudicated_on))
    number = number_segment("F8", other.payer_claim_number)
    if number is not None:
        payer.segments.append(number)
    return loop(
        "2320",
        segment("SBR", other.responsibility, other.relationship, *policy, other.filing_indicator),
        *adjustment_segments(other.adjustments),
        amount_segment("D", other.paid_cents),
        amount_segment("A8", other.non_covered_cents),
        amount_segment("EAF", other.remaining_patient_cents),
        segment(
            "OI",
            "",
            "",
            other.benefits_assigned,
            other.patient_signature_source,
            "",
            other.release_of_information,
        ),
        INPATIENT.write(other.inpatient),
        OUTPATIENT.write(other.outpatient),
        subscriber_loop("2330A", other.subscriber),
        payer,
        *_providers(other, kind),
    )


def _providers(other: OtherCoverage, kind: ClaimKind) -> Iterator[Loop]:
    """Write the numbers that the payer gave to providers, in the order of the guide's loops."""
    loops = OTHER_PAYER_ROLES[kind]
    # A role that the guide does not know goes last, where the writer's own check finds it.
    for each in sorted(other.providers, key=lambda each: loops.get(each.role, "2330Z")):
        name = segment("NM1", each.role, "1" if each.is_person else "2")
        numbers = identifier_segments(each.identifiers)
        yield loop(loops.get(each.role, "2330Z"), name, *numbers)


def adjudication_loop(told: LineAdjudication) -> Loop:
    """Write what an earlier payer did with a line (2430)."""
    return loop(
        "2430",
        segment(
            "SVD",
            told.payer_identifier,
            format_decimal(told.paid_cents),
            procedure_parts(told.procedure),
            told.revenue_code,
            format_number(told.paid_units),
            told.bundled_line,
        ),
        *adjustment_segments(told.adjustments),
        decided_segment(told.adjudicated_on),
        amount_segment("EAF", told.remaining_patient_cents),
    )


def adjustment_segments(adjustments: tuple[Adjustment, ...]) -> list[Segment]:
    """Write adjustments as CAS: neighbours of one group share segments of six triples."""
    written = []
    for group, members in groupby(adjustments, lambda adjustment: adjustment.group):
        triples = [_triple(adjustment) for adjustment in members]
        for start in range(0, len(triples), _TRIPLES_PER_SEGMENT):
            flat = [
                text for triple in triples[start : start + _TRIPLES_PER_SEGMENT] for text in triple
            ]
            written.append(segment("CAS", group, *flat))
    return written


def _triple(adjustment: Adjustment) -> tuple[str, str, str]:
    quantity = "" if adjustment.quantity is None else format_number(adjustment.quantity)
    return adjustment.reason, format_decimal(adjustment.cents), quantity


def procedure_parts(procedure: Procedure) -> tuple[str, ...]:
    """Give qualifier, code, four modifiers and the description as one composite (C003)."""
    modifiers = (*procedure.modifiers, "", "", "", "")[:4]
    return procedure.qualifier, procedure.code, *modifiers, procedure.description

"""Write claims as the body of an 837P transaction (005010X222A1)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TypeVar

import msgspec

from cleanclaim.claims.model import (
    Adjustment,
    Claim,
    ClaimDate,
    Drug,
    LineAdjudication,
    OtherCoverage,
    Procedure,
    ServiceLine,
)
from cleanclaim.claims.parties import Patient, Payer, Provider, Subscriber
from cleanclaim.claims.to_837_parties import (
    billing_loop,
    identifier_segments,
    name_segment,
    patient_loop,
    pay_to_loop,
    payer_loop,
    provider_loop,
    subscriber_loop,
)
from cleanclaim.kernel.money import format_decimal
from cleanclaim.x12 import Loop, Segment, loop, segment

GUIDE = "005010X222A1"
SELF = "18"
Key = TypeVar("Key")
_TRIPLES_PER_SEGMENT = 6  # CAS holds six triples


class Submitter(msgspec.Struct, frozen=True):
    """Who sends the file (1000A): the electronic address the receiver gave, and a contact."""

    name: str
    identifier: str
    contact_name: str
    contact_phone: str


class Receiver(msgspec.Struct, frozen=True):
    """Who receives the file (1000B): a payer or a clearinghouse."""

    name: str
    identifier: str


class _Policy(msgspec.Struct, frozen=True):
    """What claims under one subscriber loop have in common; ``patient`` where it is them."""

    payer: Payer
    subscriber: Subscriber
    responsibility: str
    group_number: str
    group_name: str
    insurance_type: str
    filing_indicator: str
    patient: Patient | None


def transaction(
    claims: Sequence[Claim],
    *,
    submitter: Submitter,
    receiver: Receiver,
    reference: str,
    created_at: datetime,
) -> Loop:
    """Write the claims under their billing providers and subscribers, as one transaction.

    ``reference`` is the submitter's number of the transaction (BHT03). Claims of one billing
    provider, and of one subscriber, stand together, in the order in which the first of them
    came. Control numbers, counts and hierarchy numbers are the X12 writer's.
    """
    return loop(
        "ST",
        segment("ST", "837", "", GUIDE),
        segment(
            "BHT", "0019", "00", reference, f"{created_at:%Y%m%d}", f"{created_at:%H%M%S}", "CH"
        ),
        loop(
            "1000A",
            name_segment("41", submitter.name, "46", submitter.identifier),
            segment("PER", "IC", submitter.contact_name, "TE", submitter.contact_phone),
        ),
        loop("1000B", name_segment("40", receiver.name, "46", receiver.identifier)),
        *(
            _biller(billing, pay_to, own)
            for (billing, pay_to), own in _grouped(claims, lambda c: (c.billing, c.pay_to))
        ),
    )


def _grouped(
    claims: Iterable[Claim], key: Callable[[Claim], Key]
) -> Iterable[tuple[Key, list[Claim]]]:
    """Put claims of one key together, keys in the order of their first claim."""
    groups: dict[Key, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(key(claim), []).append(claim)
    return groups.items()


def _biller(billing: Provider, pay_to: Provider | None, claims: list[Claim]) -> Loop:
    """Write one billing provider with all its claims (2000A)."""
    taxonomy = segment("PRV", "BI", "PXC", billing.taxonomy) if billing.taxonomy else None
    return loop(
        "2000A",
        segment("HL", "", "", "20"),
        taxonomy,
        billing_loop(billing),
        pay_to_loop(pay_to),
        *(_insured(policy, own) for policy, own in _grouped(claims, _policy)),
    )


def _policy(claim: Claim) -> _Policy:
    """Give what stands in the claim's subscriber loops."""
    return _Policy(
        claim.payer,
        claim.subscriber,
        claim.responsibility,
        claim.group_number,
        claim.group_name,
        claim.insurance_type,
        claim.filing_indicator,
        claim.patient if claim.relationship == SELF else None,
    )


def _insured(policy: _Policy, claims: list[Claim]) -> Loop:
    """Write one subscriber with its claims, or with its dependents and theirs (2000B)."""
    below: Iterable[Loop]
    if policy.patient is not None:
        below = map(claim_loop, claims)
    else:
        dependents = _grouped(claims, lambda claim: (claim.relationship, claim.patient))
        below = (_dependent(*who, own) for who, own in dependents)
    return loop(
        "2000B",
        segment("HL", "", "", "22"),
        segment(
            "SBR",
            policy.responsibility,
            "" if policy.patient is None else SELF,
            policy.group_number,
            policy.group_name,
            policy.insurance_type,
            "",
            "",
            "",
            policy.filing_indicator,
        ),
        subscriber_loop("2010BA", policy.subscriber, policy.patient),
        payer_loop("2010BB", policy.payer),
        *below,
    )


def _dependent(relationship: str, patient: Patient, claims: list[Claim]) -> Loop:
    """Write one patient who is not the subscriber, with the claims (2000C)."""
    return loop(
        "2000C",
        segment("HL", "", "", "23"),
        segment("PAT", relationship),
        patient_loop(patient),
        *map(claim_loop, claims),
    )


def claim_loop(claim: Claim) -> Loop:
    """Write one claim with its lines (2300)."""
    return loop(
        "2300",
        _head(claim),
        *map(_date_segment, claim.dates),
        _amount("F5", claim.patient_paid_cents),
        *_numbers(claim),
        _note(claim.note),
        _diagnoses(claim),
        provider_loop("2310A", "DN", claim.referring),
        provider_loop("2310B", "82", claim.rendering, "PE"),
        provider_loop("2310C", "77", claim.facility),
        provider_loop("2310D", "DQ", claim.supervising),
        *map(_other, claim.other_coverages),
        *map(_line, claim.lines),
    )


def _head(claim: Claim) -> Segment:
    """Write the claim's own segment (CLM)."""
    causes = (*claim.related_causes, "", "", "")[:3]
    return segment(
        "CLM",
        claim.patient_control_number,
        format_decimal(claim.total_charge_cents),
        "",
        "",
        (claim.place_of_service, "B", claim.frequency.value),
        "Y" if claim.provider_signature else "N",
        claim.accepts_assignment,
        claim.benefits_assigned,
        claim.release_of_information,
        claim.patient_signature_source,
        (*causes, claim.accident_state),
        claim.special_program,
        *[""] * 7,
        claim.delay_reason,
    )


def _numbers(claim: Claim) -> list[Segment]:
    """Write the numbers of the claim (REF)."""
    own = {
        "9F": claim.referral_number,
        "G1": claim.prior_authorization,
        "F8": claim.payer_claim_number,
        "X4": claim.clia_number,
        "EA": claim.medical_record_number,
    }
    written = [segment("REF", qualifier, value) for qualifier, value in own.items() if value]
    return [*written, *identifier_segments(claim.identifiers)]


def _diagnoses(claim: Claim) -> Segment | None:
    if not claim.diagnoses:
        return None
    return segment("HI", *((each.qualifier, each.code) for each in claim.diagnoses))


def _line(line: ServiceLine) -> Loop:
    """Write one service line (2400)."""
    return loop(
        "2400",
        segment("LX", str(line.number)),
        segment(
            "SV1",
            _procedure(line.procedure),
            format_decimal(line.charge_cents),
            line.unit_basis,
            format_number(line.units),
            line.place_of_service,
            "",
            tuple(map(str, line.diagnosis_pointers)),
            "",
            "Y" if line.emergency else "",
        ),
        _service_days(line),
        segment("REF", "G1", line.prior_authorization) if line.prior_authorization else None,
        segment("REF", "6R", line.control_number) if line.control_number else None,
        _note(line.note),
        _drug(line.drug),
        provider_loop("2420A", "82", line.rendering, "PE"),
        *map(_adjudication, line.adjudications),
    )


def _service_days(line: ServiceLine) -> Segment | None:
    """Write the day or the days of a service (DTP*472)."""
    if line.starts_on is None:
        return None
    same = line.ends_on in {None, line.starts_on}
    return _date_segment(ClaimDate("472", line.starts_on, None if same else line.ends_on))


def _drug(drug: Drug | None) -> Loop | None:
    if drug is None:
        return None
    amount = segment("CTP", "", "", "", format_number(drug.quantity), (drug.unit,))
    return loop("2410", segment("LIN", "", "N4", drug.ndc), amount)


def _adjudication(told: LineAdjudication) -> Loop:
    """Write what an earlier payer did with a line (2430)."""
    return loop(
        "2430",
        segment(
            "SVD",
            told.payer_identifier,
            format_decimal(told.paid_cents),
            _procedure(told.procedure),
            "",
            format_number(told.paid_units),
        ),
        *_adjustments(told.adjustments),
        _decided(told.adjudicated_on),
        _amount("EAF", told.remaining_patient_cents),
    )


def _other(other: OtherCoverage) -> Loop:
    """Write another payer and what it did with the claim (2320)."""
    number = segment("REF", "F8", other.payer_claim_number) if other.payer_claim_number else None
    policy = (other.group_number, other.group_name, other.insurance_type, "", "", "")
    payer = payer_loop("2330B", other.payer, _decided(other.adjudicated_on))
    if number is not None:
        payer.segments.append(number)
    return loop(
        "2320",
        segment("SBR", other.responsibility, other.relationship, *policy, other.filing_indicator),
        *_adjustments(other.adjustments),
        _amount("D", other.paid_cents),
        _amount("A8", other.non_covered_cents),
        _amount("EAF", other.remaining_patient_cents),
        segment("OI", "", "", other.benefits_assigned, "", "", other.release_of_information),
        subscriber_loop("2330A", other.subscriber),
        payer,
    )


def _adjustments(adjustments: tuple[Adjustment, ...]) -> list[Segment]:
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


def _procedure(procedure: Procedure) -> tuple[str, ...]:
    """Write qualifier, code, four modifiers and the description as one composite."""
    modifiers = (*procedure.modifiers, "", "", "", "")[:4]
    return procedure.qualifier, procedure.code, *modifiers, procedure.description


def _date_segment(given: ClaimDate) -> Segment:
    """Write a day (D8) or a span of days (RD8)."""
    if given.ends_on is None:
        return segment("DTP", given.qualifier, "D8", _day(given.starts_on))
    return segment("DTP", given.qualifier, "RD8", f"{_day(given.starts_on)}-{_day(given.ends_on)}")


def _decided(day: date | None) -> Segment | None:
    return None if day is None else _date_segment(ClaimDate("573", day))


def _day(day: date) -> str:
    # Not strftime: it writes years before 1000 with fewer than four digits.
    return day.isoformat().replace("-", "")


def _amount(qualifier: str, cents: int | None) -> Segment | None:
    return None if cents is None else segment("AMT", qualifier, format_decimal(cents))


def _note(text: str) -> Segment | None:
    return segment("NTE", "ADD", text) if text else None


def format_number(number: Decimal) -> str:
    """Write a number as X12 does: plain digits, no zeros at the end of a fraction."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text

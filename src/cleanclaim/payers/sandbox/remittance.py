"""The remittance as text: payment, payee, claims with their lines, provider adjustments (835)."""

from collections.abc import Iterator
from datetime import date

import msgspec

from cleanclaim.claims.model import Adjustment
from cleanclaim.claims.parties import Provider
from cleanclaim.kernel.identifiers import is_npi
from cleanclaim.kernel.money import format_decimal
from cleanclaim.payers.sandbox.adjudication import LineResult
from cleanclaim.payers.sandbox.coordination import next_coverage
from cleanclaim.payers.sandbox.profile import Fault, PayerProfile
from cleanclaim.payers.sandbox.settlement import Decision, ProviderAdjustment
from cleanclaim.payers.sandbox.wording import (
    address_lines,
    day_text,
    decimal_text,
    organization_name,
    person_name,
    plain,
    provider_name,
    said,
)
from cleanclaim.x12 import Loop, Segment, loop, segment

GUIDE = "005010X221A1"
REVERSAL = "22"
_FORWARDED = frozenset({"19", "20", "21"})
_TRIPLES_MAX = 6


class Remittance(msgspec.Struct, frozen=True):
    """One payment to one payee: what it is made of; its total is never below zero."""

    trace: str
    paid_on: date
    payee: Provider
    decisions: tuple[Decision, ...]
    adjustments: tuple[ProviderAdjustment, ...]

    @property
    def paid_cents(self) -> int:
        """Give the payment: claims less provider adjustments (BPR02)."""
        claims = sum(decision.adjudication.paid_cents for decision in self.decisions)
        return claims - sum(adjustment.cents for adjustment in self.adjustments)


def write_remittance(remittance: Remittance, profile: PayerProfile) -> Loop:
    """Give the body of an 835, from ST to the provider adjustments."""
    claims = [_write_claim(decision, profile) for decision in remittance.decisions]
    header = loop("2000", segment("LX", "1"), *claims) if claims else None
    return loop(
        "ST",
        segment("ST", "835", ""),
        _payment(remittance, profile),
        segment("TRN", "1", remittance.trace, f"1{profile.tax_id}"),
        segment("DTM", "405", day_text(remittance.paid_on)),
        _write_payer(profile),
        _write_payee(remittance.payee),
        header,
        loop("TRAILER", *_provider_adjustments(remittance)),
    )


def claim_number(decision: Decision) -> str:
    """Give the practice's claim number as this payer repeats it, wrongly where asked to."""
    number = decision.matter.claim.patient_control_number
    if Fault.WRONG_NUMBER not in decision.matter.faults:
        return said(number, 38)
    turned = number[::-1]
    return said(turned if turned != number else f"{number}9"[-38:], 38)


def _payment(remittance: Remittance, profile: PayerProfile) -> Segment:
    """Write the payment: none, by the banks where both are known, else by check (BPR)."""
    cents, day = remittance.paid_cents, day_text(remittance.paid_on)
    amount = format_decimal(cents)
    if cents == 0:
        return segment("BPR", "H", amount, "C", "NON", *[""] * 11, day)
    if profile.bank is None or profile.payee_bank is None:
        return segment("BPR", "I", amount, "C", "CHK", *[""] * 11, day)
    ours = ("01", profile.bank.routing, "DA", profile.bank.account, f"1{profile.tax_id}", "")
    theirs = ("01", profile.payee_bank.routing, "DA", profile.payee_bank.account)
    return segment("BPR", "I", amount, "C", "ACH", "CCP", *ours, *theirs, day)


def _write_payer(profile: PayerProfile) -> Loop:
    name, phone = plain(profile.contact_name), plain(profile.contact_phone)
    return loop(
        "1000A",
        segment("N1", "PR", plain(profile.name)),
        *address_lines(profile.address),
        segment("REF", "2U", plain(profile.identifier, 50)),
        segment("PER", "BL", name, "TE", phone),
    )


def _write_payee(payee: Provider) -> Loop:
    name = payee.organization or (payee.person.last if payee.person else "")
    tax = segment("REF", "TJ", plain(payee.tax_id)) if plain(payee.tax_id) else None
    address = address_lines(payee.address) if payee.address else ()
    return loop("1000B", segment("N1", "PE", said(name), "XX", payee.npi), *address, tax)


def _write_claim(decision: Decision, profile: PayerProfile) -> Loop:
    """Write one claim payment with its names, dates and lines (2100)."""
    claim, adjudication = decision.matter.claim, decision.adjudication
    # The patient's share is not stated for reversals (835 guide, CLP05).
    share = "" if adjudication.status == REVERSAL else format_decimal(adjudication.patient_cents)
    return loop(
        "2100",
        segment(
            "CLP",
            claim_number(decision),
            adjudication.status,
            format_decimal(adjudication.charge_cents),
            format_decimal(adjudication.paid_cents),
            share,
            profile.claim_filing,
            adjudication.payer_claim_number,
            plain(claim.place_of_service, 2),
            str(claim.frequency),
        ),
        *_names(decision),
        segment("REF", "F8", decision.original) if decision.original else None,
        segment("DTM", "050", day_text(decision.matter.received_on)),
        *_claim_amounts(decision),
        *[_write_line(line) for line in adjudication.lines],
    )


def _names(decision: Decision) -> Iterator[Segment]:
    """Name the patient, the insured where another, who rendered, and who is asked next."""
    claim = decision.matter.claim
    yield person_name("QC", claim.patient.name, "MI", claim.subscriber.member_id)
    if claim.relationship != "18" and claim.subscriber.name.last:
        yield person_name("IL", claim.subscriber.name, "MI", claim.subscriber.member_id)
    if claim.rendering is not None and is_npi(claim.rendering.npi):
        yield provider_name("82", claim.rendering)
    following = next_coverage(claim)
    if decision.adjudication.status in _FORWARDED and following is not None:
        yield organization_name("TT", following.payer.name, "PI", following.payer.identifier)


def _claim_amounts(decision: Decision) -> Iterator[Segment]:
    """State what is covered (AU) and the interest (I) of a claim that is not a reversal."""
    adjudication = decision.adjudication
    if adjudication.status != REVERSAL and adjudication.allowed_cents:
        yield segment("AMT", "AU", format_decimal(adjudication.allowed_cents))
    if decision.interest_cents:
        yield segment("AMT", "I", format_decimal(decision.interest_cents))


def _write_line(line: LineResult) -> Loop:
    """Write one service payment (2110)."""
    procedure = line.procedure
    code = (procedure.qualifier, said(procedure.code, 48), *procedure.modifiers)
    control = plain(line.control_number, 50) or str(line.number)
    allowed = segment("AMT", "B6", format_decimal(line.allowed_cents))
    units = decimal_text(line.units)
    return loop(
        "2110",
        segment(
            "SVC",
            tuple(plain(part, 48) for part in code),
            format_decimal(line.charge_cents),
            format_decimal(line.paid_cents),
            "",
            units,
        ),
        *_service_dates(line),
        *_adjustment_segments(line.adjustments),
        segment("REF", "6R", control),
        allowed if line.allowed_cents else None,
        *[segment("LQ", "HE", remark) for remark in line.remarks],
    )


def _service_dates(line: LineResult) -> Iterator[Segment]:
    """Write the day of service, or its first and last day (DTM)."""
    if line.starts_on is None:
        return
    if line.ends_on is None or line.ends_on == line.starts_on:
        yield segment("DTM", "472", day_text(line.starts_on))
        return
    yield segment("DTM", "150", day_text(line.starts_on))
    yield segment("DTM", "151", day_text(line.ends_on))


def _adjustment_segments(adjustments: tuple[Adjustment, ...]) -> Iterator[Segment]:
    """Write one CAS a group, six triples at most."""
    groups: dict[str, list[str]] = {}
    for adjustment in adjustments:
        triple = (adjustment.reason, format_decimal(adjustment.cents), "")
        groups.setdefault(adjustment.group, []).extend(triple)
    for group, triples in groups.items():
        for first in range(0, len(triples), 3 * _TRIPLES_MAX):
            yield segment("CAS", group, *triples[first : first + 3 * _TRIPLES_MAX])


def _provider_adjustments(remittance: Remittance) -> Iterator[Segment]:
    """Write the adjustments outside claims, six pairs a PLB; the fiscal year ends in December."""
    year_end = f"{remittance.paid_on.year}1231"
    for first in range(0, len(remittance.adjustments), _TRIPLES_MAX):
        pairs: list[str | tuple[str, ...]] = []
        for adjustment in remittance.adjustments[first : first + _TRIPLES_MAX]:
            pairs += [(adjustment.reason, adjustment.reference), format_decimal(adjustment.cents)]
        yield segment("PLB", remittance.payee.npi, year_end, *pairs)

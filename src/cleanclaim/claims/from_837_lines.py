"""Read service lines of all three kinds of claims (2400)."""

from decimal import Decimal
from typing import Any

import msgspec

from cleanclaim.claims.dental import DentalService, Tooth
from cleanclaim.claims.from_837_coverages import read_adjudication
from cleanclaim.claims.from_837_parties import read_identifiers, read_role
from cleanclaim.claims.from_837_segments import (
    read_ambulance,
    read_dates,
    read_notes,
    read_procedure,
)
from cleanclaim.claims.model import ClaimKind, Drug, ServiceLine
from cleanclaim.claims.parties import Identifier
from cleanclaim.claims.reading import Reading
from cleanclaim.claims.roles import LINE_ROLES
from cleanclaim.claims.segment_layouts import (
    ATTACHMENT,
    CERTIFICATION,
    CONTRACT,
    EQUIPMENT_CERTIFICATION,
    FORM_ANSWER,
    PURCHASED,
    REPRICING,
    TEST,
)
from cleanclaim.claims.supplements import Equipment, Form
from cleanclaim.x12 import Loop, Segment

_SERVICE_SEGMENTS = {
    ClaimKind.PROFESSIONAL: "SV1",
    ClaimKind.INSTITUTIONAL: "SV2",
    ClaimKind.DENTAL: "SV3",
}
# Segments that few lines have: without any of them there is nothing of the kind to look for.
_RARE_SEGMENTS = frozenset(
    {"PWK", "CRC", "CR1", "CR3", "CN1", "K3", "HCP", "AMT", "MEA", "QTY", "PS1", "SV5"}
)


def read_line(reading: Reading, loop: Loop, kind: ClaimKind) -> ServiceLine:
    """Read one service line."""
    service = reading.one(loop, _SERVICE_SEGMENTS[kind])
    if service is None:
        reading.missing("line", f"service ({_SERVICE_SEGMENTS[kind]})")
    starts_on, ends_on = reading.days(reading.one(loop, "DTP", "472"))
    note, notes = read_notes(reading, loop)
    common: dict[str, Any] = {
        "number": reading.count(reading.one(loop, "LX"), 1),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "note": note,
        "notes": notes,
        "dates": read_dates(
            reading, [each for each in reading.all(loop, "DTP") if each.get(1) != "472"]
        ),
        **_numbers(reading, loop),
        **_SERVICES[kind](reading, service),
    }
    if not _RARE_SEGMENTS.isdisjoint(each.id for each in loop.segments):
        common |= _rarities(reading, loop)
    if loop.loops:
        common |= _loops(reading, loop, kind)
    line = ServiceLine(**common)
    return line if kind is not ClaimKind.DENTAL else _with_teeth(reading, loop, line)


def _professional(reading: Reading, service: Segment | None) -> dict[str, Any]:
    """Read the service of a professional line (SV1)."""
    return {
        "procedure": read_procedure(reading, service, 1),
        "charge_cents": reading.cents(service, 2),
        "unit_basis": reading.text(service, 3),
        "units": reading.number(service, 4),
        "place_of_service": reading.text(service, 5),
        "diagnosis_pointers": _pointers(reading, service, 7),
        "emergency": reading.text(service, 9) == "Y",
        "epsdt": reading.text(service, 11) == "Y",
        "family_planning": reading.text(service, 12) == "Y",
        "copay_exempt": reading.text(service, 15) == "0",
    }


def _institutional(reading: Reading, service: Segment | None) -> dict[str, Any]:
    """Read the service of an institution's line (SV2)."""
    return {
        "revenue_code": reading.text(service, 1),
        "procedure": read_procedure(reading, service, 2),
        "charge_cents": reading.cents(service, 3),
        "unit_basis": reading.text(service, 4),
        "units": reading.number(service, 5),
        "non_covered_cents": reading.optional_cents(service, 7),
    }


def _dental(reading: Reading, service: Segment | None) -> dict[str, Any]:
    """Read the service of a dental line (SV3); no count is one."""
    parts = range(1, len(service.components(4)) + 1) if service is not None else ()
    units = reading.optional_number(service, 6)
    return {
        "procedure": read_procedure(reading, service, 1),
        "charge_cents": reading.cents(service, 2),
        "place_of_service": reading.text(service, 3),
        "units": Decimal(1) if units is None else units,
        "diagnosis_pointers": _pointers(reading, service, 11),
        "dental": DentalService(
            cavities=tuple(cavity for part in parts if (cavity := reading.text(service, 4, part))),
            prosthesis=reading.text(service, 5),
        ),
    }


_SERVICES = {
    ClaimKind.PROFESSIONAL: _professional,
    ClaimKind.INSTITUTIONAL: _institutional,
    ClaimKind.DENTAL: _dental,
}


def _with_teeth(reading: Reading, loop: Loop, line: ServiceLine) -> ServiceLine:
    """Add the teeth and their surfaces (TOO)."""
    teeth = tuple(
        Tooth(
            reading.text(each, 2),
            tuple(reading.text(each, 3, n) for n in range(1, len(each.components(3)) + 1)),
        )
        for each in reading.all(loop, "TOO")
    )
    dental = line.dental or DentalService()
    return msgspec.structs.replace(line, dental=msgspec.structs.replace(dental, teeth=teeth))


def _pointers(reading: Reading, service: Segment | None, element: int) -> tuple[int, ...]:
    if service is None:
        return ()
    parts = range(1, len(service.components(element)) + 1)
    return tuple(
        reading.count(service, element, component=part)
        for part in parts
        if service.get(element, part)
    )


def _numbers(reading: Reading, loop: Loop) -> dict[str, Any]:
    """Read the numbers of a line (REF): ours, our payer's authorization, and the others."""
    found = reading.all(loop, "REF")
    if not found:
        return {}
    control = reading.one(loop, "REF", "6R")
    authorization = next((x for x in found if x.get(1) == "G1" and not x.get(4)), None)
    return {
        "control_number": reading.text(control, 2),
        "prior_authorization": reading.text(authorization, 2),
        "identifiers": read_identifiers(reading, loop, without=(control, authorization)),
    }


def _rarities(reading: Reading, loop: Loop) -> dict[str, Any]:
    """Read the segments of a line that few lines have."""
    anesthesia = reading.one(loop, "QTY", "FL")
    return {
        "equipment": _equipment(reading, reading.one(loop, "SV5")),
        "equipment_certification": EQUIPMENT_CERTIFICATION.one(reading, loop),
        "anesthesia_units": reading.optional_number(anesthesia, 2),
        "purchased": PURCHASED.one(reading, loop),
        "attachments": ATTACHMENT.all(reading, loop),
        "certifications": CERTIFICATION.all(reading, loop),
        "tests": TEST.all(reading, loop),
        "contract": CONTRACT.one(reading, loop),
        "tax_cents": _amount(reading, loop, "T", "GT"),
        "facility_tax_cents": _amount(reading, loop, "N8"),
        "postage_cents": _amount(reading, loop, "F4"),
        "fixed_format": tuple(reading.text(each, 1) for each in reading.all(loop, "K3")),
        "repricing": REPRICING.one(reading, loop),
        "ambulance": read_ambulance(reading, loop),
    }


def _amount(reading: Reading, loop: Loop, *qualifiers: str) -> int | None:
    return reading.optional_cents(reading.one(loop, "AMT", *qualifiers), 2)


def _equipment(reading: Reading, rented: Segment | None) -> Equipment | None:
    """Read what equipment costs (SV5)."""
    if rented is None:
        return None
    return Equipment(
        procedure=reading.text(rented, 1, 2),
        days=reading.number(rented, 3),
        rental_cents=reading.cents(rented, 4),
        purchase_cents=reading.cents(rented, 5),
        rental_frequency=reading.text(rented, 6),
    )


def _loops(reading: Reading, loop: Loop, kind: ClaimKind) -> dict[str, Any]:
    """Read the loops of a line: drug, providers, earlier payers, forms."""
    return {
        "drug": _drug(reading, loop.child("2410")),
        "ambulance": read_ambulance(reading, loop),
        **{role.field: read_role(reading, loop, role) for role in LINE_ROLES[kind]},
        "adjudications": tuple(read_adjudication(reading, told) for told in loop.children("2430")),
        "forms": tuple(_form(reading, form) for form in loop.children("2440")),
    }


def _drug(reading: Reading, loop: Loop | None) -> Drug | None:
    """Read the drug or supply of a line (LIN, CTP, REF)."""
    named = reading.one(loop, "LIN")
    if loop is None or named is None:
        return None
    amount, number = reading.one(loop, "CTP"), reading.one(loop, "REF")
    if amount is None:
        reading.missing("drug", "quantity (CTP)")
    return Drug(
        reading.text(named, 3),
        reading.number(amount, 4) if amount is not None else Decimal(0),
        reading.text(amount, 5, 1),
        reading.text(named, 2),
        None if number is None else Identifier(reading.text(number, 1), reading.text(number, 2)),
    )


def _form(reading: Reading, loop: Loop) -> Form:
    """Read a form with its answers (2440)."""
    named = reading.one(loop, "LQ")
    return Form(reading.text(named, 1), reading.text(named, 2), FORM_ANSWER.all(reading, loop))

"""Write service lines of all three kinds of claims (2400)."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from cleanclaim.claims.dental import DentalService
from cleanclaim.claims.model import ClaimKind, Drug, ServiceLine
from cleanclaim.claims.roles import LINE_ROLES
from cleanclaim.claims.segment_layouts import (
    ATTACHMENT,
    CERTIFICATION,
    CONTRACT,
    EQUIPMENT_CERTIFICATION,
    FORM_ANSWER,
    NOTE,
    PURCHASED,
    REPRICING,
    TEST,
)
from cleanclaim.claims.supplements import Equipment, Form
from cleanclaim.claims.texts import (
    amount_segment,
    date_segment,
    format_number,
    number_segment,
)
from cleanclaim.claims.to_837_coverages import adjudication_loop, procedure_parts
from cleanclaim.claims.to_837_parties import identifier_segments
from cleanclaim.claims.to_837_providers import role_loops, transport_loops, transport_segment
from cleanclaim.kernel.money import format_decimal
from cleanclaim.x12 import Loop, Segment, loop, segment


def line_loop(line: ServiceLine, kind: ClaimKind) -> Loop:
    """Write one service line (2400)."""
    return loop(
        "2400",
        segment("LX", str(line.number)),
        _SERVICES[kind](line),
        *_teeth(line),
        _equipment(line.equipment),
        *map(ATTACHMENT.write, line.attachments),
        transport_segment(line.ambulance),
        EQUIPMENT_CERTIFICATION.write(line.equipment_certification),
        *map(CERTIFICATION.write, line.certifications),
        *_dates(line),
        *_quantities(line),
        *map(TEST.write, line.tests),
        CONTRACT.write(line.contract),
        *_numbers(line),
        *_amounts(line, kind),
        *(segment("K3", each) for each in line.fixed_format),
        segment("NTE", "ADD", line.note) if line.note else None,
        *map(NOTE.write, line.notes),
        PURCHASED.write(line.purchased),
        REPRICING.write(line.repricing),
        _drug(line.drug),
        *role_loops(line, LINE_ROLES[kind]),
        *transport_loops("2400", line.ambulance),
        *map(adjudication_loop, line.adjudications),
        *map(_form, line.forms),
    )


def _professional(line: ServiceLine) -> Segment:
    """Write the service of a professional line (SV1)."""
    return segment(
        "SV1",
        procedure_parts(line.procedure),
        format_decimal(line.charge_cents),
        line.unit_basis,
        format_number(line.units),
        line.place_of_service,
        "",
        tuple(map(str, line.diagnosis_pointers)),
        "",
        "Y" if line.emergency else "",
        "",
        "Y" if line.epsdt else "",
        "Y" if line.family_planning else "",
        "",
        "",
        "0" if line.copay_exempt else "",
    )


def _institutional(line: ServiceLine) -> Segment:
    """Write the service of an institution's line (SV2)."""
    left = line.non_covered_cents
    return segment(
        "SV2",
        line.revenue_code,
        procedure_parts(line.procedure),
        format_decimal(line.charge_cents),
        line.unit_basis,
        format_number(line.units),
        "",
        "" if left is None else format_decimal(left),
    )


def _dental(line: ServiceLine) -> Segment:
    """Write the service of a dental line (SV3)."""
    where = line.dental or DentalService()
    return segment(
        "SV3",
        procedure_parts(line.procedure),
        format_decimal(line.charge_cents),
        line.place_of_service,
        where.cavities,
        where.prosthesis,
        format_number(line.units),
        "",
        "",
        "",
        "",
        tuple(map(str, line.diagnosis_pointers)),
    )


_SERVICES: Mapping[ClaimKind, Callable[[ServiceLine], Segment]] = {
    ClaimKind.PROFESSIONAL: _professional,
    ClaimKind.INSTITUTIONAL: _institutional,
    ClaimKind.DENTAL: _dental,
}


def _teeth(line: ServiceLine) -> Iterator[Segment]:
    """Write the teeth that were treated, with their surfaces (TOO)."""
    for tooth in line.dental.teeth if line.dental is not None else ():
        yield segment("TOO", "JP", tooth.code, tooth.surfaces)


def _equipment(rented: Equipment | None) -> Segment | None:
    """Write what equipment costs (SV5)."""
    if rented is None:
        return None
    return segment(
        "SV5",
        ("HC", rented.procedure),
        "DA",
        format_number(rented.days),
        format_decimal(rented.rental_cents),
        format_decimal(rented.purchase_cents),
        rented.rental_frequency,
    )


def _dates(line: ServiceLine) -> Iterator[Segment]:
    """Write the day or the days of the service (DTP*472), then the other dates."""
    if line.starts_on is not None:
        same = line.ends_on in {None, line.starts_on}
        yield date_segment("472", line.starts_on, None if same else line.ends_on)
    for told in line.dates:
        yield date_segment(told.qualifier, told.starts_on, told.ends_on)


def _quantities(line: ServiceLine) -> Iterator[Segment]:
    """Write the patients of a transport and the further units of anesthesia (QTY)."""
    if line.ambulance is not None and line.ambulance.patient_count is not None:
        yield segment("QTY", "PT", str(line.ambulance.patient_count))
    if line.anesthesia_units is not None:
        yield segment("QTY", "FL", format_number(line.anesthesia_units))


def _numbers(line: ServiceLine) -> list[Segment | None]:
    """Write the numbers of the line (REF)."""
    return [
        number_segment("G1", line.prior_authorization),
        number_segment("6R", line.control_number),
        *identifier_segments(line.identifiers),
    ]


def _amounts(line: ServiceLine, kind: ClaimKind) -> list[Segment | None]:
    """Write taxes and postage (AMT); institutions tell their tax by another qualifier."""
    tax = "GT" if kind is ClaimKind.INSTITUTIONAL else "T"
    return [
        amount_segment(tax, line.tax_cents),
        amount_segment("N8", line.facility_tax_cents),
        amount_segment("F4", line.postage_cents),
    ]


def _drug(drug: Drug | None) -> Loop | None:
    """Write a drug or supply (2410)."""
    if drug is None:
        return None
    numbers: Iterable[Segment] = ()
    if drug.prescription is not None:
        numbers = identifier_segments((drug.prescription,))
    amount = segment("CTP", "", "", "", format_number(drug.quantity), (drug.unit,))
    return loop("2410", segment("LIN", "", drug.qualifier, drug.ndc), amount, *numbers)


def _form(form: Form) -> Loop:
    """Write a form with its answers (2440)."""
    named = segment("LQ", form.qualifier, form.identifier)
    return loop("2440", named, *map(FORM_ANSWER.write, form.answers))

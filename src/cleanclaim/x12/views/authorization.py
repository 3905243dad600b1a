"""Requests for authorization (278) and their answers as plain values."""

from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

import msgspec

from cleanclaim.x12.events import Unit
from cleanclaim.x12.segments import Loop
from cleanclaim.x12.views.claim_details import Attachment, read_details
from cleanclaim.x12.views.claim_lines import Tooth
from cleanclaim.x12.views.claim_values import Admission
from cleanclaim.x12.views.clinical import Diagnosis, read_health
from cleanclaim.x12.views.elements import (
    PADDING,
    Dated,
    Dialect,
    Found,
    Identifier,
    Procedure,
    cents,
    days,
    padded,
    quantities,
    read_dates,
    read_identifiers,
)
from cleanclaim.x12.views.eligibility import Delivery, Rejection, Trace, read_deliveries
from cleanclaim.x12.views.guided import (
    NO_LOOP,
    around,
    children,
    dialect_of_unit,
    found_in,
    parties_in,
    party_in,
    segment_texts,
)
from cleanclaim.x12.views.parties import Party


class Review(msgspec.Struct, frozen=True, gc=False):
    """What is to be reviewed (UM): category, certification, service type, place, level."""

    category: str = ""
    certification: str = ""
    service_type: str = ""
    facility_code: str = ""
    facility_qualifier: str = ""
    related_causes: tuple[str, ...] = ()
    level_of_service: str = ""


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What was decided (HCR): action (A1 certified, A3 not, A4 pended, ...), number, reason."""

    action: str
    number: str = ""
    reason: str = ""
    needs_second_opinion: bool = False


class ServiceRequest(msgspec.Struct, frozen=True, gc=False):
    """One service to be authorized (2000F)."""

    procedure: Procedure | None = None
    revenue_code: str = ""
    charge_cents: int | None = None
    unit_basis: str = ""
    units: Decimal | None = None
    teeth: tuple[Tooth, ...] = ()
    review: Review = Review()
    decision: Decision | None = None
    traces: tuple[Trace, ...] = ()
    dates: tuple[Dated, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    parties: tuple[Party, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    messages: tuple[str, ...] = ()
    rejections: tuple[Rejection, ...] = ()


class Authorization(msgspec.Struct, frozen=True, gc=False):
    """A patient event (2000E) of a 278, asked or answered, with its services (2000F).

    ``transaction`` is 278-request or 278-response; ``decision`` and ``rejections`` are of the
    answer. ``parties`` are the providers of the event.
    """

    transaction: str
    reference: str
    created_on: date | None
    reviewer: Party | None
    requester: Party | None
    subscriber: Party | None
    dependent: Party | None
    relationship: str = ""
    review: Review = Review()
    decision: Decision | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    admission: Admission | None = None
    traces: tuple[Trace, ...] = ()
    dates: tuple[Dated, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    parties: tuple[Party, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    messages: tuple[str, ...] = ()
    services: tuple[ServiceRequest, ...] = ()
    rejections: tuple[Rejection, ...] = ()

    @property
    def patient(self) -> Party | None:
        """Give the person to be treated."""
        return self.dependent or self.subscriber


def view_authorization(unit: Unit) -> Authorization:
    """Read a unit of a 278, a request or an answer."""
    dialect = dialect_of_unit(unit)
    event = unit.loop if unit.loop.id == "2000E" else NO_LOOP
    found, head = found_in(event), padded(found_in(around(unit, "ST")), "BHT")
    dependent = _person(around(unit, "2000D"))
    diagnoses, _ = read_health(segment_texts(event.find_all("HI")), dialect)
    came = padded(found, "CL1")
    return Authorization(
        transaction=unit.short,
        reference=head[3],
        created_on=days[head[4]],
        reviewer=party_in(_person(around(unit, "2000A")), dialect),
        requester=party_in(_person(around(unit, "2000B")), dialect),
        subscriber=party_in(_person(around(unit, "2000C")), dialect),
        dependent=party_in(dependent, dialect),
        relationship=padded(found_in(dependent or NO_LOOP), "INS")[2],
        review=_review(found, dialect),
        decision=_decision(found),
        diagnoses=diagnoses,
        admission=Admission(came[1], came[2], came[3]) if "CL1" in found else None,
        **_common(event, dialect),
        services=tuple(_service(each, dialect) for each in event.children("2000F")),
        rejections=tuple(
            dict.fromkeys(chain.from_iterable(map(_rejections, (*unit.ancestors, unit.loop))))
        ),
    )


def _person(loop: Loop) -> Loop | None:
    return next(children(loop, ("2010",)), None)


def _common(loop: Loop, dialect: Dialect) -> dict[str, Any]:
    """Read what event and service have in common."""
    found = found_in(loop)
    traces = ([*each, *PADDING] for each in found.get("TRN", ()))
    return {
        "traces": tuple(Trace(each[1], each[2], each[3], each[4]) for each in traces),
        "dates": read_dates(found.get("DTP", ())),
        "identifiers": read_identifiers(found.get("REF", ())),
        "deliveries": read_deliveries(found.get("HSD", ())),
        "parties": parties_in(children(loop, ("2010",)), dialect),
        "attachments": read_details(found, dialect).get("attachments", ()),
        "messages": tuple(each[1] for each in found.get("MSG", ()) if len(each) > 1),
    }


def _service(loop: Loop, dialect: Dialect) -> ServiceRequest:
    """Read one service: professional (SV1), institutional (SV2) or dental (SV3)."""
    found = found_in(loop)
    teeth = ([*each, *PADDING] for each in found.get("TOO", ()))
    return ServiceRequest(
        **_priced(found, dialect),
        teeth=tuple(Tooth(said[2], dialect.filled(said[3])) for said in teeth),
        review=_review(found, dialect),
        decision=_decision(found),
        **_common(loop, dialect),
        rejections=tuple(_rejections(loop)),
    )


def _priced(found: Found, dialect: Dialect) -> dict[str, Any]:
    if "SV2" in found:
        said = padded(found, "SV2")
        revenue_code, code, charge, basis, units = said[1:6]
    elif "SV3" in found:
        said = padded(found, "SV3")
        revenue_code, code, charge, basis, units = "", said[1], said[2], "", said[6]
    else:
        said = padded(found, "SV1")
        revenue_code, code, charge, basis, units = "", *said[1:5]
    return {
        "procedure": dialect.procedures[code],
        "revenue_code": revenue_code,
        "charge_cents": cents[charge],
        "unit_basis": basis,
        "units": quantities[units],
    }


def _review(found: Found, dialect: Dialect) -> Review:
    said = padded(found, "UM")
    place = dialect.parts(said[4])
    causes = dialect.parts(said[5])[:3]
    return Review(
        said[1],
        said[2],
        said[3],
        place[0],
        place[1],
        tuple(cause for cause in causes if cause),
        said[6],
    )


def _decision(found: Found) -> Decision | None:
    if "HCR" not in found:
        return None
    said = padded(found, "HCR")
    return Decision(said[1], said[2], said[3], said[4] == "Y")


def _rejections(loop: Loop) -> list[Rejection]:
    """Gather the AAA of a loop and of the loops of parties inside it, not of its services."""
    own = [Rejection(each.get(3), each.get(4), loop.id) for each in loop.find_all("AAA")]
    return own + [each for child in children(loop, ("2010",)) for each in _rejections(child)]

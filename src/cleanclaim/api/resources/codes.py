"""Codes and prices: nobody's data, so what is searched may stand in the address."""

from datetime import date
from typing import Annotated

import msgspec
from ninja import Query

from cleanclaim.api.declaring import TokenRequest, operation, read_value
from cleanclaim.api.problems import Fault, invalid, not_found
from cleanclaim.app.reading.codes import CodeView, find_codes, read_code
from cleanclaim.app.referencing import open_library
from cleanclaim.app.rights import Permission
from cleanclaim.codes.search.encoder import Hit
from cleanclaim.pricing.policy import UnknownRateError
from cleanclaim.pricing.quoting import Inquiry
from cleanclaim.pricing.service import Practitioner, Service
from cleanclaim.pricing.tables import MedicareTables, TableMissingError, UnknownPlaceError
from cleanclaim.pricing.telling import Priced, tell_price

Words = Annotated[str, Query(max_length=120)]
Text5 = Annotated[str, msgspec.Meta(min_length=1, max_length=7, pattern=r"^[0-9A-Za-z]*$")]
Modifier = Annotated[str, msgspec.Meta(min_length=2, max_length=2, pattern=r"^[0-9A-Za-z]*$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Cents = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class Hits(msgspec.Struct, frozen=True):
    """Codes that were found, and the systems that could be searched, by name and title."""

    hits: tuple[Hit, ...]
    systems: tuple[tuple[str, str], ...]


class PriceRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service to be priced, in one of a locality (as 10112-00) and a ZIP code."""

    code: Text5
    on: date
    locality: Annotated[str, msgspec.Meta(max_length=12)] = ""
    zip_code: Annotated[str, msgspec.Meta(max_length=10)] = ""
    modifiers: Annotated[tuple[Modifier, ...], msgspec.Meta(max_length=4)] = ()
    units: Count = 1
    facility: bool = False
    charge_cents: Cents | None = None
    minutes: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None
    rural: bool = False
    qualifying: bool = False
    participating: bool = True
    practitioner: Practitioner = Practitioner.PHYSICIAN


@operation("GET", "/codes", tag="codes", permission=Permission.CODES_READ, answer=Hits)
def search_codes(
    request: TokenRequest, q: Words, system: Words = "", on: date | None = None
) -> Hits:
    """Search codes by words or by how they begin, the best first."""
    caller = request.caller
    found = find_codes(q, system, on or caller.today, synthetic=caller.synthetic)
    return Hits(found.hits, found.systems)


@operation(
    "GET", "/codes/{system}/{code}", tag="codes", permission=Permission.CODES_READ, answer=CodeView
)
def show_code(request: TokenRequest, system: str, code: str, on: date | None = None) -> CodeView:
    """Show one code on a day: what stands around it, its notes, what edits know of it."""
    caller = request.caller
    day = on or caller.today
    view = read_code(system, code.upper()[:12], day, synthetic=caller.synthetic)
    if view is None:
        raise not_found()
    return view


@operation(
    "POST",
    "/price",
    tag="codes",
    permission=Permission.CODES_READ,
    answer=Priced,
    body=PriceRequest,
)
def price_service(request: TokenRequest) -> Priced:
    """Price a service by Medicare's schedules of its day, a step at a time.

    Without a price "reason" says why, and "missing" names the tables that are not loaded.
    """
    asked = read_value(request.content, PriceRequest)
    if bool(asked.locality) == bool(asked.zip_code):
        raise invalid([Fault("body", "name the place by one of locality and zip_code")])
    library = open_library(synthetic=request.caller.synthetic)
    tables = MedicareTables(library, qualifying=asked.qualifying)
    try:
        place = asked.locality or tables.locality_of_zip(asked.zip_code, asked.on)
        service = _service(asked)
        return tell_price(
            Inquiry(service=service, tables=tables, locality=place, rural=asked.rural)
        )
    except (TableMissingError, UnknownPlaceError, UnknownRateError) as error:
        raise invalid([Fault("body", str(error))]) from None


def _service(asked: PriceRequest) -> Service:
    return Service(
        code=asked.code.upper(),
        on=asked.on,
        modifiers=tuple(each.upper() for each in asked.modifiers),
        units=asked.units,
        facility=asked.facility,
        charge_cents=asked.charge_cents,
        minutes=asked.minutes,
        participating=asked.participating,
        practitioner=asked.practitioner,
    )

"""The encoder: codes by words or beginnings, one with all that tables tell of it, its price."""

import re
from datetime import date

import msgspec

from cleanclaim.app.referencing import open_encoder, open_library
from cleanclaim.codes.search.crosswalk import Crosswalk, cross, is_listed
from cleanclaim.codes.search.encoder import Explained, Hit
from cleanclaim.codes.search.systems import SYSTEMS
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.physician_fees import GEOGRAPHIC_INDEX
from cleanclaim.pricing.price import Step
from cleanclaim.pricing.quoting import Inquiry, quote
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.tables import MedicareTables, TableMissingError

HITS_MAX = 30
# Procedures that no loaded system names: only numbers of them are in the tables of edits.
SERVICE = "service"
_PROCEDURES = {"hcpcs", "cpt", SERVICE}
_PROCEDURE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")


class Found(msgspec.Struct, frozen=True):
    """Hits of a search and the systems that could be searched, by name and title."""

    hits: tuple[Hit, ...]
    systems: tuple[tuple[str, str], ...]


class CodeView(msgspec.Struct, frozen=True):
    """One code: its place among others (None without words for it), and what edits know."""

    system: str
    title: str
    code: str
    explained: Explained | None
    crosswalk: Crosswalk | None


class PriceView(msgspec.Struct, frozen=True):
    """A price in cents with its steps, or why there is none."""

    schedule: str
    cents: int | None
    reason: str
    steps: tuple[Step, ...] = ()


def title_of(system: str) -> str:
    """Give the title of a code system."""
    return SYSTEMS[system].title if system in SYSTEMS else "procedure"


def find_codes(text: str, system: str, on: date, *, synthetic: bool) -> Found:
    """Find codes in the newest tables, of one system or of all, the best first."""
    encoder = open_encoder(synthetic=synthetic)
    systems = encoder.systems()
    chosen = [system] if system in systems else []
    hits = tuple(encoder.search(text, chosen, HITS_MAX)) if text.strip() else ()
    plain = text.strip().upper()
    if not any(hit.code == plain for hit in hits) and system in {"", *_PROCEDURES}:
        hits = (*_numbered(encoder.library, plain, on), *hits)
    return Found(hits, tuple((name, title_of(name)) for name in systems))


def _numbered(library: Library, code: str, on: date) -> tuple[Hit, ...]:
    """Give a procedure that tables of edits have by its number alone."""
    if not _PROCEDURE.fullmatch(code) or not is_listed(library, code, on):
        return ()
    return (Hit(SERVICE, code, "", 0.0, None, ""),)


def read_code(system: str, code: str, on: date, *, synthetic: bool) -> CodeView | None:
    """Give all that is known of a code on a day; None where nothing is."""
    encoder = open_encoder(synthetic=synthetic)
    explained = encoder.explain(code, system) if system in encoder.systems() else None
    crosswalk = cross(encoder.library, code, on) if system in _PROCEDURES else None
    if explained is None and (crosswalk is None or not crosswalk.is_known):
        return None
    shown = explained.hit.code if explained else code
    return CodeView(system, title_of(system), shown, explained, crosswalk)


def list_localities(on: date, *, synthetic: bool) -> tuple[tuple[str, str], ...]:
    """Give number and name of every locality of a day, by state; none without their table."""
    table = open_library(synthetic=synthetic).in_force(GEOGRAPHIC_INDEX, on)
    if table is None:
        return ()
    rows = [table.at(index) for index in range(len(table))]
    named = sorted((row.state, row.name, f"{row.carrier}-{row.locality}") for row in rows)
    return tuple((number, f"{state} {name}") for state, name, number in named)


def price_code(service: Service, locality: str, *, synthetic: bool) -> PriceView:
    """Price a service by Medicare's schedules of its day."""
    tables = MedicareTables(open_library(synthetic=synthetic))
    inquiry = Inquiry(service=service, tables=tables, locality=locality)
    try:
        quoted = quote(inquiry)
    except TableMissingError as error:
        return PriceView("", None, str(error))
    price = quoted.price
    reason = price.reason or ("" if price.cents is not None else price.outcome.value)
    return PriceView(quoted.schedule, price.cents, reason, price.steps)

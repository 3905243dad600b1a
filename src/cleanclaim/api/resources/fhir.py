"""Our records as FHIR R4: what there is, one resource, and searches as bundles."""

from typing import Annotated
from urllib.parse import parse_qs, urlencode

from ninja import Query

from cleanclaim.api.cursors import page_of, read_cursor
from cleanclaim.api.declaring import ROOT, Answer, TokenRequest, operation
from cleanclaim.api.problems import Fault, invalid
from cleanclaim.api.resources.patients import Cursor, Number
from cleanclaim.app.reading.resources import (
    TYPES,
    Resource,
    read_resource,
    search_accounts,
    search_resources,
)
from cleanclaim.app.reading.sheets import Sheet
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.rights import Permission

FHIR, FORM = "application/fhir+json", "application/x-www-form-urlencoded"
Told = dict[str, object]
Of = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
_READ = Permission.PATIENTS_READ


@operation("GET", "/fhir/metadata", tag="fhir", permission=_READ, answer=Told, media=FHIR)
def show_capabilities(request: TokenRequest) -> Answer:  # noqa: ARG001
    """Describe what of FHIR is served."""
    interactions = [{"code": "read"}, {"code": "search-type"}]
    told = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-24",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "implementation": {"description": "Cleanclaim"},
        "rest": [
            {
                "mode": "server",
                "security": {"description": "a bearer token with patients.read"},
                "resource": [{"type": kind, "interaction": interactions} for kind in TYPES],
            }
        ],
    }
    return Answer(told, media=FHIR)


@operation("GET", "/fhir/Patient", tag="fhir", permission=_READ, answer=Told, media=FHIR)
def search_fhir_patients(request: TokenRequest, cursor: Cursor = "") -> Answer:
    """List patients as a bundle, the newest first."""
    return _search(request, "Patient", None, cursor)


@operation(
    "POST",
    "/fhir/Patient/_search",
    tag="fhir",
    permission=_READ,
    answer=Told,
    media=FHIR,
    text=FORM,
)
def search_fhir_accounts(request: TokenRequest) -> Answer:
    """Find a patient by account number, which stands in the body and in no address.

    The form has one field, identifier: the number, or system and number parted by a bar.
    """
    asked = parse_qs(request.content.decode("utf-8", "replace"), max_num_fields=20)
    values = asked.get("identifier", [])
    if len(values) != 1 or set(asked) != {"identifier"}:
        raise invalid([Fault("body.identifier", "give one identifier and nothing else")])
    number = values[0].rpartition("|")[2].replace("\x00", "")
    caller = request.caller
    rows = search_accounts(caller.organization, number[:20])
    record_listing("patients.listed", [pk for pk, _ in rows], **caller.acting)
    return _bundle("Patient", Sheet(tuple(rows), None), "")


@operation("GET", "/fhir/Coverage", tag="fhir", permission=_READ, answer=Told, media=FHIR)
def search_fhir_coverages(request: TokenRequest, patient: Of = None, cursor: Cursor = "") -> Answer:
    """List coverages as a bundle, those of one patient where it is named."""
    return _search(request, "Coverage", patient, cursor)


@operation("GET", "/fhir/Encounter", tag="fhir", permission=_READ, answer=Told, media=FHIR)
def search_fhir_encounters(
    request: TokenRequest, patient: Of = None, cursor: Cursor = ""
) -> Answer:
    """List visits as a bundle, those of one patient where it is named."""
    return _search(request, "Encounter", patient, cursor)


@operation("GET", "/fhir/DocumentReference", tag="fhir", permission=_READ, answer=Told, media=FHIR)
def search_fhir_notes(request: TokenRequest, patient: Of = None, cursor: Cursor = "") -> Answer:
    """List notes as a bundle, those of one patient where it is named."""
    return _search(request, "DocumentReference", patient, cursor)


@operation(
    "GET", "/fhir/Patient/{int:patient}", tag="fhir", permission=_READ, answer=Told, media=FHIR
)
def show_fhir_patient(request: TokenRequest, patient: Number) -> Answer:
    """Show one patient."""
    return _read(request, "Patient", patient)


@operation(
    "GET", "/fhir/Coverage/{int:coverage}", tag="fhir", permission=_READ, answer=Told, media=FHIR
)
def show_fhir_coverage(request: TokenRequest, coverage: Number) -> Answer:
    """Show one coverage."""
    return _read(request, "Coverage", coverage)


@operation(
    "GET", "/fhir/Encounter/{int:encounter}", tag="fhir", permission=_READ, answer=Told, media=FHIR
)
def show_fhir_encounter(request: TokenRequest, encounter: Number) -> Answer:
    """Show one visit."""
    return _read(request, "Encounter", encounter)


@operation(
    "GET",
    "/fhir/DocumentReference/{int:note}",
    tag="fhir",
    permission=_READ,
    answer=Told,
    media=FHIR,
)
def show_fhir_note(request: TokenRequest, note: Number) -> Answer:
    """Show one note with its text."""
    return _read(request, "DocumentReference", note)


def _read(request: TokenRequest, kind: str, record: int) -> Answer:
    caller = request.caller
    found = read_resource(caller.organization, kind, record)
    record_view("resource.viewed", record, patient=_patient_of(found), **caller.acting)
    return Answer(found, media=FHIR)


def _patient_of(found: Resource) -> int:
    """Give the number of the patient whom a resource is about."""
    told = found.get("subject", found.get("beneficiary"))
    if isinstance(told, dict):
        return int(str(told["reference"]).partition("/")[2])
    return int(str(found["id"]))


def _search(request: TokenRequest, kind: str, patient: int | None, cursor: str) -> Answer:
    caller = request.caller
    name = f"fhir:{kind}:{patient or ''}"
    after = read_cursor(cursor, name, caller)
    sheet = search_resources(caller.organization, kind, patient=patient, after=after)
    record_listing("resources.listed", [pk for pk, _ in sheet.rows], **caller.acting)
    following = page_of(sheet, name, caller).next_cursor or ""
    asked = {"patient": patient} if patient else {}
    return _bundle(kind, sheet, urlencode({**asked, "cursor": following}) if following else "")


def _bundle(kind: str, sheet: Sheet[tuple[int, Resource]], following: str) -> Answer:
    links = [{"relation": "next", "url": f"/{ROOT}/fhir/{kind}?{following}"}] if following else []
    told: Told = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [
            {"fullUrl": f"/{ROOT}/fhir/{kind}/{pk}", "resource": each, "search": {"mode": "match"}}
            for pk, each in sheet.rows
        ],
    }
    return Answer({**told, "link": links} if links else told, media=FHIR)

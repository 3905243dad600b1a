"""Patients, their coverages and visits; names are searched in a body, never in an address."""

from datetime import date
from typing import Annotated

import msgspec
from ninja import Path, Query

from cleanclaim.api.cursors import Page, page_of, read_cursor
from cleanclaim.api.declaring import Answer, TokenRequest, operation, read_value
from cleanclaim.app.access import access
from cleanclaim.app.reading.encounters import (
    EncounterRow,
    EncounterView,
    list_encounters,
    read_encounter,
)
from cleanclaim.app.reading.patients import (
    AccountView,
    PatientRow,
    list_patients,
    read_patient,
)
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.registering import (
    CoverageCard,
    Registration,
    add_coverage,
    register_patient,
)
from cleanclaim.app.rights import Permission
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.claims.parties import Address, PersonName, Sex
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.patients.models import Coverage

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
Cursor = Annotated[str, Query(max_length=400)]
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Text = Annotated[str, msgspec.Meta(max_length=60)]


class Found(msgspec.Struct, frozen=True):
    """The number of the record that was made."""

    id: int


class PatientSearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The start of a name or an account number, and where the list goes on."""

    words: Annotated[str, msgspec.Meta(max_length=80)]
    cursor: Annotated[str, msgspec.Meta(max_length=400)] = ""


class NewAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a patient lives."""

    line: Name
    city: Name
    state: Annotated[str, msgspec.Meta(max_length=2)] = ""
    postal_code: Annotated[str, msgspec.Meta(max_length=15)] = ""
    second_line: Text = ""


class NewPatient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the front desk writes down; the number of another system is kept if there is one."""

    last_name: Name
    first_name: Name
    birth_on: date
    sex: Sex
    address: NewAddress
    middle_name: Annotated[str, msgspec.Meta(max_length=25)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    account_number: Annotated[str, msgspec.Meta(max_length=20)] = ""


class NewCoverage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the patient's own insurance card says; rank 1 pays first."""

    payer: Id
    member_id: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    starts_on: date
    rank: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    ends_on: date | None = None
    group_number: Annotated[str, msgspec.Meta(max_length=50)] = ""
    plan_name: Text = ""


class CoverageQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The day of service that is asked about; today where none is named."""

    service_on: date | None = None


class Verified(msgspec.Struct, frozen=True):
    """What the payer said: active, inactive or unknown, and why."""

    status: str
    reason: str
    service_on: date


@operation(
    "GET",
    "/patients",
    tag="patients",
    permission=Permission.PATIENTS_READ,
    answer=Page[PatientRow],
)
def list_all_patients(request: TokenRequest, cursor: Cursor = "") -> Page[PatientRow]:
    """List patient accounts by name."""
    return _patients(request, "", cursor)


@operation(
    "POST",
    "/patients/search",
    tag="patients",
    permission=Permission.PATIENTS_READ,
    answer=Page[PatientRow],
    body=PatientSearch,
)
def search_patients(request: TokenRequest) -> Page[PatientRow]:
    """Search accounts by the start of a name or by account number."""
    asked = read_value(request.content, PatientSearch)
    return _patients(request, asked.words, asked.cursor)


def _patients(request: TokenRequest, words: str, cursor: str) -> Page[PatientRow]:
    caller = request.caller
    after = read_cursor(cursor, "patients", caller)
    sheet = list_patients(caller.organization, words, after)
    record_listing("patients.listed", [row.id for row in sheet.rows], **caller.acting)
    return page_of(sheet, "patients", caller)


@operation(
    "POST",
    "/patients",
    tag="patients",
    permission=Permission.PATIENTS_WRITE,
    answer=Found,
    body=NewPatient,
    status=201,
    changes=True,
)
def register(request: TokenRequest) -> Answer:
    """Register a patient."""
    asked = read_value(request.content, NewPatient)
    patient = register_patient(
        **request.caller.acting,
        registration=Registration(
            PersonName(asked.last_name, asked.first_name, asked.middle_name),
            asked.birth_on,
            asked.sex,
            msgspec.convert(msgspec.to_builtins(asked.address), Address),
            asked.phone,
        ),
        account_number=asked.account_number.strip(),
    )
    return Answer(Found(patient.pk), 201, location=f"/api/v1/patients/{patient.pk}")


@operation(
    "GET",
    "/patients/{int:patient}",
    tag="patients",
    permission=Permission.PATIENTS_READ,
    answer=AccountView,
)
def show_patient(request: TokenRequest, patient: Number) -> AccountView:
    """Show one account with its coverages, visits, claims and money."""
    account = read_patient(request.caller.organization, patient)
    record_view("patient.viewed", patient, patient=patient, **request.caller.acting)
    return account


@operation(
    "POST",
    "/patients/{int:patient}/coverages",
    tag="patients",
    permission=Permission.PATIENTS_WRITE,
    answer=Found,
    body=NewCoverage,
    status=201,
    changes=True,
)
def cover_patient(request: TokenRequest, patient: Number) -> Found:
    """Record a coverage as the patient's card shows it."""
    asked = read_value(request.content, NewCoverage)
    caller = request.caller
    payer = access(Payer, asked.payer, organization=caller.organization)
    fields = msgspec.structs.asdict(asked)
    del fields["payer"]
    card = CoverageCard(**fields)
    return Found(add_coverage(**caller.acting, patient=patient, payer=payer, card=card).pk)


@operation(
    "POST",
    "/coverages/{int:coverage}/verify",
    tag="patients",
    permission=Permission.PATIENTS_WRITE,
    answer=Verified,
    body=CoverageQuestion,
    changes=True,
)
def verify(request: TokenRequest, coverage: Number) -> Verified:
    """Ask the payer about a coverage on a day of service."""
    caller = request.caller
    access(Coverage, coverage, organization=caller.organization)
    asked = read_value(request.content or b"{}", CoverageQuestion)
    day = asked.service_on or caller.today
    answer = verify_coverage(**caller.acting, coverage=coverage, service_on=day)
    return Verified(answer.status, answer.reason, day)


@operation(
    "GET",
    "/encounters",
    tag="patients",
    permission=Permission.PATIENTS_READ,
    answer=Page[EncounterRow],
)
def list_visits(request: TokenRequest, cursor: Cursor = "") -> Page[EncounterRow]:
    """List visits, the latest first."""
    caller = request.caller
    sheet = list_encounters(caller.organization, read_cursor(cursor, "encounters", caller))
    record_listing("encounters.listed", [row.id for row in sheet.rows], **caller.acting)
    return page_of(sheet, "encounters", caller)


@operation(
    "GET",
    "/encounters/{int:encounter}",
    tag="patients",
    permission=Permission.PATIENTS_READ,
    answer=EncounterView,
)
def show_visit(request: TokenRequest, encounter: Number) -> EncounterView:
    """Show one visit with its charges and claims."""
    view = read_encounter(request.caller.organization, encounter)
    acting = request.caller.acting
    record_view("encounter.viewed", encounter, patient=view.row.patient, **acting)
    return view

"""Records of ours as FHIR R4 resources: patients, coverages, visits, notes."""

import base64
from collections.abc import Mapping
from typing import Any

from cleanclaim.app.access import access, access_patient
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.fhir.reading import NPI
from cleanclaim.store.encounters.models import Encounter, Note
from cleanclaim.store.patients.models import Coverage, Patient

Resource = dict[str, object]
_GENDERS = {"F": "female", "M": "male"}
_RELATIONSHIPS = {"18": "self", "01": "spouse", "19": "child"}
# How a visit stands, in the words of R4's EncounterStatus.
_STATUSES = {"arrived": "arrived", "cancelled": "cancelled"}
_SYSTEM = "urn:cleanclaim:"


def patient_resource(row: Patient) -> Resource:
    """Write an account as a Patient."""
    address = row.address if isinstance(row.address, Mapping) else {}
    lines = [line for line in (address.get("line"), address.get("second_line")) if line]
    given = [name for name in (row.first_name, row.middle_name) if name]
    told: Resource = {
        "resourceType": "Patient",
        "id": str(row.pk),
        "identifier": [{"system": _SYSTEM + "account", "value": row.account_number}],
        "name": [{"use": "official", "family": row.last_name, "given": given}],
        "gender": _GENDERS.get(row.sex, "unknown"),
        "birthDate": row.birth_on.isoformat(),
    }
    if row.phone:
        told["telecom"] = [{"system": "phone", "value": row.phone}]
    place = {
        "line": lines,
        "city": address.get("city"),
        "state": address.get("state"),
        "postalCode": address.get("postal_code"),
    }
    if written := {key: value for key, value in place.items() if value}:
        told["address"] = [written]
    return told


def coverage_resource(row: Coverage) -> Resource:
    """Write a coverage; the payer is named by its identifier."""
    period = {"start": row.starts_on.isoformat()}
    if row.ends_on:
        period["end"] = row.ends_on.isoformat()
    kind = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"
    code = _RELATIONSHIPS.get(row.relationship, "other")
    return {
        "resourceType": "Coverage",
        "id": str(row.pk),
        "status": "active",
        "subscriberId": row.member_id,
        "beneficiary": {"reference": f"Patient/{row.patient_id}"},
        "relationship": {"coding": [{"system": kind, "code": code}]},
        "period": period,
        "payor": [
            {
                "identifier": {"system": _SYSTEM + "payer", "value": row.payer.identifier},
                "display": row.payer.name,
            }
        ],
        "order": row.rank,
    }


def encounter_resource(row: Encounter) -> Resource:
    """Write a visit; its class is not kept, so it is told as unknown."""
    day = row.service_on.isoformat()
    unknown = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
    return {
        "resourceType": "Encounter",
        "id": str(row.pk),
        "status": _STATUSES.get(row.status, "finished"),
        "class": {"system": unknown, "code": "UNK"},
        "subject": {"reference": f"Patient/{row.patient_id}"},
        "participant": [
            {
                "individual": {
                    "identifier": {"system": NPI, "value": row.provider.npi},
                    "display": str(row.provider),
                }
            }
        ],
        "period": {"start": day, "end": day},
        "location": [{"location": {"display": row.location.name}}],
    }


def note_resource(row: Note) -> Resource:
    """Write a signed note as a DocumentReference that holds its text."""
    content = base64.b64encode(row.text.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "id": str(row.pk),
        "status": "current",
        "docStatus": "final",
        "subject": {"reference": f"Patient/{row.encounter.patient_id}"},
        "date": row.signed_at.isoformat(),
        "author": [{"display": row.author}],
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": content}}],
        "context": {"encounter": [{"reference": f"Encounter/{row.encounter_id}"}]},
    }


def _patients(organization: int) -> Any:  # noqa: ANN401 - a query
    return Patient.objects.of(organization)


def _coverages(organization: int) -> Any:  # noqa: ANN401 - a query
    return Coverage.objects.of(organization).select_related("payer")


def _encounters(organization: int) -> Any:  # noqa: ANN401 - a query
    return Encounter.objects.of(organization).select_related("provider", "location")


def _notes(organization: int) -> Any:  # noqa: ANN401 - a query
    return Note.objects.of(organization).select_related("encounter")


# Each type: its rows, how one is written, and the way from a row to its patient.
TYPES: Mapping[str, tuple[Any, Any, str]] = {
    "Patient": (_patients, patient_resource, "pk"),
    "Coverage": (_coverages, coverage_resource, "patient"),
    "Encounter": (_encounters, encounter_resource, "patient"),
    "DocumentReference": (_notes, note_resource, "encounter__patient"),
}
_MODELS: Mapping[str, Any] = {
    "Patient": Patient,
    "Coverage": Coverage,
    "Encounter": Encounter,
    "DocumentReference": Note,
}


def read_resource(organization: int, kind: str, record: int) -> Resource:
    """Give one record as a resource; NotFoundError where there is none."""
    access(_MODELS[kind], record, organization=organization)
    rows, write, _ = TYPES[kind]
    found: Resource = write(rows(organization).get(pk=record))
    return found


def search_resources(
    organization: int, kind: str, *, patient: int | None = None, after: int | None = None
) -> Sheet[tuple[int, Resource]]:
    """Give records as resources, the newest first, with their numbers."""
    rows, write, way = TYPES[kind]
    known = rows(organization)
    wanted = known
    if patient is not None:
        access_patient(patient, organization=organization)
        wanted = known.filter(**{way: patient})
    cut, following = cut_sheet(wanted, known, (), after)
    return Sheet(tuple((row.pk, write(row)) for row in cut), following)


def search_accounts(organization: int, number: str) -> list[tuple[int, Resource]]:
    """Give the account of a number as a resource; none where there is none."""
    rows = Patient.objects.of(organization).filter(account_number=number)
    return [(row.pk, patient_resource(row)) for row in rows]

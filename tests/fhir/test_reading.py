"""Resources are cut out byte for byte, and read as people, visits, notes and charges."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from cleanclaim.fhir.bundles import Piece, cut_resources
from cleanclaim.fhir.reading import Reader
from cleanclaim.kernel.arrivals import Arrival, Happening, Numbered

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "extension": [{"url": "https://example.com/own", "valueDecimal": 1.10}],
    "identifier": [
        {"system": "https://example.com/mrn", "value": "R100"},
        {
            "system": "http://hl7.org/fhir/sid/us-ssn",
            "value": "999-99-0000",
            "type": {"coding": [{"code": "SS"}]},
        },
    ],
    "name": [{"use": "official", "family": "Waverly", "given": ["Nell", "J"]}],
    "gender": "female",
    "birthDate": "1984-08-21",
    "address": [
        {"line": ["12 Mill Road"], "city": "Riverbend", "state": "IL", "postalCode": "62100-1234"}
    ],
    "telecom": [{"system": "phone", "value": "2175550142"}],
}
ENCOUNTER: dict[str, Any] = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "finished",
    "class": {"code": "AMB"},
    "subject": {"reference": "Patient/p1"},
    "participant": [
        {
            "individual": {
                "reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1456000011"
            }
        }
    ],
    "period": {"start": "2026-04-09T23:30:00-05:00", "end": "2026-04-10T00:10:00-05:00"},
    "location": [{"location": {"reference": "Location/l1"}}],
}
COVERAGE: dict[str, Any] = {
    "resourceType": "Coverage",
    "id": "c1",
    "status": "active",
    "subscriberId": "M100001",
    "beneficiary": {"reference": "Patient/p1"},
    "payor": [{"display": "Payer One"}],
    "period": {"start": "2025-01-01"},
}


def note(text: bytes, kind: str = "text/plain; charset=utf-8", **more: object) -> dict[str, Any]:
    """Write a document of the visit."""
    data = base64.b64encode(text).decode()
    return {
        "resourceType": "DocumentReference",
        "id": "d1",
        "status": "current",
        "type": {"text": "Progress note"},
        "subject": {"reference": "Patient/p1"},
        "date": "2026-04-10T09:15:00Z",
        "content": [{"attachment": {"contentType": kind, "data": data}}],
        "context": {"encounter": [{"reference": "Encounter/e1"}]},
        **more,
    }


CHARGE: dict[str, Any] = {
    "resourceType": "ChargeItem",
    "id": "x1",
    "status": "billable",
    "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "99213"}]},
    "subject": {"reference": "Patient/p1"},
    "context": {"reference": "Encounter/e1"},
    "occurrenceDateTime": "2026-04-10",
    "quantity": {"value": 1},
    "priceOverride": {"value": 150.10, "currency": "USD"},
    "reason": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]}],
}


def bundle(*resources: Mapping[str, Any]) -> bytes:
    """Write a bundle whose entries know each other by uuid."""
    entries = [{"fullUrl": f"urn:uuid:{n}", "resource": each} for n, each in enumerate(resources)]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()


def read(resource: Mapping[str, Any], held: Mapping[str, bytes] | None = None) -> Arrival:
    arrival, findings = Reader(_piece(resource), _held(held or {})).read()
    assert findings == (), findings
    return arrival


def _held(resources: Mapping[str, bytes]) -> Callable[[str], bytes | None]:
    """Fetch from these resources."""

    def fetch(key: str) -> bytes | None:
        return resources.get(key)

    return fetch


def rules(resource: Mapping[str, Any]) -> list[str]:
    return [each.rule for each in Reader(_piece(resource), _held({})).read()[1]]


def _piece(resource: Mapping[str, Any]) -> Piece:
    (piece,) = cut_resources(json.dumps(resource).encode())
    return piece


def test_a_resource_keeps_its_bytes_with_what_nobody_knows() -> None:
    text = b'{ "resourceType":"Patient", "id":"p1",\n "unknown": 1.10, "x":"\\u00e9" }'
    (one,) = cut_resources(text)
    (other,) = cut_resources(b'{"resourceType":"Bundle","entry":[{"resource":' + text + b"}]}")
    assert one.content == other.content == text


def test_a_broken_line_is_told_and_the_rest_loaded() -> None:
    content = b"\n".join((json.dumps(PATIENT).encode(), b'{"resourceType": "Enc', b"", b"7",
                          json.dumps(ENCOUNTER).encode()))  # fmt: skip
    told = [(p.place, p.kind, p.finding is not None) for p in cut_resources(content)]
    assert told == [(1, "Patient", False), (2, "", True), (4, "", True), (5, "Encounter", False)]


def test_a_patient_is_read_without_numbers_of_the_state() -> None:
    told = read(PATIENT)
    assert told.person.numbers == (
        Numbered("Patient", "p1"),
        Numbered("https://example.com/mrn", "R100"),
    )
    assert (told.person.last, told.person.first, told.person.middle) == ("Waverly", "Nell", "J")
    assert (told.person.birth_on, told.person.sex) == (date(1984, 8, 21), "F")
    assert told.person.residence.postal_code == "621001234"
    assert read({**PATIENT, "birthDate": "1984"}).person.birth_on is None


def test_a_visit_is_on_the_day_that_was_written_there() -> None:
    told = read(ENCOUNTER)
    assert told.visit is not None
    assert told.visit.service_on == date(2026, 4, 9)
    assert (told.visit.practitioner.npi, told.visit.place) == ("1456000011", "l1")
    assert told.person.numbers == (Numbered("Patient", "p1"),)
    assert read({**ENCOUNTER, "status": "cancelled"}).happening is Happening.VISIT_CANCELLED


def test_a_practitioner_that_is_held_gives_the_npi() -> None:
    who = {
        "resourceType": "Practitioner",
        "id": "w1",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1456000011"}],
    }
    visit = {**ENCOUNTER, "participant": [{"individual": {"reference": "Practitioner/w1"}}]}
    told = read(visit, {"Practitioner/w1": json.dumps(who).encode()})
    assert told.visit is not None
    assert told.visit.practitioner.npi == "1456000011"
    unknown = read(visit)
    assert unknown.visit is not None
    assert (unknown.visit.practitioner.npi, unknown.visit.practitioner.number) == ("", "w1")


def test_addresses_inside_a_bundle_lead_to_its_resources() -> None:
    visit = {**ENCOUNTER, "subject": {"reference": "urn:uuid:0"}}
    _, second = cut_resources(bundle(PATIENT, visit))
    assert Reader(second, _held({})).read()[0].person.numbers == (Numbered("Patient", "p1"),)


def test_a_coverage_is_read_for_its_beneficiary() -> None:
    (insurance,) = read(COVERAGE).insurances
    assert (insurance.payer, insurance.member, insurance.relationship) == (
        "Payer One",
        "M100001",
        "18",
    )
    assert rules({**COVERAGE, "status": "cancelled", "subscriberId": ""}) == [
        "FHIR.STATUS",
        "FHIR.MEMBER",
    ]


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ("Café visit".encode(), "text/plain; charset=utf-8", "Café visit"),
        ("Café visit".encode("latin-1"), "text/plain;charset=ISO-8859-1", "Café visit"),
        ("Café visit".encode("utf-16"), "text/plain; charset=UTF-16", "Café visit"),
        (b"a\r\nb", "text/plain", "a\nb"),
        (b"<p>Seen &amp; well</p><script>x</script><p>Plan</p>", "text/html", "Seen & well\nPlan"),
    ],
)
def test_the_text_of_a_document_is_found_whatever_its_charset(
    content: bytes, kind: str, text: str
) -> None:
    (told,) = read(note(content, kind)).notes
    assert (told.text, told.kind, told.final) == (text, "Progress note", True)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\xff\xfe\xfa", "text/plain; charset=utf-8"),
        (b"x", "text/plain; charset=klingon"),
        (b"", "text/plain"),
    ],
)
def test_a_document_without_a_readable_text_is_told(content: bytes, kind: str) -> None:
    assert rules(note(content, kind)) == ["FHIR.TEXT"]


def test_a_binary_of_the_same_sender_is_opened_and_a_strangers_address_is_not() -> None:
    held = {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": "U2Vlbi4="}
    inside = note(b"x", content=[{"attachment": {"url": "Binary/b1"}}])
    assert read(inside, {"Binary/b1": json.dumps(held).encode()}).notes[0].text == "Seen."
    assert rules(note(b"x", content=[{"attachment": {"url": "https://192.0.2.1/x"}}])) == [
        "FHIR.TEXT"
    ]


def test_a_composition_keeps_the_places_of_its_sections() -> None:
    told = read(
        {
            "resourceType": "Composition",
            "id": "k1",
            "status": "final",
            "subject": {"reference": "Patient/p1"},
            "encounter": {"reference": "Encounter/e1"},
            "section": [
                {"title": "History", "text": {"div": "<div><p>Cough.</p></div>"}},
                {"title": "Plan", "text": {"div": "<div>Rest.</div>"}},
            ],
        }
    ).notes[0]
    assert told.text == "History\nCough.\n\nPlan\nRest."
    assert [told.text[s.start : s.end] for s in told.sections] == ["Cough.", "Rest."]


def test_a_charge_is_read_to_the_cent() -> None:
    (service,) = read(CHARGE).services
    assert (service.code, service.cents, service.diagnoses) == ("99213", 15_010, ("I10",))
    own = {"coding": [{"system": "http://snomed.info/sct", "code": "185349003"}]}
    assert rules({**CHARGE, "code": own}) == ["CHARGE.CODE"]
    assert rules({**CHARGE, "priceOverride": {"value": 1.005}}) == ["CHARGE.AMOUNT"]
    assert rules({**CHARGE, "quantity": {"value": 0}}) == ["CHARGE.UNITS"]


def test_what_no_record_holds_is_nothing_and_what_has_another_shape_is_told() -> None:
    assert read({"resourceType": "Observation", "id": "o1"}).happening is Happening.NOTHING
    assert rules({**PATIENT, "name": "Nell"}) == ["FHIR.SHAPE"]
    assert rules({**ENCOUNTER, "subject": {}}) == ["FHIR.PATIENT"]

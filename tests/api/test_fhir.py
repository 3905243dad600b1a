"""Records of ours as FHIR: read one, search many, and nothing beyond the token's right."""

import base64
import json
from typing import Any

from api.calling import Program, make_token, problem
from app.conftest import desk  # noqa: F401 - a fixture
from app.desk import VISIT, Desk
from cleanclaim.app.rights import Permission
from cleanclaim.fhir.bundles import cut_resources
from cleanclaim.fhir.reading import Reader
from cleanclaim.store.organizations.models import Role


def found(answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the client's response
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/fhir+json"
    told = answer.json()
    assert (told["resourceType"], told["type"]) == ("Bundle", "searchset")
    return [entry["resource"] for entry in told["entry"]]


def test_a_visit_is_told_as_resources_that_refer_to_one_another(desk: Desk) -> None:  # noqa: F811 - the fixture
    program = Program(make_token(desk.organization))
    claim = desk.assembled(desk.patient(), VISIT)
    (patient,) = found(program.get("/fhir/Patient"))
    assert patient["name"][0] == {"use": "official", "family": "Waverly", "given": ["Nell"]}
    assert (patient["gender"], patient["birthDate"]) == ("female", "1984-08-21")
    mine = f"?patient={patient['id']}"
    (coverage,) = found(program.get("/fhir/Coverage" + mine))
    (visit,) = found(program.get("/fhir/Encounter" + mine))
    (note,) = found(program.get("/fhir/DocumentReference" + mine))
    for each in (coverage["beneficiary"], visit["subject"], note["subject"]):
        assert each["reference"] == f"Patient/{patient['id']}"
    assert coverage["subscriberId"] == "M100001"
    assert visit["id"] == str(claim.encounter_id)
    assert note["context"]["encounter"][0]["reference"] == f"Encounter/{visit['id']}"
    text = base64.b64decode(note["content"][0]["attachment"]["data"]).decode()
    assert text == "Follow-up of high blood pressure."
    for each in (patient, coverage, visit, note):
        one = program.get(f"/fhir/{each['resourceType']}/{each['id']}")
        assert one.json() == each


def test_what_we_write_we_can_read(desk: Desk) -> None:  # noqa: F811 - the fixture
    program = Program(make_token(desk.organization))
    desk.assembled(desk.patient(), VISIT)
    for kind in ("Patient", "Coverage", "Encounter", "DocumentReference"):
        (resource,) = found(program.get(f"/fhir/{kind}"))
        (piece,) = cut_resources(json.dumps(resource).encode())
        arrival, findings = Reader(piece, lambda _key: None).read()
        assert findings == ()
        assert arrival.person.numbers


def test_an_account_is_found_by_its_number_in_the_body(desk: Desk) -> None:  # noqa: F811 - the fixture
    program = Program(make_token(desk.organization))
    patient = desk.patient()
    form = "application/x-www-form-urlencoded"
    for value in (patient.account_number, f"urn:cleanclaim:account%7C{patient.account_number}"):
        body = f"identifier={value}".encode()
        (one,) = found(program.post("/fhir/Patient/_search", body, key="", media=form))
        assert one["id"] == str(patient.pk)
    assert (
        found(program.post("/fhir/Patient/_search", b"identifier=A999", key="", media=form)) == []
    )
    refused = program.post("/fhir/Patient/_search", b"name=Waverly", key="", media=form)
    assert problem(refused)["status"] == 422


def test_a_long_list_goes_on_by_its_link(desk: Desk) -> None:  # noqa: F811 - the fixture
    program = Program(make_token(desk.organization))
    for _ in range(51):
        desk.patient()
    first = program.get("/fhir/Patient").json()
    (link,) = first["link"]
    rest = program.get(link["url"].removeprefix("/api/v1")).json()
    ids = [entry["resource"]["id"] for told in (first, rest) for entry in told["entry"]]
    assert (len(first["entry"]), len(set(ids)), "link" in rest) == (50, 51, False)


def test_only_a_token_that_may_read_patients_opens_it(desk: Desk) -> None:  # noqa: F811 - the fixture
    patient = desk.patient()
    narrow = make_token(desk.organization, Role.OWNER, frozenset({Permission.CLAIMS_READ}))
    for path in ("/fhir/metadata", "/fhir/Patient", f"/fhir/Patient/{patient.pk}"):
        assert Program(narrow).get(path).status_code == 403
        assert Program("").get(path).status_code == 401
    served = Program(make_token(desk.organization)).get("/fhir/metadata").json()
    assert served["fhirVersion"] == "4.0.1"
    assert Program(make_token(desk.organization)).get("/fhir/Patient?patient=1").status_code == 200

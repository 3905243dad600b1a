"""Lists go on where their cursor says, answers are tagged, and bodies are told where they err."""

import json
from datetime import date

import pytest

from api.calling import PATIENT, Program, make_token, problem
from app.desk import SERVICE_ON, Desk
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within
from conftest import NOW, REPOSITORY, Practice, make_practice


@pytest.fixture
def program(practice: Practice) -> Program:
    return Program(make_token(practice.organization))


def _many(organization: int, count: int) -> None:
    with within(organization):
        Patient.objects.bulk_create(
            Patient(
                organization_id=organization,
                account_number=f"B{number:04d}",
                last_name=f"Name{number % 7}",
                first_name="Same",
                birth_on=date(1990, 1, 1),
                sex="F",
                address={},
                registered_at=NOW,
            )
            for number in range(count)
        )


def test_pages_give_every_row_once(practice: Practice, program: Program) -> None:
    _many(practice.organization, 120)
    found = list[int]()
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        page = program.get(f"/patients?cursor={cursor}").json()
        found += [row["id"] for row in page["rows"]]
        cursor = page["next_cursor"]
        pages += 1
        if pages == 1:
            more = program.post("/patients", {**PATIENT, "last_name": "Aaron"})
            assert more.status_code == 201
    assert pages == 3
    assert len(found) == len(set(found)) == 120
    first = program.post("/patients/search", {"words": "name1"}).json()
    assert len(first["rows"]) == 17


def test_a_cursor_serves_its_own_list_and_organization_only(
    practice: Practice, program: Program
) -> None:
    other = make_practice().organization
    for organization in (practice.organization, other):
        _many(organization, 60)
    theirs = Program(make_token(other)).get("/patients").json()["next_cursor"]
    mine = program.get("/patients").json()["next_cursor"]
    assert program.get(f"/patients?cursor={mine}").status_code == 200
    for path, cursor in (
        ("/patients", theirs),
        ("/claims", mine),
        ("/patients", mine[:-1]),
        ("/patients", "60"),
    ):
        refused = problem(program.get(f"{path}?cursor={cursor}"))
        assert (refused["status"], refused["errors"][0]["place"]) == (422, "query.cursor")


def test_an_unchanged_answer_is_not_sent_again(practice: Practice, program: Program) -> None:
    Desk(practice.organization).patient()
    first = program.get("/patients")
    again = program.get("/patients", HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    program.post("/patients", PATIENT)
    later = program.get("/patients", HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert later.status_code == 200
    assert later.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"birth_on": "1990-02-31"}, "body.birth_on"),
        ({"sex": "Quillon-sex"}, "body.sex"),
        ({"last_name": "Q" * 61}, "body.last_name"),
        ({"last_name": ""}, "body.last_name"),
        ({"Quillon-field": 1}, "body"),
        ({"address": {"line": "Quillon-street"}}, "body.address"),
        ({"address": ["Quillon-street"]}, "body.address"),
    ],
)
def test_a_body_that_errs_is_told_where_and_never_quoted(
    program: Program, change: dict[str, object], place: str
) -> None:
    refused = program.post("/patients", {**PATIENT, **change})
    assert problem(refused)["status"] == 422
    (error,) = problem(refused)["errors"]
    assert error["place"] == place
    assert error["message"]
    assert b"Quillon" not in refused.content


def test_a_body_that_is_no_json_is_refused(program: Program) -> None:
    for body in (b"", b"{", b"\xff\xfe", b"[" * 5_000):
        refused = program.post("/patients", body, media="application/json")
        assert refused.status_code in {400, 422}
        problem(refused)
    for body in (b'{"words": "a\\u0000b"}', b'{"words": "a\x00b"}'):
        refused = program.post("/patients/search", body, media="application/json")
        assert refused.status_code in {400, 422}


def test_the_same_account_number_twice_is_a_conflict(practice: Practice, program: Program) -> None:
    asked = {**PATIENT, "account_number": "X1"}
    assert program.post("/patients", asked).status_code == 201
    refused = program.post("/patients", {**asked, "first_name": "Beth"})
    assert (refused.status_code, problem(refused)["code"]) == (409, "ledger-refused")
    assert b"Beth" not in refused.content


def test_the_ledger_balances_over_all_kinds(practice: Practice, program: Program) -> None:
    desk = Desk(practice.organization)
    desk.enroll()
    desk.submitted(desk.patient())
    kinds = program.get("/ledger/balances").json()
    assert sum(each["debit_cents"] for each in kinds) == 20_000 * 2
    assert sum(each["debit_cents"] - each["credit_cents"] for each in kinds) == 0
    owed = program.get("/ledger/accounts?kind=ar_insurance").json()["rows"]
    assert [row["cents"] for row in owed] == [20_000]


def test_a_claim_is_released_and_sent(practice: Practice, program: Program) -> None:
    desk = Desk(practice.organization)
    desk.enroll()
    with within(practice.organization):
        rows = Organization.objects.filter(pk=practice.organization)
        rows.update(synthetic_today=SERVICE_ON)
    claim = desk.assembled(desk.patient())
    released = program.post(f"/claims/{claim.pk}/release").json()
    assert released == {"claim": claim.pk, "state": "ready", "causes": []}
    sent = program.post("/claims/submit", {"payer": desk.payers[0].pk}).json()
    assert (sent["claims"], desk.state(claim)) == (1, "submitted")
    nothing = program.post("/claims/submit", {"payer": desk.payers[0].pk}).json()
    assert nothing == {"file": None, "claims": 0}


def test_a_held_claim_is_corrected_and_released(practice: Practice, program: Program) -> None:
    desk = Desk(practice.organization)
    desk.enroll()
    claim = desk.held()
    findings = program.get(f"/claims/{claim.pk}/findings").json()
    assert any(each["severity"] == "block" for each in findings)
    asked = {"reason": "one too many", "lines": [{"number": 1, "modifiers": ["25"]}]}
    corrected = program.post(f"/claims/{claim.pk}/correct", asked).json()
    assert corrected == {"claim": claim.pk, "state": "ready", "causes": []}
    resolved = program.get(f"/claims/{claim.pk}/findings?resolved=true").json()
    assert any(each["severity"] == "block" for each in resolved)
    changes: tuple[dict[str, object], ...] = (
        {"lines": [{"number": 9}]},
        {"lines": [{"number": 1, "units": "0"}]},
        {"lines": [{"number": 1, "diagnosis_pointers": [-1]}]},
        {"diagnoses": []},
        {"place_of_service": "x"},
        {"prior_authorization": "a*b"},
    )
    for change in changes:
        refused = program.post(f"/claims/{claim.pk}/correct", {"reason": "no", **change})
        assert refused.status_code == 422, (change, refused.content)


def test_the_guide_describes_every_operation(program: Program) -> None:
    from api.calling import operations

    described = Program("").get("/openapi.json").json()
    page = Program("").get("/docs").content.decode()
    assert described["openapi"].startswith("3.1")
    for each in operations():
        path = f"/api/v1{each.path}".replace("{int:", "{")
        told = described["paths"][path][each.method.lower()]
        assert told["x-permission"] == str(each.permission)
        assert f"<code>{each.method} {path}</code>" in page
    assert "https://" not in page
    assert "http://" not in page
    assert json.dumps(described).count("#/components/schemas/") > 50
    refs = {part.split('"')[0] for part in json.dumps(described).split("#/components/schemas/")[1:]}
    assert refs <= set(described["components"]["schemas"])


def test_the_page_of_the_api_is_current() -> None:
    from cleanclaim.api.page import api_page

    page = REPOSITORY / "docs" / "reference" / "api.md"
    assert page.read_text("utf-8") == api_page(), "run make reference"

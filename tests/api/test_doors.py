"""Each operation opens for whom its right says, and onto the token's own organization only."""

import random
import re
from collections.abc import Iterator, Mapping

import pytest
from django.http import HttpRequest
from ninja import NinjaAPI

from api.calling import ROOT, Program, bodies, make_token, operations, problem, records
from app.desk import Desk
from cleanclaim.app.rights import RIGHTS, Permission
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.encounters.models import Encounter, Note
from cleanclaim.store.events.models import Event
from cleanclaim.store.organizations.models import Role
from cleanclaim.store.patients.models import Coverage, Patient
from cleanclaim.store.remits.models import RemitRecord
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within
from conftest import make_practice

SECRETS = (b"Waverly", b"Nell", b"M100001", b"12 Mill Road", b"1984-08-21", b"C0000001")


class Two:
    """Two organizations with a record of each kind, and programs of either."""

    def __init__(self) -> None:
        self.ours, self.theirs = (Desk(make_practice().organization) for _ in range(2))
        for desk in (self.ours, self.theirs):
            desk.enroll()
        self.our_ids = records(self.ours)
        # Numbers of patients are per organization, rows are not: ours are never theirs.
        self.their_ids = records(self.theirs)
        self.programs = {role: Program(make_token(self.ours.organization, role)) for role in Role}


@pytest.fixture(scope="module")
def two(database: dict[str, str]) -> Iterator[Two]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.API_REQUESTS_A_MINUTE", 1_000_000)
        yield Two()


def filled(path: str, ids: Mapping[str, int]) -> str:
    words = {"system": "icd10cm", "code": "I10"}
    numbered = re.sub(r"{int:(\w+)}", lambda found: str(ids[found[1]]), path)
    return re.sub(r"{(\w+)}", lambda found: words[found[1]], numbered)


def test_every_role_opens_what_its_rights_say_and_nothing_else(two: Two) -> None:
    from cleanclaim.api.declaring import Entry

    tried = 0
    for declared in operations():
        path = filled(declared.path, two.our_ids)
        body = bodies(two.our_ids).get(declared.name, b"")
        for role in Role:
            opened = isinstance(declared.permission, Entry) or declared.permission in RIGHTS[role]
            answer = two.programs[role].call(declared.method, path, body)
            place = f"{role} {declared.method} {path}: {answer.status_code}"
            assert (answer.status_code != 403) == opened, place
            assert answer.status_code < 500, place
            if not opened:
                assert problem(answer)["code"] == "forbidden"
                assert not any(secret in answer.content for secret in SECRETS)
            tried += 1
    assert tried >= len(Role) * 30


def test_one_right_of_a_role_opens_that_alone(two: Two) -> None:
    token = make_token(two.ours.organization, Role.OWNER, frozenset({Permission.CODES_READ}))
    program = Program(token)
    assert program.get("/codes?q=pressure").status_code == 200
    assert program.get("/claims").status_code == 403
    beyond = make_token(two.ours.organization, Role.CODER, frozenset({Permission.REMITS_POST}))
    assert Program(beyond).get("/remits").status_code == 403


def test_without_a_token_nothing_but_the_guide_opens(two: Two) -> None:
    from cleanclaim.api.declaring import Entry

    nobody = Program("")
    for declared in operations():
        answer = nobody.call(declared.method, filled(declared.path, two.our_ids))
        if declared.permission is Entry.PUBLIC:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 401, declared.path
            assert problem(answer)["code"] == "unauthorized"
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_another_organizations_records_do_not_exist(two: Two) -> None:
    """Negative control at the end: the same paths with one's own numbers are found."""
    owner = two.programs[Role.OWNER]
    found = 0
    for declared in operations():
        if "{int:" not in declared.path:
            continue
        body = bodies(two.our_ids).get(declared.name, b"")
        answer = owner.call(declared.method, filled(declared.path, two.their_ids), body)
        assert (answer.status_code, problem(answer)["code"]) == (404, "not-found"), declared.path
        mine = owner.call(declared.method, filled(declared.path, two.our_ids), body)
        assert mine.status_code in {200, 201, 409}, (declared.path, mine.content)
        found += 1
    assert found >= 12


def owned(desk: Desk) -> dict[str, set[int]]:
    """Give the numbers of every record of the organization that a path can name."""
    kinds = {
        "patient": Patient,
        "claim": ClaimRecord,
        "remit": RemitRecord,
        "task": Task,
        "coverage": Coverage,
        "encounter": Encounter,
        "payer": Payer,
        "note": Note,
    }
    with within(desk.organization):
        return {
            name: set(model.objects.of(desk.organization).values_list("pk", flat=True))
            for name, model in kinds.items()
        }


def test_a_thousand_swapped_numbers_leak_nothing(two: Two) -> None:
    owner, chance = two.programs[Role.OWNER], random.Random(5)  # noqa: S311 - the same each time
    ours = owned(two.ours)
    beyond = [*range(1, 40), *(2**63 - 1, 10**9)]
    others = {
        kind: [*[two.their_ids[kind]] * 20, *(n for n in beyond if n not in numbers)]
        for kind, numbers in ours.items()
    }
    named = [each for each in operations() if "{int:" in each.path]
    by_body = [each for each in operations() if each.name in {"submit", "cover-patient"}]
    absent = owner.get("/claims/9000000001").content
    for _ in range(1_000):
        declared = chance.choice([*named, *by_body])
        swapped = {kind: chance.choice(numbers) for kind, numbers in others.items()}
        # A payer's number stands in the body: the patient in the path is then one of ours.
        ids = {**swapped, "patient": two.our_ids["patient"]} if declared in by_body else swapped
        body = bodies(swapped).get(declared.name, b"")
        answer = owner.call(declared.method, filled(declared.path, ids), body)
        assert answer.status_code == 404, (declared.path, ids, answer.content)
        assert answer.content == absent


def test_what_is_looked_at_is_an_event_of_the_token(two: Two) -> None:
    owner = two.programs[Role.AUDITOR]
    organization = two.ours.organization
    with within(organization):
        before = Event.objects.of(organization).latest("sequence").sequence
    for path in ("/patients", "/claims", "/denials?show=settled", "/encounters"):
        assert owner.get(path).status_code == 200
    ids = two.our_ids
    for path in (f"/patients/{ids['patient']}", f"/claims/{ids['claim']}/findings"):
        assert owner.get(path).status_code == 200
    assert owner.get(f"/remits/{ids['remit']}").status_code == 200
    with within(organization):
        told = Event.objects.of(organization).filter(sequence__gt=before).order_by("sequence")
        seen = [(event.actor_kind, event.action) for event in told]
    assert seen == [
        ("token", "patients.listed"),
        ("token", "claims.listed"),
        ("token", "denials.listed"),
        ("token", "encounters.listed"),
        ("token", "patient.viewed"),
        ("token", "claim.viewed"),
        ("token", "remit.viewed"),
    ]


def test_an_operation_without_a_right_stops_the_program() -> None:
    from cleanclaim.api.declaring import UndeclaredOperationError, refuse_undeclared

    refuse_undeclared()
    loose = NinjaAPI(title="loose", urls_namespace="loose")

    @loose.get("/open")
    def show(request: HttpRequest) -> str:
        return ""

    with pytest.raises(UndeclaredOperationError, match="GET /open"):
        refuse_undeclared(loose)


def test_what_is_not_there_is_told_as_a_problem(two: Two) -> None:
    owner = two.programs[Role.OWNER]
    assert problem(owner.get("/nothing"))["status"] == 404
    assert problem(owner.get("/patients/0"))["status"] == 404
    assert problem(owner.get(f"/patients/{10**30}"))["status"] == 404
    refused = owner.client.delete(f"{ROOT}/claims", HTTP_AUTHORIZATION="Bearer x")
    assert (problem(refused)["status"], refused.headers["Allow"]) == (405, "GET")
    strange = owner.client.get(f"{ROOT}/claims", HTTP_HOST="elsewhere.example")
    assert problem(strange)["code"] == "host"


def test_pages_know_no_token_and_the_api_no_session(two: Two) -> None:
    """A cookie opens nothing here, a token nothing there."""
    page = two.programs[Role.OWNER].client.get("/claims", **two.programs[Role.OWNER].own)
    assert page.status_code == 302
    assert page.headers["Location"].startswith("/sign-in")

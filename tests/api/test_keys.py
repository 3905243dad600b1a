"""A request that comes again under its key is answered alike and done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from api.calling import PATIENT, Program, make_token, problem
from app.desk import VISIT, Desk, era
from cleanclaim.app.replaying import Claimed, Given, claim_key, keep_answer, kept_for
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within
from cleanclaim.store.tokens.models import AccessToken, KeptAnswer
from conftest import Practice


@pytest.fixture
def program(practice: Practice) -> Program:
    return Program(make_token(practice.organization))


def patients(practice: Practice) -> int:
    with within(practice.organization):
        return int(Patient.objects.of(practice.organization).count())


def test_a_repeated_request_is_answered_alike_and_done_once(
    practice: Practice, program: Program
) -> None:
    first, again = (program.post("/patients", PATIENT, key="one") for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert patients(practice) == 1
    assert program.post("/patients", PATIENT, key="two").content != first.content
    assert patients(practice) == 2


def test_a_key_with_another_request_is_refused(practice: Practice, program: Program) -> None:
    program.post("/patients", PATIENT, key="one")
    other = program.post("/patients", {**PATIENT, "first_name": "Beth"}, key="one")
    assert (other.status_code, problem(other)["code"]) == (422, "api-key-reused")
    elsewhere = program.post("/patients/search", PATIENT, key="one")
    assert problem(elsewhere)["code"] == "api-key-reused"
    assert patients(practice) == 1


def test_what_changes_something_needs_a_key(practice: Practice, program: Program) -> None:
    for key in ("", "two words", "ü", "x" * 201):
        refused = program.post("/patients", PATIENT, key=key)
        assert (refused.status_code, problem(refused)["code"]) == (400, "key-missing")
    assert patients(practice) == 0
    assert program.post("/patients/search", {"words": ""}, key="").status_code == 200


def test_a_refusal_is_an_answer_too(practice: Practice, program: Program) -> None:
    """The claim is on its way: the key keeps that it could not be corrected then."""
    desk = Desk(practice.organization)
    desk.enroll()
    claim = desk.submitted(desk.patient(), VISIT)
    asked = {"reason": "a better code"}
    first, again = (program.post(f"/claims/{claim.pk}/correct", asked, key="one") for _ in range(2))
    assert (first.status_code, problem(first)["code"]) == (409, "claim-not-correctable")
    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"


def test_what_could_not_be_read_takes_no_key(practice: Practice, program: Program) -> None:
    assert program.post("/patients", {**PATIENT, "sex": "?"}, key="one").status_code == 422
    assert program.post("/patients", PATIENT, key="one").status_code == 201


def test_a_remittance_that_comes_again_is_posted_once(practice: Practice) -> None:
    desk = Desk(practice.organization)
    desk.enroll()
    program = Program(make_token(practice.organization))
    claim = desk.submitted(desk.patient(), VISIT)
    content = era(f"CLP*{claim.control_number}*1*200*200**12*ICN1~", paid="200")
    first = program.post("/remits", content, key="one")
    assert first.json()["remits"][0]["outcome"] == "posted"
    books = desk.books()
    assert program.post("/remits", content, key="one").content == first.content
    # Under another key it is done again, and met as what it is.
    assert program.post("/remits", content).json()["remits"][0]["outcome"] == "duplicate"
    assert desk.books() == books


def test_eight_at_once_are_done_once(practice: Practice, program: Program) -> None:
    def ask(_: int) -> tuple[int, bytes]:
        try:
            answer = Program(token).post("/patients", PATIENT, key="one")
            return answer.status_code, answer.content
        finally:
            connection.close()

    token = make_token(practice.organization)
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(8)))
    assert {status for status, _ in answers} == {201}
    assert len(answers) == 1
    assert patients(practice) == 1


class Keys:
    """The keys of one token, without a door."""

    def __init__(self, organization: int) -> None:
        make_token(organization)
        self.organization = organization
        with within(organization):
            self.token = AccessToken.objects.of(organization).latest("pk").pk

    def claim(self, key: str, now: datetime, request: str = "a") -> Claimed:
        who: dict[str, Any] = {"organization": self.organization, "token": self.token}
        return claim_key(**who, key=key, request=request, now=now)

    def kept(self) -> list[bytes]:
        with within(self.organization):
            rows = KeptAnswer.objects.of(self.organization).order_by("pk")
            return [bytes(row.body) for row in rows]


def test_a_key_is_free_again_and_its_answer_emptied_when_its_time_is_over(
    practice: Practice,
) -> None:
    keys, now = Keys(practice.organization), datetime.now(UTC)
    assert kept_for() >= timedelta(hours=24)
    for key in ("one", "two"):
        mine = keys.claim(key, now)
        given = Given(201, "application/json", b"{}")
        keep_answer(organization=practice.organization, record=mine.record, given=given)
    just_before = keys.claim("one", now + kept_for())
    assert just_before.given == Given(201, "application/json", b"{}")
    over = now + kept_for() + timedelta(seconds=1)
    assert keys.claim("one", over, "b").given is None
    # The other one, whom nobody asked for, was emptied on the way.
    assert keys.kept() == [b"", b""]

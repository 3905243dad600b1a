"""Nothing that is asked makes the API fail: every operation, from its own description."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.calling import Program, make_token, problem, records
from api.schemas import NASTY_NUMBERS, Shapes, texts
from app.desk import Desk, era
from conftest import make_practice
from engine.claim_files import spoilt_text


@pytest.fixture(scope="module")
def program(database: dict[str, str]) -> Iterator[Program]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.API_REQUESTS_A_MINUTE", 1_000_000)
        desk = Desk(make_practice().organization)
        desk.enroll()
        records(desk)
        yield Program(make_token(desk.organization))


def described() -> Mapping[str, Any]:
    found: Mapping[str, Any] = Program("").get("/openapi.json").json()
    return found


def operations_of(document: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    return [
        (path, method, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if told["security"]
    ]


def _path(draw: st.DataObject, path: str, told: Mapping[str, Any]) -> str:
    """Fill in the path: numbers that there may be, and what is no number."""
    for each in told.get("parameters", []):
        if each["in"] == "path":
            value = draw.draw(st.sampled_from((1, 2, 3)) | st.sampled_from(NASTY_NUMBERS) | texts)
            path = path.replace("{" + each["name"] + "}", quote(str(value), safe=""))
    return path.removeprefix("/api/v1")


def _query(draw: st.DataObject, shapes: Shapes, told: Mapping[str, Any]) -> str:
    asked = {
        each["name"]: draw.draw(shapes.nearly(each["schema"]))
        for each in told.get("parameters", [])
        if each["in"] == "query" and (each.get("required") or draw.draw(st.booleans()))
    }
    return f"?{urlencode(asked, errors='surrogatepass')}" if asked else ""


def _body(draw: st.DataObject, shapes: Shapes, told: Mapping[str, Any]) -> bytes:
    content = told.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        value = draw.draw(shapes.nearly(content["application/json"]["schema"]))
        return json.dumps(value).encode()
    whole = draw.draw(st.sampled_from((spoilt_text().encode()[:3_000], era(paid="0"), b"ISA*")))
    at, length = draw.draw(st.integers(0, len(whole))), draw.draw(st.integers(0, 40))
    return whole[:at] + draw.draw(st.binary(max_size=6)) + whole[at + length :]


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(draw=st.data())
def test_nothing_makes_an_operation_fail(program: Program, draw: st.DataObject) -> None:
    document = described()
    shapes = Shapes(document)
    path, method, told = draw.draw(st.sampled_from(operations_of(document)))
    where = _path(draw, path, told) + _query(draw, shapes, told)
    if method == "get":
        answer = program.get(where)
    else:
        media = next(iter(told.get("requestBody", {}).get("content", {})), "application/json")
        answer = program.post(where, _body(draw, shapes, told), media=media)
    assert answer.status_code < 500, (method, where)
    if answer.status_code >= 400:
        problem(answer)


def test_what_is_as_described_is_done(program: Program) -> None:
    """The strategies reach what they should, and the description tells what is accepted."""
    document = described()
    schema = document["components"]["schemas"]["NewPatient"]

    @settings(max_examples=12, deadline=None, derandomize=True, phases=(Phase.generate,))
    @given(value=Shapes(document, strict=True).value(schema))
    def ask(value: dict[str, object]) -> None:
        # The practice keeps each number once.
        answer = program.post("/patients", {**value, "account_number": ""})
        assert answer.status_code == 201, answer.content

    ask()

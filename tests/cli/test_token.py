"""``cleanclaim token``: a token made, listed without its secret, and revoked."""

import json

import pytest
from click.testing import CliRunner, Result

from api.calling import Program
from cleanclaim.cli import main
from conftest import Practice


def run(*words: str) -> Result:
    answer = CliRunner().invoke(main, ["token", *words])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


@pytest.fixture
def ours(practice: Practice) -> tuple[str, str]:
    return "--organization", str(practice.organization)


def test_a_token_is_made_listed_and_revoked(ours: tuple[str, str]) -> None:
    asked = ("create", "export", *ours, "--role", "biller", "--permission", "claims.read")
    made = json.loads(run(*asked, "--json").stdout)
    program = Program(made["token"])
    assert program.get("/self").json()["rights"] == ["claims.read"]
    listed = run("list", *ours, "--json").stdout
    (told,) = json.loads(listed)["tokens"]
    assert (told["id"], told["state"], told["role"]) == (made["id"], "active", "biller")
    assert made["token"] not in listed
    assert "export: active" in run("list", *ours).stdout
    assert run("revoke", str(made["id"]), *ours).stdout == "export is revoked\n"
    assert program.get("/self").status_code == 401
    assert run("create", "plain", *ours, "--role", "coder").stdout.startswith("cct_")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--role", "king"), "no role is called king"),
        (("--role", "owner", "--permission", "all"), "no permission is called all"),
        (("--role", "owner", "--days", "4000"), "a token holds for 1 to 365 days"),
    ],
)
def test_a_call_that_makes_no_token_says_why(
    ours: tuple[str, str], words: tuple[str, ...], told: str
) -> None:
    answer = run("create", "export", *ours, *words)
    assert answer.exit_code == 2
    assert told in answer.stderr
    assert not answer.stdout


def test_an_organization_that_is_not_there_is_told(ours: tuple[str, str]) -> None:
    answer = run("list", "--organization", "999999999")
    assert (answer.exit_code, "--organization" in answer.stderr) == (2, True)
    assert run("revoke", "999999999", *ours).exit_code == 2

"""Tokens: shown once, kept as a digest, over when they end, are revoked or their person leaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.calling import Program, make_token, problem
from app.desk import ACTOR, at
from cleanclaim.app.reading.tokens import list_tokens
from cleanclaim.app.tokening import (
    TokenTerms,
    TokenTermsError,
    create_token,
    find_caller,
    revoke_token,
)
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.tenancy import within
from cleanclaim.store.tokens.models import AccessToken
from conftest import Practice, make_practice
from web.conftest import SignIn


@pytest.fixture
def who(practice: Practice) -> dict[str, Any]:
    return {"organization": practice.organization, "actor": ACTOR, "at": at()}


def opens(text: str) -> bool:
    status = Program(text).get("/self").status_code
    assert status in {200, 401}
    return bool(status == 200)


def test_a_token_opens_until_it_is_revoked(who: dict[str, Any]) -> None:
    token, text = create_token(**who, terms=TokenTerms("export", 30, role=Role.BILLER))
    told = Program(text).get("/self").json()
    assert (told["name"], told["organization"]) == ("export", who["organization"])
    assert "claims.submit" in told["rights"]
    assert "tokens.manage" not in told["rights"]
    revoke_token(**who, token=token.pk)
    revoke_token(**who, token=token.pk)
    assert not opens(text)


def test_a_token_ends_by_itself(who: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    terms = TokenTerms("short", 1, role=Role.OWNER)
    _, over = create_token(**who, terms=terms, expires_at=now - timedelta(seconds=1))
    _, open_still = create_token(**who, terms=terms)
    assert not opens(over)
    assert opens(open_still)
    with within(who["organization"]):
        later = now + timedelta(days=1, seconds=5)
        assert find_caller(open_still, organization=who["organization"], now=later) is None
        states = [each.state for each in list_tokens(who["organization"], now)]
    assert states == ["active", "expired"]


def test_the_secret_is_kept_nowhere(who: dict[str, Any]) -> None:
    text = make_token(who["organization"])
    with within(who["organization"]):
        (row,) = AccessToken.objects.of(who["organization"]).values()
    secret = text.split("_", 3)[3]
    assert not any(secret in str(value) for value in row.values())
    assert len(row["digest"]) == 64


def test_nearly_a_token_is_none(who: dict[str, Any]) -> None:
    text = make_token(who["organization"])
    other = make_practice().organization
    _, organization, number, secret = text.split("_", 3)
    wrong = ("A" if secret[0] != "A" else "B") + secret[1:]
    for nearly in (
        "",
        "cct",
        text[:-1],
        text + "x",
        f"cct_{organization}_{number}_{wrong}",
        f"cct_{other}_{number}_{secret}",
        f"cct_{organization}_{int(number) + 1}_{secret}",
        f"cct_{'9' * 30}_{number}_{secret}",
    ):
        assert not opens(nearly), nearly
    assert opens(text)


def test_a_persons_token_opens_what_the_person_may_now(practice: Practice) -> None:
    who: dict[str, Any] = {"organization": practice.organization, "actor": ACTOR, "at": at()}
    _, text = create_token(**who, terms=TokenTerms("mine", 7, person=practice.user))
    program = Program(text)
    assert program.get("/self").json()["name"] == "mine of Olive Owner"
    assert program.get("/ledger/balances").status_code == 200
    with within(practice.organization):
        mine = Membership.objects.filter(user_id=practice.user)
        mine.update(role=Role.CODER.value)
    assert program.get("/ledger/balances").status_code == 403
    with within(practice.organization):
        Membership.objects.filter(user_id=practice.user).update(is_active=False)
    assert not opens(text)


@pytest.mark.parametrize(
    "terms",
    [
        TokenTerms(" ", 30, role=Role.OWNER),
        TokenTerms("x", 0, role=Role.OWNER),
        TokenTerms("x", 366, role=Role.OWNER),
        TokenTerms("x", 30),
        TokenTerms("x", 30, role=Role.OWNER, person=1),
        TokenTerms("x", 30, person=10**9),
    ],
)
def test_terms_that_no_token_has_are_refused(who: dict[str, Any], terms: TokenTerms) -> None:
    with pytest.raises(TokenTermsError):
        create_token(**who, terms=terms)


def test_a_token_may_ask_so_often_and_no_more(
    who: dict[str, Any], settings_of_the_door: dict[str, int]
) -> None:
    settings_of_the_door["API_REQUESTS_A_MINUTE"] = 2
    program, other = (Program(make_token(who["organization"])) for _ in range(2))
    assert [program.get("/self").status_code for _ in range(3)] == [200, 200, 429]
    refused = program.get("/self")
    assert problem(refused)["code"] == "too-many"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert other.get("/self").status_code == 200


def test_a_bucket_fills_evenly() -> None:
    from cleanclaim.api.rates import Rates

    now = [0.0]
    rates = Rates(lambda: now[0])
    assert [rates.take(1, 60) for _ in range(61)] == [0] * 60 + [1]
    now[0] = 2.0
    assert [rates.take(1, 60) for _ in range(3)] == [0, 0, 1]
    assert rates.take(2, 0) == 60


def test_an_owner_makes_and_revokes_tokens_on_a_page(practice: Practice, sign_in: SignIn) -> None:
    client = sign_in(practice)
    asked = {"name": "export", "whom": "biller", "days": "30", "permissions": ["claims.read"]}
    made = client.post("/tokens", asked).content.decode()
    text = made.split('id="token-text" class="mono" value="')[1].split('"')[0]
    assert opens(text)
    assert Program(text).get("/patients").status_code == 403
    again = client.get("/tokens").content.decode()
    assert text not in again
    assert "export" in again
    number = text.split("_")[2]
    assert client.post(f"/tokens/{number}/revoke").status_code == 302
    assert not opens(text)
    refused = client.post("/tokens", {**asked, "days": "9999"})
    assert refused.status_code == 422
    theirs = make_token(make_practice().organization).split("_")[2]
    assert client.post(f"/tokens/{theirs}/revoke").status_code == 404


def test_a_biller_makes_no_tokens(practice: Practice, sign_in: SignIn) -> None:
    client = sign_in(practice)
    with within(practice.organization):
        Membership.objects.filter(user_id=practice.user).update(role=Role.BILLER.value)
    assert client.get("/tokens").status_code == 403

"""Rules in the web app: written in a form, tried on history, switched on, seen on a claim."""

import re

from django.test import Client

from app.desk import VISIT, Desk, at, era
from cleanclaim.app.claiming import scrub_claim
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.tenancy import within
from conftest import Practice
from web.conftest import SignIn

FORM = {
    "slug": "drawn",
    "name": "No draw beside a visit",
    "joined": "all",
    "field-1": "code",
    "operator-1": "is",
    "value-1": "36415",
    "field-2": "claim_code",
    "operator-2": "is",
    "value-2": "992*",
    "severity": "block",
    "message": "the draw stands beside a visit",
    "hint": "bill the visit alone",
    "payer": "PAY01",
    "starts_on": "",
    "expires_on": "2027-12-31",
}


def _written(client: Client, **fields: str) -> str:
    """Write a rule and give the address of its page."""
    answer = client.post("/rules/new", {**FORM, **fields})
    assert answer.status_code == 302, re.findall(
        r'class="mistake"[^>]*>([^<]*)', str(answer.content)
    )
    return str(answer.headers["Location"])


def _notice(client: Client, page: str) -> str:
    text = client.get(page).content.decode()
    return text.split('role="status">')[1].split("</p>")[0] if 'role="status">' in text else ""


def test_a_rule_is_written_tried_and_switched_on_and_holds_a_claim(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    denied = desk.submitted(desk.patient(), VISIT)
    desk.posted(era(f"CLP*{denied.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~", paid="0"))
    client = sign_in(practice)
    page = _written(client)
    assert "DRAWN is written as version 1" in _notice(client, page)
    assert "Switch on" not in client.get(page).content.decode()
    client.post(f"{page}/on")
    assert _notice(client, page).startswith("Try the rule on history first")
    client.post(f"{page}/try")
    text = client.get(page).content.decode()
    assert "1 caught ($200.00), 0 wrongly held ($0.00)" in text
    assert f'href="/claims/{denied.pk}">{denied.control_number}' in text
    client.post(f"{page}/on")
    assert _notice(client, page) == "DRAWN is on."
    claim = desk.assembled(desk.patient("Abbot", "Ann"), VISIT)
    scrub_claim(**desk.who, at=at(), claim=claim.pk)
    shown = client.get(f"/claims/{claim.pk}").content.decode()
    assert "<code>USER.DRAWN</code> · own rule: No draw beside a visit" in shown
    assert "Bill the visit alone" in shown
    client.post(f"{page}/off")
    assert _notice(client, page) == "DRAWN is off."


def test_mistakes_stand_beside_what_they_are_about_and_nothing_is_lost(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    client = sign_in(practice)
    wrong = {"field-2": "age", "operator-2": "at least", "value-2": "old", "expires_on": "soon"}
    answer = client.post("/rules/new", {**FORM, "slug": "x", **wrong})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "1 place needs mending" in text  # what is no day first: the rule cannot be made yet
    answer = client.post("/rules/new", {**FORM, "slug": "x", **wrong, "expires_on": ""})
    text = answer.content.decode()
    assert "2 places need mending" in text
    assert 'aria-describedby="slug-wrong"' in text
    assert 'aria-describedby="value-2-wrong"' in text
    assert 'value="old"' in text
    assert "No draw beside a visit" in text
    assert "No rules yet." in client.get("/rules").content.decode()


def test_another_version_is_written_over_the_first(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    client = sign_in(practice)
    page = _written(client)
    client.post(f"{page}/try")
    client.post(f"{page}/on")
    answer = client.post(f"{page}/write", {**FORM, "message": "another word"})
    assert answer.headers["Location"] == page
    text = client.get(page).content.decode()
    assert "version 2" in text
    assert "Another word" in text
    assert "of an earlier version" in text
    assert "Switch off" not in text
    taken = client.post("/rules/new", FORM)
    assert taken.status_code == 422
    assert "There is a rule DRAWN already" in taken.content.decode()


def test_more_conditions_are_asked_for_without_losing_those_there(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    client = sign_in(practice)
    text = client.post("/rules/new", {**FORM, "more": "1"}).content.decode()
    assert 'name="field-5"' in text
    assert 'value="36415"' in text
    assert "No rules yet." in client.get("/rules").content.decode()


def test_coders_read_rules_and_write_none(practice: Practice, sign_in: SignIn, desk: Desk) -> None:
    page = f"/rules/{desk.rule().pk}"
    for role, reads in ((Role.CODER, 200), (Role.AUDITOR, 200), (Role.FRONT_DESK, 403)):
        with within(practice.organization):
            Membership.objects.filter(organization=practice.organization).update(role=role)
        client = sign_in(practice)
        answer = client.get(page)
        assert answer.status_code == reads, role
        assert b"Try on history" not in answer.content
        for where in ("/try", "/on", "/off", "/write"):
            assert client.post(page + where, FORM).status_code == 403, (role, where)
        assert client.post("/rules/new", FORM).status_code == 403

"""The page of messages: what waits, a person's word, merges, and nothing axe objects to."""

from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from app.desk import Desk, at
from app.test_importing import bring, configure, count, one
from cleanclaim.app.merging import merge_patients
from cleanclaim.store.messages.models import MessageState, PatientMerge
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within
from conftest import Practice
from hl7.feeds import charges, registration
from web.conftest import SignIn
from web.test_browser import CHROMIUM, TAGS, chromium, complaints, page  # noqa: F401

if TYPE_CHECKING:
    from playwright.sync_api import Page


def text_of(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, where
    return answer.content.decode()


def test_what_waits_is_listed_with_its_reason_and_tried_again(
    practice: Practice, desk: Desk, sign_in: SignIn
) -> None:
    client = sign_in(practice)
    assert "No message waits" in text_of(client, "/messages")
    configure(desk, charges=None)
    (line,) = bring(desk, charges())
    where = f"/messages/{line.message}"
    assert "does not say where these are" in text_of(client, "/messages")
    assert "CHARGE.MAP" in text_of(client, where)
    configure(desk)
    client.post(f"{where}/replay")
    assert "The message is imported." in text_of(client, where)
    assert "No message waits" in text_of(client, "/messages")
    assert "DFT^P03" in text_of(client, "/messages?outcome=imported")


def test_a_person_says_whose_message_it_is(practice: Practice, desk: Desk, sign_in: SignIn) -> None:
    client = sign_in(practice)
    configure(desk)
    here = desk.patient()
    (line,) = bring(desk, registration())
    where = f"/messages/{line.message}"
    assert here.account_number in text_of(client, where)
    client.post(f"{where}/settle", {"account": "x"})
    assert "Choose an account" in text_of(client, where)
    client.post(f"{where}/settle", {"account": str(here.pk)})
    assert "The message is imported." in text_of(client, where)
    assert count(desk, Patient) == 1


def test_a_message_is_laid_aside_and_a_merge_undone(
    practice: Practice, desk: Desk, sign_in: SignIn
) -> None:
    client = sign_in(practice)
    (line,) = bring(desk, charges())
    client.post(f"/messages/{line.message}/dismiss")
    assert one(desk, MessageState).outcome == "dismissed"
    told: dict[str, Any] = {**desk.who, "at": at()}
    first, second = desk.patient(), desk.patient()
    merge_patients(**told, survivor=first.pk, merged=second.pk, reason="one person")
    assert second.account_number in text_of(client, "/messages")
    client.post(f"/merges/{one(desk, PatientMerge).pk}/undo")
    assert "The accounts are two again." in text_of(client, "/messages")
    assert one(desk, PatientMerge).undone_at is not None


def test_who_only_reads_decides_nothing(practice: Practice, desk: Desk, sign_in: SignIn) -> None:
    (line,) = bring(desk, charges())
    with within(desk.organization):
        Membership.objects.filter(organization_id=desk.organization).update(role=Role.AUDITOR)
    client = sign_in(practice)
    assert "Lay aside" not in text_of(client, f"/messages/{line.message}")
    for action in ("replay", "settle", "dismiss"):
        assert client.post(f"/messages/{line.message}/{action}").status_code == 403


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_axe_finds_nothing_and_the_list_goes_by_keyboard(
    page: "Page",  # noqa: F811 - the fixture
    desk: Desk,
    complaints: list[str],  # noqa: F811 - the fixture
) -> None:
    configure(desk)
    desk.patient()
    told: dict[str, Any] = {**desk.who, "at": at()}
    first, second = desk.patient("Marlow", "Ada"), desk.patient("Marlow", "Ada")
    merge_patients(**told, survivor=first.pk, merged=second.pk, reason="one person")
    bring(desk, registration())
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_selector("h1:has-text('Messages')")
    _judge(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:has-text('Decide')")
    _judge(page)
    page.check("input[name=account]")
    page.click("text=It is this account")
    page.wait_for_selector("text=The message is imported.")
    assert complaints == []


def _judge(page: "Page") -> None:  # noqa: F811 - not the fixture
    page.evaluate((resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8"))
    asked = f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}})"
    found = page.evaluate(asked)["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []

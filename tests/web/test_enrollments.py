"""Enrollment in the web app: from a checklist to a grant, and what the gate says."""

from datetime import date
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from app.desk import Desk
from cleanclaim.app.releasing import release_claim
from cleanclaim.store.enrollments.models import Application, ApplicationItem
from cleanclaim.store.organizations.models import Membership, Organization, Role
from cleanclaim.store.tenancy import within
from conftest import Practice, make_practice
from web.conftest import SignIn
from web.test_browser import CHROMIUM, TAGS, chromium, complaints, page  # noqa: F401

if TYPE_CHECKING:
    from playwright.sync_api import Page

TODAY = date(2026, 5, 20)


@pytest.fixture
def outsider(practice: Practice) -> Desk:
    """Open a desk whose provider may bill nobody yet, with a claim that waits for it."""
    desk = Desk(practice.organization)
    with within(desk.organization):
        Organization.objects.filter(pk=desk.organization).update(synthetic_today=TODAY)
    claim = desk.assembled(desk.patient())
    release_claim(**desk.who, at=claim.created_at, claim=claim.pk)
    return desk


def notice(client: Client, where: str) -> str:
    text = client.get(where).content.decode()
    return text.split('role="status">')[1].split("</p>")[0] if 'role="status">' in text else ""


def opened(desk: Desk, client: Client) -> str:
    """Open an application as the form does and give its address."""
    asked = {
        "provider": desk.provider.pk,
        "payer": desk.payers[0].pk,
        "kind": "initial",
        "first_service_on": "2026-04-01",
    }
    client.post("/enrollments/new", asked)
    assert notice(client, "/enrollments") == "The application is open; what is missing is a task."
    with within(desk.organization):
        return f"/enrollments/{Application.objects.of(desk.organization).get().pk}"


def complete(desk: Desk, client: Client, where: str) -> None:
    with within(desk.organization):
        keys = list(ApplicationItem.objects.of(desk.organization).values_list("key", flat=True))
    for key in keys:
        client.post(f"{where}/items", {"key": key, "document": "scan"})


def test_an_application_goes_from_its_checklist_to_a_claim_that_leaves(
    practice: Practice, sign_in: SignIn, outsider: Desk
) -> None:
    client = sign_in(practice)
    where = opened(outsider, client)
    client.post(f"{where}/file", {"filed_on": "2026-05-02"})
    assert notice(client, where).startswith("5 required items are missing")
    listed = client.get("/enrollments").content.decode()
    assert "$200.00 held, 1 claims" in listed
    assert "Most is freed by" in listed
    complete(outsider, client, where)
    client.post(f"{where}/file", {"filed_on": "soon"})
    assert notice(client, where) == "Filed on is not a day"
    client.post(f"{where}/file", {"filed_on": "2026-05-02", "follow_up_on": "2026-05-18"})
    client.post(f"{where}/answer", {"state": "questioned", "on": "2026-05-10", "note": "W-9"})
    approved = {"on": "2026-05-20", "document": "letter 4"}
    client.post(f"{where}/approve", approved)
    assert "enter the letter" in notice(client, where)
    client.post(f"{where}/approve", {**approved, "stated_on": "2026-04-01"})
    assert notice(client, where) == "Effective 2026-04-01, billable from 2026-04-01."
    shown = client.get(where).content.decode()
    assert "letter 4" in shown
    assert "W-9" in shown
    assert "$0.00 held, 0 claims" in client.get("/enrollments?show=ended").content.decode()


def test_the_gate_is_asked_before_a_visit_is_booked(
    practice: Practice, sign_in: SignIn, outsider: Desk
) -> None:
    client = sign_in(practice)
    outsider.enroll(outsider.payers[0], since=date(2026, 6, 1))
    asked = f"/gate?rendering={outsider.provider.npi}&payer=PAY01"
    assert "CRED.NOT_YET_EFFECTIVE" in client.get(f"{asked}&on=2026-05-31").content.decode()
    passed = client.get(f"{asked}&on=2026-06-01").content.decode()
    assert "by enrollment letter" in passed
    assert "is not a day" in client.get(f"{asked}&on=").content.decode()


def test_a_grant_that_ends_puts_a_days_charges_at_risk(
    practice: Practice, sign_in: SignIn, outsider: Desk
) -> None:
    from app.desk import at
    from cleanclaim.app.enrolling import enroll_provider
    from cleanclaim.app.reading.enrollments import count_dollars
    from cleanclaim.kernel.spans import Span

    enroll_provider(
        **outsider.who,
        at=at(TODAY),
        provider=outsider.provider,
        payer=outsider.payers[0],
        span=Span(date(2026, 1, 1), date(2026, 6, 8)),
        source="contract of 2025",
    )
    with within(outsider.organization):
        told = count_dollars(outsider.organization, TODAY)
    # One claim of $200.00 in the 41 days since its service: $4.87 a day.
    assert told.at_risk_cents == (487 * 11, 487 * 41, 487 * 71)
    assert (told.held_cents, told.frees_most) == (0, None)
    assert "contract of 2025" in sign_in(practice).get("/enrollments").content.decode()


def test_only_who_may_changes_an_application_and_only_its_own_practice(
    practice: Practice, sign_in: SignIn, outsider: Desk
) -> None:
    client = sign_in(practice)
    where = opened(outsider, client)
    stranger = sign_in(make_practice())
    assert stranger.get(where).status_code == 404
    assert stranger.post(f"{where}/items", {"key": "npi"}).status_code == 404
    with within(outsider.organization):
        Membership.objects.filter(user=practice.user).update(role=Role.BILLER)
    assert client.get(where).status_code == 200
    assert client.post(f"{where}/file", {"filed_on": "2026-05-02"}).status_code == 403
    with within(outsider.organization):
        Membership.objects.filter(user=practice.user).update(role=Role.FRONT_DESK)
    assert client.get("/enrollments").status_code == 403


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_every_page_of_enrollment_is_accessible(
    page: "Page",  # noqa: F811 - the fixture
    complaints: list[str],  # noqa: F811 - the fixture
    practice: Practice,
    sign_in: SignIn,
    outsider: Desk,
) -> None:
    where = opened(outsider, sign_in(practice))
    asked = f"/gate?rendering={outsider.provider.npi}&payer=PAY01&on=2026-05-01"
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for place in ("/enrollments", where, asked):
            page.goto(place)
            page.evaluate("for (const each of document.querySelectorAll('details')) each.open = 1")
            page.evaluate(axe)
            run = f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}})"
            found = page.evaluate(run)["violations"]
            told = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found]
            assert told == [], place
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_selector("h1:has-text('Enrollment')")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:has-text('What belongs to it')")
    assert complaints == []

"""Follow-up in the web app: the round, proof, a void, terms, and a disputed underpayment."""

import json
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from app.desk import SERVICE_ON, VISIT, Desk, era
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.followup.models import PromptPayTerm, Variance
from cleanclaim.store.organizations.models import Membership, Organization, Role
from cleanclaim.store.tenancy import within
from conftest import Practice
from web.conftest import SignIn
from web.test_browser import CHROMIUM, TAGS, chromium, complaints, page  # noqa: F401

if TYPE_CHECKING:
    from playwright.sync_api import Page

LATE = SERVICE_ON + timedelta(30)
TERMS = json.dumps(
    {
        "name": "Agreement",
        "terms": [
            {
                "name": "visits",
                "pays": {"method": "fee_table", "fees": {"99213": 100, "36415": 8}},
                "starts_on": "2025-01-01",
            }
        ],
        "source": "exhibit B",
    }
)


def on_day(desk: Desk, day: date = LATE) -> None:
    with within(desk.organization):
        Organization.objects.filter(pk=desk.organization).update(synthetic_today=day)


def notice(client: Client, where: str) -> str:
    text = client.get(where).content.decode()
    return text.split('role="status">')[1].split("</p>")[0] if 'role="status">' in text else ""


def record(client: Client, what: str, /, **fields: str) -> str:
    client.post(f"/followup/terms/{what}", fields)
    return notice(client, "/followup/terms")


def underpaid(desk: Desk, client: Client) -> ClaimRecord:
    """Agree on a contract, have a claim paid below it, and make the round."""
    payer = str(desk.payers[0].pk)
    contract = {"payer": payer, "document": "Agreement of 2026", "source": "binder"}
    told = record(client, "contract", **contract, terms=TERMS, starts_on="2026-01-01")
    assert told == "Recorded. The next round uses it."
    claim = desk.submitted(desk.patient(), VISIT)
    lines = (
        "SVC*HC:99213*150*70~DTM*472*20260410~CAS*CO*45*80~REF*6R*1~"
        "SVC*HC:36415*50*8~DTM*472*20260410~CAS*CO*45*42~REF*6R*2~"
    )
    desk.posted(era(f"CLP*{claim.control_number}*1*200*78**12*ICN1~{lines}", paid="78"))
    client.post("/followup/round")
    return claim


def test_the_round_tells_what_it_did(practice: Practice, sign_in: SignIn, desk: Desk) -> None:
    on_day(desk)
    client = sign_in(practice)
    claim = desk.submitted(desk.patient())
    told = record(client, "pace", payer=str(desk.payers[0].pk), days="14", source="a call")
    assert told == "Recorded. The next round uses it."
    client.post("/followup/round")
    assert notice(client, "/followup").startswith("1 claims overdue, 1 asked about, 1 answered;")
    shown = client.get("/followup").content.decode()
    assert "30 late" in shown
    assert "not found" in shown
    assert claim.control_number in client.get("/followup?show=filing").content.decode()
    proof = client.get(f"/claims/{claim.pk}/proof").content.decode()
    assert "nothing is proven yet" in proof
    assert "A4:35" in proof
    assert f"CLM*{claim.control_number}*200*" in proof


def test_what_is_no_term_is_refused_in_words(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    client = sign_in(practice)
    payer = str(desk.payers[0].pk)
    assert record(client, "pace", payer=payer, days="soon", source="x") == "Days is a whole number"
    assert "no such" not in record(client, "nothing")
    wrong = {"payer": payer, "document": "d", "source": "s", "starts_on": "2026-01-01"}
    assert "truncated" in record(client, "contract", **wrong, terms="{")
    asked = {"payer": payer, "days": "30", "rate": "12000", "source": "law"}
    told = record(client, "prompt-pay", **asked, confidence="unverified", starts_on="2026-01-01")
    assert told.startswith("Recorded")
    with within(desk.organization):
        assert PromptPayTerm.objects.of(desk.organization).get().thousandths_percent == 12_000
    window = {"payer": payer, "kind": "later", "counted_from": "decision", "days": "90"}
    assert record(client, "window", **window, source="s", starts_on="2026-01-01")
    assert (
        "later claims: 90 days from the decision" in client.get("/followup/terms").content.decode()
    )


def test_a_claim_is_voided_with_a_reason_by_those_who_may(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    client = sign_in(practice)
    claim = desk.held()
    client.post(f"/claims/{claim.pk}/void", {"reason": " "})
    assert notice(client, f"/claims/{claim.pk}").startswith("Say why the claim is voided")
    with within(desk.organization):
        Membership.objects.filter(user=practice.user).update(role=Role.CODER)
    assert client.post(f"/claims/{claim.pk}/void", {"reason": "twice"}).status_code == 403
    with within(desk.organization):
        Membership.objects.filter(user=practice.user).update(role=Role.BILLER)
    client.post(f"/claims/{claim.pk}/void", {"reason": "entered twice"})
    assert desk.state(claim) == "voided"


def test_the_evidence_is_a_pdf_of_ones_own_practice(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    client = sign_in(practice)
    underpaid(desk, client)
    with within(desk.organization):
        variance = Variance.objects.of(desk.organization).get().pk
    answer = client.get(f"/underpayments/{variance}/evidence")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert client.get(f"/underpayments/{variance + 999}").status_code == 404
    assert client.get(f"/underpayments/{variance + 999}/evidence").status_code == 404


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_an_underpayment_is_disputed_in_the_browser(
    page: "Page",  # noqa: F811 - the fixture
    complaints: list[str],  # noqa: F811 - the fixture
    practice: Practice,
    sign_in: SignIn,
    desk: Desk,
) -> None:
    on_day(desk)
    claim = underpaid(desk, sign_in(practice))
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    with within(desk.organization):
        variance = Variance.objects.of(desk.organization).get().pk
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for place in (
            "/followup",
            "/followup?show=filing",
            "/followup/terms",
            f"/claims/{claim.pk}/proof",
            "/underpayments",
            f"/underpayments/{variance}",
        ):
            page.goto(place)
            page.evaluate("for (const each of document.querySelectorAll('details')) each.open = 1")
            page.evaluate(axe)
            asked = f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}})"
            found = page.evaluate(asked)["violations"]
            told = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found]
            assert told == [], place
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("v")
    page.wait_for_selector("h1:has-text('Underpayments')")
    page.check(f"input[name=line][value='{variance}']")
    page.fill("#note", "Exhibit B, line 4")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice:has-text('1 lines are in dispute: $30.00')")
    page.goto("/underpayments?state=disputed")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('99213')")
    assert "CAS*CO*45*80" in page.inner_text("main")
    assert complaints == []

"""Denials in the web app: by keys in a real browser, in bulk with a preview, letters as PDF."""

import os
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from app.denied import TODAY, case_of, live_on, refuse, refuse_many, view_of
from app.desk import Desk, at
from cleanclaim.app.appealing import draft_appeal
from cleanclaim.store.denials.models import Appeal, DenialCase
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.tenancy import within
from conftest import Practice
from web.conftest import SignIn
from web.test_browser import CHROMIUM, TAGS, chromium, complaints, page  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from playwright.sync_api import Page

DENIALS = 20
STROKES_MOST = 15


def _letters(desk: Desk, state: str) -> list[Appeal]:
    with within(desk.organization):
        rows = Appeal.objects.of(desk.organization).filter(state=state)
        return list(rows.select_related("case__claim").order_by("pk"))


def test_a_bulk_action_is_shown_before_it_is_done(practice: Practice, sign_in: SignIn) -> None:
    desk = Desk(practice.organization)
    desk.enroll()
    fit = case_of(desk, refuse(desk, number=1)).pk
    unfit = case_of(desk, refuse(desk, "CAS*CO*16*200~", remark="MA130", number=2)).pk
    live_on(desk)
    client = sign_in(practice)
    asked = {"action": "appeal", "case": [str(fit), str(unfit)]}
    shown = client.post("/denials/many", asked).content.decode()
    assert "Make letters: 1 of 2" in shown
    assert "this refusal cannot be appealed" in shown
    assert _letters(desk, "drafted") == []
    client.post("/denials/many/do", asked)
    (letter,) = _letters(desk, "drafted")
    assert letter.case_id == fit
    every = client.get("/appeals/letters.pdf")
    assert every.headers["Content-Type"] == "application/pdf"
    assert (
        letter.case.claim.control_number
        in PdfReader(BytesIO(every.content)).pages[0].extract_text()
    )
    client.post(f"/appeals/{letter.pk}/sent", {"channel": "portal", "proof": "P-1"})
    client.post(f"/appeals/{letter.pk}/outcome", {"outcome": "partly", "won": "$50.00"})
    assert view_of(desk, case_of(desk, letter.case.claim)).row.cents == 15_000


def test_a_biller_asks_and_an_owner_approves_a_write_off(
    practice: Practice, sign_in: SignIn
) -> None:
    desk = Desk(practice.organization)
    desk.enroll()
    case = case_of(desk, refuse(desk)).pk
    client = sign_in(practice)
    _become(practice, Role.BILLER)
    client.post(f"/denials/{case}/write-off", {"reason": "too small"})
    view = view_of(desk, case_of(desk, desk.claim(_claim(desk, case))))
    (request,) = view.requests
    decide = f"/write-offs/{request.id}/decide"
    assert client.post(decide, {"decision": "approve"}).status_code == 403
    _become(practice, Role.OWNER)
    assert client.post(decide, {"decision": "approve"}).status_code == 302
    assert view_of(desk, case_of(desk, desk.claim(view.row.claim))).row.status == "written_off"


def _claim(desk: Desk, case: int) -> int:
    with within(desk.organization):
        return int(DenialCase.objects.of(desk.organization).get(pk=case).claim_id)


def _become(practice: Practice, role: Role) -> None:
    with within(practice.organization):
        rows = Membership.objects.filter(organization_id=practice.organization)
        rows.update(role=role)


def test_a_late_letter_is_refused_with_its_reason(practice: Practice, sign_in: SignIn) -> None:
    desk = Desk(practice.organization)
    desk.enroll()
    case = case_of(desk, refuse(desk)).pk
    client = sign_in(practice)  # on the real day, long after the last one
    answer = client.post(f"/denials/{case}/letter")
    assert answer.headers["Location"] == f"/denials/{case}"
    assert "name the good cause" in client.get(f"/denials/{case}").content.decode()
    assert _letters(desk, "drafted") == []


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_twenty_denials_of_one_cause_are_worked_by_keys(
    page: "Page",  # noqa: F811 - the fixture
    desk: Desk,
    complaints: list[str],  # noqa: F811 - the fixture
) -> None:
    refuse_many(desk, DENIALS)
    live_on(desk)
    strokes = 0

    def press(key: str) -> None:
        nonlocal strokes
        strokes += 1
        page.keyboard.press(key)

    page.goto("/denials?by=cause&cause=documentation")
    page.wait_for_selector(".denials tbody tr")
    _look(page, "denials")
    press("j")
    for left in range(DENIALS, 0, -1):
        with page.expect_popup() as opened:
            press("p")
        opened.value.close()
        page.wait_for_selector("[data-row]:focus-within [data-key=s]")
        press("s")
        page.wait_for_function(
            "n => document.querySelectorAll('.denials tbody tr').length === n", arg=left - 1
        )
    assert strokes / DENIALS < STROKES_MOST
    letters = _letters(desk, "sent")
    assert len(letters) == DENIALS
    answer = page.request.get(f"/appeals/{letters[0].pk}/letter.pdf")
    text = PdfReader(BytesIO(answer.body())).pages[0].extract_text()
    assert letters[0].case.claim.control_number in text
    assert [told for told in complaints if "Failed to load" not in told] == []


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_keys_plan_note_select_and_undo_and_axe_finds_nothing(
    page: "Page",  # noqa: F811 - the fixture
    desk: Desk,
) -> None:
    cases = [case_of(desk, refuse(desk, number=n)) for n in (1, 2, 3)]
    live_on(desk)
    draft_appeal(**desk.who, at=at(TODAY), case=cases[2].pk)
    page.goto("/denials")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_selector("[data-row]:focus-within [data-key=z]")
    page.keyboard.press("z")
    page.wait_for_selector("[data-row]:focus-within [data-key=z]", state="detached")
    page.keyboard.press("w")
    page.keyboard.type("asked by phone")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice:has-text('Noted')")
    page.keyboard.press("X")
    page.keyboard.press("A")
    page.wait_for_selector("h1:has-text('Accept plans: 3 of 3')")
    _axe(page)
    page.keyboard.press("y")
    page.wait_for_selector(".notice:has-text('Done with 3 denials')")
    for place in ("/denials", f"/denials/{cases[2].pk}", "/denials/patterns"):
        page.goto(place)
        _axe(page)
        _look(page, place.strip("/").replace("/", "-"))


def _axe(page: "Page") -> None:  # noqa: F811 - not the fixture
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.evaluate(axe)
    asked = f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}})"
    found = page.evaluate(asked)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def _look(page: "Page", name: str) -> None:  # noqa: F811 - not the fixture
    """Keep pictures of both widths where somebody wants to look at them."""
    folder = os.environ.get("CLEANCLAIM_PICTURES")
    for width in (1280, 390) if folder else ():
        page.set_viewport_size({"width": width, "height": 860})
        page.screenshot(path=Path(str(folder)) / f"{name}-{width}.png", full_page=False)
    page.set_viewport_size({"width": 1440, "height": 900})

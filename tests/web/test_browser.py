"""A real browser: nothing that axe objects to, every list by keyboard, pages that stay alive."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.desk import VISIT, Desk, at, era
from conftest import Practice

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """Collect what the browser's console complains of; a page that loads quietly adds nothing."""
    return []


@pytest.fixture
def page(
    chromium: "Browser", server: str, practice: Practice, complaints: list[str]
) -> Iterator["Page"]:
    """Open a page that is signed in."""
    context = chromium.new_context(base_url=server, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: _refuse_elsewhere(asked.url, server, complaints))
    opened.goto("/sign-in")
    opened.fill("#email", practice.email)
    opened.fill("#password", practice.password)
    opened.press("#password", "Enter")
    opened.wait_for_selector("h1:has-text('Today')")
    yield opened
    context.close()


def _refuse_elsewhere(url: str, server: str, complaints: list[str]) -> None:
    if not url.startswith((server, "data:")):
        complaints.append(f"asked {url}")


def _places(desk: Desk) -> list[str]:
    """Fill the practice with one of each and give the pages that show them."""
    from cleanclaim.store.ledger.models import Account
    from cleanclaim.store.tenancy import within

    claim = desk.submitted(desk.patient(), VISIT)
    denied = f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~"
    remit = desk.posted(era(denied, paid="0")).remit
    with within(desk.organization):
        account = Account.objects.of(desk.organization).latest("pk").pk
    return [
        *("/", "/patients", "/claims", "/held", "/denials", "/remits", "/ledger", "/search"),
        "/audit?verify=1",
        "/ledger/kinds/ar_insurance",
        f"/ledger/accounts/{account}",
        f"/patients/{claim.patient_id}",
        *("/statements", "/credits", "/statements/policy", f"/patients/{claim.patient_id}/billing"),
        f"/claims/{claim.pk}",
        f"/claims/{desk.held().pk}",
        f"/remits/{remit}",
        *("/codes?q=knee", "/reference", "/rules", "/rules/new", f"/rules/{desk.tried().pk}"),
        *("/tokens", "/api/v1/docs"),
        "/organizations",
        "/no-such-page",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    page: "Page", desk: Desk, complaints: list[str], scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    for place in _places(desk):
        page.goto(place)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        page.evaluate(axe)
        asked = f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}})"
        found = page.evaluate(asked)["violations"]
        told = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found]
        assert told == [], place
    expected = "404 (Not Found)"  # the page that does not exist
    assert [text for text in complaints if expected not in text] == []


def test_axe_can_find_something(page: "Page") -> None:
    """Negative control: the same check on a page that was spoiled."""
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate("document.querySelector('#search').labels[0].remove()")
    page.evaluate("document.querySelector('#search').removeAttribute('placeholder')")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document)")["violations"]
    assert "label" in [violation["id"] for violation in found]


def test_a_list_is_worked_by_keyboard(page: "Page", desk: Desk) -> None:
    patient = desk.patient()
    claims = [desk.assembled(patient) for _ in range(3)]
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_selector("h1:has-text('Claims')")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")  # stays on the last row
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"h1:has-text('{claims[1].control_number}')")
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.id") == "why"
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.wait_for_selector("h1:has-text('Claims')")
    page.keyboard.press("/")
    page.keyboard.type(claims[0].control_number)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"h1:has-text('{claims[0].control_number}')")


def test_single_keys_can_be_switched_off(page: "Page", desk: Desk) -> None:
    desk.assembled(desk.patient())
    page.goto("/claims")
    page.keyboard.press("?")
    page.check("#keys-off")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('[data-row]')") is None
    page.click("[data-keys-help]")
    page.uncheck("#keys-off")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('[data-row]') !== null")


def test_an_open_page_follows_the_work_of_others_and_keeps_the_focus(
    page: "Page", desk: Desk
) -> None:
    from cleanclaim.app.releasing import release_claim

    claim = desk.assembled(desk.patient())
    page.goto("/claims")
    page.wait_for_selector(f"a:has-text('{claim.control_number}')")
    page.wait_for_timeout(600)  # let the stream open
    page.keyboard.press("j")
    assert page.locator("tr[data-row] .badge").inner_text() == "draft"
    release_claim(**desk.who, at=at(), claim=claim.pk)
    page.wait_for_selector("tr[data-row] .badge:has-text('ready')", timeout=10_000)
    assert page.evaluate("document.activeElement.id") == f"claim-{claim.pk}"


def test_a_finding_is_mended_by_keyboard_and_checked_at_once(page: "Page", desk: Desk) -> None:
    claim = desk.held()
    page.goto(f"/claims/{claim.pk}")
    page.wait_for_selector("h3:has-text('For the coder')")
    page.keyboard.press("m")
    assert page.evaluate("document.activeElement.labels[0].innerText") == "Modifiers of line 1"
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.refused")
    assert page.evaluate("document.activeElement.value") == "2"  # the focus stayed
    page.keyboard.press("Control+a")
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice:has-text('Modifiers of line 1 mended')")
    page.wait_for_selector("h3:has-text('For the coder')", state="detached")
    assert page.locator("tbody td.mono", has_text="25").count() == 1
    assert page.evaluate("document.activeElement !== document.body")


def test_a_rule_is_written_tried_and_switched_on(page: "Page", desk: Desk) -> None:
    desk.submitted(desk.patient(), VISIT)
    page.goto("/rules/new")
    page.fill("#slug", "DRAWN")
    page.fill("#name", "No draw beside a visit")
    page.select_option("#field-1", "code")
    page.fill("#value-1", "36415")
    page.click("button:has-text('More conditions')")
    page.wait_for_selector("#field-5")
    assert page.input_value("#value-1") == "36415"
    page.fill("#message", "the draw stands beside a visit")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('DRAWN')")
    page.click("button:has-text('Try on history')")
    page.wait_for_selector(".notice:has-text('Tried on 1 claims: 0 caught')")
    page.click("button:has-text('Switch on')")
    page.wait_for_selector("h1 .badge:has-text('on')")


def test_codes_appear_while_one_types(page: "Page", complaints: list[str]) -> None:
    # The program makes ICD-10-CM ready in the background after its start.
    page.goto("/codes")
    page.wait_for_function(
        """async () => (await (await fetch("/codes?q=I10")).text()).includes("hypertension")""",
        timeout=120_000,
        polling=1_000,
    )
    page.click("#q")
    page.keyboard.type("essential hypert", delay=20)
    page.wait_for_selector("#hit-icd10cm-I10")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 .badge:has-text('billable')")
    assert complaints == []

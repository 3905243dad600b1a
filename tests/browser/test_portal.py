"""A patient on a phone: opens the link, understands the balance, pays in two parts."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.bills import Bills
from app.desk import Desk
from cleanclaim.app.inviting import make_link
from conftest import Practice
from web.conftest import server  # noqa: F401 - the server as people run it

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTH = 390

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@pytest.fixture
def desk(practice: Practice) -> Desk:
    opened = Desk(practice.organization)
    opened.enroll()
    return opened


@pytest.fixture
def phone(server: str) -> Iterator["Page"]:  # noqa: F811 - the fixture of that name
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(
            base_url=server,
            viewport={"width": WIDTH, "height": 844},
            has_touch=True,
            is_mobile=True,
            locale="en-US",
        )
        yield context.new_page()
        browser.close()


def look(page: "Page", name: str, folder: Path) -> None:
    """Keep a picture, and find nothing that axe objects to nor anything wider than the phone."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    page.evaluate((resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8"))
    asked = f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}})"
    found = page.evaluate(asked)["violations"]
    told = [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found]
    assert told == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, name


def test_a_patient_opens_the_link_understands_and_pays_in_two_parts(
    phone: "Page", desk: Desk, tmp_path: Path
) -> None:
    bills = Bills(desk)
    claim = bills.share(8_000)
    link = make_link(**bills.on(hour=0), patient=claim.patient_id)
    complaints: list[str] = []
    phone.on("console", lambda said: complaints.append(said.text))
    phone.goto(f"/portal/enter/{link}")
    look(phone, "enter", tmp_path)
    phone.fill("#answer", "08/21/1984")
    phone.click("button:has-text('Open my bill')")
    phone.wait_for_selector(".amount:has-text('$80.00')")
    phone.click("summary:has-text('Why is this mine?')")
    phone.wait_for_selector("text=Deductible: what your plan has you pay first each year")
    look(phone, "account", tmp_path)
    assert "Waverly" not in phone.url

    phone.fill("#amount", "30.00")
    phone.click("button:has-text('Continue to card')")
    look(phone, "card", tmp_path)
    phone.fill("#number", "4000 0000 0000 0002")
    phone.click("button:has-text('Pay $30.00')")
    phone.wait_for_selector(".notice.refused:has-text('declined')")
    phone.click("summary:has-text('Pay a part')")
    phone.fill("#amount", "30.00")
    phone.click("button:has-text('Continue to card')")
    phone.fill("#number", "4242 4242 4242 4242")
    phone.click("button:has-text('Pay $30.00')")
    phone.wait_for_selector(".notice.done:has-text('$30.00')")
    phone.wait_for_selector(".amount:has-text('$50.00')")
    phone.click("button:has-text('Español')")
    phone.wait_for_selector("h2:has-text('Lo que debe ahora')")
    look(phone, "cuenta", tmp_path)

    phone.click("button:text-is('Pagar $50.00')")
    phone.fill("#number", "4242 4242 4242 4242")
    phone.click("button:has-text('Pagar $50.00')")
    phone.wait_for_selector("text=No debe nada ahora.")
    look(phone, "pagado", tmp_path)
    assert bills.account(claim).due_cents == 0
    assert desk.state(claim) == "closed"
    assert complaints == []

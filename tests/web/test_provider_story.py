"""One story in a browser: from an NPI to a decision, a licence that ends, and claims that leave."""

import re
from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.credentialed import leie, listed
from app.desk import Desk, at
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.submitting import submit_claims
from cleanclaim.store.claims.models import ClaimRecord, Hold
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.tenancy import within
from conftest import Practice

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DECIDED_ON, ENDED_ON, LATER = date(2026, 3, 2), date(2026, 3, 31), date(2026, 4, 10)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


class Story:
    """A coordinator at the screen; the practice's calendar is turned by hand."""

    def __init__(self, page: "Page", desk: Desk, folder: Path) -> None:
        self.page, self.desk, self.folder = page, desk, folder
        self.file = f"/providers/{desk.provider.pk}"

    def today(self, day: date) -> None:
        with within(self.desk.organization):
            rows = Organization.objects.filter(pk=self.desk.organization)
            rows.update(synthetic_today=day)

    def told(self, text: str) -> None:
        self.page.wait_for_selector(f".notice.done:has-text('{text}')")

    def look(self, name: str) -> None:
        """Keep a picture of the page and find nothing that axe objects to."""
        page = self.page
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        axe = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
        page.evaluate(axe)
        asked = f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}})"
        found = page.evaluate(asked)["violations"]
        told = [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found]
        assert told == [], name

    def bring(self, field: str, name: str, media: str, content: bytes) -> None:
        """Choose a file in a form."""
        payload: FilePayload = {"name": name, "mimeType": media, "buffer": content}
        self.page.set_input_files(field, payload)

    def add(self, kind: str, **fields: str) -> None:
        """Record an element by its form."""
        self.page.goto(f"{self.file}?add={kind}")
        for name, value in fields.items():
            self.page.fill(f"#new-{name}", value)
        self.page.click("button:text-is('Record')")
        self.told("Recorded")

    def verify(self, element: str, which: str = "the file as a whole", seen: str = "") -> None:
        """Record what a source said, with what was seen."""
        page = self.page
        page.goto(self.file)
        page.select_option("#element", element)
        options = page.locator("#number option").all_inner_texts()
        page.select_option("#number", label=next(o for o in options if o.startswith(which)))
        page.fill("#source", "the primary source")
        content = f"{element} {which} {seen} was seen".encode()
        page.set_input_files(
            "#evidence", {"name": "p.txt", "mimeType": "text/plain", "buffer": content}
        )
        page.click("button:text-is('Record the answer')")
        self.told("verified")


@pytest.fixture
def story(server: str, practice: Practice, tmp_path: Path) -> Iterator[Story]:
    from playwright.sync_api import sync_playwright

    desk = Desk(practice.organization)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(base_url=server, viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("#email", practice.email)
        page.fill("#password", practice.password)
        page.press("#password", "Enter")
        page.wait_for_selector("h1:has-text('Today')")
        yield Story(page, desk, tmp_path)
        browser.close()


def test_from_an_npi_to_claims_that_leave(story: Story) -> None:
    story.today(DECIDED_ON)
    _onboard(story)
    _fill_and_verify(story)
    _attest_on_the_own_page(story)
    _decide(story)

    # Two payers enroll the provider: claims of the days in force leave.
    story.desk.enroll(since=DECIDED_ON, on=DECIDED_ON)
    first = _visit(story, date(2026, 3, 20))
    assert story.desk.state(first) == "ready"

    story.today(LATER)
    held = _visit(story, LATER)
    assert story.desk.state(held) == "held"
    story.page.goto("/held")
    story.page.wait_for_selector("text=no licence of the rendering provider is in force")
    story.look("held")

    _renew(story)
    assert story.desk.state(held) == "held"  # nobody has verified the renewal yet
    story.verify("licence", "licence", "renewed")
    assert _holds(story, held) == []
    assert story.desk.state(held) == "ready"
    submit_claims(**story.desk.who, at=at(LATER), payer=story.desk.payers[0])
    assert {story.desk.state(claim) for claim in (first, held)} == {"submitted"}


def _visit(story: Story, on: date) -> ClaimRecord:
    claim = story.desk.assembled(story.desk.patient(), on=on)
    release_claim(**story.desk.who, at=at(on), claim=claim.pk)
    return claim


def _holds(story: Story, claim: ClaimRecord) -> list[str]:
    with within(story.desk.organization):
        rows = Hold.objects.of(story.desk.organization).filter(claim=claim, released_at=None)
        return list(rows.values_list("reason", flat=True))


def _onboard(story: Story) -> None:
    page = story.page
    page.goto("/providers")
    page.fill("#npi", story.desk.provider.npi)
    page.fill("#surname", "Ames")
    page.fill("#given", "Rowan")
    page.fill("#taxonomy", "207Q00000X")
    page.fill("#birth_on", "1985-02-28")
    page.fill("#email", "rowan@example.com")
    page.click("button:text-is('Open the file')")
    page.wait_for_selector("h1:has-text('Rowan Ames')")
    story.look("opened")


def _fill_and_verify(story: Story) -> None:
    story.add(
        "licence", state="IL", number="036-100200", starts_on="2018-08-01", ends_on=str(ENDED_ON)
    )
    story.add("education", institution="Prairie College", degree="MD", completed_on="2014-05-31")
    story.add("work", employer="Main Street Practice", starts_on="2017-07-01")
    story.verify("licence", "licence")
    story.verify("education", "education")
    for element in ("work_history", "malpractice_history", "sanctions"):
        story.verify(element)
    page = story.page
    page.goto("/screening")
    content = leie(listed(last="SOMEBODY", born="19000101"))
    story.bring("#file", "l.csv", "text/csv", content)
    page.fill("#rows_min", "2")
    page.click("button:text-is('Screen')")
    story.told("0 for a person to decide")
    story.look("screening")


def _attest_on_the_own_page(story: Story) -> None:
    """The provider opens the link on a phone, adds a document and signs."""
    page = story.page
    page.goto(story.file)
    page.click("button:text-is('Link to the provider\\'s own page')")
    address = page.locator(".linkbox").inner_text()
    browser = page.context.browser
    assert browser is not None
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    own = Story(phone.new_page(), story.desk, story.folder)
    own.page.goto(address)
    own.page.fill("#answer", "02/28/1985")
    own.look("own-enter")
    own.page.click("button:text-is('Open my file')")
    own.page.wait_for_selector("h2:has-text('Your file is')")
    own.page.select_option("#kind", "cv")
    own.bring("#file", "cv.pdf", "application/pdf", b"%PDF-1.7 a CV")
    own.page.click("button:text-is('Send')")
    own.told("The document is kept")
    own.page.check("[name=agree]")
    own.page.fill("#signature", "Rowan Ames")
    own.page.click("button:text-is('Sign')")
    own.told("your attestation is recorded")
    own.look("own-file")
    assert own.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not re.search("Ames|Rowan|1985", own.page.url)
    phone.close()


def _decide(story: Story) -> None:
    page = story.page
    page.goto("/committee")
    page.select_option("#body", "ncqa_accreditation")
    page.fill("#starts_on", "2026-01-01")
    page.fill("#where", "policy 12 of the practice")
    page.fill("#limit-work_history", "365")
    page.fill("#limit-attestation", "180")
    page.click("button:text-is('Choose')")
    story.told("The policy is chosen")
    page.fill("#meets_on", str(DECIDED_ON))
    page.click("button:text-is('Plan it')")
    story.told("The meeting is planned")
    story.look("committee")
    page.click("tr[data-row] a")
    page.wait_for_selector("h1:has-text('Committee of 2 Mar 2026')")
    page.click("button:text-is('Add')")
    page.wait_for_selector(".panel .badge:has-text('ready')")
    story.look("agenda")
    page.click("button:text-is('Record the decision')")
    story.told("Decided: approved until 2029-03-02")
    page.fill("#chair", "Kim Tamsin")
    page.fill("#present", "Kim Tamsin, Lee Ortega")
    page.fill("#words", "The file was read and agreed on.")
    page.click("button:text-is('Close the meeting')")
    story.told("The minutes are kept")
    page.goto(story.file)
    page.wait_for_selector("text=credentialed until 2 Mar 2029")
    story.look("file")


def _renew(story: Story) -> None:
    page = story.page
    page.goto(story.file)
    row = page.locator("tr", has_text="036-100200")
    row.locator("summary").click()
    row.locator("input[name=ends_on]").fill("2028-03-31")
    row.locator("button:text-is('Record the new version')").click()
    story.told("Recorded: licence")

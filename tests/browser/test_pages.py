"""The pages in a real browser: no accessibility violation, and a keyboard is enough."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from app.desk import Desk, at
from cleanclaim.app.releasing import release_claim
from conftest import Practice

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
_QUIET = (
    "--no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking"
    " --disable-component-update --disable-sync --no-first-run"
)
_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
_NUMBERS = ("/numbers?as_of=2026-04-30", "/numbers/credentialing-held?as_of=2026-04-30")
_PAGES = (
    *("/", "/patients", "/patients/{patient}", "/claims", "/claims/{claim}", "/held", "/ledger"),
    *_NUMBERS,
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def address(database: dict[str, str]) -> Iterator[str]:
    """Serve what the tests' own database holds, in a process of its own."""
    port = _free_port()
    command = [sys.executable, "-m", "cleanclaim", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(20)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET.split())
        yield browser.new_page()
        browser.close()


def test_pages_have_no_violation_and_open_by_keyboard(
    practice: Practice, address: str, page: Page
) -> None:
    desk = Desk(practice.organization)
    patient = desk.patient()
    claim = desk.assembled(patient)
    # Nobody enrolled the provider: the claim is held, and a task waits on Today.
    release_claim(**desk.who, at=at(), claim=claim.pk)
    page.goto(f"{address}/sign-in")
    page.fill("input[name=email]", practice.email)
    page.fill("input[type=password]", practice.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    for where in _PAGES:
        page.goto(address + where.format(patient=patient.pk, claim=claim.pk))
        found = Axe().run(page, options={"runOnly": _RULES})["violations"]
        assert [violation["id"] for violation in found] == [], where
    page.goto(f"{address}/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/claims/{claim.pk}")
    # Negative control: the same rules see an image that says nothing.
    page.evaluate("document.querySelector('main').appendChild(document.createElement('img'))")
    found = Axe().run(page, options={"runOnly": _RULES})["violations"]
    assert "image-alt" in [violation["id"] for violation in found]

"""The coder's desk in the web app: ten visits by keys alone, an audit of them, and its lesson."""

from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from app.coders import FEES, Phrases, code, make_coder, set_fees, visit
from app.desk import Desk, at
from cleanclaim.app.coding import sessions_of, want_second
from cleanclaim.app.coding_audit import AuditOrder, open_audit
from cleanclaim.app.suggesting import judge_level, prepare_suggestions
from cleanclaim.codes.icd10cm import bundled, undotted
from cleanclaim.demo.coding_desk import UNCODED
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.coding.models import CodingDifference, CodingSession, Lesson
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.tenancy import within
from conftest import Practice, make_practice
from web.conftest import SignIn
from web.test_browser import CHROMIUM, TAGS, chromium, complaints, page  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from playwright.sync_api import Page

WORDS: Mapping[str, str] = {
    "essential hypertension": "I10",
    "type 2 diabetes with hyperglycemia": "E11.65",
    "streptococcal pharyngitis": "J02.0",
    "acute cystitis without hematuria": "N30.00",
    "primary osteoarthritis of the right knee": "M17.11",
    "mild persistent asthma, uncomplicated": "J45.30",
    "acute upper respiratory infection": "J06.9",
    "palpitations": "R00.2",
    "low back pain": "M54.50",
    "seasonal allergic rhinitis": "J30.2",
}
MORE_FEES = {**FEES, "87880": 4_200, "81002": 1_400, "93000": 5_200}
PLANTED = "99214"  # typed where the note supports 99213


def _reader() -> Phrases:
    titles = bundled()
    return Phrases(
        {
            phrase: ("icd10cm", number, titles.description(undotted(number)) or "")
            for phrase, number in WORDS.items()
        }
    )


def _ten(desk: Desk) -> list[Encounter]:
    """Leave the demo's ten visits to be coded, each read by the suggester of the tests."""
    set_fees(desk, MORE_FEES)
    found = [visit(desk, each.note, ready=False) for each in UNCODED]
    for encounter in found:
        told = {**desk.who, "at": at(), "encounter": encounter.pk}
        prepare_suggestions(**told, suggester=_reader())
        judge_level(**told, suggester=Phrases())
    return found


def _become(practice: Practice, role: Role) -> None:
    with within(practice.organization):
        rows = Membership.objects.filter(
            organization_id=practice.organization, user_id=practice.user
        )
        rows.update(role=role)


def test_the_desk_of_another_organization_is_not_there(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    encounter = visit(desk)
    client = sign_in(make_practice())
    places = (f"/coding/{encounter.pk}", f"/coding/{encounter.pk}/codes?typed=knee")
    assert [client.get(place).status_code for place in places] == [404, 404]
    told = {"action": "enter", "typed": "I10"}
    assert client.post(f"/coding/{encounter.pk}/decide", told).status_code == 404
    assert sign_in(practice).get(places[0]).status_code == 200


def test_rights_part_coding_from_auditing(practice: Practice, sign_in: SignIn, desk: Desk) -> None:
    visit(desk)
    client = sign_in(practice)
    for role, told in (
        (Role.CODER, [200, 200, 403]),
        (Role.AUDITOR, [200, 200, 200]),
        (Role.FRONT_DESK, [403, 403, 403]),
    ):
        _become(practice, role)
        places = ("/coding", "/coding/lessons", "/coding/audits")
        assert [client.get(place).status_code for place in places] == told, role


def test_a_coder_sees_nothing_of_the_coding_beside_theirs(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    set_fees(desk)
    encounter, first = visit(desk), make_coder(desk.organization)
    want_second(**desk.who, at=at(), encounter=encounter.pk)
    code(desk, first, encounter, "E10.9", "99212")
    shown = sign_in(practice).get(f"/coding/{encounter.pk}").content.decode()
    assert "E10.9" not in shown
    assert "99212" not in shown
    assert "E11.65" in shown


def test_a_leading_query_is_refused_on_screen(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    encounter = visit(desk)
    client = sign_in(practice)
    told = {"passage": "Pain in the knee", "question": "Is it sepsis? It changes the DRG"}
    client.post(f"/coding/{encounter.pk}/ask", told)
    shown = client.get(f"/coding/{encounter.pk}").content.decode()
    assert "names what no passage says: sepsis" in shown
    assert "speaks of payment" in shown
    told["question"] = "What is the pain due to?"
    client.post(f"/coding/{encounter.pk}/ask", told)
    assert "waits for the answer" in client.get(f"/coding/{encounter.pk}").content.decode()
    assert "What is the pain due to?" in client.get("/coding/queries").content.decode()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_ten_visits_are_coded_by_keys_and_their_audit_becomes_a_lesson(
    page: "Page",  # noqa: F811 - the fixture
    desk: Desk,
    practice: Practice,
    complaints: list[str],  # noqa: F811 - the fixture
) -> None:
    visits = _ten(desk)
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("y")
    page.wait_for_selector("h1:has-text('Coding')")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for number, (encounter, told) in enumerate(zip(visits, UNCODED, strict=True)):
        page.wait_for_selector(f"h1:has-text('V{encounter.pk}')")
        _code_by_keys(page, told.codes, planted=number == 0)
        if number == 1:
            _look_at_live_figures(page)
            _axe(page, f"/coding/{encounter.pk}")
        page.keyboard.press("f")
    page.wait_for_selector(".notice:has-text('Nothing waits any more')")
    with within(desk.organization):
        claims = ClaimRecord.objects.of(desk.organization).filter(encounter__in=visits)
        assert claims.count() == 10
        assert {claim.state for claim in claims} <= {"ready", "held"}
    _recode(desk, visits, Actor("person", "Olive Owner", practice.user))
    _look_at_the_audit(page, desk)
    assert complaints == []


def _code_by_keys(screen: "Page", codes: tuple[str, ...], *, planted: bool) -> None:
    """Accept what is suggested and type the rest; once a level too high."""
    for text in codes:
        plain = undotted(text)
        if screen.locator(f"#suggested ~ ul #open-{plain}").count():
            _move_to(screen, f"open-{plain}")
            screen.keyboard.press("a")
            screen.wait_for_selector(f"#sheet ~ ul #open-{plain}")
            continue
        wrong = planted and text.startswith("99213")
        typed = PLANTED if wrong else text
        screen.keyboard.press("/")
        screen.keyboard.type(typed)
        screen.keyboard.press("Enter")
        screen.wait_for_selector(f"#sheet ~ ul #open-{undotted(typed)[:5]}")
        screen.keyboard.press("Escape")


def _move_to(screen: "Page", row: str) -> None:
    """Move to a row as a coder does: up to the first one, then down."""
    for key in ("k", "j"):
        for _ in range(12):
            if screen.evaluate("document.activeElement.id") == row:
                return
            screen.keyboard.press(key)
    assert screen.evaluate("document.activeElement.id") == row


def _look_at_live_figures(screen: "Page") -> None:
    """The claim's charge and price follow, and a passage lights its code and back."""
    shown = screen.locator("#money ~ dl").inner_text()
    assert "$247.00" in shown
    assert "cannot price" in shown
    screen.locator("#open-E1165").focus()
    lit = screen.locator("a.passage.lit").all_inner_texts()
    assert lit == ["type 2 diabetes with hyperglycemia"]
    screen.locator("a.passage[data-codes~='I10']").focus()
    assert screen.locator("li.lit").get_attribute("id") == "code-I10"
    screen.evaluate("document.activeElement.blur()")


def _axe(screen: "Page", place: str) -> None:
    screen.goto(place)
    screen.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    screen.evaluate((resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8"))
    asked = f"axe.run(document, {{runOnly: {{type: 'tag', values: {TAGS}}}}})"
    found = screen.evaluate(asked)["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found] == [], place
    screen.goto(place)


def _recode(desk: Desk, visits: list[Encounter], owner: Actor) -> None:
    """Have another code all ten again, blindly, as their notes say."""
    auditor = make_coder(desk.organization, Role.AUDITOR)
    with within(desk.organization):
        (finished,) = {
            session.finished_at.date()
            for session in CodingSession.objects.of(desk.organization)
            if session.finished_at
        }
    order = AuditOrder("random", finished, finished, size=10)
    open_audit(organization=desk.organization, actor=owner, at=at(finished), order=order)
    for encounter, told in zip(visits, UNCODED, strict=True):
        code(desk, auditor, encounter, *told.codes)
        with within(desk.organization):
            assert len(sessions_of(desk.organization, encounter.pk)) == 2


def _look_at_the_audit(screen: "Page", desk: Desk) -> None:
    """The planted error stands out; ruled on by keys, it becomes the coder's lesson."""
    with within(desk.organization):
        rows = list(CodingDifference.objects.of(desk.organization).order_by("pk"))
        told = [(row.kind, row.code, row.direction) for row in rows]
    assert told == [("level", "99214", "over")]
    screen.goto("/coding/audits")
    _axe(screen, "/coding/audits")
    screen.locator("a[id^=audit-]").focus()
    screen.keyboard.press("Enter")
    screen.wait_for_selector("h1:has-text('Audit')")
    assert "90.0 %" in screen.locator("dl.tiles").first.inner_text()
    _axe(screen, screen.url)
    screen.keyboard.press("j")
    screen.keyboard.press("w")
    screen.keyboard.type("one stable problem and one drug")
    screen.keyboard.press("Enter")
    screen.wait_for_selector(".notice:has-text('a lesson for the coder')")
    with within(desk.organization):
        (lesson,) = Lesson.objects.of(desk.organization)
        assert (lesson.title, lesson.state) == ("99214 is another level", "open")
    screen.goto("/coding/lessons")
    screen.wait_for_selector("h2:has-text('99214 is another level')")
    _axe(screen, "/coding/lessons")
    _axe(screen, "/coding/queries")
    _axe(screen, "/coding")

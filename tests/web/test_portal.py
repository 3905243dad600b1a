"""The patient's door: one use, one thing to know, few tries, and no patient in an address."""

import time
from datetime import timedelta

import pytest
from django.test import Client

from app.bills import BILLED_ON, Bills
from app.desk import Desk, at
from cleanclaim.app.inviting import FAILURES_MAX, admit, link_works, make_link
from cleanclaim.payers.cards.practising import TAKEN, PractisingProcessor
from cleanclaim.printing.statement_words import WORDS
from cleanclaim.store.events.models import Event
from cleanclaim.store.statements.models import PortalLink, PortalSession
from cleanclaim.store.tenancy import within
from cleanclaim.web.pages.patient_policy import FIELDS
from cleanclaim.web.portal_words import PORTAL_WORDS
from conftest import Practice
from web.conftest import SignIn

BORN = "08/21/1984"


@pytest.fixture
def bills(desk: Desk) -> Bills:
    return Bills(desk)


def browser() -> Client:
    return Client(HTTP_HOST="127.0.0.1")


def link_for(bills: Bills, patient: int) -> str:
    return make_link(**bills.on(hour=0), patient=patient)


def inside(bills: Bills, patient: int) -> Client:
    client = browser()
    answer = client.post(f"/portal/enter/{link_for(bills, patient)}", {"answer": BORN})
    assert (answer.status_code, answer["Location"]) == (302, "/portal")
    return client


def test_a_link_opens_once_and_looking_at_it_uses_nothing_up(bills: Bills) -> None:
    claim = bills.share()
    link = link_for(bills, claim.patient_id)
    for _ in range(3):
        assert b"Waverly" not in browser().get(f"/portal/enter/{link}").content
    first = browser()
    assert first.post(f"/portal/enter/{link}", {"answer": BORN}).status_code == 302
    assert b"$80.00" in first.get("/portal").content
    assert browser().post(f"/portal/enter/{link}", {"answer": BORN}).status_code == 422
    cookie = first.cookies["cleanclaim_portal"]
    assert cookie["httponly"]
    assert (cookie["path"], cookie["samesite"]) == ("/portal", "Lax")


def test_only_hashes_of_link_and_session_are_kept(bills: Bills) -> None:
    patient = bills.share().patient_id
    link = link_for(bills, patient)
    token = admit(link, BORN, at=at(BILLED_ON)).token
    with within(bills.organization):
        kept = [*PortalLink.objects.of(bills.organization).values_list("secret_hash", flat=True)]
        kept += PortalSession.objects.of(bills.organization).values_list("secret_hash", flat=True)
    assert token
    assert all(secret.split(".")[1] not in kept for secret in (link, token))


@pytest.mark.parametrize("answer", [BORN, "1984-08-21", "62100", "62100-1234"[:5]])
def test_birth_date_or_zip_opens(bills: Bills, answer: str) -> None:
    link = link_for(bills, bills.share().patient_id)
    assert admit(link, answer, at=at(BILLED_ON)).token


def test_the_fifth_wrong_answer_closes_the_link_for_good(bills: Bills) -> None:
    link = link_for(bills, bills.share().patient_id)
    for answer in ("", "62101", "08/22/1984", "0", "6210")[:FAILURES_MAX]:
        assert not admit(link, answer, at=at(BILLED_ON)).token
    assert not admit(link, BORN, at=at(BILLED_ON)).token
    assert not link_works(link, at=at(BILLED_ON))


def test_old_links_replaced_links_and_nonsense_open_nothing(bills: Bills) -> None:
    patient = bills.share().patient_id
    first = link_for(bills, patient)
    second = make_link(**bills.on(hour=1), patient=patient)
    assert not admit(first, BORN, at=at(BILLED_ON)).token
    late = at(BILLED_ON, 1) + timedelta(hours=72)
    assert not admit(second, BORN, at=late).token
    assert admit(second, BORN, at=late - timedelta(seconds=1)).token
    organization = bills.organization
    for token in ("", "x", f"{organization}.", f"{organization}.x", "999999.x", "1" * 400):
        assert not admit(token, BORN, at=at(BILLED_ON)).token


def test_without_a_session_nothing_opens_and_a_closed_one_stays_closed(bills: Bills) -> None:
    claim = bills.share()
    for place in ("/portal", "/portal/statement.pdf", "/portal/card/x"):
        assert browser().get(place)["Location"] == "/portal/closed"
    client = inside(bills, claim.patient_id)
    token = client.cookies["cleanclaim_portal"].value
    assert client.post("/portal/leave").status_code == 302
    again = browser()
    again.cookies["cleanclaim_portal"] = token
    assert again.get("/portal")["Location"] == "/portal/closed"


def test_a_patients_session_opens_no_page_of_the_staff_nor_the_other_way(
    bills: Bills, practice: Practice, sign_in: SignIn
) -> None:
    claim = bills.share()
    client = inside(bills, claim.patient_id)
    assert "/sign-in" in client.get(f"/patients/{claim.patient_id}")["Location"]
    assert sign_in(practice).get("/portal")["Location"] == "/portal/closed"


def test_another_patients_card_page_does_not_exist(bills: Bills) -> None:
    mine, theirs = bills.share(), bills.desk.submitted(bills.desk.patient("Waverly", "Ned"))
    bills.left(theirs, 4_000, trace="TRACE2")
    payment = bills.asked(theirs, 4_000)
    client = inside(bills, mine.patient_id)
    assert client.get(f"/portal/card/{payment.reference}").status_code == 404
    assert client.post(f"/portal/card/{payment.reference}", {"number": TAKEN}).status_code == 404
    assert bills.read(payment).state == "asked"


def test_addresses_and_events_tell_of_codes_only(bills: Bills) -> None:
    claim = bills.share()
    client = inside(bills, claim.patient_id)
    asked = client.post("/portal/pay", {"choice": "part", "amount": "20"})
    paid = client.post(asked["Location"], {"number": TAKEN})
    assert paid["Location"] == "/portal?said=paid.2000"
    plan = client.post("/portal/plan", {"count": "2"})
    words = "It was my neighbour Nell"
    said = client.post("/portal/disputes", {"about": "other", "words": words, "subject": ""})
    assert [plan["Location"], said["Location"]] == ["/portal?said=plan", "/portal?said=dispute"]
    with within(bills.organization):
        told = str(list(Event.objects.of(bills.organization).values_list("detail", "actor_name")))
    assert "Nell" not in told
    assert "neighbour" not in told


@pytest.mark.parametrize("amount", ["0.99", "80.01", "-5", "x", ""])
def test_a_part_is_between_a_dollar_and_what_is_due(bills: Bills, amount: str) -> None:
    client = inside(bills, bills.share().patient_id)
    asked = client.post("/portal/pay", {"choice": "part", "amount": amount})
    assert asked["Location"] == "/portal?said=amount"


def test_the_processors_events_come_by_their_own_door(bills: Bills) -> None:
    claim = bills.share()
    payment = bills.asked(claim, 8_000)
    now = int(time.time())
    processor: PractisingProcessor = bills.processor()
    processor._seconds = now
    event = processor.answer_card(reference=payment.reference, cents=8_000, number=TAKEN)
    place = f"/hooks/cards/{bills.organization}"

    def sent(body: bytes, signature: str, where: str = place) -> int:
        answer = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True).post(
            where, body, content_type="application/json", headers={"Stripe-Signature": signature}
        )
        return answer.status_code

    assert sent(event.body, "t=1,v1=00") == 400
    assert sent(event.body + b" ", event.signature) == 400
    assert sent(event.body, event.signature, "/hooks/cards/999999") == 404
    assert sent(event.body, event.signature, "/hooks/cards/x") == 404
    assert bills.account(claim).due_cents == 8_000
    assert sent(event.body, event.signature) == 200
    assert sent(event.body, event.signature) == 200
    assert bills.account(claim).due_cents == 0


def test_each_language_has_every_word() -> None:
    for table in (WORDS, PORTAL_WORDS):
        assert table["en"].keys() == table["es"].keys()
        for key, text in table["en"].items():
            braces = {part.split("}")[0] for part in text.split("{")[1:]}
            other = {part.split("}")[0] for part in table["es"][key].split("{")[1:]}
            assert braces == other, key
            assert text.strip()
            assert table["es"][key].strip()


def test_the_staff_works_a_bill_from_its_page(
    bills: Bills, practice: Practice, sign_in: SignIn
) -> None:
    claim = bills.share()
    client, place = sign_in(practice), f"/patients/{claim.patient_id}/billing"

    def done(path: str, **form: str) -> str:
        client.post(f"/patients/{claim.patient_id}/{path}", form)
        return client.get(place).content.decode()

    assert "T0000001 is sent" in done("statements", do="send")
    assert "2 instalments is made" in done("plan", count="2")
    assert "Spanish" in done("preference", language="es", channel="paper")
    assert "taken in" in done("help", household="2", income="30,000")
    assert "was not done" in done("collection", agency="Fictional Recovery")
    link = client.post(f"/patients/{claim.patient_id}/link").content.decode()
    assert f"/portal/enter/{bills.organization}." in link
    printed = client.get(f"/patients/{claim.patient_id}/statement.pdf?number=T0000001")
    assert printed.content.startswith(b"%PDF")
    assert b"1 recent" in client.get(client.post("/statements/run")["Location"]).content
    for page in ("/statements", "/credits", "/statements?state=sent"):
        assert client.get(page).status_code == 200


def test_the_policy_is_recorded_on_its_page_and_governs_from_its_day(
    desk: Desk, practice: Practice, sign_in: SignIn
) -> None:
    bills = Bills(desk, policy=None)
    claim = bills.share()
    client = sign_in(practice)
    form = dict.fromkeys(FIELDS, "30") | {
        "longest_plan_months": "2",
        "name": "Policy A",
        "starts_on": BILLED_ON.isoformat(),
        "assistance": "200:100, 300:50",
    }
    bad = client.post("/statements/policy", {**form, "cycle_days": "x"})
    assert "type a whole number" in client.get(bad["Location"]).content.decode()
    client.post("/statements/policy", form)
    shown = client.get("/statements/policy").content.decode()
    assert "in force: Policy A" in shown
    assert "200:100, 300:50" in shown
    place = f"/patients/{claim.patient_id}"
    assert "Months, the first part today" in client.get(f"{place}/billing").content.decode()
    client.post("/statements/terms", {"kind": "unclaimed", "key": "IL", "value": "1095"})
    told = {"kind": "poverty", "key": "1", "value": "15000", "source": "entered for the test"}
    client.post("/statements/terms", {**told, "starts_on": BILLED_ON.isoformat()})
    terms = client.get("/statements/policy").content.decode()
    assert "poverty 1: $15,000.00" in terms
    assert "unclaimed IL" not in terms
    estimate = {"provider": str(desk.provider.pk), "service_on": "2026-06-01", "amount": "120"}
    client.post(f"{place}/estimates", estimate)
    assert "$120.00" in client.get(f"{place}/billing").content.decode()

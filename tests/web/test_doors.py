"""Every door is declared, locked, and opens only onto the caller's own organization."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from app.coding_records import coding_records
from app.credentialed import FileDesk
from app.denied import case_of
from app.desk import VISIT, Desk, at, era
from app.test_underpayments import agree, compare, first, pay
from cleanclaim.app.appealing import draft_appeal
from cleanclaim.app.committee import plan_meeting
from cleanclaim.app.tokening import TokenTerms, create_token
from cleanclaim.app.writing_off import ask_write_off
from cleanclaim.store.organizations.models import Role
from conftest import PASSWORD, Practice, make_practice


def _signed_in(practice: Practice) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    answer = client.post("/sign-in", {"email": practice.email, "password": practice.password})
    assert answer.status_code == 302
    return client


@pytest.fixture
def client(practice: Practice) -> Client:
    return _signed_in(practice)


def test_a_route_without_a_permission_stops_the_program() -> None:
    from cleanclaim.web.routes import ROUTES, UndeclaredRouteError, refuse_undeclared, url_patterns
    from cleanclaim.web.urls import urlpatterns

    assert len(urlpatterns) == len(ROUTES) > 15
    refuse_undeclared(url_patterns())
    with pytest.raises(UndeclaredRouteError):
        refuse_undeclared([path("open-door", lambda request: HttpResponse(request.path))])


def test_nobody_sees_a_page_without_signing_in(database: dict[str, str]) -> None:
    for page in ("/", "/patients", "/claims/1", "/remits/1", "/ledger", "/audit"):
        answer = Client(HTTP_HOST="127.0.0.1").get(page)
        assert answer.status_code in {302, 401, 403}, page
        assert "/sign-in" in answer.headers.get("Location", "/sign-in")


def test_the_fifth_wrong_password_locks_and_a_right_one_rotates_the_session(
    practice: Practice,
) -> None:
    other = make_practice()
    client = Client(HTTP_HOST="127.0.0.1")
    client.get("/sign-in")
    for _ in range(5):
        client.post("/sign-in", {"email": other.email, "password": "wrong pass phrase"})
    locked = client.post("/sign-in", {"email": other.email, "password": PASSWORD})
    assert locked.status_code != 302
    first = _signed_in(practice)
    key = first.cookies["sessionid"].value
    again = first.post("/sign-in", {"email": practice.email, "password": practice.password})
    assert again.status_code in {302, 200}
    assert first.cookies["sessionid"].value != key or again.status_code == 200


def test_every_answer_forbids_inline_script(client: Client) -> None:
    for page in ("/", "/sign-in", "/no-such-page"):
        policy = client.get(page).headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-inline" not in policy


def _records(desk: Desk) -> Iterator[tuple[str, int]]:
    """Make one record of each kind that a route can name."""
    from cleanclaim.store.ledger.models import Account, Entry
    from cleanclaim.store.tasks.models import Task
    from cleanclaim.store.tenancy import within

    patient = desk.patient()
    claim = desk.submitted(patient, VISIT)
    denied = f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~"
    result = desk.posted(era(denied, paid="0"))
    yield "patient", patient.pk
    yield "claim", claim.pk
    yield "remit", result.remit
    with within(desk.organization):
        yield "account", Account.objects.of(desk.organization).latest("pk").pk
        yield "entry", Entry.objects.of(desk.organization).latest("pk").pk
        yield "task", Task.objects.of(desk.organization).latest("pk").pk
        yield "coverage", desk.coverage(patient).pk
    yield "rule", desk.rule().pk
    case = case_of(desk, claim).pk
    told: dict[str, Any] = {**desk.who, "at": at(), "case": case}
    yield "case", case
    yield "appeal", draft_appeal(**told).pk
    yield "write_off", ask_write_off(**told, reason="small").pk
    terms = TokenTerms("export", 30, role=Role.OWNER)
    yield "token", create_token(**desk.who, at=at(), terms=terms)[0].pk
    yield from _money_records(desk)
    yield "variance", _variance(desk)
    yield from _message_records(desk)
    yield from _credentialing_records(desk)
    yield from coding_records(desk)


def _message_records(desk: Desk) -> Iterator[tuple[str, int]]:
    """Make a message that waits and two accounts that are joined."""
    from cleanclaim.app.importing import import_file
    from cleanclaim.app.merging import merge_patients
    from hl7.feeds import charges

    told: dict[str, Any] = {**desk.who, "at": at()}
    (line,) = import_file(**told, name="feed.hl7", content=charges().encode())
    yield "message", line.message
    first, second = desk.patient().pk, desk.patient().pk
    merge = merge_patients(**told, survivor=first, merged=second, reason="one person")
    yield "merge", merge.pk


def _credentialing_records(desk: Desk) -> Iterator[tuple[str, int]]:
    """Open a file with a document and plan a meeting."""
    file = FileDesk(desk)
    file.onboard()
    yield "provider", desk.provider.pk
    yield "document", file.evidence()
    yield "meeting", plan_meeting(**file.on(), meets_on=date(2026, 4, 24)).pk


def _variance(desk: Desk) -> int:
    """Let a payer pay a line below the contract."""
    agree(desk)
    claim = desk.submitted(desk.patient(), VISIT)
    pay(
        desk, claim, "99213*150*70|CAS*CO*45*80", "36415*50*8|CAS*CO*45*42", paid=7_800, trace="T78"
    )
    compare(desk)
    return first(desk).pk


def _money_records(desk: Desk) -> Iterator[tuple[str, int]]:
    """Make a decision in suspense and a bank line that no remittance explains."""
    from cleanclaim.app.banking import import_statement
    from cleanclaim.app.enrollment_applications import open_application
    from cleanclaim.remits.bank_files import StatementLine
    from cleanclaim.store.bank.models import BankLine
    from cleanclaim.store.tenancy import within

    desk.posted(era("CLP*OTHER77*1*310*80**12*ICN7~CAS*CO*45*230~", paid="80", trace="T77"))
    line = StatementLine("0001", date(2026, 4, 24), 4_711)
    import_statement(**desk.who, at=at(date(2026, 4, 24)), lines=[line])
    yield "decision", desk.decisions()[-1].pk
    told = {**desk.who, "at": at(), "provider": desk.provider.pk, "payer": desk.payers[0].pk}
    yield "application", open_application(**told).pk
    with within(desk.organization):
        yield "line", BankLine.objects.of(desk.organization).latest("pk").pk


def test_another_organizations_records_do_not_exist(client: Client) -> None:
    from cleanclaim.web.routes import ROUTES

    theirs = Desk(make_practice().organization)
    theirs.enroll()
    ids = dict(_records(theirs))
    tried = 0
    for route in ROUTES:
        names = re.findall(r"<int:(\w+)>", route.path)
        if not names:
            continue
        where = re.sub(r"<int:(\w+)>", lambda found: str(ids[found[1]]), route.path)
        for method in route.methods:
            answer = client.get(f"/{where}") if method == "GET" else client.post(f"/{where}", {})
            assert answer.status_code == 404, f"{method} /{where} answers {answer.status_code}"
            assert b"Waverly" not in answer.content
            tried += 1
    assert tried >= 8


def test_ones_own_records_are_there(practice: Practice, client: Client) -> None:
    """Negative control of the test above: the same paths open for their owner."""
    desk = Desk(practice.organization)
    desk.enroll()
    ids = dict(_records(desk))
    for page in (
        f"/patients/{ids['patient']}",
        f"/claims/{ids['claim']}",
        f"/remits/{ids['remit']}",
        f"/rules/{ids['rule']}",
        f"/denials/{ids['case']}",
        f"/appeals/{ids['appeal']}/letter.pdf",
        f"/suspense/{ids['decision']}",
        f"/messages/{ids['message']}",
        f"/enrollments/{ids['application']}",
    ):
        assert client.get(page).status_code == 200, page
    account = client.get(f"/patients/{ids['patient']}").content.decode()
    assert "Waverly" in account
    listed = ("/", "/patients", "/claims", "/held", "/denials", "/remits", "/ledger", "/audit")
    more = ("/rules", "/rules/new", "/codes", "/reference", "/denials/patterns", "/tokens")
    desks = (
        "/messages",
        "/messages?outcome=kept",
        "/suspense",
        "/bank",
        "/payer-balances",
        "/autopost",
        "/remits/new",
    )
    for page in (*listed, *more, *desks):
        assert client.get(page).status_code == 200, page

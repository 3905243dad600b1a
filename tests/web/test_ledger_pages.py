"""From a balance to the segment of the file in three clicks; reports, months and their files."""

import re

from django.test import Client

from app.desk import ONE, Desk, at, era
from cleanclaim.store.organizations.models import Organization
from conftest import Practice
from web.conftest import SignIn

PAID = "CLP*C0000001*1*200*120*20*12*ICN1~CAS*CO*45*60~CAS*PR*3*20~"


def _posted(practice: Practice, sign_in: SignIn) -> Client:
    desk = Desk(practice.organization)
    desk.enroll()
    desk.submitted(desk.patient(), ONE)
    desk.posted(era(PAID, paid="120"))
    Organization.objects.filter(pk=practice.organization).update(synthetic_today=at().date())
    return sign_in(practice)


def _follow(client: Client, page: str, link: str) -> str:
    """Follow the first link of a page whose address matches."""
    found = re.search(rf'href="({link})"', page)
    assert found, link
    answer = client.get(found[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_three_clicks_lead_from_a_balance_to_the_segment(
    practice: Practice, sign_in: SignIn
) -> None:
    client = _posted(practice, sign_in)
    ledger = client.get("/ledger").content.decode()
    kind = _follow(client, ledger, "/ledger/kinds/contractual")
    account = _follow(client, kind, r"/ledger/accounts/\d+")
    entry = _follow(client, account, r"/ledger/entries/\d+")
    assert "CAS*CO*45*60" in entry
    assert "CO-45 (above the agreed fee)" in entry
    assert "Olive Owner" in entry


def test_a_figure_opens_its_entries_and_the_file_sums_to_the_screen(
    practice: Practice, sign_in: SignIn
) -> None:
    client = _posted(practice, sign_in)
    asked = "as_of=2026-04-30"
    reports = client.get("/reports").content.decode()
    assert "Aging by payer" in reports
    page = client.get(f"/reports/aging-by-patient?{asked}").content.decode()
    assert "Waverly" not in page
    figure = _follow(client, page, r"/reports/aging-by-patient/figure[^\"]+")
    assert "$20.00" in figure
    answer = client.get(f"/reports/trial-balance?{asked}&csv=1")
    rows = [line.split(",") for line in answer.content.decode().splitlines()[1:]]
    debits = sum(round(float(row[1]) * 100) for row in rows)
    whole = client.get(f"/reports/trial-balance?{asked}").content.decode()
    assert f"${debits / 100:,.2f}" in whole
    assert client.get("/reports/profit").status_code == 404
    assert client.get("/ledger/journal?" + asked).content.decode().count(" balance ") > 3


def test_an_empty_book_says_no_data(practice: Practice, sign_in: SignIn) -> None:
    assert "No data." in sign_in(practice).get("/reports/suspense").content.decode()


def test_a_month_is_closed_and_reopened_with_a_reason(practice: Practice, sign_in: SignIn) -> None:
    client = _posted(practice, sign_in)
    today = Organization.objects.filter(pk=practice.organization)
    today.update(synthetic_today=at().date().replace(month=5))
    page = client.get("/ledger/months").content.decode()
    assert "To close: April 2026" in page
    assert "Cash that no bank line confirms" in page
    asked = {"month": "2026-04-01"}
    client.post("/ledger/months/close", asked)
    assert "Give a reason" in client.get("/ledger/months").content.decode()
    client.post("/ledger/months/close", {**asked, "reason": "the bank is late"})
    closed = client.get("/ledger/months").content.decode()
    assert "the bank is late" in closed
    assert "To close" not in closed
    client.post("/ledger/months/reopen", {**asked, "reason": "a deposit was missed"})
    assert "a deposit was missed" in client.get("/ledger/months").content.decode()

"""Remittances in the web app: retried, approved, dismissed; suspense settled; paper; the bank."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from app.desk import Desk, at, era
from cleanclaim.app.approving import record_posting_rule
from cleanclaim.remits.policy import ApprovalKind
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.tenancy import within
from conftest import Practice
from web.conftest import SignIn

UNKNOWN = "CLP*OTHER77*1*200*80**12*ICN7~SVC*HC:99213*200*80~DTM*472*20260410~CAS*CO*45*120~"


def _notice(client: Client, page: str) -> str:
    text = client.get(page).content.decode()
    return text.split('role="status">')[1].split("</p>")[0] if 'role="status">' in text else ""


def test_a_waiting_remittance_is_previewed_and_approved(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.submitted(desk.patient())
    kind = ApprovalKind.DENIAL
    told: dict[str, Any] = {"kind": kind, "starts_on": date(2020, 1, 1), "source": "policy"}
    record_posting_rule(**desk.who, at=at(), **told)
    denied = f"CLP*{claim.control_number}*4*200*0**12*ICN1~CAS*CO*50*200~"
    (result,) = desk.post(era(denied, paid="0"))
    client = sign_in(practice)
    page = f"/remits/{result.remit}"
    assert "Approve and post" in client.get(page).content.decode()
    assert "denied" in client.get(f"{page}/preview").content.decode()
    client.post(f"{page}/approve")
    assert _notice(client, page) == "The remittance is posted."
    assert desk.state(claim) == "denied"


def test_a_stopped_remittance_is_tried_again_and_dismissed_with_a_reason(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    (result,) = desk.post(era(UNKNOWN, paid="80.01"))
    client, page = sign_in(practice), f"/remits/{result.remit}"
    client.post(f"{page}/retry")
    assert _notice(client, page).startswith("It is stopped: ")
    client.post(f"{page}/dismiss", {"reason": ""})
    assert _notice(client, page).startswith("Say why")
    client.post(f"{page}/dismiss", {"reason": "sent again, corrected"})
    assert "it moved nothing" in _notice(client, page)
    assert desk.remits()[0].status == "dismissed"


def test_suspended_money_is_given_to_a_claim_by_one_button(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.submitted(desk.patient())
    desk.posted(era(UNKNOWN, paid="80"))
    client, decision = sign_in(practice), desk.decisions()[-1].pk
    text = client.get(f"/suspense/{decision}").content.decode()
    assert claim.control_number in text
    assert "day of service, charge, procedures" in text
    client.post(f"/suspense/{decision}/refund", {"refund": ""})
    assert _notice(client, "/suspense").startswith("Give the number")
    client.post(f"/suspense/{decision}/assign", {"claim": claim.pk})
    assert _notice(client, "/suspense") == "The decision is posted to the claim."
    assert desk.state(claim) == "paid"


def test_paper_is_typed_and_mistakes_lose_nothing(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.submitted(desk.patient())
    client = sign_in(practice)
    form = {
        "payer": desk.payers[0].pk,
        "trace": "CHECK 9",
        "paid_on": "2026-04-24",
        "paid": "120.00",
        "method": "CHK",
        "claim-0": claim.control_number,
        "charge-0": "200",
        "pays-0": "120",
        "adjust-0": "CO-45 eighty",
    }
    answer = client.post("/remits/new", form)
    assert answer.status_code == 422
    assert 'value="CHECK 9"' in answer.content.decode()
    answer = client.post("/remits/new", {**form, "adjust-0": "CO-45 80"})
    assert answer.status_code == 302, answer.content
    assert _notice(client, answer.headers["Location"]) == "The remittance is posted."
    assert desk.state(claim) == "paid"


def test_a_statement_is_taken_in_and_matched(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    desk.posted(era(UNKNOWN, paid="80"))
    client = sign_in(practice)
    text = b"Date,Amount,Description\n2026-04-27,80.00,ACH TRN*1*TRACE1*1990000001\n"
    upload = SimpleUploadedFile("bank.csv", text)
    columns = {"date": "Date", "amount": "Amount", "text": "Description"}
    client.post("/bank/import", {"statement": upload, "account": "1", **columns})
    assert _notice(client, "/bank") == "1 lines read, 1 new, 1 matched to remittances."
    assert desk.books()["bank"] == 8_000


def test_who_may_only_read_moves_nothing(practice: Practice, sign_in: SignIn, desk: Desk) -> None:
    desk.posted(era(UNKNOWN, paid="80"))
    decision = desk.decisions()[-1].pk
    with within(practice.organization):
        Membership.objects.filter(organization=practice.organization).update(role=Role.AUDITOR)
    client = sign_in(practice)
    text = client.get(f"/suspense/{decision}").content.decode()
    assert "This one" not in text
    assert "Send it back" not in text
    for where in ("assign", "refund", "leave"):
        assert client.post(f"/suspense/{decision}/{where}", {}).status_code == 403
    assert client.post("/bank/import", {}).status_code == 403
    assert client.get("/remits/new").status_code == 403
    assert desk.books()["suspense"] == -8_000

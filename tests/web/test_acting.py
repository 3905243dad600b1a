"""What a biller does with a form happens once, whole, or not at all with a reason."""

from django.test import Client

from app.desk import Desk, at, era
from cleanclaim.app.releasing import release_claim
from cleanclaim.store.claims.models import ClaimRecord
from conftest import Practice
from web.conftest import SignIn


def _notice(client: Client, page: str) -> str:
    text = client.get(page).content.decode()
    return text.split('role="status">')[1].split("</p>")[0] if 'role="status">' in text else ""


def _owing(desk: Desk) -> ClaimRecord:
    """Bring a claim to the point where the patient owes 30 dollars."""
    claim = desk.submitted(desk.patient())
    line = f"CLP*{claim.control_number}*1*200*110*30*12*ICN1~CAS*CO*45*60~CAS*PR*2*30~"
    desk.posted(era(line, paid="110"))
    assert desk.patient_owes(claim) == 3_000
    return desk.claim(claim)


def test_a_payment_is_taken_once_a_receipt(practice: Practice, sign_in: SignIn, desk: Desk) -> None:
    claim = _owing(desk)
    client = sign_in(practice)
    page = f"/patients/{claim.patient_id}"
    for _ in range(2):
        client.post(f"{page}/payments", {"amount": "$20.00", "receipt": "R-1"})
    assert desk.patient_owes(claim) == 1_000
    client.post(f"{page}/payments", {"amount": "15", "receipt": "R-2"})
    assert desk.patient_owes(claim) == 0
    assert _notice(client, page) == "Payment of $15.00 taken. $5.00 stay as credit."
    assert _notice(client, page) == ""


def test_what_is_no_amount_is_refused_in_words(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = _owing(desk)
    client = sign_in(practice)
    page = f"/patients/{claim.patient_id}"
    for amount in ("", "ten", "1.005", "-5", "0"):
        client.post(f"{page}/payments", {"amount": amount, "receipt": "R-1"})
        assert "amount" in _notice(client, page)
    assert desk.patient_owes(claim) == 3_000


def test_a_held_claim_leaves_by_correction_or_by_a_reasoned_override(
    practice: Practice, sign_in: SignIn
) -> None:
    desk = Desk(practice.organization)  # nobody is enrolled: the gate holds
    claim = desk.assembled(desk.patient())
    client = sign_in(practice)
    page = f"/claims/{claim.pk}"
    client.post(f"{page}/release")
    assert _notice(client, page).startswith("Still held")
    assert desk.state(claim) == "held"
    client.post(f"{page}/override", {"reason": " "})
    assert desk.state(claim) == "held"
    client.post(f"{page}/override", {"reason": "the payer confirmed by phone"})
    assert desk.state(claim) == "ready"


def test_a_correction_changes_what_the_form_names_and_nothing_else(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.assembled(desk.patient())
    client = sign_in(practice)
    form = {"reason": "second modifier was forgotten", "line-1-modifiers": "25, GT"}
    answer = client.post(f"/claims/{claim.pk}/correct", form)
    assert answer.headers["Location"] == f"/claims/{claim.pk}"
    text = client.get(f"/claims/{claim.pk}").content.decode()
    assert "25 GT" in text
    assert "second modifier was forgotten" in text
    assert desk.claim(claim).version_number == 2
    assert desk.claim(claim).total_charge_cents == claim.total_charge_cents


def test_a_correction_that_cannot_be_read_changes_nothing(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.assembled(desk.patient())
    client = sign_in(practice)
    for field, text in (
        ("line-1-units", "NaN"),
        ("line-1-charge", "a lot"),
        ("line-1-pointers", "1 x"),
        ("diagnoses", ""),
        ("reason", " "),
    ):
        form = {"reason": "a reason", field: text}
        answer = client.post(f"/claims/{claim.pk}/correct", form)
        assert answer.status_code == 302
        assert desk.claim(claim).version_number == 1, field


def test_ready_claims_are_sent_in_one_file_a_payer(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.assembled(desk.patient())
    release_claim(**desk.who, at=at(), claim=claim.pk)
    client = sign_in(practice)
    assert "as it would be sent now" in client.get(f"/claims/{claim.pk}").content.decode()
    client.post("/claims/send")
    assert _notice(client, "/claims") == "1 file sent."
    text = client.get(f"/claims/{claim.pk}").content.decode()
    assert "as sent in" in text
    assert f"*{claim.control_number}*" in text


def test_search_finds_by_number_name_and_birth_date(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    patient = desk.patient()
    claim = desk.assembled(patient)
    client = sign_in(practice)
    for words, place in (
        (claim.control_number, f"/claims/{claim.pk}"),
        (patient.account_number, f"/patients/{patient.pk}"),
        ("waver", f"/patients/{patient.pk}"),
        ("08/21/1984", f"/patients/{patient.pk}"),
    ):
        answer = client.post("/search", {"words": words})
        assert answer.headers.get("Location") == place, words
    assert "Nothing fits" in client.post("/search", {"words": "nobody"}).content.decode()


def test_a_note_in_markup_is_shown_as_text(practice: Practice, sign_in: SignIn, desk: Desk) -> None:
    claim = desk.assembled(desk.patient())
    client = sign_in(practice)
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    client.post(f"/claims/{claim.pk}/correct", {"reason": hostile})
    text = client.get(f"/claims/{claim.pk}").content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    assert "<img" not in text

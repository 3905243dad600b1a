"""Sessions are short, end with the membership, and every look at a patient is on record."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.test import Client

from app.desk import Desk
from conftest import NOW, PASSWORD, Practice, make_practice
from web.conftest import SignIn


def _set(client: Client, **values: object) -> None:
    session = client.session
    session.update(values)
    session.save()


@pytest.mark.parametrize(("name", "minutes"), [("seen_at", 15), ("signed_in_at", 12 * 60)])
def test_a_session_ends_after_15_idle_minutes_and_after_12_hours(
    practice: Practice, sign_in: SignIn, name: str, minutes: int
) -> None:
    now = datetime.now(UTC)
    client = sign_in(practice)
    _set(client, **{name: (now - timedelta(minutes=minutes, seconds=-30)).timestamp()})
    assert client.get("/").status_code == 200
    _set(client, **{name: (now - timedelta(minutes=minutes, seconds=1)).timestamp()})
    assert client.get("/").headers["Location"].startswith("/sign-in")


def test_a_page_that_refreshes_itself_does_not_keep_the_session_alive(
    practice: Practice, sign_in: SignIn
) -> None:
    client = sign_in(practice)
    seen_at = (datetime.now(UTC) - timedelta(minutes=5)).timestamp()
    _set(client, seen_at=seen_at)
    client.get("/?live=1")
    assert client.session["seen_at"] == seen_at
    client.get("/")
    assert client.session["seen_at"] > seen_at


def test_a_revoked_membership_ends_at_the_next_request(practice: Practice, sign_in: SignIn) -> None:
    from cleanclaim.store.organizations.models import Membership
    from cleanclaim.store.tenancy import within

    client = sign_in(practice)
    assert client.get("/claims").status_code == 200
    with within(practice.organization):
        Membership.objects.filter(user_id=practice.user).update(is_active=False)
    assert client.get("/claims").headers["Location"] == "/organizations"
    page = client.get("/organizations").content.decode()
    assert "You belong to no organization" in page


def test_the_answer_is_one_for_unknown_wrong_and_locked(practice: Practice) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    told = set()
    for email in ("nobody@example.com", practice.email):
        for _ in range(6):
            answer = client.post("/sign-in", {"email": email, "password": "not the pass phrase"})
            told.add(answer.content.decode().split('role="alert">')[1].split("</p>")[0])
            assert answer.status_code == 422
    assert len(told) == 1


def test_a_lock_ends_after_15_minutes_and_a_success_forgets_failures(practice: Practice) -> None:
    check = import_module("cleanclaim.web.signing_in").check_sign_in
    for _ in range(5):
        assert check(practice.email, "wrong", NOW) is None
    assert check(practice.email, PASSWORD, NOW + timedelta(minutes=14, seconds=59)) is None
    assert check(practice.email, PASSWORD, NOW + timedelta(minutes=15)) is not None
    for _ in range(4):
        check(practice.email, "wrong", NOW + timedelta(hours=1))
    assert check(practice.email, PASSWORD, NOW + timedelta(hours=1)) is not None
    assert check(practice.email, "wrong", NOW + timedelta(hours=1)) is None
    assert check(practice.email, PASSWORD, NOW + timedelta(hours=1)) is not None


def test_a_person_of_several_organizations_chooses(practice: Practice, sign_in: SignIn) -> None:
    from cleanclaim.app.founding import add_member
    from cleanclaim.app.work import SYSTEM
    from cleanclaim.store.organizations.models import Organization, Role, User
    from cleanclaim.store.tenancy import within

    other, foreign = make_practice(), make_practice()
    person = User.objects.get(pk=practice.user)
    with within(other.organization):
        target = Organization.objects.get(pk=other.organization)
        add_member(organization=target, actor=SYSTEM, at=NOW, user=person, role=Role.CODER)
    client = sign_in(practice)
    assert client.get("/").headers["Location"] == "/organizations"
    client.post("/organizations", {"organization": str(foreign.organization)})
    assert "organization" not in client.session
    client.post("/organizations", {"organization": str(other.organization)})
    assert client.get("/claims").status_code == 200
    assert client.get("/ledger").status_code == 403  # a coder there, an owner elsewhere


def test_a_role_without_the_right_gets_a_page_without_data(sign_in: SignIn, desk: Desk) -> None:
    from cleanclaim.store.organizations.models import Membership, Role
    from cleanclaim.store.tenancy import within

    practice = make_practice()
    theirs = Desk(practice.organization)
    patient = theirs.patient()
    client = sign_in(practice)
    assert b"Waverly" in client.get(f"/patients/{patient.pk}").content
    with within(practice.organization):
        Membership.objects.filter(user_id=practice.user).update(role=Role.CREDENTIALING)
    answer = client.get(f"/patients/{patient.pk}")
    assert answer.status_code == 403
    assert b"Waverly" not in answer.content


def test_each_look_at_a_patient_is_an_event(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    from cleanclaim.store.events.chain import verify_chain
    from cleanclaim.store.events.models import Event
    from cleanclaim.store.tenancy import within

    patient = desk.patient()
    claim = desk.assembled(patient)
    client = sign_in(practice)
    client.get("/patients")
    client.get(f"/patients/{patient.pk}")
    client.get(f"/claims/{claim.pk}")
    with within(practice.organization):
        looks = Event.objects.of(practice.organization).filter(record_kind="view")
        told = list(looks.order_by("sequence").values_list("action", "patient_id", "actor_id"))
    assert told == [
        ("patients.listed", None, practice.user),
        ("patient.viewed", patient.pk, practice.user),
        ("claim.viewed", patient.pk, practice.user),
    ]
    assert verify_chain(practice.organization).faults == ()


def test_a_post_without_its_token_does_nothing(practice: Practice, sign_in: SignIn) -> None:
    signed = sign_in(practice)
    strict = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    strict.cookies = signed.cookies
    assert strict.get("/").status_code == 200
    assert strict.post("/held/reexamine").status_code == 403


def test_no_page_is_kept_by_a_cache(practice: Practice, sign_in: SignIn) -> None:
    client = sign_in(practice)
    for page in ("/", "/patients", "/ledger", "/no-such-page"):
        assert client.get(page).headers["Cache-Control"] == "no-store", page

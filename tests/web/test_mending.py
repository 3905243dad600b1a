"""Findings on the claim's page: by desk, mended where they stand, and checked again at once."""

import re

from django.test import Client

from app.desk import Desk, at
from cleanclaim.app.claiming import scrub_claim
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.tenancy import within
from conftest import Practice
from web.conftest import SignIn

MODIFIERS = {"field": "modifiers", "line": "1", "rule": "MODIFIER.FORM"}
HTMX = {"HX-Request": "true"}


def _page(client: Client, claim: ClaimRecord) -> str:
    return client.get(f"/claims/{claim.pk}").content.decode()


def test_a_finding_names_its_desk_its_source_and_a_field_to_mend(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    text = _page(sign_in(practice), desk.held())
    assert "For the coder" in text
    assert "<code>MODIFIER.FORM</code> · 837P guide" in text
    assert re.search(r'name="typed"[^>]*value="25 25"', text)
    assert "Override for this version" in text
    assert "1 for the coder" in text


def test_htmx_gets_the_page_as_it_is_after_the_mending(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.held()
    client = sign_in(practice)
    form = {**MODIFIERS, "typed": "25"}
    answer = client.post(f"/claims/{claim.pk}/mend", form, headers=HTMX)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Modifiers of line 1 mended; the claim was checked again and is ready." in text
    assert "For the coder" not in text
    assert "modifiers of line 1 mended for MODIFIER.FORM" in text
    assert desk.state(claim) == "ready"


def test_a_form_without_htmx_goes_back_to_the_claim(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.held()
    answer = sign_in(practice).post(f"/claims/{claim.pk}/mend", {**MODIFIERS, "typed": "25"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/claims/{claim.pk}")
    assert desk.state(claim) == "ready"


def test_what_cannot_be_meant_is_told_and_the_finding_stays(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.held()
    client = sign_in(practice)
    form = {**MODIFIERS, "typed": "a lot"}
    text = client.post(f"/claims/{claim.pk}/mend", form, headers=HTMX).content.decode()
    assert "The modifiers of line 1 are not up to four of two characters" in text
    assert "For the coder" in text
    assert client.post(f"/claims/{claim.pk}/mend", {"field": "color"}).status_code == 400
    assert desk.claim(claim).version_number == 1


def test_families_without_their_tables_are_one_line_and_no_findings(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    desk.held()  # which sets the practice's calendar
    claim = desk.assembled(desk.patient())
    scrub_claim(**desk.who, at=at(), claim=claim.pk)
    text = _page(sign_in(practice), claim)
    (line,) = re.findall(r"<summary>Not checked: ([^<]*)", text)
    assert "drugs" in line
    assert "payers&#39; lists of drugs that need a national drug code" in text
    assert "not checked: needs" not in text
    assert 'class="finding' not in text


def test_one_hold_is_overridden_with_a_reason(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.held()
    client = sign_in(practice)
    form = {"rule": "MODIFIER.FORM", "reason": "the payer takes it"}
    client.post(f"/claims/{claim.pk}/override", form)
    assert desk.state(claim) == "ready"
    text = _page(client, claim)
    assert "MODIFIER.FORM is overridden; the claim is ready." in text
    assert '<span class="badge">overridden</span>' in text


def test_a_coder_mends_codes_and_no_member_ids(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.held()
    with within(practice.organization):
        Membership.objects.filter(organization=practice.organization).update(role=Role.CODER)
    client = sign_in(practice)
    assert "Override for this version" not in _page(client, claim)
    member = {"field": "member id", "line": "0", "typed": "M199999"}
    assert client.post(f"/claims/{claim.pk}/mend", member).status_code == 403
    client.post(f"/claims/{claim.pk}/mend", {**MODIFIERS, "typed": "25"})
    assert desk.state(claim) == "ready"


def test_those_who_may_only_read_get_no_fields(
    practice: Practice, sign_in: SignIn, desk: Desk
) -> None:
    claim = desk.held()
    with within(practice.organization):
        Membership.objects.filter(organization=practice.organization).update(role=Role.AUDITOR)
    client = sign_in(practice)
    assert "data-mend" not in _page(client, claim)
    assert client.post(f"/claims/{claim.pk}/mend", MODIFIERS).status_code == 403

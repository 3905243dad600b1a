"""The page of what a practice decides about money: each form records, and refuses by its field."""

from datetime import date

import pytest
from django.test import Client

from app.desk import Desk
from cleanclaim.app.denial_terms import allows_write_off, policies_on, terms_of
from cleanclaim.app.examining import rules_in_force
from cleanclaim.app.patient_reasons import patient_reason_policies, reasons_on
from cleanclaim.store.denials.models import CombinationRecord, PolicyCitation
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.remits.models import PayeeNumber
from cleanclaim.store.tenancy import within
from conftest import Practice
from web.conftest import SignIn

DAY = date(2026, 4, 24)
COMMON = {"starts_on": "2026-01-01", "source": "board minutes, p. 3"}


def send(client: Client, form: str, **fields: str) -> str:
    part = "denials" if form in {"terms", "citations", "combinations"} else "decisions"
    answer = client.post(f"/money-policy/{part}/{form}", {**COMMON, **fields}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_form_records_what_it_is_for(practice: Practice, sign_in: SignIn) -> None:
    desk = Desk(practice.organization)
    client = sign_in(practice)
    payer = str(desk.payers[0].pk)
    assert "recorded." in send(client, "posting", kind="reversal", above="25.00")
    assert "recorded." in send(client, "payee", kind="NPI", number="1234567893")
    assert "recorded." in send(client, "patients", reason="204")
    assert "recorded." in send(client, "write-offs", cause="timely", most="$10")
    assert "recorded." in send(
        client, "terms", payer=payer, level="1", name="first", days="45", confidence="own"
    )
    assert "recorded." in send(client, "citations", title="Guide", citation="p. 9", cause="coding")
    shown = send(
        client,
        "combinations",
        reason="16",
        verdict="refuses",
        cause="coding",
        work="correct",
        label="our own",
    )
    for told in ("Reversal above $25.00".lower(), "npi 1234567893", "pr-204", "up to $10.00"):
        assert told in shown.lower(), told
    with within(practice.organization):
        organization = practice.organization
        (rule,) = rules_in_force(organization, DAY)
        assert (rule.kind.value, rule.above_cents) == ("reversal", 2_500)
        assert reasons_on(patient_reason_policies(organization), DAY) == {"204"}
        assert allows_write_off(policies_on(organization, DAY), "timely", 1_000)
        assert not allows_write_off(policies_on(organization, DAY), "timely", 1_001)
        assert [term.days for term in terms_of(desk.payers[0])] == [45]
        assert PayeeNumber.objects.of(organization).get().number == "1234567893"
        assert PolicyCitation.objects.of(organization).get().payer_id is None
        assert CombinationRecord.objects.of(organization).count() == 1


@pytest.mark.parametrize(
    ("form", "fields", "told"),
    [
        ("payee", {"kind": "NPI", "number": "1234567890"}, "its digits do not fit"),
        ("posting", {"kind": "whim", "above": "1"}, "none of the choices"),
        ("posting", {"kind": "denial", "above": "much"}, "not an amount"),
        ("patients", {"reason": "29"}, "only these reasons"),
        ("patients", {"reason": "204", "source": " "}, "source is missing"),
        ("write-offs", {"most": "5", "cause": "", "ends_on": "2025-01-01"}, "before the first"),
        (
            "terms",
            {"payer": "0", "level": "1", "name": "a", "days": "9", "confidence": "own"},
            "a payer",
        ),
    ],
)
def test_a_field_that_cannot_mean_anything_is_named(
    practice: Practice, sign_in: SignIn, form: str, fields: dict[str, str], told: str
) -> None:
    assert told in send(sign_in(practice), form, **fields).lower()
    with within(practice.organization):
        assert not PayeeNumber.objects.of(practice.organization).exists()
        assert not rules_in_force(practice.organization, DAY)


def test_a_biller_reads_the_decisions_and_records_denial_rows_only(
    practice: Practice, sign_in: SignIn
) -> None:
    with within(practice.organization):
        Membership.objects.filter(organization=practice.organization).update(role=Role.BILLER)
    client = sign_in(practice)
    shown = client.get("/money-policy").content.decode()
    assert "money-policy/decisions/" not in shown
    assert "money-policy/denials/terms" in shown
    assert client.post("/money-policy/decisions/posting", COMMON).status_code == 403
    assert client.post("/money-policy/denials/posting", COMMON).status_code == 404

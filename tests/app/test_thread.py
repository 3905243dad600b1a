"""One visit from registration to a balance of zero, each step in state, books and events."""

from datetime import date, timedelta

from app.desk import SERVICE_ON, VISIT, Desk, at
from cleanclaim.app.booking import balance_of_kind
from cleanclaim.app.collecting import (
    close_accounts,
    deposit_receipt,
    record_deposit,
    take_patient_payment,
)
from cleanclaim.app.lifecycle import history
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.submitting import exchange, submit_claims
from cleanclaim.store.events.chain import verify_chain
from cleanclaim.store.events.models import Event
from cleanclaim.store.tenancy import within


def days_events(desk: Desk, since: int) -> list[str]:
    with within(desk.organization):
        rows = Event.objects.of(desk.organization).filter(sequence__gt=since)
        return list(rows.order_by("sequence").values_list("action", flat=True))


def last_event(desk: Desk) -> int:
    with within(desk.organization):
        rows = Event.objects.of(desk.organization).order_by("-sequence")
        return int(rows.values_list("sequence", flat=True)[0])


def test_a_visit_lives_from_registration_to_a_balance_of_zero(desk: Desk) -> None:
    patient = desk.patient()
    claim = desk.assembled(patient, VISIT)
    assert desk.state(claim) == "draft"
    assert desk.books() == {"ar_unbilled": 20_000, "revenue": -20_000}

    _, causes = release_claim(**desk.who, at=at(), claim=claim.pk)
    assert (causes, desk.state(claim)) == ((), "ready")

    submit_claims(**desk.who, at=at(), payer=desk.payers[0])
    assert desk.state(claim) == "submitted"
    assert desk.books() == {"ar_insurance": 20_000, "revenue": -20_000}

    before = last_event(desk)
    exchange(**desk.who, at=at(), payer=desk.payers[0])
    work_inbox(**desk.who, at=at())
    assert desk.state(claim) == "accepted"
    assert desk.claim(claim).payer_claim_number
    told = days_events(desk, before)
    assert told.index("claim.received") < told.index("claim.accepted")

    paid_on = SERVICE_ON + timedelta(14)
    before = last_event(desk)
    exchange(**desk.who, at=at(paid_on), payer=desk.payers[0])
    work_inbox(**desk.who, at=at(paid_on))
    assert desk.state(claim) == "paid"
    # 200.00 at seven tenths: 60.00 off; 20.00 copay, then a tenth of the other 120.00.
    assert desk.books() == {
        "ar_patient": 3_200,
        "cash_clearing": 10_800,
        "contractual": 6_000,
        "revenue": -20_000,
    }
    assert {"file.kept", "remit.posted", "claim.paid"} <= set(days_events(desk, before))

    (remit,) = desk.remits()
    told_on = {**desk.who, "at": at(paid_on + timedelta(2))}
    record_deposit(**told_on, remit=remit.pk, deposited_on=paid_on + timedelta(2))
    assert close_accounts(**told_on) == 0
    take_patient_payment(**told_on, patient=patient.pk, cents=3_200, receipt="R1")
    deposit_receipt(**told_on, receipt="R1", deposited_on=paid_on + timedelta(3))
    assert desk.state(claim) == "closed"
    assert desk.books() == {"bank": 14_000, "contractual": 6_000, "revenue": -20_000}
    assert desk.tasks() == []
    with within(desk.organization):
        assert [event.value for event in history(claim.pk, organization=desk.organization)] == [
            "claim.assembled",
            "claim.cleared",
            "claim.submitted",
            "claim.received",
            "claim.accepted",
            "claim.paid",
            "claim.closed",
        ]
    report = verify_chain(desk.organization)
    assert (report.faults, report.events) == ((), last_event(desk))
    assert sum(_receivables(desk)) == 0
    assert date(2026, 4, 10) == desk.claim(claim).service_on


def _receivables(desk: Desk) -> list[int]:
    from cleanclaim.ledger.accounts import RECEIVABLES

    with within(desk.organization):
        return [balance_of_kind(kind, organization=desk.organization) for kind in RECEIVABLES]

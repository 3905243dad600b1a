"""A claim is scrubbed beside the patient's other claims, as far as those tell of services."""

from datetime import date, timedelta

import pytest

from app.desk import ONE, SERVICE_ON, Desk, at
from cleanclaim.app.claiming import change_coverage, scrub_claim
from cleanclaim.app.documenting import CodedService
from cleanclaim.app.past_claims import earlier_claims
from cleanclaim.app.registering import CoverageCard, add_coverage
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.values import latest_claim
from cleanclaim.kernel.findings import Finding
from cleanclaim.store.claims.models import ClaimFinding, ClaimRecord
from cleanclaim.store.encounters.models import Encounter, Note
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within

NEW = (CodedService("99203", ("I10",), charge_cents=20_000),)
LATER = SERVICE_ON + timedelta(days=3)


def found(desk: Desk, claim: ClaimRecord, on: date = LATER) -> dict[str, Finding]:
    findings = scrub_claim(**desk.who, at=at(on), claim=claim.pk)
    return {finding.rule: finding for finding in findings}


def test_a_new_patients_visit_of_somebody_seen_before_is_held(desk: Desk) -> None:
    patient = desk.patient()
    desk.submitted(patient)
    claim = desk.assembled(patient, NEW, LATER)
    _, causes = release_claim(**desk.who, at=at(LATER), claim=claim.pk)
    assert [cause.reason for cause in causes] == ["PATIENT.NOT_NEW"]
    assert desk.state(claim) == "held"


def test_a_new_patient_leaves_beside_others_of_the_practice(desk: Desk) -> None:
    desk.submitted(desk.patient())
    claim = desk.assembled(desk.patient("Quill", "Otto"), NEW, LATER)
    assert "PATIENT.NOT_NEW" not in found(desk, claim)


def test_a_patient_who_has_another_name_now_is_the_same(desk: Desk) -> None:
    patient = desk.patient()
    desk.submitted(patient)
    with within(desk.organization):
        Patient.objects.of(desk.organization).filter(pk=patient.pk).update(last_name="Marsh")
    claim = desk.assembled(patient, NEW, LATER)
    assert "PATIENT.NOT_NEW" in found(desk, claim)


def test_the_same_visit_billed_twice_is_held_once(desk: Desk) -> None:
    patient = desk.patient()
    first = desk.submitted(patient)
    again = desk.assembled(patient, ONE)
    assert "CLAIM.REPEATED" in found(desk, again)
    assert "CLAIM.REPEATED" not in found(desk, first)


@pytest.mark.parametrize("state", ["voided", "replaced", "rejected"])
def test_claims_that_tell_of_no_service_are_no_history(desk: Desk, state: str) -> None:
    patient = desk.patient()
    first = desk.submitted(patient)
    claim = desk.assembled(patient, NEW, LATER)
    with within(desk.organization):
        assert len(earlier_claims(desk.claim(claim))) == 1
        ClaimRecord.objects.of(desk.organization).filter(pk=first.pk).update(state=state)
        assert earlier_claims(desk.claim(claim)) == []


def test_claims_of_one_chain_are_no_history_of_each_other(desk: Desk) -> None:
    patient = desk.patient()
    first, second = desk.submitted(patient), desk.assembled(patient, NEW, LATER)
    with within(desk.organization):
        rows = ClaimRecord.objects.of(desk.organization)
        rows.filter(pk=second.pk).update(root=first.pk, follows=first.pk)
        assert earlier_claims(desk.claim(second)) == []
        assert earlier_claims(desk.claim(first)) == []


def test_a_later_claim_is_history_once_it_has_left(desk: Desk) -> None:
    patient = desk.patient()
    first, second = desk.assembled(patient), desk.assembled(patient, NEW, LATER)
    with within(desk.organization):
        assert earlier_claims(desk.claim(first)) == []
        ClaimRecord.objects.of(desk.organization).filter(pk=second.pk).update(submitted_at=at())
        assert [c.lines[0].procedure.code for c in earlier_claims(desk.claim(first))] == ["99203"]


def test_a_visit_without_a_note_is_told(desk: Desk) -> None:
    claim = desk.assembled(desk.patient())
    assert "DOCUMENTATION.MISSING" not in found(desk, claim)
    with within(desk.organization):
        visit = Encounter.objects.of(desk.organization).get(patient=claim.patient_id)
        other = Encounter.objects.create(
            organization_id=desk.organization,
            patient=visit.patient,
            provider=visit.provider,
            location=visit.location,
            service_on=visit.service_on,
            status="documented",
        )
        assert not Note.objects.of(desk.organization).filter(encounter=other).exists()
        ClaimRecord.objects.of(desk.organization).filter(pk=claim.pk).update(encounter=other)
    assert "DOCUMENTATION.MISSING" in found(desk, claim)
    with within(desk.organization):
        kept = ClaimFinding.objects.of(desk.organization).filter(claim=claim.pk)
        assert "DOCUMENTATION.MISSING" in set(kept.values_list("rule", flat=True))


def test_why_medicare_comes_second_is_on_the_claim(desk: Desk) -> None:
    patient = desk.patient()
    claim = desk.assembled(patient)
    card = CoverageCard("1EG4TE5MK73", date(2025, 1, 1), rank=2, insurance_type="12")
    told = {**desk.who, "at": at()}
    add_coverage(**told, patient=patient.pk, payer=desk.payers[1], card=card)
    with within(desk.organization):
        second = desk.coverage(patient, 2)
    change_coverage(**told, claim=claim.pk, coverage=second, reason="second payer")
    with within(desk.organization):
        content = latest_claim(desk.claim(claim))
    assert (content.responsibility.value, content.insurance_type) == ("S", "12")

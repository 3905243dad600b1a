"""The nightly look: at the held claims whose grounds changed, and at no other."""

from datetime import date, timedelta

import pytest

from app.desk import SERVICE_ON, Desk, at
from cleanclaim.app.enrolling import enroll_provider
from cleanclaim.app.reexamining import reexamine_changed
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.kernel.spans import Span
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Participation, Payer
from cleanclaim.store.events.models import Event
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within
from conftest import Practice


@pytest.fixture
def outsider(practice: Practice) -> Desk:
    """Open a desk whose provider may bill nobody yet."""
    return Desk(practice.organization)


@pytest.fixture
def held(outsider: Desk) -> ClaimRecord:
    """Give a held claim that a night has looked at already."""
    claim = outsider.assembled(outsider.patient())
    release_claim(**outsider.who, at=at(), claim=claim.pk)
    assert looks(outsider, claim, SERVICE_ON) == 1
    return claim


def looks(desk: Desk, claim: ClaimRecord, day: date) -> int:
    """Work a night and count how often it scrubbed the claim."""

    def scrubbed() -> int:
        with within(desk.organization):
            rows = Event.objects.of(desk.organization).filter(action="claim.scrubbed")
            return rows.filter(claim_id=claim.pk).count()

    before = scrubbed()
    reexamine_changed(**desk.who, at=at(day))
    return scrubbed() - before


def test_an_unchanged_claim_is_left_alone_for_a_week(outsider: Desk, held: ClaimRecord) -> None:
    days = [SERVICE_ON + timedelta(n) for n in range(1, 9)]
    assert [looks(outsider, held, day) for day in days] == [0, 0, 0, 0, 0, 0, 1, 0]


def test_each_change_of_what_it_is_judged_by_makes_the_night_look(
    outsider: Desk, held: ClaimRecord
) -> None:
    organization, tomorrow = outsider.organization, SERVICE_ON + timedelta(1)

    def change_payer() -> None:
        Payer.objects.of(organization).filter(pk=held.payer_id).update(timely_filing_days=90)

    def change_patient() -> None:
        Patient.objects.of(organization).filter(pk=held.patient_id).update(last_name="Waverley")

    def add_participation() -> None:
        Participation.objects.create(
            organization_id=organization,
            provider=outsider.provider,
            payer=outsider.payers[0],
            starts_on=date(2027, 1, 1),
            source="letter",
        )

    for change in (change_payer, change_patient, add_participation):
        assert looks(outsider, held, tomorrow) == 0
        with within(organization):
            change()
        assert looks(outsider, held, tomorrow) == 1, change.__name__
    with within(organization):
        patient = Patient.objects.of(organization).get(pk=held.patient_id)
    outsider.assembled(patient, verified=False)
    assert looks(outsider, held, tomorrow) == 1, "the patient's other claim"
    assert looks(outsider, held, tomorrow) == 0


def test_an_answer_about_coverage_and_a_passed_limit_are_grounds(
    outsider: Desk, held: ClaimRecord
) -> None:
    assert held.filing_due_on is not None
    verify_coverage(**outsider.who, at=at(), coverage=held.coverage_id, service_on=held.service_on)
    assert looks(outsider, held, SERVICE_ON) == 1
    last = held.filing_due_on
    looks(outsider, held, last)
    # What is found near the limit depends on the day: such a claim is looked at daily.
    assert [looks(outsider, held, last + timedelta(n)) for n in (0, 1, 2)] == [1, 1, 1]


def test_a_cause_that_went_unnoticed_is_met_by_the_night(outsider: Desk, held: ClaimRecord) -> None:
    with within(outsider.organization):
        Participation.objects.create(
            organization_id=outsider.organization,
            provider=outsider.provider,
            payer=outsider.payers[0],
            starts_on=date(2026, 1, 1),
            source="imported past the use case",
        )
    (ready,) = reexamine_changed(**outsider.who, at=at(SERVICE_ON + timedelta(1)))
    assert (ready.pk, outsider.state(held)) == (held.pk, "ready")


def test_another_payers_participation_is_no_ground(outsider: Desk, held: ClaimRecord) -> None:
    """Negative control: what the claim is not judged by wakes nobody."""
    enroll_provider(
        **outsider.who,
        at=at(),
        provider=outsider.provider,
        payer=outsider.payers[1],
        span=Span(date(2026, 1, 1)),
        source="letter",
    )
    assert looks(outsider, held, SERVICE_ON) == 0

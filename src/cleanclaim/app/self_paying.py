"""Visits that the patient pays alone, and the estimates that such a patient was given."""

from datetime import date, datetime

from cleanclaim.app.access import access, access_patient
from cleanclaim.app.booking import book
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.workflow import ClaimState
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.entries import Occasion
from cleanclaim.ledger.patient_entries import charge_self_pay, visit_receivable
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.encounters.models import Charge, Encounter
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.statements.models import Estimate, SelfPayVisit


class NotSelfPayError(CleanclaimError):
    """The visit has a claim, or nothing was charged: it cannot be billed to the patient alone."""

    code = "self_pay.refused"

    def __init__(self) -> None:
        super().__init__("a visit with a claim or without charges is not billed to the patient")


class NoEstimateError(CleanclaimError):
    """An estimate is a positive amount."""

    code = "estimate.amount"

    def __init__(self) -> None:
        super().__init__("an estimate is a positive amount")


def bill_self_pay(*, organization: int, actor: Actor, at: datetime, encounter: int) -> SelfPayVisit:
    """Bill a visit's charges to the patient, who has no coverage for it; the same again is known.

    Raises NotSelfPayError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        Encounter.objects.of(organization).select_for_update().filter(pk=encounter).first()
        visit = access(Encounter, encounter, organization=organization)
        known = SelfPayVisit.objects.of(organization).filter(encounter=visit).first()
        if known is not None:
            return known
        charges = Charge.objects.of(organization).filter(encounter=visit)
        cents = sum(charges.values_list("charge_cents", flat=True))
        claims = ClaimRecord.objects.of(organization).filter(encounter=visit)
        if cents <= 0 or claims.exclude(state=ClaimState.VOIDED.value).exists():
            raise NotSelfPayError
        record = SelfPayVisit.objects.create(
            organization_id=organization,
            patient_id=visit.patient_id,
            encounter=visit,
            cents=cents,
            billed_on=work.today,
        )
        receivable = visit_receivable(str(visit.patient_id), visit.pk)
        occasion = Occasion((organization, "self pay", visit.pk), visit.service_on)
        entry = charge_self_pay(occasion, cents, receivable=receivable)
        book([entry], organization=organization, at=at)
        stamp = ("encounter", visit.pk)
        work.tell("visit.billed_to_patient", stamp, patient=visit.patient_id, cents=cents)
    return record


def record_estimate(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    provider: int,
    service_on: date,
    cents: int,
    given_on: date,
) -> Estimate:
    """Keep the good faith estimate that a patient was given, by provider and day of service."""
    if cents <= 0:
        raise NoEstimateError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        access_patient(patient, organization=organization)
        record, _ = Estimate.objects.get_or_create(
            organization_id=organization,
            patient_id=patient,
            provider=access(Provider, provider, organization=organization),
            service_on=service_on,
            given_on=given_on,
            defaults={"cents": cents, "recorded_at": at},
        )
        work.tell("estimate.recorded", ("estimate", record.pk), patient=patient, cents=cents)
    return record

"""Registering patients and their coverages."""

from datetime import date, datetime

import msgspec

from cleanclaim.app.access import access, access_patient
from cleanclaim.app.numbering import next_number
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.parties import Address, PersonName, Sex, Subscriber
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.patients.models import Coverage, Patient


class Registration(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the front desk writes down about a person."""

    name: PersonName
    birth_on: date
    sex: Sex
    address: Address
    phone: str = ""


class CoverageCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an insurance card says; ``subscriber`` None is the patient; ``rank`` 1 pays first.

    ``insurance_type`` is why Medicare comes later (SBR05), from its questionnaire.
    """

    member_id: str
    starts_on: date
    rank: int = 1
    ends_on: date | None = None
    group_number: str = ""
    plan_name: str = ""
    product: str = ""
    relationship: str = "18"
    subscriber: Subscriber | None = None
    insurance_type: str = ""


def register_patient(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    registration: Registration,
    account_number: str = "",
) -> Patient:
    """Open a patient account; without a number of another system it gets one of our own."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        number = account_number or (f"A{next_number('account', organization=organization):06d}")
        patient = Patient.objects.create(
            organization_id=organization,
            account_number=number,
            last_name=registration.name.last,
            first_name=registration.name.first,
            middle_name=registration.name.middle,
            birth_on=registration.birth_on,
            sex=registration.sex.value,
            address=msgspec.to_builtins(registration.address),
            phone=registration.phone,
            registered_at=at,
        )
        work.tell("patient.registered", ("patient", patient.pk), patient=patient.pk)
    return patient


def add_coverage(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    payer: Payer,
    card: CoverageCard,
) -> Coverage:
    """Record a coverage as the card shows it; what the payer says of it is asked separately."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        account = access_patient(patient, organization=organization)
        fields = msgspec.structs.asdict(card)
        subscriber = fields.pop("subscriber")
        coverage = Coverage.objects.create(
            organization_id=organization,
            patient=account,
            payer=payer,
            subscriber=None if subscriber is None else msgspec.to_builtins(subscriber),
            **fields,
        )
        work.tell(
            "coverage.added",
            ("coverage", coverage.pk),
            patient=account.pk,
            payer=payer.pk,
            rank=card.rank,
        )
    return coverage


def end_coverage(
    *, organization: int, actor: Actor, at: datetime, coverage: int, ends_on: date
) -> Coverage:
    """Record the last day of a coverage, as the payer or the patient told it."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access(Coverage, coverage, organization=organization)
        record.ends_on = ends_on
        record.save(update_fields=["ends_on"])
        work.tell(
            "coverage.ended",
            ("coverage", record.pk),
            patient=record.patient_id,
            ends_on=ends_on.isoformat(),
        )
    return record


def correct_member_id(
    *, organization: int, actor: Actor, at: datetime, coverage: int, member_id: str
) -> Coverage:
    """Correct the number that was written down from the card; claims made before keep theirs."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access(Coverage, coverage, organization=organization)
        record.member_id = member_id
        record.save(update_fields=["member_id"])
        work.tell("coverage.corrected", ("coverage", record.pk), patient=record.patient_id)
    return record

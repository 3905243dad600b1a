"""Documenting a visit: the encounter, its signed note, its charges."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec
from django.db.models import Q

from cleanclaim.app.access import access, access_patient
from cleanclaim.app.work import unit_of_work
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.store.credentialing.models import Location, Provider
from cleanclaim.store.encounters.models import Charge, Encounter, Fee, Note
from cleanclaim.store.events.chain import Actor


class CodedService(msgspec.Struct, frozen=True, omit_defaults=True):
    """A service as the coder records it; ``charge_cents`` None takes the practice's fee."""

    code: str
    diagnoses: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    charge_cents: int | None = None


def document_encounter(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    provider: Provider,
    location: Location,
    service_on: date,
    note: str,
    prior_authorization: str = "",
) -> Encounter:
    """Record a visit with the note that its provider signed."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        account = access_patient(patient, organization=organization)
        encounter = Encounter.objects.create(
            organization_id=organization,
            patient=account,
            provider=provider,
            location=location,
            service_on=service_on,
            status="documented",
            prior_authorization=prior_authorization,
        )
        signed = Note.objects.create(
            organization_id=organization,
            encounter=encounter,
            text=note,
            author=str(provider),
            signed_at=at,
        )
        record = ("encounter", encounter.pk)
        work.tell("encounter.documented", record, patient=account.pk, note=signed.pk)
    return encounter


def record_charges(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    encounter: int,
    services: Sequence[CodedService],
) -> tuple[list[Charge], tuple[Finding, ...]]:
    """Record the coded services of a visit; without a price for one, none is recorded."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        visit = access(Encounter, encounter, organization=organization)
        priced = [(service, _price(service, visit)) for service in services]
        missing = tuple(_no_fee(n) for n, (_, cents) in enumerate(priced, 1) if cents is None)
        if missing:
            return [], missing
        first = Charge.objects.of(organization).filter(encounter=visit).count() + 1
        charges = [
            _charge(visit, number, service, cents or 0, at)
            for number, (service, cents) in enumerate(priced, first)
        ]
        visit.status = "coded"
        visit.save(update_fields=["status"])
        work.tell(
            "charges.recorded",
            ("encounter", visit.pk),
            patient=visit.patient_id,
            codes=[service.code for service in services],
            cents=sum(charge.charge_cents for charge in charges),
        )
    return charges, ()


def _price(service: CodedService, visit: Encounter) -> int | None:
    if service.charge_cents is not None:
        return service.charge_cents
    fee = (
        Fee.objects.of(visit.organization_id)
        .filter(code=service.code, starts_on__lte=visit.service_on)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=visit.service_on))
        .order_by("-starts_on")
        .first()
    )
    cents = None if fee is None else fee.charge_cents * service.units
    # Part of a unit that makes part of a cent has no price until somebody names one.
    return int(cents) if cents is not None and cents == int(cents) else None


def _no_fee(number: int) -> Finding:
    return Finding(
        "CHARGE.FEE",
        Severity.BLOCK,
        f"service {number}",
        "the practice has no fee for this code on the day of service",
        "set a fee for the code, or give the charge",
        "fees of the practice",
    )


def _charge(
    visit: Encounter, number: int, service: CodedService, cents: int, at: datetime
) -> Charge:
    return Charge.objects.create(
        organization_id=visit.organization_id,
        encounter=visit,
        number=number,
        code=service.code,
        modifiers=list(service.modifiers),
        units=service.units,
        charge_cents=cents,
        diagnoses=list(service.diagnoses),
        recorded_at=at,
    )

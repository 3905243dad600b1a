"""Recording a claim of other software: its people and places found again, else recorded anew."""

from datetime import date, datetime
from typing import Any

import msgspec

from cleanclaim.app.claiming import enter_charges, keep_claim
from cleanclaim.app.cycle_reading import services_of
from cleanclaim.app.documenting import record_charges
from cleanclaim.app.enrolling import (
    PayerTerms,
    enroll_provider,
    record_location,
    record_payer,
    record_provider,
)
from cleanclaim.app.numbering import next_number
from cleanclaim.app.registering import CoverageCard, Registration, add_coverage, register_patient
from cleanclaim.app.values import RESPONSIBILITIES
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Address, PersonName, Sex
from cleanclaim.claims.parties import Provider as ProviderValue
from cleanclaim.kernel.spans import Span
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Location, Participation, Payer, Provider
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.patients.models import Coverage, Patient, Verification

_NO_ADDRESS = Address("", "")
_SELF = "18"
_CONTROL_NUMBER_LENGTH = 20


class ClaimIntake:
    """The desk of one organization that takes over claims of a file, from the first day told."""

    def __init__(self, organization: int, actor: Actor, source: str, since: date) -> None:
        self.who: dict[str, Any] = {"organization": organization, "actor": actor}
        self.organization = organization
        self.source = source
        self.since = since

    def take_over(self, claim: Claim, payer: Payer, at: datetime) -> ClaimRecord:
        """Record all that a claim tells, verify its coverage, and keep the claim itself."""
        with unit_of_work(**self.who, at=at) as work:
            patient = self._patient(claim, at)
            coverage = self._coverage(claim, patient, payer, at)
            visit = self._visit(work, claim, patient, payer)
            self._verify(coverage, visit.service_on, at)
            charges, _ = record_charges(
                **self.who, at=at, encounter=visit.pk, services=services_of(claim)
            )
            reason = f"taken over from {self.source}"[:200]
            record = keep_claim(work, self._numbered(claim), visit, coverage, reason=reason)
            enter_charges(work, record, charges)
            visit.status = "billed"
            visit.save(update_fields=["status"])
        return record

    def _numbered(self, claim: Claim) -> Claim:
        """Give the claim a number that no other has; theirs stays with it where ours replaces it.

        It moves to the medical record number, if there is none, since payers give that back.
        """
        theirs = claim.patient_control_number
        taken = ClaimRecord.objects.of(self.organization)
        fits = 0 < len(theirs) <= _CONTROL_NUMBER_LENGTH
        if fits and not taken.filter(control_number=theirs).exists():
            return claim
        number = ""
        while not number or taken.filter(control_number=number).exists():
            number = f"X{next_number('taken over', organization=self.organization):07d}"
        return msgspec.structs.replace(
            claim,
            patient_control_number=number,
            medical_record_number=claim.medical_record_number or theirs,
        )

    def _patient(self, claim: Claim, at: datetime) -> Patient:
        told = claim.patient
        names = {
            "last_name": told.name.last[:60],
            "first_name": told.name.first[:35],
            "middle_name": told.name.middle[:25],
        }
        born = told.birth_on or self.since
        known = Patient.objects.of(self.organization).filter(**names, birth_on=born)
        registration = Registration(
            PersonName(*names.values()),
            born,
            told.sex or Sex.UNKNOWN,
            told.address or _NO_ADDRESS,
        )
        return known.first() or register_patient(**self.who, at=at, registration=registration)

    def _coverage(self, claim: Claim, patient: Patient, payer: Payer, at: datetime) -> Coverage:
        card = CoverageCard(
            member_id=claim.subscriber.member_id[:80],
            starts_on=self.since,
            rank=RESPONSIBILITIES.index(claim.responsibility) + 1,
            group_number=claim.group_number[:50],
            plan_name=claim.group_name[:60],
            relationship=claim.relationship[:2],
            subscriber=None if claim.relationship == _SELF else claim.subscriber,
            insurance_type=claim.insurance_type[:3],
        )
        known = Coverage.objects.of(self.organization).filter(
            patient=patient,
            payer=payer,
            rank=card.rank,
            member_id=card.member_id,
            group_number=card.group_number,
            relationship=card.relationship,
        )
        told = {**self.who, "at": at, "patient": patient.pk, "payer": payer}
        return known.first() or add_coverage(**told, card=card)

    def _verify(self, coverage: Coverage, service_on: date, at: datetime) -> None:
        """Ask the payer once about a coverage and a day."""
        asked = Verification.objects.of(self.organization).filter(coverage=coverage)
        if not asked.filter(service_on=service_on).exists():
            verify_coverage(**self.who, at=at, coverage=coverage.pk, service_on=service_on)

    def _visit(self, work: UnitOfWork, claim: Claim, patient: Patient, payer: Payer) -> Encounter:
        """Record that the visit took place; the note of it stayed in the other software."""
        encounter = Encounter.objects.create(
            organization_id=self.organization,
            patient=patient,
            provider=self._provider(claim, payer, work.at),
            location=self._location(claim, work.at),
            service_on=claim.service_starts_on or work.today,
            status="documented",
            prior_authorization=claim.prior_authorization[:50],
        )
        work.tell("encounter.taken_over", ("encounter", encounter.pk), patient=patient.pk)
        return encounter

    def _provider(self, claim: Claim, payer: Payer, at: datetime) -> Provider:
        """Give who rendered: the rendering provider, else the billing provider itself."""
        for line in claim.lines:
            if line.rendering is not None:
                self._take_over(line.rendering, claim, payer, at)
        return self._take_over(claim.rendering or claim.billing, claim, payer, at)

    def _take_over(self, told: ProviderValue, claim: Claim, payer: Payer, at: datetime) -> Provider:
        known = Provider.objects.of(self.organization).filter(npi=told.npi[:10]).first()
        provider = known or record_provider(
            **self.who,
            at=at,
            name=_name(told),
            npi=told.npi[:10],
            taxonomy=(told.taxonomy or claim.billing.taxonomy)[:10],
        )
        self._enroll(provider, payer, at)
        return provider

    def _enroll(self, provider: Provider, payer: Payer, at: datetime) -> None:
        """Take the file's word that the payer pays the provider."""
        rows = Participation.objects.of(self.organization)
        if not rows.filter(provider=provider, payer=payer).exists():
            enroll_provider(
                **self.who,
                at=at,
                provider=provider,
                payer=payer,
                span=Span(self.since),
                source=f"as {self.source} claims it"[:120],
            )

    def _location(self, claim: Claim, at: datetime) -> Location:
        place = claim.facility or claim.billing
        name = f"{place.display_name or 'Practice'} ({claim.place_of_service})"[-60:]
        known = Location.objects.of(self.organization).filter(name=name).first()
        return known or record_location(
            **self.who,
            at=at,
            name=name,
            address=place.address or claim.billing.address or _NO_ADDRESS,
            place_of_service=claim.place_of_service[:2],
            npi=place.npi[:10],
        )

    def payer(self, claim: Claim, at: datetime) -> tuple[Payer, bool]:
        """Give the claim's payer, and whether it was recorded just now."""
        told = claim.payer
        identifier = told.identifier[:80]
        known = Payer.objects.of(self.organization).filter(identifier=identifier).first()
        terms = PayerTerms(told.name[:60], identifier, claim.filing_indicator[:2])
        if known is not None:
            return known, False
        return record_payer(**self.who, at=at, terms=terms), True


def _name(provider: ProviderValue) -> PersonName:
    if provider.person is None:
        return PersonName(provider.organization[:60])
    return PersonName(provider.person.last[:60], provider.person.first[:35])

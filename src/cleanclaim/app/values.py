"""Records turned into the domain's values: who bills, who renders, whom, under which coverage."""

from typing import Any

import msgspec

from cleanclaim.claims.assemble import Coverage as BilledCoverage
from cleanclaim.claims.model import Claim, Responsibility
from cleanclaim.claims.parties import Address, Patient, PersonName, Provider, Sex, Subscriber
from cleanclaim.claims.parties import Payer as PayerValue
from cleanclaim.store.claims.models import ClaimRecord, ClaimVersion
from cleanclaim.store.credentialing.models import Location, Payer
from cleanclaim.store.credentialing.models import Provider as ProviderRecord
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.patients.models import Coverage
from cleanclaim.store.patients.models import Patient as PatientRecord

RESPONSIBILITIES = tuple(Responsibility)


def address_of(content: object) -> Address:
    """Read an address column."""
    return msgspec.convert(content, Address)


def billing_provider(organization: Organization) -> Provider:
    """Give the organization as billing provider."""
    return Provider(
        npi=organization.npi,
        organization=organization.name,
        taxonomy=organization.taxonomy,
        address=address_of(organization.address),
        tax_id=organization.tax_id,
        contact_name=organization.contact_name,
        contact_phone=organization.contact_phone,
    )


def rendering_provider(provider: ProviderRecord) -> Provider:
    """Give a person as rendering provider."""
    name = PersonName(provider.last_name, provider.first_name)
    return Provider(npi=provider.npi, person=name, taxonomy=provider.taxonomy)


def service_facility(location: Location, organization: Organization) -> Provider | None:
    """Give the location as service facility where it is not the billing address itself."""
    if location.address == organization.address:
        return None
    return Provider(
        npi=location.npi, organization=location.name, address=address_of(location.address)
    )


def payer_value(payer: Payer) -> PayerValue:
    """Give a payer as claims name it."""
    return PayerValue(payer.name, payer.identifier)


def patient_value(patient: PatientRecord) -> Patient:
    """Give a patient as claims name them."""
    return Patient(
        PersonName(patient.last_name, patient.first_name, patient.middle_name),
        patient.birth_on,
        Sex(patient.sex),
        address_of(patient.address),
    )


def subscriber_of(coverage: Coverage) -> Subscriber:
    """Give the insured: the patient, or the person whom the coverage names."""
    if coverage.subscriber is not None:
        return msgspec.convert(
            {**coverage.subscriber, "member_id": coverage.member_id}, Subscriber, strict=False
        )
    patient = patient_value(coverage.patient)
    return Subscriber(
        patient.name,
        coverage.member_id,
        birth_on=patient.birth_on,
        sex=patient.sex,
        address=patient.address,
    )


def billed_coverage(coverage: Coverage) -> BilledCoverage:
    """Give a coverage as claims bill it; its rank is the payer's turn."""
    return BilledCoverage(
        payer=payer_value(coverage.payer),
        subscriber=subscriber_of(coverage),
        relationship=coverage.relationship,
        responsibility=RESPONSIBILITIES[coverage.rank - 1],
        filing_indicator=coverage.payer.filing_indicator,
        insurance_type=coverage.insurance_type if coverage.rank > 1 else "",
        group_number=coverage.group_number,
        group_name="" if coverage.group_number else coverage.plan_name,
    )


def plain(value: msgspec.Struct) -> Any:  # noqa: ANN401 - what JSON columns take
    """Turn a value into what a JSON column keeps."""
    return msgspec.to_builtins(value)


def latest_claim(record: ClaimRecord) -> Claim:
    """Read the present version of a claim."""
    version = ClaimVersion.objects.of(record.organization_id).get(
        claim=record, number=record.version_number
    )
    return read_claim_content(version.content)


def read_claim_content(content: object) -> Claim:
    """Read a version's content column."""
    return msgspec.convert(content, Claim, strict=False)

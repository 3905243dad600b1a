"""Onboarding a provider: from an NPI, and the registry's record where one was saved."""

from datetime import date, datetime
from typing import Any

import msgspec

from cleanclaim.app.enrolling import record_provider
from cleanclaim.app.provider_files import FileError, read_entries, record_element
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.parties import PersonName
from cleanclaim.credentialing.files.elements import FileElement, Identity, Taxonomy
from cleanclaim.credentialing.files.nppes import (
    Answer,
    NppesReading,
    compare_with_nppes,
    read_nppes,
)
from cleanclaim.kernel.findings import Finding
from cleanclaim.kernel.identifiers import is_npi, is_taxonomy
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.events.chain import Actor


class Newcomer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who is onboarded; what is left empty is taken from the registry's record."""

    npi: str
    surname: str = ""
    given: str = ""
    taxonomy: str = ""
    birth_on: date | None = None
    email: str = ""
    caqh: str = ""


class Onboarded(msgspec.Struct, frozen=True):
    """The provider, and what the registry says otherwise (nothing where it was not asked)."""

    provider: Provider
    findings: tuple[Finding, ...] = ()


def onboard_provider(
    *, organization: int, actor: Actor, at: datetime, newcomer: Newcomer, registry: str = ""
) -> Onboarded:
    """Open a provider's file; ``registry`` is an answer of NPPES as somebody saved it, or "".

    A provider whom the practice bills for already gets a file under the same record. Raises
    FileError for an NPI that is none, one with a file, or a name that nobody told.
    """
    if not is_npi(newcomer.npi):
        msg = "the NPI has not ten digits or its check digit is wrong"
        raise FileError(msg)
    reading = read_nppes(registry, newcomer.npi) if registry.strip() else None
    told = _fill(newcomer, reading)
    if not told.surname.strip() or not told.given.strip() or not is_taxonomy(told.taxonomy):
        msg = "a file needs a surname, a given name and a taxonomy, told or from the registry"
        raise FileError(msg)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        who: dict[str, Any] = {"organization": organization, "actor": actor, "at": at}
        provider = Provider.objects.of(organization).filter(npi=told.npi).first()
        if provider is None:
            name = PersonName(told.surname.strip()[:60], told.given.strip()[:35])
            provider = record_provider(**who, name=name, npi=told.npi, taxonomy=told.taxonomy)
        elif read_entries(organization, provider.pk):
            msg = "this provider has a file already"
            raise FileError(msg)
        elements: list[FileElement] = [_identity(told), *_taxonomies(told, reading)]
        for element in elements:
            record_element(**who, provider=provider.pk, element=element)
        entries = read_entries(organization, provider.pk)
        findings = compare_with_nppes(entries, reading) if reading is not None else ()
        asked = reading.answer.value if reading is not None else "not_asked"
        work.tell("provider.onboarded", ("provider", provider.pk), registry=asked)
    return Onboarded(provider, findings)


def _fill(newcomer: Newcomer, reading: NppesReading | None) -> Newcomer:
    record = reading.record if reading is not None else None
    if record is None:
        return newcomer
    primary = next((each.code for each in record.taxonomies if each.is_primary), "")
    return msgspec.structs.replace(
        newcomer,
        surname=newcomer.surname.strip() or record.surname.title(),
        given=newcomer.given.strip() or record.given.title(),
        taxonomy=newcomer.taxonomy.strip() or primary,
    )


def _identity(told: Newcomer) -> Identity:
    return Identity(
        npi=told.npi,
        surname=told.surname.strip(),
        given=told.given.strip(),
        birth_on=told.birth_on,
        email=told.email.strip(),
        caqh=told.caqh.strip(),
    )


def _taxonomies(told: Newcomer, reading: NppesReading | None) -> list[Taxonomy]:
    """Take the chosen taxonomy as the primary and the registry's others beside it."""
    found = [Taxonomy(told.taxonomy, is_primary=True)]
    if reading is not None and reading.answer is Answer.FOUND and reading.record is not None:
        codes = {each.code for each in reading.record.taxonomies} - {told.taxonomy}
        found += [Taxonomy(code) for code in sorted(codes) if is_taxonomy(code)]
    return found

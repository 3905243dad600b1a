"""The provider's file as it is kept: read as it stands, and changed by further versions only."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from django.db.models import Max

from cleanclaim.app.access import NotFoundError, access
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.credentialing.files.checks import check_element
from cleanclaim.credentialing.files.elements import FileElement, Identity, days_of, kind_of
from cleanclaim.credentialing.files.entries import (
    DOCUMENT_KINDS,
    DocumentKind,
    Entry,
    HeldDocument,
    pick,
)
from cleanclaim.credentialing.files.interchange import digest_entries, read_file, write_file
from cleanclaim.credentialing.screening.names import fold
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.providers.models import ElementVersion, FileAttestation, ProviderDocument

DOCUMENT_BYTES_MAX = 10 * 1024 * 1024
# What a browser may show of it without running anything.
DOCUMENT_MEDIA = ("application/pdf", "image/png", "image/jpeg", "text/plain", "text/csv")
DOCUMENT_MEDIA_JSON = "application/json"


class FileError(CleanclaimError):
    """What was given cannot be part of a provider's file; the message says why, without names."""

    code = "provider.file"


def lock_provider(work: UnitOfWork, provider: int) -> Provider:
    """Fetch a provider and keep others from changing the file until the end of the work."""
    found = access(Provider, provider, organization=work.organization)
    Provider.objects.of(work.organization).select_for_update().filter(pk=provider).first()
    return found


def read_entries(organization: int, provider: int) -> list[Entry]:
    """Give the elements of a file as it stands, withdrawn ones left out, by their numbers."""
    rows = ElementVersion.objects.of(organization).filter(provider_id=provider)
    latest: dict[int, ElementVersion] = {}
    for row in rows.order_by("number", "version"):
        latest[row.number] = row
    return [
        Entry(row.number, read_element(row.content), row.version)
        for row in latest.values()
        if not row.withdrawn
    ]


def read_element(content: object) -> FileElement:
    """Give an element from what was stored of it."""
    return msgspec.convert(content, FileElement)  # type: ignore[no-any-return]


def read_documents(organization: int, provider: int) -> list[ProviderDocument]:
    """Give the latest version of each document, without what is in it.

    Of evidence every page is given: each proves a verification of its own.
    """
    rows = ProviderDocument.objects.of(organization).filter(provider_id=provider)
    latest: dict[tuple[str, int | None, int], ProviderDocument] = {}
    for row in rows.defer("content").order_by("version"):
        own = row.version if row.kind == DocumentKind.EVIDENCE else 0
        latest[row.kind, row.element, own] = row
    return sorted(latest.values(), key=lambda row: (row.kind, row.element or 0))


def held_documents(rows: Iterable[ProviderDocument]) -> list[HeldDocument]:
    """Give the documents as values."""
    return [HeldDocument(row.kind, row.sha256, row.ends_on) for row in rows]


def last_attestation(organization: int, provider: int) -> FileAttestation | None:
    """Give the provider's latest word that the file is true."""
    rows = FileAttestation.objects.of(organization).filter(provider_id=provider)
    return rows.order_by("-attested_on", "-pk").first()


def record_element(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    provider: int,
    element: FileElement,
    number: int | None = None,
) -> ElementVersion:
    """Record an element of a file, or with its ``number`` a further version of it.

    Raises FileError where the element for itself cannot be right (a wrong check digit, a last day
    before the first). The same content again adds no version.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_provider(work, provider)
        _refuse_wrong(Entry(number or 0, element), work.today)
        before = _latest(organization, provider, number) if number is not None else None
        if before is not None and not before.withdrawn:
            if read_element(before.content) == element:
                return before
            if before.kind != kind_of(element):
                msg = "an element cannot become one of another kind"
                raise FileError(msg)
        row = _add(work, provider, element, before)
        _follow_name(work, provider, element)
    return row


def _refuse_wrong(entry: Entry, on: date) -> None:
    wrong = [f for f in check_element(entry, on) if f.severity is Severity.BLOCK]
    if wrong:
        raise FileError(wrong[0].message)


def _latest(organization: int, provider: int, number: int) -> ElementVersion:
    rows = ElementVersion.objects.of(organization).filter(provider_id=provider, number=number)
    found = rows.order_by("-version").first()
    if found is None:
        raise NotFoundError("element")  # noqa: EM101 - the kind of record is the argument
    return found


def _add(
    work: UnitOfWork,
    provider: int,
    element: FileElement,
    before: ElementVersion | None,
    *,
    withdrawn: bool = False,
    reason: str = "",
) -> ElementVersion:
    first, last = days_of(element)
    row = ElementVersion.objects.create(
        organization_id=work.organization,
        provider_id=provider,
        number=before.number if before else _next_number(work.organization, provider),
        version=before.version + 1 if before else 1,
        kind=kind_of(element).value,
        content=msgspec.to_builtins(element),
        starts_on=first,
        ends_on=last,
        withdrawn=withdrawn,
        reason=reason,
        author=work.actor.name[:120],
        recorded_at=work.at,
    )
    action = "provider_file.withdrawn" if withdrawn else "provider_file.recorded"
    work.tell(
        action,
        ("element_version", row.pk),
        provider=provider,
        kind=row.kind,
        number=row.number,
        version=row.version,
    )
    return row


def _next_number(organization: int, provider: int) -> int:
    rows = ElementVersion.objects.of(organization).filter(provider_id=provider)
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _follow_name(work: UnitOfWork, provider: int, element: FileElement) -> None:
    """Let lists and claims have the name that the file has now."""
    if isinstance(element, Identity):
        rows = Provider.objects.of(work.organization).filter(pk=provider)
        if rows.exclude(npi=element.npi).exists():
            msg = "the NPI of a file cannot change: another NPI is another provider"
            raise FileError(msg)
        rows.update(last_name=element.surname[:60], first_name=element.given[:35])


def withdraw_element(
    *, organization: int, actor: Actor, at: datetime, provider: int, number: int, reason: str
) -> ElementVersion:
    """Take an element out of the file with a reason; it stays in the history."""
    if not reason.strip():
        msg = "an element is taken out only with a reason"
        raise FileError(msg)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_provider(work, provider)
        before = _latest(organization, provider, number)
        if before.withdrawn:
            return before
        element = read_element(before.content)
        return _add(work, provider, element, before, withdrawn=True, reason=reason.strip()[:200])


class Import(msgspec.Struct, frozen=True):
    """What came of a file that was brought: elements added, those known before, or findings."""

    added: int
    known: int
    findings: tuple[Finding, ...] = ()


def import_file(
    *, organization: int, actor: Actor, at: datetime, provider: int, content: bytes
) -> Import:
    """Take over the elements of an exported file that this one has not; all or none of them.

    Documents are named in an export, not carried; an attestation is the provider's word and is
    never taken over.
    """
    reading = read_file(content)
    if reading.file is None:
        return Import(0, 0, reading.findings)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = lock_provider(work, provider)
        known = [each.element for each in read_entries(organization, provider)]
        new = [each for each in reading.file.elements if each not in known]
        findings = tuple(
            finding
            for place, element in enumerate(reading.file.elements, 1)
            if element in new
            for finding in (
                *check_element(Entry(place, element), work.today),
                *_not_this_person(place, element, found.npi),
            )
            if finding.severity is Severity.BLOCK
        )
        if findings:
            return Import(0, 0, findings)
        for element in new:
            _add(work, provider, element, _same_identity(organization, provider, element))
            _follow_name(work, provider, element)
    return Import(len(new), len(reading.file.elements) - len(new))


def _not_this_person(place: int, element: FileElement, npi: str) -> tuple[Finding, ...]:
    if not isinstance(element, Identity) or element.npi == npi:
        return ()
    message = "the file is another provider's"
    return (Finding("CRED.FILE.OTHER", Severity.BLOCK, f"element {place}", message),)


def _same_identity(organization: int, provider: int, element: FileElement) -> ElementVersion | None:
    """A file has one identity: another is a further version of it."""
    if not isinstance(element, Identity):
        return None
    held = pick(read_entries(organization, provider), Identity)
    return _latest(organization, provider, held[0][0].number) if held else None


def export_file(organization: int, provider: int) -> bytes:
    """Give the file as it stands as JSON."""
    attested = last_attestation(organization, provider)
    return write_file(
        read_entries(organization, provider),
        held_documents(read_documents(organization, provider)),
        attested.attested_on if attested else None,
    )


def keep_document(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    provider: int,
    kind: str,
    name: str,
    media: str,
    content: bytes,
    ends_on: date | None = None,
    element: int | None = None,
) -> ProviderDocument:
    """Keep a document of the file; another of its kind and element is its next version.

    The same bytes again are the version there is. Raises FileError for what is empty, over 10 MB,
    or of a kind or medium that is not kept.
    """
    wrong = _wrong_document(kind, media, content)
    if wrong:
        raise FileError(wrong)
    digest = hashlib.sha256(content).hexdigest()
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_provider(work, provider)
        rows = ProviderDocument.objects.of(organization).filter(
            provider_id=provider, kind=kind, element=element
        )
        before = rows.defer("content").order_by("-version").first()
        if before is not None and (before.sha256, before.ends_on) == (digest, ends_on):
            return before
        row = ProviderDocument.objects.create(
            organization_id=organization,
            provider_id=provider,
            kind=kind,
            element=element,
            version=before.version + 1 if before else 1,
            name=name.strip()[:120] or kind,
            media=media,
            sha256=digest,
            size=len(content),
            content=content,
            ends_on=ends_on,
            author=actor.name[:120],
            kept_at=at,
        )
        work.tell(
            "provider_document.kept",
            ("provider_document", row.pk),
            provider=provider,
            kind=kind,
            version=row.version,
            sha256=digest[:12],
        )
    return row


def _wrong_document(kind: str, media: str, content: bytes) -> str:
    if kind not in DOCUMENT_KINDS:
        return "no such kind of document"
    if media not in {*DOCUMENT_MEDIA, DOCUMENT_MEDIA_JSON}:
        return "a document is a PDF, PNG, JPEG, text, CSV or JSON"
    if not 0 < len(content) <= DOCUMENT_BYTES_MAX:
        return "a document has between one byte and 10 MB"
    return ""


def attest_file(
    *, organization: int, actor: Actor, at: datetime, provider: int, signature: str, way: str
) -> FileAttestation:
    """Record the provider's signed word that the file, as it reads now, is true.

    The signature is the typed name; it has to be the name of the file. ``way`` is "online" for the
    provider's own page, "paper" for a signed sheet that somebody brought.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_provider(work, provider)
        entries = read_entries(organization, provider)
        names = [identity for _, identity in pick(entries, Identity)]
        if not names or fold(signature) != fold(f"{names[0].given} {names[0].surname}"):
            msg = "the signature is not the provider's name as the file has it"
            raise FileError(msg)
        row = FileAttestation.objects.create(
            organization_id=organization,
            provider_id=provider,
            attested_on=work.today,
            signature=signature.strip()[:120],
            file_sha256=digest_entries(entries),
            way=way,
            recorded_at=at,
        )
        work.tell("provider_file.attested", ("attestation", row.pk), provider=provider, way=way)
    return row

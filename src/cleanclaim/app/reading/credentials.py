"""Which credentials of a provider are in force when: what the gate and the screens read."""

from collections.abc import Iterable

from cleanclaim.credentialing.files.attestation import attested_span
from cleanclaim.credentialing.files.elements import ElementKind
from cleanclaim.credentialing.files.spans import (
    CREDENTIAL_KINDS,
    HeldVersion,
    SourceAnswer,
    VerifiedSpan,
    derive_spans,
)
from cleanclaim.credentialing.participation import Credential, CredentialKind
from cleanclaim.credentialing.verification.readiness import Result
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.providers.models import ElementVerification, ElementVersion, FileAttestation


def credential_spans(organization: int, provider: int) -> tuple[Credential, ...]:
    """Give the spans in which a provider's credentials were in force, as sources verified them.

    A licence that was recorded and not verified proves no day, so it gives no span; nor does one
    that was withdrawn from the file. Without a file there are none.
    """
    spans = verified_spans(organization, provider)
    attested = FileAttestation.objects.of(organization).filter(provider_id=provider)
    days = list(attested.order_by("attested_on").values_list("attested_on", flat=True))
    if not spans and not days:
        return ()
    npi = Provider.objects.of(organization).values_list("npi", flat=True).get(pk=provider)
    held = [
        Credential(npi, each.kind, each.span, f"element {each.number}.{each.version}")
        for each in spans
    ]
    states = _licence_states(organization, provider)
    told = [
        Credential(npi, CredentialKind.ATTESTATION, span, "attestation")
        for span in (attested_span(day, states) for day in days)
        if span is not None
    ]
    return (*held, *told)


def verified_spans(organization: int, provider: int) -> tuple[VerifiedSpan, ...]:
    """Give the verified spans of the provider's file as it stands, without withdrawn elements."""
    rows = list(
        ElementVersion.objects.of(organization)
        .filter(provider_id=provider, kind__in=[each.value for each in CREDENTIAL_KINDS])
        .order_by("number", "version")
    )
    if not rows:
        return ()
    answers = ElementVerification.objects.of(organization).filter(
        provider_id=provider, number__isnull=False
    )
    return derive_spans(_standing(rows), [_answer(each) for each in answers])


def _standing(rows: Iterable[ElementVersion]) -> list[HeldVersion]:
    """Give the versions of the elements whose latest version is not withdrawn."""
    latest = {row.number: row for row in rows}
    return [
        HeldVersion(ElementKind(row.kind), row.number, row.version, row.starts_on, row.ends_on)
        for row in rows
        if not latest[row.number].withdrawn
    ]


def _answer(row: ElementVerification) -> SourceAnswer:
    return SourceAnswer(
        row.number or 0, row.version or 0, Result(row.result), row.verified_on, row.valid_until
    )


def _licence_states(organization: int, provider: int) -> frozenset[str]:
    """Give the states of licence; some of them shorten the time an attestation holds."""
    rows = ElementVersion.objects.of(organization).filter(
        provider_id=provider, kind=ElementKind.LICENCE.value
    )
    return frozenset(
        str(content.get("state", "")) for content in rows.values_list("content", flat=True)
    )

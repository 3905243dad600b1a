"""Links between providers at a payer: reassigned payments, and who stands in for whom."""

from datetime import date, datetime

from cleanclaim.app.access import access
from cleanclaim.app.releasing import reexamine_held
from cleanclaim.app.work import unit_of_work
from cleanclaim.credentialing.participation.substitutes import SubstituteKind
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.spans import Span
from cleanclaim.store.credentialing.models import Payer, Provider
from cleanclaim.store.enrollments.models import Reassignment, Substitution
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Organization


class LinkDocumentMissingError(CleanclaimError):
    """A link is recorded with the paper that says so."""

    code = "link.document"

    def __init__(self) -> None:
        super().__init__("name the form or the agreement that says so")


class SelfSubstituteError(CleanclaimError):
    """Nobody stands in for themselves."""

    code = "link.self"

    def __init__(self) -> None:
        super().__init__("who performs and who is billed must be two people")


def record_reassignment(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    provider: int,
    payer: int,
    span: Span,
    document: str,
    billing: str = "",
) -> Reassignment:
    """Record that a provider's payments of a payer go to a billing NPI, the practice's else.

    Raises LinkDocumentMissingError.
    """
    if not document.strip():
        raise LinkDocumentMissingError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        practice = Organization.objects.get(pk=organization)
        row = Reassignment.objects.create(
            organization_id=organization,
            provider=access(Provider, provider, organization=organization),
            payer=access(Payer, payer, organization=organization),
            billing=billing or practice.npi,
            starts_on=span.starts_on,
            ends_on=span.ends_on,
            document=document.strip()[:120],
        )
        work.tell("reassignment.recorded", ("reassignment", row.pk), provider=provider)
        reexamine_held(organization=organization, actor=actor, at=at, payer=row.payer)
    return row


def record_substitution(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    kind: SubstituteKind,
    performing: int,
    billed: int,
    payer: int,
    starts_on: date,
    document: str,
    ends_on: date | None = None,
) -> Substitution:
    """Record that one provider performs and another is billed at a payer, by which paper.

    The payer's or program's dated rule decides for how long, and whether at all. Raises
    LinkDocumentMissingError, SelfSubstituteError.
    """
    if not document.strip():
        raise LinkDocumentMissingError
    if performing == billed:
        raise SelfSubstituteError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = Substitution.objects.create(
            organization_id=organization,
            kind=kind.value,
            performing=access(Provider, performing, organization=organization),
            billed=access(Provider, billed, organization=organization),
            payer=access(Payer, payer, organization=organization),
            starts_on=starts_on,
            ends_on=ends_on,
            document=document.strip()[:120],
        )
        work.tell("substitution.recorded", ("substitution", row.pk), substitution=kind.value)
        reexamine_held(organization=organization, actor=actor, at=at, payer=row.payer)
    return row

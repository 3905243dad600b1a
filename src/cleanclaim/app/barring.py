"""Bars: an exclusion, a revocation, an opting out or a deactivation stops claims from its day."""

from datetime import date, datetime

from cleanclaim.app.access import access
from cleanclaim.app.releasing import reexamine
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.workflow import ClaimState
from cleanclaim.credentialing.participation.grants import BarKind
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.credentialing.models import Payer, Provider
from cleanclaim.store.enrollments.models import Bar
from cleanclaim.store.events.chain import Actor


class BarDocumentMissingError(CleanclaimError):
    """A bar is recorded, and ended, with the paper or the list that says so."""

    code = "bar.document"

    def __init__(self) -> None:
        super().__init__("name the letter or the list that says so")


class BarEndsEarlyError(CleanclaimError):
    """A bar cannot end before it begins."""

    code = "bar.ends_early"

    def __init__(self) -> None:
        super().__init__("the last day is before the first")


def record_bar(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    provider: int,
    kind: BarKind,
    starts_on: date,
    document: str,
    payer: int | None = None,
    ends_on: date | None = None,
) -> Bar:
    """Record that a provider may not be billed for from a day on.

    Without a ``payer`` it counts for every federal one. Claims that were ready and fall under
    it are held at once. Raises BarDocumentMissingError, BarEndsEarlyError.
    """
    if not document.strip():
        raise BarDocumentMissingError
    if ends_on is not None and ends_on < starts_on:
        raise BarEndsEarlyError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        who = access(Provider, provider, organization=organization)
        bar = Bar.objects.create(
            organization_id=organization,
            provider=who,
            payer=None if payer is None else access(Payer, payer, organization=organization),
            kind=kind.value,
            starts_on=starts_on,
            ends_on=ends_on,
            document=document.strip()[:120],
            recorded_at=at,
        )
        work.tell("bar.recorded", ("bar", bar.pk), provider=who.pk, bar=kind.value)
        _look_again(organization, actor, at, who)
    return bar


def end_bar(
    *, organization: int, actor: Actor, at: datetime, bar: int, ends_on: date, document: str
) -> Bar:
    """Record the last day of a bar; claims of later days are looked at again.

    Raises BarDocumentMissingError, BarEndsEarlyError.
    """
    if not document.strip():
        raise BarDocumentMissingError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access(Bar, bar, organization=organization, related=("provider",))
        if ends_on < row.starts_on:
            raise BarEndsEarlyError
        row.ends_on = ends_on
        row.document = f"{row.document}; {document.strip()}"[:120]
        row.save(update_fields=["ends_on", "document"])
        work.tell("bar.ended", ("bar", row.pk), provider=row.provider_id)
        _look_again(organization, actor, at, row.provider)
    return row


def _look_again(organization: int, actor: Actor, at: datetime, provider: Provider) -> None:
    reexamine(
        organization=organization,
        actor=actor,
        at=at,
        states=(ClaimState.READY, ClaimState.HELD),
        rendering=provider,
    )

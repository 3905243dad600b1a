"""Verifying elements at their source, and what a verification opens or stops."""

from datetime import date, datetime

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.provider_files import FileError, lock_provider, read_entries
from cleanclaim.app.releasing import reexamine
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.workflow import ClaimState
from cleanclaim.credentialing.files.deciding import BY_ITEM
from cleanclaim.credentialing.files.entries import Entry
from cleanclaim.credentialing.verification.readiness import Element, Result
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.providers.models import ElementVerification, ProviderDocument


class Looked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody found at a source. ``number`` is the element looked up, None for the file.

    ``evidence`` is the kept document of what was seen; ``delegate`` names who verified in our
    place, "" for our own people.
    """

    element: Element
    source: str
    method: str
    verified_on: date
    result: Result
    number: int | None = None
    valid_until: date | None = None
    evidence: int | None = None
    delegate: str = ""


def verify_element(
    *, organization: int, actor: Actor, at: datetime, provider: int, looked: Looked
) -> ElementVerification:
    """Record what a source said; claims that were held for it are looked at again.

    Raises FileError for a day in the future, an answer of "verified" without its evidence, and an
    element that is not in the file. An adverse answer opens a task, and claims that were ready
    are asked again.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_provider(work, provider)
        entry = _find(organization, provider, looked)
        evidence = _evidence(work, provider, looked)
        row = ElementVerification.objects.create(
            organization_id=organization,
            provider_id=provider,
            element=looked.element.value,
            number=entry.number if entry else None,
            version=entry.version if entry else None,
            source=looked.source.strip()[:120],
            method=looked.method.strip()[:40],
            verified_on=looked.verified_on,
            result=looked.result.value,
            valid_until=looked.valid_until,
            evidence=evidence,
            evidence_sha256=evidence.sha256 if evidence else "",
            verifier=actor.name[:120],
            delegate=looked.delegate.strip()[:120],
            recorded_at=at,
        )
        work.tell(
            "element.verified",
            ("element_verification", row.pk),
            provider=provider,
            element=row.element,
            result=row.result,
        )
        _follow(work, row)
        reexamine_provider(work, provider)
    return row


def _find(organization: int, provider: int, looked: Looked) -> Entry | None:
    if looked.element not in BY_ITEM:
        # A malpractice policy is verified at its carrier: then it is about that policy.
        if looked.number is None:
            return None
    elif looked.number is None:
        msg = "name the licence, registration, degree or certificate that was looked up"
        raise FileError(msg)
    for each in read_entries(organization, provider):
        if each.number == looked.number:
            return each
    msg = "the file has no such element"
    raise FileError(msg)


def _evidence(work: UnitOfWork, provider: int, looked: Looked) -> ProviderDocument | None:
    if not looked.source.strip() or looked.verified_on > work.today:
        msg = "a verification names its source and a day that is not in the future"
        raise FileError(msg)
    if looked.evidence is None:
        if looked.result is Result.VERIFIED:
            msg = "keep what was seen at the source: a verification needs its evidence"
            raise FileError(msg)
        return None
    found = access(ProviderDocument, looked.evidence, organization=work.organization)
    if found.provider_id != provider:
        msg = "the evidence is of another provider's file"
        raise FileError(msg)
    return found


def _follow(work: UnitOfWork, row: ElementVerification) -> None:
    """Open a task for an adverse answer; close those that a good one settles."""
    key = f"adverse:{row.provider_id}:{row.element}:{row.number or 0}"
    if row.result == Result.ADVERSE:
        open_task(
            work,
            key,
            kind="credentialing",
            title=f"A source speaks against: {row.element.replace('_', ' ')}",
            next_step="Ask the provider, bring it to the committee, and look at claims since",
            due_on=work.today,
        )
    elif row.result == Result.VERIFIED:
        close_tasks(work, key, outcome="verified")


def reexamine_provider(work: UnitOfWork, provider: int) -> None:
    """Ask again about a provider's claims that are held, and about those that were ready to go."""
    states = (ClaimState.HELD, ClaimState.READY)
    reexamine(**work.acting, states=states, rendering_id=provider)

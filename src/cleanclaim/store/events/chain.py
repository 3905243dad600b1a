"""The hash chain: adding links, proving the whole, and anchoring its head outside."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from django.db import connection

from cleanclaim.store.bulk import insert_rows
from cleanclaim.store.events.models import ChainHead, Event
from cleanclaim.store.tenancy import within

GENESIS = "0" * 64
_encoder = msgspec.json.Encoder(order="deterministic")


class Actor(msgspec.Struct, frozen=True):
    """Who acts: a person by user id, a token by its own, or the system by the name of the job."""

    kind: str  # person, token, system
    name: str
    user: int | None = None


class NewEvent(msgspec.Struct, frozen=True):
    """An event before it is chained. ``detail`` holds ids, codes, counts and cents only."""

    action: str
    record_kind: str
    record_id: int
    patient_id: int | None = None
    claim_id: int | None = None
    detail: dict[str, object] = {}


class ChainReport(msgspec.Struct, frozen=True):
    """What verifying a chain found; ``faults`` is empty for a whole one."""

    organization: int
    events: int
    head: str
    faults: tuple[str, ...]


class Told(msgspec.Struct, frozen=True):
    """Some events by one actor at one time, before they are chained."""

    actor: Actor
    at: datetime
    events: list[NewEvent]


def append_events(
    events: Sequence[NewEvent], *, organization: int, actor: Actor, at: datetime
) -> None:
    """Chain the events in the open transaction and tell listeners at commit which records moved."""
    append_told([Told(actor, at, list(events))], organization=organization)


def append_told(told: Sequence[Told], *, organization: int) -> None:
    """Chain what was told, in its order, as ``append_events`` does."""
    events = [event for each in told for event in each.events]
    if not events:
        return
    head = ChainHead.objects.of(organization).select_for_update().get()
    rows = []
    digest = head.digest
    sequence = head.sequence
    pairs = ((each, event) for each in told for event in each.events)
    for sequence, (each, event) in enumerate(pairs, head.sequence + 1):
        actor, at = each.actor, each.at
        link = _link(digest, organization, sequence, actor, at, event)
        stamp = (organization, sequence, at, actor.kind, actor.user, actor.name)
        rows.append((*stamp, *_told(event), digest, link))
        digest = link
    insert_rows(Event, _COLUMNS, rows)
    ChainHead.objects.of(organization).filter(pk=head.pk).update(sequence=sequence, digest=digest)
    _notify(organization, events)


_COLUMNS = (
    "organization_id",
    "sequence",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "action",
    "record_kind",
    "record_id",
    "patient_id",
    "claim_id",
    "detail",
    "previous_digest",
    "digest",
)


def _told(event: NewEvent) -> tuple[object, ...]:
    *columns, detail = (getattr(event, name) for name in event.__struct_fields__)
    return (*columns, _encoder.encode(detail).decode())


def _link(
    previous: str, organization: int, sequence: int, actor: Actor, at: datetime, event: NewEvent
) -> str:
    content = _encoder.encode([organization, sequence, at.timestamp(), actor, event])
    return hashlib.sha256(previous.encode() + content).hexdigest()


def _notify(organization: int, events: Sequence[NewEvent]) -> None:
    """Send ids only: the channel is heard by every session of the database."""
    touched = {(event.record_kind, event.record_id) for event in events}
    if len(touched) > 20:
        touched = {("many", 0)}
    payloads = [msgspec.json.encode([organization, *each]).decode() for each in sorted(touched)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify('cleanclaim', told) FROM unnest(%s::text[]) told", [payloads]
        )


def verify_chain(organization: int, anchors: Path | None = None) -> ChainReport:
    """Recompute every link, compare the head, and find each anchor in the chain."""
    with within(organization):
        head = ChainHead.objects.of(organization).get()
        digests: list[str] = []
        faults: list[str] = []
        for event in Event.objects.of(organization).order_by("sequence").iterator(5000):
            faults += _event_faults(event, digests[-1] if digests else GENESIS, len(digests) + 1)
            digests.append(event.digest)
        last = digests[-1] if digests else GENESIS
        if (head.sequence, head.digest) != (len(digests), last):
            faults.append(f"the head names event {head.sequence}, the chain ends at {len(digests)}")
    faults += _anchor_faults(organization, digests, anchors)
    return ChainReport(organization, len(digests), last, tuple(faults))


def _event_faults(event: Event, previous: str, sequence: int) -> list[str]:
    actor = Actor(event.actor_kind, event.actor_name, event.actor_id)
    told = NewEvent(
        event.action,
        event.record_kind,
        event.record_id,
        event.patient_id,
        event.claim_id,
        event.detail,
    )
    link = _link(previous, event.organization_id, event.sequence, actor, event.at, told)
    if event.sequence != sequence:
        return [f"event {sequence} is missing; {event.sequence} stands in its place"]
    if event.previous_digest != previous or event.digest != link:
        return [f"event {event.sequence} was changed after it was written"]
    return []


class Anchor(msgspec.Struct, frozen=True):
    """A head as it was at one time, kept outside the database."""

    organization: int
    sequence: int
    digest: str
    at: datetime


def anchor_head(organization: int, at: datetime, anchors: Path) -> Anchor:
    """Write the present head to the anchor file, which an owner copies off the machine."""
    with within(organization):
        head = ChainHead.objects.of(organization).get()
    anchor = Anchor(organization, head.sequence, head.digest, at)
    anchors.parent.mkdir(parents=True, exist_ok=True)
    with anchors.open("ab") as file:
        file.write(msgspec.json.encode(anchor) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return anchor


def _anchor_faults(organization: int, digests: Sequence[str], anchors: Path | None) -> list[str]:
    known = [GENESIS, *digests]
    return [
        f"the anchor of event {anchor.sequence} does not lie on the chain"
        for anchor in _anchors(anchors)
        if anchor.organization == organization
        and (anchor.sequence >= len(known) or known[anchor.sequence] != anchor.digest)
    ]


def _anchors(path: Path | None) -> Iterator[Anchor]:
    if path is None or not path.exists():
        return
    for line in path.read_bytes().splitlines():
        yield msgspec.json.decode(line, type=Anchor)

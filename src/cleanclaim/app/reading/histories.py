"""What was done to a record, newest first, as its page tells it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import QuerySet

from cleanclaim.app.reading.viewing import VIEW
from cleanclaim.store.events.models import Event


class Happening(msgspec.Struct, frozen=True):
    """One event: when, who, what was done to which record, and the ids and cents told of it."""

    sequence: int
    at: datetime
    actor: str
    actor_kind: str
    action: str
    record_kind: str
    record: int
    claim: int | None
    patient: int | None
    detail: Mapping[str, object]
    digest: str


def tell(event: Any) -> Happening:  # noqa: ANN401 - a row of events
    """Make the value of an event row."""
    return Happening(
        sequence=event.sequence,
        at=event.at,
        actor=event.actor_name,
        actor_kind=event.actor_kind,
        action=event.action,
        record_kind=event.record_kind,
        record=event.record_id,
        claim=event.claim_id,
        patient=event.patient_id,
        detail=event.detail,
        digest=event.digest,
    )


def claim_history(organization: int, claim: int, limit: int = 60) -> tuple[Happening, ...]:
    """Give the latest events of a claim, views left out."""
    return _latest(Event.objects.of(organization).filter(claim_id=claim), limit)


def patient_history(organization: int, patient: int, limit: int = 60) -> tuple[Happening, ...]:
    """Give the latest events of a patient account, views left out."""
    return _latest(Event.objects.of(organization).filter(patient_id=patient), limit)


def provider_history(organization: int, provider: int, limit: int = 40) -> tuple[Happening, ...]:
    """Give the latest events of a provider's file and decisions, views left out."""
    return _latest(Event.objects.of(organization).filter(detail__provider=provider), limit)


def _latest(rows: QuerySet[Any], limit: int) -> tuple[Happening, ...]:
    shown = rows.exclude(record_kind=VIEW).order_by("-sequence")[:limit]
    return tuple(tell(event) for event in shown)

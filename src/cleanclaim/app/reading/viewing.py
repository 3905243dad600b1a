"""That a person has looked at patient data is itself an event."""

from collections.abc import Sequence
from datetime import datetime

from cleanclaim.store.events.chain import Actor, NewEvent, append_events

# Views have a record kind of their own: a listener that refreshes what moved must not be woken
# by its own refreshing.
VIEW = "view"


def record_view(
    action: str,
    record: int,
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int | None = None,
    claim: int | None = None,
) -> None:
    """Append that one record was opened (``patient.viewed``, ``claim.viewed``, …)."""
    event = NewEvent(action, VIEW, record, patient_id=patient, claim_id=claim)
    append_events([event], organization=organization, actor=actor, at=at)


def record_listing(
    action: str, ids: Sequence[int], *, organization: int, actor: Actor, at: datetime
) -> None:
    """Append that a list of records was shown, with their ids; an empty list is no view."""
    if ids:
        event = NewEvent(action, VIEW, 0, detail={"ids": list(ids)})
        append_events([event], organization=organization, actor=actor, at=at)

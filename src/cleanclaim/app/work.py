"""The unit of work: one organization, one actor, one transaction, its events chained at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from cleanclaim.store.events.chain import Actor, NewEvent, append_events
from cleanclaim.store.tenancy import within

SYSTEM = Actor("system", "Cleanclaim")


class UnitOfWork:
    """What a use case does its work in; everything it tells becomes part of the chain."""

    def __init__(self, organization: int, actor: Actor, at: datetime) -> None:
        self.organization = organization
        self.actor = actor
        self.at = at
        self.events: list[NewEvent] = []

    @property
    def today(self) -> date:
        """Give the business day of the work."""
        return self.at.date()

    def tell(
        self,
        action: str,
        record: tuple[str, int],
        *,
        patient: int | None = None,
        claim: int | None = None,
        **detail: object,
    ) -> None:
        """Add an event; ``detail`` holds ids, codes, counts and cents, never who the patient is."""
        self.events.append(NewEvent(action, *record, patient, claim, detail))


@contextmanager
def unit_of_work(*, organization: int, actor: Actor, at: datetime) -> Iterator[UnitOfWork]:
    """Open (or join) the organization's transaction and chain the events before it commits."""
    with within(organization):
        unit = UnitOfWork(organization, actor, at)
        yield unit
        append_events(unit.events, organization=organization, actor=actor, at=at)

"""The unit of work: one organization, one actor, one transaction, its events chained at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from cleanclaim.store.events.chain import Actor, NewEvent, append_events
from cleanclaim.store.tenancy import set_local, within

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


# Who acts in the open transaction, as its entries in the ledger will name them.
_acting: ContextVar[str] = ContextVar("acting", default="")


@contextmanager
def unit_of_work(*, organization: int, actor: Actor, at: datetime) -> Iterator[UnitOfWork]:
    """Open (or join) the organization's transaction and chain the events before it commits."""
    with within(organization):
        unit = UnitOfWork(organization, actor, at)
        before = _name_actor(actor)
        try:
            yield unit
        finally:
            _acting.set(before)
        append_events(unit.events, organization=organization, actor=actor, at=at)
        if before not in {"", actor.name}:
            set_local("app.actor", before)


def _name_actor(actor: Actor) -> str:
    """Tell the database who acts from here on, and give who did before."""
    before = _acting.get()
    if actor.name != before:
        set_local("app.actor", actor.name)
        _acting.set(actor.name)
    return before

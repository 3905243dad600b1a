"""The unit of work: one organization, one actor, one transaction, its events chained at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection

from cleanclaim.store.events.chain import Actor, NewEvent, Told, append_told
from cleanclaim.store.tenancy import is_within, set_local, within

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

    @property
    def acting(self) -> dict[str, Any]:
        """Give what another use case is told: for whom, by whom, when."""
        return {"organization": self.organization, "actor": self.actor, "at": self.at}

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


class _Opened(msgspec.Struct):
    """The outermost unit of work: at which depth of savepoints, and what was told within."""

    depth: int
    told: list[Told]


_opened: ContextVar[_Opened | None] = ContextVar("opened", default=None)


@contextmanager
def unit_of_work(*, organization: int, actor: Actor, at: datetime) -> Iterator[UnitOfWork]:
    """Open (or join) the organization's transaction and chain the events before it commits.

    What units inside another tell is chained with the outer one's, in the order of their ends;
    one inside a savepoint chains its own at once, so that they are undone together.
    """
    known = {} if is_within() else {"actor": actor.name}
    with within(organization, **known):
        unit = UnitOfWork(organization, actor, at)
        before = _name_actor(actor, known=bool(known))
        try:
            with _telling(organization) as told:
                yield unit
                told.append(Told(actor, at, unit.events))
        finally:
            _acting.set(before)
        if before not in {"", actor.name}:
            set_local(actor=before)


@contextmanager
def _telling(organization: int) -> Iterator[list[Told]]:
    """Give where to put what a unit of work tells; it is chained when its keeper ends."""
    depth = len(connection.savepoint_ids)
    outer = _opened.get()
    if outer is not None and outer.depth == depth:
        yield outer.told
        return
    own = _Opened(depth, [])
    token = _opened.set(own)
    try:
        yield own.told
    finally:
        _opened.reset(token)
    append_told(own.told, organization=organization)


def _name_actor(actor: Actor, *, known: bool) -> str:
    """Tell the database who acts from here on, unless it knows, and give who did before."""
    before = _acting.get()
    if actor.name != before or known:
        _acting.set(actor.name)
        if not known:
            set_local(actor=actor.name)
    return before

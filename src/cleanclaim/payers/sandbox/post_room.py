"""The payer's post room: envelopes, control numbers that only rise, and the outbox."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from cleanclaim.payers.connection import InboundFile
from cleanclaim.payers.sandbox.profile import PayerProfile
from cleanclaim.payers.sandbox.state import Party, Queued, State
from cleanclaim.x12 import (
    Envelope,
    Event,
    InterchangeStart,
    Loop,
    TransactionEnd,
    Unit,
    acknowledge,
    read,
    write,
)

_KINDS = {
    "005010X221A1": "835",
    "005010X214": "277",
    "005010X212": "277",
    "005010X279A1": "271",
}


def acknowledge_file(content: bytes, state: State, at: datetime) -> set[tuple[str, str]]:
    """Queue the TA1 or 999 for a file, and give the transactions that it accepts.

    A transaction is named by its group's and its own control number.
    """
    text = acknowledge(content, created_at=at, control_number=state.interchange_number + 1)
    events = list(read(text))
    numbers = [event.header.get(13) for event in events if isinstance(event, InterchangeStart)]
    state.interchange_number = max([state.interchange_number + 1, *map(int, numbers)])
    name = f"{state.interchange_number:09d}.999"
    put_out(state, InboundFile(name, text.encode()), at.date())
    return set(_accepted(events))


def queue_file(
    state: State,
    profile: PayerProfile,
    party: Party,
    guide: str,
    bodies: Sequence[Loop],
    at: datetime,
) -> InboundFile:
    """Write the bodies into one interchange to the party, and queue it for the same day."""
    state.interchange_number += 1
    envelope = Envelope(
        sender=profile.identifier[:15],
        receiver=party.identifier,
        control_number=state.interchange_number,
        created_at=at,
        receiver_qualifier=party.qualifier,
        application_sender=profile.identifier[:15],
        application_receiver=party.application,
    )
    text = write(envelope, guide, bodies)
    file = InboundFile(f"{state.interchange_number:09d}.{_KINDS[guide]}", text.encode())
    put_out(state, file, at.date())
    return file


def put_out(state: State, file: InboundFile, due_on: date) -> None:
    """Lay a file out for whoever asks on the day or later."""
    state.outbox.append(Queued(due_on, file))


def hand_out(state: State, on: date) -> tuple[InboundFile, ...]:
    """Hand out what is due, in the order in which it was laid out, and forget it."""
    ready = tuple(queued.file for queued in state.outbox if queued.due_on <= on)
    state.outbox = [queued for queued in state.outbox if queued.due_on > on]
    return ready


def _accepted(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """Read a 999: the transactions it accepts (IK501 A or E) in groups it does not refuse (AK9)."""
    taken: list[tuple[str, str]] = []
    for event in events:
        if isinstance(event, Unit):
            taken.extend(_taken(event))
        elif isinstance(event, TransactionEnd):
            verdict = event.trailer.find("AK9")
            if verdict is not None and verdict.get(1) != "R":
                yield from taken
            taken = []


def _taken(answer: Unit) -> Iterator[tuple[str, str]]:
    group = answer.ancestors[0].find("AK1")
    transaction, verdict = answer.loop.find("AK2"), answer.loop.find("IK5")
    if group and transaction and verdict and verdict.get(1) in {"A", "E"}:
        yield group.get(2), transaction.get(2)

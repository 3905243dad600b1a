"""Appointments as scheduling messages (SIU) tell them: when, with whom, where, how they stand."""

from datetime import datetime

from cleanclaim.hl7.messages import Message
from cleanclaim.hl7.parts import read_instant, read_practitioner
from cleanclaim.kernel.arrivals import Numbered, Practitioner, Slot

# The event says how the appointment stands (table 0003).
_STATES = {
    "S12": "booked",
    "S13": "booked",
    "S14": "booked",
    "S15": "cancelled",
    "S16": "cancelled",
    "S17": "deleted",
    "S26": "missed",
}


def read_slot(message: Message) -> Slot | None:
    """Read the appointment (SCH); None where it has no number or its event is not known."""
    head = message.first("SCH")
    state = _STATES.get(message.event, "")
    if head is None or not state:
        return None
    number = head.part(2) or head.part(1)
    if not number:
        return None
    timing = message.first("TQ1")
    place = message.first("AIL")
    return Slot(
        number=Numbered(head.part(2, 2) or head.part(1, 2), number),
        state=state,
        starts_at=read_instant(head.part(11, 4))
        or (read_instant(timing.part(7)) if timing else None)
        or _resource_start(message),
        ends_at=read_instant(head.part(11, 5))
        or (read_instant(timing.part(8)) if timing else None),
        practitioner=_practitioner(message),
        place="" if place is None else place.part(3, 4) or place.part(3),
        reason=head.part(7, 2) or head.part(7),
    )


def _resource_start(message: Message) -> datetime | None:
    """Give the first start that a booked resource tells (AIS-4, AIP-6, AIL-6)."""
    for name, field in (("AIS", 4), ("AIP", 6), ("AIL", 6)):
        for segment in message.all(name):
            if start := read_instant(segment.part(field)):
                return start
    return None


def _practitioner(message: Message) -> Practitioner:
    person = message.first("AIP")
    visit = message.first("PV1")
    if person is not None and person.part(3):
        return read_practitioner(person, 3)
    return read_practitioner(visit, 7) if visit else Practitioner()

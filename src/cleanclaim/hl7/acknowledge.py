"""The answer to a message (ACK): taken in, or not and why, with no word of the patient."""

from datetime import datetime
from enum import StrEnum

from cleanclaim.hl7.messages import Message


class Answer(StrEnum):
    """What an acknowledgement says (MSA-1)."""

    TAKEN = "AA"
    FAILED = "AE"  # this message cannot be taken; sending it again will not help
    AGAIN = "AR"  # nothing was kept; send it again


def acknowledge(
    message: Message, answer: Answer, *, control: str, at: datetime, reason: str = ""
) -> str:
    """Write the ACK of a message with the sender's own delimiters, its segments ended by CR.

    ``control`` is our own control id, ``reason`` goes to MSA-3.
    """
    head = message.head
    marks = head.delimiters
    field, component = marks.field, marks.component
    encoding = "".join((component, marks.repetition, marks.escape, marks.subcomponent))
    event = component + message.event if message.event else ""
    told = [
        "MSH",
        encoding,
        head.raw(5),
        head.raw(6),
        head.raw(3),
        head.raw(4),
        f"{at:%Y%m%d%H%M%S%z}",
        "",
        "ACK" + event,
        control,
        head.raw(11) or "P",
        head.raw(12) or "2.5.1",
    ]
    plain = "".join(" " if c in encoding + field or c < " " else c for c in reason)[:80]
    answered = ["MSA", answer.value, head.raw(10), plain]
    return field.join(told) + "\r" + field.join(answered).rstrip(field) + "\r"

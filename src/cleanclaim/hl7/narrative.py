"""Clinical text in messages: documents (MDM: TXA and OBX) and reports (ORU: OBR and OBX)."""

import base64
import binascii
from collections.abc import Iterable

from cleanclaim.hl7.messages import Message, Segment
from cleanclaim.hl7.parts import read_day, read_instant, read_practitioner
from cleanclaim.kernel.arrivals import Note, Numbered

_TEXT_TYPES = frozenset({"TX", "FT", "ST", "ED"})
# TXA-17 (table 0271): dictated, in progress, incomplete, pre-authenticated are no final text.
_DRAFTS = frozenset({"DI", "IP", "IN", "PA"})
# OBR-25, OBX-11 (tables 0123, 0085): final, corrected; preliminary and deleted are not.
_FINAL = frozenset({"F", "C", "U", ""})


def read_documents(message: Message) -> tuple[Note, ...]:
    """Read the document of an MDM message; empty where it carries no text."""
    head = message.first("TXA")
    text = _join(message.all("OBX"))
    if head is None or not text:
        return ()
    number = head.part(12)
    if not number:
        return ()
    return (
        Note(
            number=Numbered(head.part(12, 2), number),
            text=text,
            kind=head.part(2),
            author=read_practitioner(head, 9 if head.part(9) else 5),
            written_at=read_instant(head.part(6) or head.part(4)),
            written_on=read_day(head.part(4) or head.part(6)),
            final=head.part(17) not in _DRAFTS,
            replaces=head.part(13),
        ),
    )


def read_reports(message: Message) -> tuple[Note, ...]:
    """Read the narrative reports of an ORU message; results that are numbers are none."""
    found = []
    for group in message.groups("OBR", ("ORC", "SPM")):
        order = group[0]
        rows = [each for each in group if each.name == "OBX"]
        text = _join(row for row in rows if row.part(2) in _TEXT_TYPES)
        number = order.part(3) or order.part(2)
        if text and number and all(row.part(2) in _TEXT_TYPES for row in rows):
            found.append(
                Note(
                    number=Numbered(order.part(3, 2) or order.part(2, 2), number),
                    text=text,
                    kind=order.part(4, 2) or order.part(4),
                    author=read_practitioner(order, 32),
                    written_at=read_instant(order.part(22) or order.part(7)),
                    written_on=read_day(order.part(22) or order.part(7)),
                    final=order.part(25) in _FINAL,
                )
            )
    return tuple(found)


def _join(rows: Iterable[Segment]) -> str:
    """Join the text of observations, a line each."""
    return "\n".join(map(_text, rows)).strip("\n ")


def _text(row: Segment) -> str:
    if row.part(2) != "ED":
        return row.text(5)
    if row.part(5, 4).lower() != "base64" or row.part(5, 2).upper() not in {"TEXT", "TX", ""}:
        return ""
    try:
        return base64.b64decode(row.part(5, 5), validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""

"""Write transactions as one interchange, with every count and control number set here."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

import msgspec

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.catalogue import canonical, guide_for
from cleanclaim.x12.findings import Rule, X12Finding, found
from cleanclaim.x12.gathering import Report
from cleanclaim.x12.grammar import Guide, LoopNode
from cleanclaim.x12.levels import numbered
from cleanclaim.x12.report import check
from cleanclaim.x12.segments import Delimiters, Loop, Segment, segment

DELIMITER_IN_VALUE = Rule(
    "X12.1.DELIMITER",
    1,
    Severity.BLOCK,
    "IK4:6",
    "a value of {segment} holds a character that separates values",
    "Choose other delimiters or leave the character out.",
)
NO_GUIDE = Rule(
    "X12.1.GUIDE", 1, Severity.BLOCK, "IK5:I6", "no guide is at hand for this transaction"
)

# What may stand for a delimiter whose usual character occurs in the data.
_SPARE = ("|", "!", ">", "<", "@", "+", "`", "\x1c", "\x1d", "\x1e", "\x1f")


class UnwritableError(CleanclaimError):
    """What was to be written breaks a rule that blocks; ``findings`` say which."""

    code = "x12.unwritable"

    def __init__(self, findings: Sequence[X12Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{each.rule}: {each.message}" for each in self.findings[:5]))


class Envelope(msgspec.Struct, frozen=True):
    """Who sends to whom and when: ISA and GS. ``usage`` is T (test) or P (production)."""

    sender: str
    receiver: str
    control_number: int
    created_at: datetime
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    usage: str = "T"
    application_sender: str = ""
    application_receiver: str = ""
    delimiters: Delimiters = Delimiters()


# A transaction to be written: its loops, or its segments in the order of the guide.
Body = Loop | Iterable[Segment]


def write(envelope: Envelope, guide: str, bodies: Iterable[Body]) -> str:
    """Write one interchange of one group with a transaction for each body.

    A body is an "ST" loop as ``read`` gives it, or the segments of one from ST on; ST02, SE, HL01,
    HL02 and HL04 are set here, whatever they held. Raises UnwritableError where the result would
    not pass our own check.
    """
    text = "".join(_pieces(envelope, guide, bodies))
    _refuse(check(text))
    return text


def write_file(into: BinaryIO, envelope: Envelope, guide: str, bodies: Iterable[Body]) -> None:
    """Write as ``write`` does, into an empty file that can be read back, in flat memory.

    Bodies are taken one at a time and none is kept. Where UnwritableError is raised, what was
    written so far is to be thrown away.
    """
    for piece in _pieces(envelope, guide, bodies):
        into.write(_encoded(piece))
    into.seek(0)
    _refuse(check(into))


def free_delimiters(texts: Iterable[str]) -> Delimiters:
    """Choose delimiters that occur in none of the texts, the usual ones where they are free."""
    held = set().union(*texts)
    chosen: list[str] = []
    for wanted in msgspec.structs.astuple(Delimiters()):
        free = (mark for mark in (wanted, *_SPARE) if mark not in held and mark not in chosen)
        mark = next(free, None)
        if mark is None:
            raise UnwritableError([found(DELIMITER_IN_VALUE, None, "", "", segment="a segment")])
        chosen.append(mark)
    return Delimiters(*chosen)


def write_interchange_only(envelope: Envelope, segments: Sequence[Segment]) -> str:
    """Write an interchange without groups around these segments (TA1).

    Raises UnwritableError where the result would not pass our own check.
    """
    marks = envelope.delimiters
    trailer = segment("IEA", "0", f"{envelope.control_number:09d}")
    text = _isa(envelope) + "".join(_text(each, marks) for each in (*segments, trailer))
    _refuse(check(text))
    return text


def ordered(body: Loop, node: LoopNode | None) -> Iterator[Segment]:
    """Give the segments of a tree in the order of the guide.

    A loop keeps its segments apart from its loops; the guide says which segments (IK5, LS, LE)
    come between or after them.
    """
    children = node.children if node else []
    places = {child.trigger.id: child.place for child in children}
    loops = {child.id: child for child in children if isinstance(child, LoopNode)}
    pending = list(body.segments)
    for child in body.loops:
        inner = loops.get(child.id)
        while pending and inner and _goes_before(pending[0], places, inner.place, node):
            yield pending.pop(0)
        if inner is None:
            yield from pending
            pending = []
        yield from ordered(child, inner)
    yield from pending


def _goes_before(
    candidate: Segment, places: dict[str, int], place: int, node: LoopNode | None
) -> bool:
    first = node.trigger.id if node else ""
    return candidate.id == first or places.get(candidate.id, -1) < place


def _pieces(envelope: Envelope, guide: str, bodies: Iterable[Body]) -> Iterator[str]:
    """Give the text of the interchange bit by bit."""
    marks = envelope.delimiters
    table: Guide | None = None
    count = 0
    for count, body in enumerate(bodies, 1):
        header, rest = _opened(body)
        if table is None:
            table = _table(guide, header)
            yield _isa(envelope) + _text(_gs(envelope, table.functional, guide), marks)
        inside = ordered(rest, table.root) if isinstance(rest, Loop) else rest
        yield from _transaction(header, inside, table, f"{count:04d}", marks)
    if table is None:
        raise UnwritableError([found(NO_GUIDE, None)])
    number = envelope.control_number
    yield _text(segment("GE", str(count), str(number)), marks)
    yield _text(segment("IEA", "1", f"{number:09d}"), marks)


def _refuse(report: Report) -> None:
    blocking = [each for each in report.findings if each.severity is Severity.BLOCK]
    if blocking:
        raise UnwritableError(blocking)


def _encoded(text: str) -> bytes:
    """Give the bytes as they are read back; a file of wider characters is written as UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _opened(body: Body) -> tuple[Segment | None, Body]:
    """Give the ST of a body, and the body."""
    if isinstance(body, Loop):
        return body.find("ST"), body
    segments = iter(body)
    first = next(segments, None)
    return first, segments


def _table(guide: str, header: Segment | None) -> Guide:
    table = guide_for(canonical(guide), header.get(1)) if header else None
    if table is None:
        raise UnwritableError([found(NO_GUIDE, header)])
    return table


def _transaction(
    header: Segment | None,
    segments: Iterable[Segment],
    table: Guide,
    control: str,
    marks: Delimiters,
) -> Iterator[str]:
    release = header.get(3) if header else ""
    yield _text(segment("ST", table.transaction, control, release), marks)
    count = 2
    for each in numbered(segments, table):
        if each.id not in ("ST", "SE"):
            count += 1
            yield _text(each, marks)
    yield _text(segment("SE", str(count), control), marks)


def _text(made: Segment, marks: Delimiters) -> str:
    """Write a segment, refusing values that the delimiters would cut."""
    plain = [part for repeats in made.values() for parts in repeats for part in parts]
    if any(marks.found_in(part) for part in plain):
        raise UnwritableError([found(DELIMITER_IN_VALUE, made, "", "", segment=made.id)])
    return made.text(marks) + marks.terminator


def _isa(envelope: Envelope) -> str:
    marks = envelope.delimiters
    elements = [
        "00",
        " " * 10,
        "00",
        " " * 10,
        envelope.sender_qualifier,
        envelope.sender.ljust(15),
        envelope.receiver_qualifier,
        envelope.receiver.ljust(15),
        f"{envelope.created_at:%y%m%d}",
        f"{envelope.created_at:%H%M}",
        marks.repetition,
        "00501",
        f"{envelope.control_number:09d}",
        "0",
        envelope.usage,
        marks.component,
    ]
    return marks.element.join(("ISA", *elements)) + marks.terminator


def _gs(envelope: Envelope, functional: str, guide: str) -> Segment:
    return segment(
        "GS",
        functional,
        envelope.application_sender or envelope.sender,
        envelope.application_receiver or envelope.receiver,
        f"{envelope.created_at:%Y%m%d}",
        f"{envelope.created_at:%H%M}",
        str(envelope.control_number),
        "X",
        guide,
    )

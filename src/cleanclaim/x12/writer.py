"""Write transactions as one interchange, with every count and control number set here."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.catalogue import canonical, guide_for
from cleanclaim.x12.findings import Rule, X12Finding, found
from cleanclaim.x12.grammar import Guide, LoopNode
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


def write(envelope: Envelope, guide: str, bodies: Sequence[Loop]) -> str:
    """Write one interchange of one group with a transaction for each body.

    A body is an "ST" loop as ``read`` gives it; ST02, SE, HL01, HL02 and HL04 are set here,
    whatever they held. Raises UnwritableError where the result would not pass our own check.
    """
    table = _table(guide, bodies)
    marks = envelope.delimiters
    parts = [_isa(envelope), _text(_gs(envelope, table.functional, guide), marks)]
    for number, body in enumerate(bodies, 1):
        parts += _transaction(body, table, f"{number:04d}", marks)
    group = segment("GE", str(len(bodies)), str(envelope.control_number))
    parts.append(_text(group, marks))
    parts.append(_text(segment("IEA", "1", f"{envelope.control_number:09d}"), marks))
    text = "".join(parts)
    blocking = [each for each in check(text).findings if each.severity is Severity.BLOCK]
    if blocking:
        raise UnwritableError(blocking)
    return text


def write_interchange_only(envelope: Envelope, segments: Sequence[Segment]) -> str:
    """Write an interchange without groups around these segments (TA1)."""
    marks = envelope.delimiters
    trailer = segment("IEA", "0", f"{envelope.control_number:09d}")
    return _isa(envelope) + "".join(_text(each, marks) for each in (*segments, trailer))


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


def _table(guide: str, bodies: Sequence[Loop]) -> Guide:
    header = bodies[0].find("ST") if bodies else None
    table = guide_for(canonical(guide), header.get(1)) if header else None
    if table is None:
        raise UnwritableError([found(NO_GUIDE, header)])
    return table


def _transaction(body: Loop, table: Guide, control: str, marks: Delimiters) -> Iterator[str]:
    inside = [each for each in ordered(body, table.root) if each.id not in ("ST", "SE")]
    header = body.find("ST")
    release = header.get(3) if header else ""
    opening = segment("ST", table.transaction, control, release)
    closing = segment("SE", str(len(inside) + 2), control)
    for each in (opening, *_numbered(inside, table), closing):
        yield _text(each, marks)


def _numbered(segments: Sequence[Segment], table: Guide) -> Iterator[Segment]:
    """Set HL01 to the count, HL02 to the level above and HL04 to whether levels follow below.

    A level's depth is that of the loop its code (HL03) opens.
    """
    depths = dict(_depths(table.root, 0))
    saying = frozenset(_saying_what_follows(table.root))
    levels = [each for each in segments if each.id == "HL"]
    open_levels: list[tuple[int, int]] = []
    number = 0
    for each in segments:
        if each.id != "HL":
            yield each
            continue
        number += 1
        depth = depths.get(each.get(3), 0)
        while open_levels and open_levels[-1][0] >= depth:
            open_levels.pop()
        above = str(open_levels[-1][1]) if open_levels else ""
        follows = number < len(levels) and depths.get(levels[number].get(3), 0) > depth
        open_levels.append((depth, number))
        silent = not follows and each.get(3) not in saying
        below = "" if silent else str(int(follows))
        yield segment("HL", str(number), above, each.get(3), below)


def _saying_what_follows(root: LoopNode) -> Iterator[str]:
    """Give the codes (HL03) of the levels that must say in HL04 if levels follow below."""
    for loop in root.loops():
        shape = loop.trigger.shape
        if shape.id == "HL" and len(shape.elements) == 4 and shape.elements[3].usage == "R":
            yield from shape.qualifiers[2]


def _depths(loop: LoopNode, depth: int) -> Iterator[tuple[str, int]]:
    if loop.trigger.id == "HL":
        yield from ((code, depth) for code in loop.trigger.shape.qualifiers[2])
    for child in loop.children:
        if isinstance(child, LoopNode):
            yield from _depths(child, depth + 1)


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

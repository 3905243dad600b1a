"""Read a stretch of a file alone, as if all before it had been read."""

from collections.abc import Iterable, Iterator, Sequence
from mmap import mmap

import msgspec

from cleanclaim.x12 import rules
from cleanclaim.x12.events import Event, TransactionEnd, TransactionStart, Unit
from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.reader import Reader
from cleanclaim.x12.segments import Delimiters, Loop, Segment
from cleanclaim.x12.tokens import blocks_from
from cleanclaim.x12.transactions import Asked

_CHUNK_BYTES = 1 << 16
_BLANKS = " \t\r\n\x00\x0b\x0c\x1a"


class Cut(msgspec.Struct, frozen=True, gc=False):
    """A run of whole segments: bytes ``offset`` to ``end``, the first at ``position`` from 1.

    ``levels`` counts the levels (HL) of its transaction before it where it starts with one.
    """

    offset: int
    end: int
    position: int
    segments: int = 0
    levels: int = -1


class Stretch(msgspec.Struct, frozen=True, gc=False):
    """Claims of a file that can be read alone: whole transactions, or a part of one.

    ``head`` is what stands around them (ISA and GS; for a part the header and the biller too),
    ``tail`` the SE of a part that does not hold it. ``claims`` is about how many there are.
    """

    head: tuple[Cut, ...]
    body: Cut
    tail: tuple[Cut, ...] = ()
    claims: int = 0


class CutTransaction(msgspec.Struct, frozen=True, gc=False):
    """A transaction of claims that was cut out of a file, with some ``claims`` by count of CLM.

    ``envelope`` are the ISA and the GS that it stands under, ``body`` all of it. Its content
    is between byte ``inside``, behind the ST, and ``closing``, where the SE starts. ``parts``
    are its stretches where it was too large for one.
    """

    envelope: tuple[Cut, Cut]
    body: Cut
    inside: int
    closing: int
    claims: int
    parts: tuple[Stretch, ...] = ()

    @property
    def trailer_position(self) -> int:
        """Give the place of the SE among the segments of the file."""
        return self.body.position + self.body.segments - 1

    def stretches(self) -> tuple[Stretch, ...]:
        """Give what can be read alone, in order."""
        return self.parts or (Stretch(self.envelope, self.body, claims=self.claims),)


def place_of(unit: Unit) -> Stretch:
    """Give the place of a unit of a transaction, to read it alone: with the loops around it.

    What is found then in the numbers of levels (HL) says nothing.
    """
    envelope = unit.interchange, unit.group
    return Stretch(cuts_around(envelope, unit.ancestors), _cut_of(unit.loop), claims=1)


def cuts_around(envelope: Iterable[Segment], loops: Iterable[Loop]) -> tuple[Cut, ...]:
    """Give the runs of segments of an envelope (ISA, GS) and of loops around a unit."""
    around = (_cut_of(each) for each in loops if each.segments)
    return (*(_cut(each, each) for each in envelope), *around)


def _cut_of(loop: Loop) -> Cut:
    if loop.segments:
        return _cut(loop.segments[0], _last(loop))
    # The segment that opens it is missing, and others stand right in loops within.
    within = sorted(loop.walk(), key=lambda segment: segment.position)
    return _cut(within[0], within[-1])


def _last(loop: Loop) -> Segment:
    """Give the segment of a loop that stands last in the text."""
    ends = [_last(each) for each in loop.loops[-1:] if each.segments]
    return max((*loop.segments[-1:], *ends), key=lambda segment: segment.position)


def _cut(first: Segment, last: Segment) -> Cut:
    end = last.offset + len(last.raw.lstrip(_BLANKS))
    return Cut(first.offset, end, first.position, last.position - first.position + 1)


def read_stretch(
    text: mmap, stretch: Stretch, asked: Asked | None = None
) -> Iterator[Unit | TransactionEnd]:
    """Give the units and the ends of transactions of a stretch, with the findings of its own.

    Positions and offsets are those of the file. What is found around the stretch is left to
    whoever reads that: ``read_around`` for the envelope, another stretch for the rest of the
    transaction. So a claim does not inherit what comes too late, in another stretch.
    """
    cuts = (*stretch.head, stretch.body, *stretch.tail)
    for event in _events(text, cuts, asked or Asked()):
        if isinstance(event, Unit):
            yield event
        elif isinstance(event, TransactionEnd):
            yield with_findings(event, (x for x in event.findings if is_within(x, stretch.body)))


def read_around(
    text: mmap, cut: Sequence[CutTransaction], asked: Asked | None = None
) -> Iterator[Event | CutTransaction]:
    """Give the events of a file without those of the transactions that were cut out.

    Each of these comes where it stands. Findings tell of the envelope, the control
    numbers of all transactions included, and of what was not cut out.
    """
    starts = {each.body.position: each for each in cut}
    emptied = starts.keys() | {each.trailer_position for each in cut}
    for event in _events(text, _around(cut, len(text)), asked or Asked()):
        match event:
            case TransactionStart(header=header) if header.position in starts:
                yield starts[header.position]
            case TransactionEnd(findings=found):
                again = rules.ST_AGAIN.id
                kept = (x for x in found if x.rule == again or x.segment not in emptied)
                yield with_findings(event, kept)
            case _:
                yield event


def _around(cut: Sequence[CutTransaction], end: int) -> Iterator[Cut]:
    """Give the runs of segments between the contents of the transactions."""
    at, position = 0, 1
    for each in cut:
        yield Cut(at, each.inside, position)
        at, position = each.closing, each.trailer_position
    yield Cut(at, end, position)


def _events(text: mmap, cuts: Iterable[Cut], asked: Asked) -> Iterator[Event]:
    reader = Reader(asked)
    delimiters: Delimiters | None = None
    for cut in cuts:
        if cut.levels >= 0:
            reader.skip_levels(cut.levels)
        for block in blocks_from(chunks_of(text, cut), (cut.position, cut.offset), delimiters):
            delimiters = block.delimiters or delimiters
            yield from reader.take(block)
    yield from reader.finish()


def chunks_of(text: mmap, cut: Cut) -> Iterator[bytes]:
    """Give the bytes of a run of segments, some at a time."""
    for at in range(cut.offset, cut.end, _CHUNK_BYTES):
        yield text[at : min(at + _CHUNK_BYTES, cut.end)]


def with_findings(event: TransactionEnd, findings: Iterable[X12Finding]) -> TransactionEnd:
    """Give the event with other findings."""
    return msgspec.structs.replace(event, findings=tuple(findings))


def is_within(finding: X12Finding, cut: Cut) -> bool:
    """Tell whether a finding is about a segment of a run."""
    return cut.position <= finding.segment < cut.position + cut.segments

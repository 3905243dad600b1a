"""Read interchanges as a stream of events: claims come one at a time, in flat memory."""

from collections.abc import Collection, Iterator, Sequence

from cleanclaim.x12 import rules
from cleanclaim.x12.checks.registry import Check
from cleanclaim.x12.envelope import Group, Interchange, judge_ta1
from cleanclaim.x12.events import (
    Event,
    GroupStart,
    InterchangeStart,
    LooseFindings,
)
from cleanclaim.x12.findings import found
from cleanclaim.x12.segments import Segment
from cleanclaim.x12.tokens import Block, Source, blocks
from cleanclaim.x12.transactions import ALL_TYPES, Asked, Spot, Transaction


def read(
    source: Source, *, types: Collection[int] = ALL_TYPES, companions: Sequence[Check] = ()
) -> Iterator[Event]:
    """Give the events of every interchange in the source: ``str``, bytes, Path or binary file.

    Nothing in the data raises: what is wrong comes as findings of the event it belongs to.
    ``types`` are the SNIP types above 2 that are asked; 1 and 2 always are, for they place the
    segments. ``companions`` are further checks, as a payer's companion guide wants them.
    """
    reader = Reader(Asked(frozenset(types), tuple(companions)))
    for block in blocks(source):
        yield from reader.take(block)
    yield from reader.finish()


class Reader:
    """What is open at the moment: interchange, group, transaction; for ``read`` and its like."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self.transaction: Transaction | None = None
        self._seen_interchanges: set[str] = set()
        self._loose = False
        self._spot: Spot  # of the segment of the envelope at hand
        self._steps = {
            "": self._on_loose,
            "ISA": self._on_isa,
            "IEA": self._on_iea,
            "GS": self._on_gs,
            "GE": self._on_ge,
            "ST": self._on_st,
            "SE": self._on_se,
            "TA1": self._on_ta1,
        }

    def take(self, block: Block) -> Iterator[Event]:
        """Give the events that the segments of this block bring."""
        mark = block.delimiters.element if block.delimiters else ""
        index, count = 0, len(block.bodies)
        while index < count:
            segment_id = block.bodies[index].partition(mark)[0] if mark else ""
            step = self._steps.get(segment_id)
            if step is None and self.transaction is not None:
                index = self.transaction.run(block, index)
                yield from self.transaction.units()
            else:
                yield from self.step(block, index)
                index += 1

    def skip_levels(self, count: int) -> None:
        """Take it that so many levels (HL) of the open transaction have gone by."""
        if self.transaction is not None:
            self.transaction.skip_levels(count)

    def step(self, block: Block, index: int) -> Iterator[Event]:
        """Give the events of a segment of the envelope, or one outside of transactions."""
        segment = block.segment(index)
        self._spot = (block, index)
        yield from self._steps.get(segment.id, self._on_stray)(segment)

    def steps_out(self, segment_id: str) -> bool:
        """Tell whether a segment of this id is one of the envelope."""
        return segment_id in self._steps

    @property
    def envelope(self) -> tuple[Segment, Segment] | None:
        """Give the ISA and the GS that are open, None where one of them is not."""
        if self._interchange is None or self._group is None:
            return None
        return self._interchange.header, self._group.header

    def finish(self) -> Iterator[Event]:
        """Close what the file left open."""
        yield from self._end_interchange(None)

    def _on_loose(self, segment: Segment) -> Iterator[Event]:
        if self._loose or not segment.raw.strip(" \t\r\n\x00\x1a\ufeff"):
            return
        self._loose = True
        yield LooseFindings((found(rules.NOT_X12, segment),))

    def _on_stray(self, segment: Segment) -> Iterator[Event]:
        """Report a segment between transactions, once for each run of them."""
        words = {"segment": segment.id[:3]}
        finding = found(rules.MISPLACED_ENVELOPE, segment, "", "", **words)
        if self._interchange is None:
            if not self._loose:
                self._loose = True
                yield LooseFindings((found(rules.NOT_X12, segment),))
        else:
            holder = self._group or self._interchange
            if not holder.strayed:
                holder.findings.append(finding)
            holder.strayed = True

    def _on_ta1(self, segment: Segment) -> Iterator[Event]:
        """An acknowledgement of an interchange stands before the first group."""
        if self._interchange is None or self._group is not None:
            yield from self._on_stray(segment)
        else:
            self._interchange.findings += judge_ta1(segment)

    def _on_isa(self, segment: Segment) -> Iterator[Event]:
        yield from self._end_interchange(None)
        self._loose = False
        self._interchange = Interchange(segment)
        control = segment.get(13)
        if control in self._seen_interchanges:
            self._interchange.find(rules.ISA_AGAIN, segment)
        self._seen_interchanges.add(control)
        yield InterchangeStart(segment, segment.delimiters)

    def _on_iea(self, segment: Segment) -> Iterator[Event]:
        if self._interchange is None:
            yield from self._on_stray(segment)
        else:
            yield from self._end_interchange(segment)

    def _end_interchange(self, trailer: Segment | None) -> Iterator[Event]:
        yield from self._end_group(None)
        if self._interchange is not None:
            yield self._interchange.end(trailer)
            self._interchange = None

    def _on_gs(self, segment: Segment) -> Iterator[Event]:
        yield from self._end_group(None)
        if self._interchange is None:
            yield from self._on_stray(segment)
            return
        self._group = Group(segment)
        control = segment.get(6)
        if control in self._interchange.controls:
            self._group.find(rules.GS_AGAIN, segment)
        self._interchange.controls.add(control)
        self._interchange.count += 1
        yield GroupStart(segment)

    def _on_ge(self, segment: Segment) -> Iterator[Event]:
        if self._group is None:
            yield from self._on_stray(segment)
        else:
            yield from self._end_group(segment)

    def _end_group(self, trailer: Segment | None) -> Iterator[Event]:
        yield from self._end_transaction(None)
        if self._group is not None:
            yield self._group.end(trailer)
            self._group = None

    def _on_st(self, segment: Segment) -> Iterator[Event]:
        yield from self._end_transaction(None)
        if self._group is None or self._interchange is None:
            yield from self._on_stray(segment)
            return
        self._group.count += 1
        self.transaction = Transaction(
            self._spot, self._interchange.header, self._group, self._asked
        )
        yield self.transaction.start()

    def _on_se(self, segment: Segment) -> Iterator[Event]:
        if self.transaction is None:
            yield from self._on_stray(segment)
        else:
            yield from self._end_transaction(self._spot)

    def _end_transaction(self, trailer: Spot | None) -> Iterator[Event]:
        if self.transaction is not None:
            yield from self.transaction.end(trailer)
            self.transaction = None

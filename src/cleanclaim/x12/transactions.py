"""One transaction of a group: its guide, its walker, its header and its trailer."""

from collections.abc import Iterator

import msgspec

from cleanclaim.x12 import rules
from cleanclaim.x12.catalogue import canonical, guide_for, machine_for, variant_for
from cleanclaim.x12.checks.judging import Judges, dockets_of
from cleanclaim.x12.checks.registry import Check
from cleanclaim.x12.envelope import Group, count_differs
from cleanclaim.x12.events import TransactionEnd, TransactionStart, Unit
from cleanclaim.x12.findings import Rule, X12Finding, found
from cleanclaim.x12.grammar import Guide
from cleanclaim.x12.machine import ENVELOPE
from cleanclaim.x12.segments import Loop, Segment
from cleanclaim.x12.tokens import Block
from cleanclaim.x12.walker import Walker

Spot = tuple[Block, int]  # a segment's block and its index there
ALL_TYPES = frozenset(range(1, 8))


class Asked(msgspec.Struct, frozen=True):
    """What a reading asks: the SNIP types, and a payer's rules beyond our own."""

    types: frozenset[int] = ALL_TYPES
    companions: tuple[Check, ...] = ()


class Transaction:
    """An open transaction."""

    def __init__(self, spot: Spot, interchange: Segment, group: Group, asked: Asked) -> None:
        self._spot = spot
        self._header = spot[0].segment(spot[1])
        self._interchange = interchange
        self._group = group.header
        self._asked = asked
        self._findings: list[X12Finding] = []
        self._units = 0
        version = group.header.get(8) or self._header.get(3)
        self._version = canonical(version)
        self._guide = guide_for(self._version, self._header.get(1))
        self._walker: Walker | None = None
        self._judge_header(version, group)

    def start(self) -> TransactionStart:
        """Announce the transaction."""
        return TransactionStart(self._version, self._header.get(2), self._header)

    def skip_levels(self, count: int) -> None:
        """Take it that so many levels (HL) have gone by."""
        if self._walker is not None:
            self._walker.levels = count

    @property
    def walker(self) -> Walker | None:
        """Give the walker, once there is one."""
        return self._walker

    @property
    def short(self) -> str:
        """Give the short name of the guide, "" where there is none."""
        return self._guide.short if self._guide else ""

    def count(self, units: int) -> None:
        """Count units that were passed over."""
        self._units += units

    def run(self, block: Block, index: int, until: int | None = None) -> int:
        """Place segments until units are complete, the envelope speaks or the block ends.

        Give the index of the first segment that was not placed.
        """
        if self._guide is None:
            return min(_envelope_from(block, index), until or len(block.bodies))
        if self._walker is None:
            second = block.segment(index)
            variant = variant_for(self._version, self._header.get(1), second)
            self._guide = variant or self._guide
            self._walker = self._walked(self._guide)
        return self._walker.run(block, index, until)

    def units(self) -> Iterator[Unit]:
        """Give the units that were completed since this was last asked."""
        if self._walker is None or not self._walker.units:
            return
        envelope = (self._interchange, self._group, self._header)
        for each in self._walker.units:
            self._units += 1
            yield Unit((self._version, self.short), each, envelope)
        self._walker.units = []

    def end(self, trailer: Spot | None) -> Iterator[Unit | TransactionEnd]:
        """Close all loops, compare the trailer, give the last units and the end."""
        if self._guide is not None:
            self._walker = self._walker or self._walked(self._guide)
            self._walker.end(trailer)
        yield from self.units()
        last = trailer[0].segment(trailer[1]) if trailer else None
        self._judge_trailer(last)
        yield self._ended(last)

    def _walked(self, guide: Guide) -> Walker:
        dockets = dockets_of(guide.short, self._asked.types, self._asked.companions)
        judges = Judges(guide.short, dockets)
        machine = machine_for(guide, self._header.delimiters)
        return Walker(machine, judges, *self._spot)

    def _ended(self, trailer: Segment | None) -> TransactionEnd:
        walker = self._walker
        if walker is None:
            end = Loop("TRAILER", [trailer] if trailer else [], [])
            header = Loop("ST", [self._header], [])
            return TransactionEnd(end, header, tuple(self._findings), 0)
        self._findings += walker.around + walker.outside
        return TransactionEnd(walker.trailer, walker.header, tuple(self._findings), self._units)

    def _judge_header(self, version: str, group: Group) -> None:
        header, gs = self._header, group.header
        control = header.get(2)
        if control in group.controls:
            self._find(rules.ST_AGAIN, header)
        group.controls.add(control)
        if self._guide is None:
            self._find(rules.UNKNOWN_GUIDE, header)
            return
        if self._version != version:
            self._find(rules.OLDER_GUIDE, header, guide=self._version)
        if header.get(3) and canonical(header.get(3)) != canonical(gs.get(8)):
            self._find(rules.WRONG_GUIDE, header)
        if gs.get(1) != self._guide.functional:
            self._find(rules.WRONG_GROUP, gs)

    def _judge_trailer(self, trailer: Segment | None) -> None:
        if trailer is None:
            self._find(rules.NO_SE, self._header)
            return
        counted = trailer.position - self._header.position + 1
        if count_differs(trailer.get(1), counted):
            said = trailer.get(1)[:10] or "nothing"
            self._find(rules.SE_COUNT, trailer, said=said, counted=counted)
        if trailer.get(2) != self._header.get(2):
            self._find(rules.SE_CONTROL, trailer)

    def _find(self, rule: Rule, at: Segment, /, **words: object) -> None:
        self._findings.append(found(rule, at, "", "", **words))


def _envelope_from(block: Block, index: int) -> int:
    """Give the index of the next segment of the envelope, for content that is not read."""
    mark = block.delimiters.element if block.delimiters else ""
    for at in range(index, len(block.bodies)):
        if not mark or block.bodies[at].partition(mark)[0] in ENVELOPE:
            return at
    return len(block.bodies)

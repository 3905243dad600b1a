"""Read interchanges as a stream of events: claims come one at a time, in flat memory."""

from collections.abc import Iterator

from cleanclaim.x12 import rules
from cleanclaim.x12.catalogue import canonical, guide_for, machine_for
from cleanclaim.x12.envelope import count_differs, judge_gs, judge_isa
from cleanclaim.x12.events import (
    Event,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeStart,
    LooseFindings,
    TransactionEnd,
    TransactionStart,
    Unit,
)
from cleanclaim.x12.findings import Rule, X12Finding, found
from cleanclaim.x12.segments import Loop, Segment
from cleanclaim.x12.tokens import Source, tokenize
from cleanclaim.x12.walker import Finished, Walker


def read(source: Source) -> Iterator[Event]:
    """Give the events of every interchange in the source: ``str``, bytes, Path or binary file.

    Nothing in the data raises: what is wrong comes as findings of the event it belongs to.
    """
    reader = _Reader()
    for segment in tokenize(source):
        yield from reader.take(segment)
    yield from reader.finish()


class _Reader:
    """What is open at the moment: interchange, group, transaction."""

    def __init__(self) -> None:
        self._interchange: _Interchange | None = None
        self._group: _Group | None = None
        self._transaction: _Transaction | None = None
        self._seen_interchanges: set[str] = set()
        self._loose = False
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

    def take(self, segment: Segment) -> Iterator[Event]:
        """Give the events that this segment brings."""
        step = self._steps.get(segment.id)
        if step is not None:
            return step(segment)
        if self._transaction is not None:
            return self._transaction.take(segment)
        return self._on_stray(segment)

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

    def _on_isa(self, segment: Segment) -> Iterator[Event]:
        yield from self._end_interchange(None)
        self._loose = False
        self._interchange = _Interchange(segment)
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
        self._group = _Group(segment)
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
        self._transaction = _Transaction(segment, self._interchange.header, self._group)
        yield self._transaction.start()

    def _on_se(self, segment: Segment) -> Iterator[Event]:
        if self._transaction is None:
            yield from self._on_stray(segment)
        else:
            yield from self._end_transaction(segment)

    def _end_transaction(self, trailer: Segment | None) -> Iterator[Event]:
        if self._transaction is not None:
            yield from self._transaction.end(trailer)
            self._transaction = None


class _Envelope:
    """What an interchange and a group have in common: a header, a count, findings."""

    def __init__(self, header: Segment) -> None:
        self.header = header
        self.count = 0
        self.controls: set[str] = set()
        self.findings: list[X12Finding] = []
        self.strayed = False

    def find(self, rule: Rule, at: Segment, /, **words: object) -> None:
        """Note that a rule is broken at a segment."""
        self.findings.append(found(rule, at, "", "", **words))


class _Interchange(_Envelope):
    """An open interchange."""

    def __init__(self, header: Segment) -> None:
        super().__init__(header)
        self.findings += judge_isa(header)

    def end(self, trailer: Segment | None) -> InterchangeEnd:
        """Compare the trailer with what was read."""
        if trailer is None:
            self.find(rules.NO_IEA, self.header)
        else:
            if count_differs(trailer.get(1), self.count):
                said = trailer.get(1)[:5] or "nothing"
                self.find(rules.IEA_COUNT, trailer, said=said, counted=self.count)
            if trailer.get(2) != self.header.get(13):
                self.find(rules.IEA_CONTROL, trailer)
        return InterchangeEnd(trailer, tuple(self.findings))


class _Group(_Envelope):
    """An open functional group."""

    def __init__(self, header: Segment) -> None:
        super().__init__(header)
        self.findings += judge_gs(header)

    def end(self, trailer: Segment | None) -> GroupEnd:
        """Compare the trailer with what was read."""
        if trailer is None:
            self.find(rules.NO_GE, self.header)
        else:
            if count_differs(trailer.get(1), self.count):
                said = trailer.get(1)[:6] or "nothing"
                self.find(rules.GE_COUNT, trailer, said=said, counted=self.count)
            if trailer.get(2) != self.header.get(6):
                self.find(rules.GE_CONTROL, trailer)
        return GroupEnd(trailer, tuple(self.findings))


class _Transaction:
    """An open transaction: its guide, its walker, its count of segments."""

    def __init__(self, header: Segment, interchange: Segment, group: _Group) -> None:
        self._header = header
        self._interchange = interchange
        self._group = group.header
        self._findings: list[X12Finding] = []
        self._last = header.position
        self._units = 0
        version = group.header.get(8) or header.get(3)
        self._guide = canonical(version)
        machine = machine_for(self._guide, header.get(1), header.delimiters)
        self._walker = Walker(machine, header) if machine else None
        self._judge_header(version, group)

    def start(self) -> TransactionStart:
        """Announce the transaction."""
        return TransactionStart(self._guide, self._header.get(2), self._header)

    def take(self, segment: Segment) -> Iterator[Event]:
        """Place one segment; give the units that it completes."""
        self._last = segment.position
        if self._walker is None:
            return iter(())
        done = self._walker.take(segment)
        return self._told(done) if done else iter(())

    def end(self, trailer: Segment | None) -> Iterator[Event]:
        """Close all loops, compare the trailer, give the last units and the end."""
        if trailer is not None and self._walker is not None:
            yield from self._told(self._walker.take(trailer))
        if self._walker is not None:
            yield from self._told(self._walker.finish())
        self._judge_trailer(trailer)
        yield self._ended(trailer)

    def _ended(self, trailer: Segment | None) -> TransactionEnd:
        walker = self._walker
        if walker is None:
            end = Loop("TRAILER", [trailer] if trailer else [], [])
            header = Loop("ST", [self._header], [])
            return TransactionEnd(end, header, tuple(self._findings), 0)
        self._findings += walker.outside
        return TransactionEnd(walker.trailer, walker.header, tuple(self._findings), self._units)

    def _told(self, done: list[Finished]) -> Iterator[Unit]:
        for each in done:
            self._units += 1
            yield Unit(
                self._guide,
                each.loop,
                each.ancestors,
                each.own,
                each.inherited,
                self._header.get(2),
                self._interchange,
                self._group,
                self._header,
            )

    def _judge_header(self, version: str, group: _Group) -> None:
        header, gs = self._header, group.header
        control = header.get(2)
        if control in group.controls:
            self._find(rules.ST_AGAIN, header)
        group.controls.add(control)
        guide = guide_for(self._guide, header.get(1))
        if guide is None:
            self._find(rules.UNKNOWN_GUIDE, header)
            return
        if self._guide != version:
            self._find(rules.OLDER_GUIDE, header, guide=self._guide)
        if header.get(3) and canonical(header.get(3)) != canonical(gs.get(8)):
            self._find(rules.WRONG_GUIDE, header)
        if gs.get(1) != guide.functional:
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

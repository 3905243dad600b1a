"""Walk one transaction through its guide: build loops, count, and find what is wrong."""

from collections.abc import Iterable, Iterator

from cleanclaim.x12 import rules
from cleanclaim.x12.checks.judging import judge_end, judge_loop
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.diagnosis import Flaw, broken_notes, diagnose
from cleanclaim.x12.findings import Rule, X12Finding, found
from cleanclaim.x12.grammar import LoopNode, SegmentNode
from cleanclaim.x12.machine import Choice, Machine, Move
from cleanclaim.x12.segments import Loop, Segment

_UNSEEN = object()
# Segments that open loops of parties or things: what follows an unknown one belongs to it.
_OPENERS = frozenset({"HL", "NM1", "N1", "CLM", "CLP", "LX", "SVC", "SBR", "SVD", "LIN", "LQ"})


class Frame:
    """An open loop: what it holds so far, what was counted, what was found."""

    def __init__(self, node: LoopNode, opener: Segment, findings: list[X12Finding]) -> None:
        self.node = node
        self.loop = Loop(node.id, [], [])
        self.opener = opener
        self.findings = findings
        self.place = 0
        self.seen = 1
        self.counts: dict[int, int] = {}
        self.units = 0
        self.levels = 0
        self.judged = False  # by the checks above type 2


class Finished:
    """A unit whose last segment was read, with the frames around it."""

    def __init__(self, loop: Loop, ancestors: list[Frame], own: list[X12Finding]) -> None:
        self.loop = loop
        self.ancestors = tuple(frame.loop for frame in ancestors)
        self.own = tuple(own)
        self.inherited = tuple(item for frame in ancestors for item in frame.findings)


class Walker:
    """The open loops of one transaction.

    Feed it every segment with ``take``, which gives the units that this segment completed;
    ``finish`` gives the last ones. A segment that fits nowhere is reported and passed over,
    so that what follows is read as if it were not there.
    """

    def __init__(self, machine: Machine, header: Segment) -> None:
        self._machine = machine
        self._guide = machine.guide
        self.header = Loop("ST")
        self.trailer = Loop("TRAILER")
        self.outside: list[X12Finding] = []  # of the header, the trailer and around the units
        self._passing_over = False
        self._levels = 0
        self._tally: dict[str, int] = {}
        root = Frame(self._guide.root, header, self.outside)
        self.header = root.loop
        self._frames = [root]
        root.loop.segments.append(header)
        _note(root, header, diagnose(header, self._guide.root.trigger.shape))

    def take(self, segment: Segment) -> list[Finished]:
        """Place one segment; give the units that are complete now."""
        top = self._frames[-1]
        choices = self._machine.state(top.node, top.place)
        choice = choices.get(segment.id, _UNSEEN)
        if choice is _UNSEEN:
            choice = self._machine.compile(top.node, top.place, segment.id)
        assert choice is None or isinstance(choice, Choice)  # noqa: S101 - narrows for mypy
        move = choice.move(segment) if choice else None
        if move is None:
            move = self._resynchronize(segment, choice)
            if move is None:
                return self._take_implied(segment)
        self._passing_over = False
        return self._make(move, segment)

    def finish(self) -> list[Finished]:
        """Close what is open; give the units that are complete now."""
        done = self._close(len(self._frames))
        scope = Scope(self._guide.short, self.trailer, (self.header,), self._tally)
        self.outside += judge_end(self.header, self.trailer, scope)
        return done

    def _make(self, move: Move, segment: Segment) -> list[Finished]:
        """Carry out a move: close, count, open, place, judge."""
        done = self._close(move.pops) if move.pops else []
        frame = self._frames[-1]
        if move.loop is not None:
            self._count(frame, move.loop, segment)
            frame = self._open(frame, move.loop, segment)
        else:
            self._count(frame, move.node, segment)
        node = frame.node
        into = frame.loop
        if node.trailer_place and move.node.place >= node.trailer_place:
            into = self.trailer
        into.segments.append(segment)
        if segment.id == "HL":
            self._judge_level(segment)
        if not move.pattern.fullmatch(segment.raw):
            _note(frame, segment, diagnose(segment, move.node.shape))
        if move.node.shape.notes:
            _note(frame, segment, broken_notes(segment, move.node.shape.notes))
        return done

    def _open(self, outer: Frame, node: LoopNode, segment: Segment) -> Frame:
        frame = Frame(node, segment, [] if node.detached else outer.findings)
        if not node.detached:
            outer.loop.loops.append(frame.loop)
        self._frames.append(frame)
        return frame

    def _count(self, frame: Frame, child: SegmentNode | LoopNode, segment: Segment) -> None:
        """Note that a child came, and report when it came too often."""
        frame.place = max(frame.place, child.place)
        bit = 1 << child.index
        if not frame.seen & bit:
            frame.seen |= bit
            return
        count = frame.counts[child.index] = frame.counts.get(child.index, 1) + 1
        if child.repeat and count == child.repeat + 1:
            if isinstance(child, LoopNode):
                self._report(rules.LOOP_REPEATS, segment, frame, loop=child.id, most=child.repeat)
            else:
                self._report(rules.SEGMENT_REPEATS, segment, frame, most=child.repeat)

    def _close(self, count: int) -> list[Finished]:
        done: list[Finished] = []
        for _ in range(count):
            frame = self._frames.pop()
            if frame.node.required_bits & ~frame.seen:
                self._report_missing(frame)
            if frame.node.trigger.id == "HL":
                self._judge_children(frame)
            if frame.node.detached:
                self._judge(frame)
            units = list(self._completed(frame))
            done += units
            if (
                self._frames
                and frame.node.detached
                and not any(each.loop is frame.loop for each in units)
            ):
                self.outside += frame.findings
        return done

    def _judge(self, last: Frame) -> None:
        """Ask the checks about a loop that is complete and those around it not yet judged."""
        frames = [*self._frames, last]
        around = tuple(frame.loop for frame in self._frames)
        for frame in frames:
            if not frame.judged:
                frame.judged = True
                scope = Scope(self._guide.short, frame.loop, around, self._tally)
                frame.findings += judge_loop(frame.loop, scope)

    def _completed(self, frame: Frame) -> Iterator[Finished]:
        """Give the units that the closing of this frame completes."""
        if frame.node.id in self._guide.units:
            for outer in self._frames:
                outer.units += 1
            yield Finished(frame.loop, self._frames, frame.findings)
        elif frame.node.id in self._guide.fallbacks:
            yield from self._fallback(frame, self._guide.fallbacks[frame.node.id])

    def _fallback(self, frame: Frame, wanted: str) -> Iterator[Finished]:
        """Give the level's own content as a unit where no unit stood below, or it has its own."""
        if wanted == frame.node.id:
            if not frame.units or any(child.loops for child in frame.loop.loops):
                frame.units += 1
                yield Finished(frame.loop, self._frames, frame.findings)
        elif not frame.units:
            for child in frame.loop.children(wanted):
                yield Finished(child, [*self._frames, frame], [])

    def _resynchronize(self, segment: Segment, choice: Choice | None) -> Move | None:
        """Find the best place for a segment that has none, or report it and pass over it."""
        frame = self._frames[-1]
        if choice is not None:
            move = self._still_required(choice)
            if move is not None:
                return move
        if segment.id not in self._machine.known:
            self._report(rules.UNKNOWN_SEGMENT, segment, frame)
            return None
        late = None if self._passing_over else self._machine.late(frame.node, segment)
        if late is not None and choice is None:
            self._report(rules.ORDER, segment, self._frames[-1 - late.pops])
            return late
        return None

    def _take_implied(self, segment: Segment) -> list[Finished]:
        """Enter the loop whose first segment must be missing, or pass the segment over."""
        top = self._frames[-1]
        way = self._machine.implied(top.node, top.place, segment)
        if way is None or segment.id not in self._machine.known:
            if not self._passing_over and segment.id in self._machine.known:
                self._report(rules.UNEXPECTED_SEGMENT, segment, top)
                self._passing_over = segment.id in _OPENERS
            return []
        pops, loop = way
        done = self._close(pops)
        outer = self._frames[-1]
        self._count(outer, loop, segment)
        self._open(outer, loop, segment).seen = 0
        return done + self.take(segment)

    def _still_required(self, choice: Choice) -> Move | None:
        """Take a segment with a wrong qualifier for the first one that is still to come."""
        for move in choice.moves:
            frame = self._frames[-1 - move.pops]
            child = move.loop or move.node
            if child.required and not frame.seen >> child.index & 1:
                return move
        return None

    def _judge_level(self, segment: Segment) -> None:
        """HL01 counts from 1; HL02 names the HL01 of the level around."""
        self._levels += 1
        frame = self._frames[-1]
        if segment.get(1) != str(self._levels):
            self._report(rules.HL_NUMBER, segment, frame, "HL01")
        outer = self._frames[-2]
        outer.levels += 1
        above = outer.loop.find("HL")
        if above is not None and segment.get(2) and segment.get(2) != above.get(1):
            self._report(rules.HL_PARENT, segment, frame, "HL02")

    def _judge_children(self, frame: Frame) -> None:
        """HL04 is 1 where levels follow below and 0 where none does."""
        level = frame.loop.find("HL")
        said = level.get(4) if level else ""
        if level is not None and said in ("0", "1") and (said == "1") != (frame.levels > 0):
            self._report(rules.HL_CHILDREN, level, frame, "HL04", said=said)

    def _report_missing(self, frame: Frame) -> None:
        for child in frame.node.children:
            if not child.required or frame.seen >> child.index & 1:
                continue
            if isinstance(child, LoopNode):
                rule, loop = rules.MISSING_LOOP, child.id
            else:
                rule, loop = rules.MISSING_SEGMENT, frame.node.id
            words = {"loop": loop, "outer": frame.node.id, "segment": child.trigger.id}
            finding = found(rule, frame.opener, loop, child.trigger.id, **words)
            frame.findings.append(finding)

    def _report(
        self, rule: Rule, at: Segment, frame: Frame, element: str = "", /, **words: object
    ) -> None:
        frame.findings.append(found(rule, at, frame.node.id, element, **words))


def _note(frame: Frame, segment: Segment, flaws: Iterable[Flaw]) -> None:
    """Turn the flaws of a segment into findings of its loop."""
    for flaw in flaws:
        words = flaw.words | {"element": flaw.element}
        frame.findings.append(found(flaw.rule, segment, frame.node.id, flaw.element, **words))

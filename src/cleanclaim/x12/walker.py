"""Walk one transaction through its guide: build loops, count, and find what is wrong."""

from cleanclaim.x12 import rules
from cleanclaim.x12.checks.judging import Judges
from cleanclaim.x12.diagnosis import flaws_of
from cleanclaim.x12.findings import Rule, X12Finding, found
from cleanclaim.x12.frames import Finished, Frame, Record
from cleanclaim.x12.grammar import LoopNode
from cleanclaim.x12.machine import ENVELOPE, Choice, Machine, Move
from cleanclaim.x12.segments import Loop, Segment
from cleanclaim.x12.tokens import Block

# Segments that open loops of parties or things: what follows an unknown one belongs to it.
_OPENERS = frozenset({"HL", "NM1", "N1", "CLM", "CLP", "LX", "SVC", "SBR", "SVD", "LIN", "LQ"})


class Walker:
    """The open loops of one transaction.

    Feed it blocks with ``run``; it adds the units that are complete to ``units``. A
    segment that fits nowhere is reported and passed over, so that what follows is read as if
    it were not there.
    """

    def __init__(self, machine: Machine, judges: Judges, block: Block, index: int) -> None:
        self._machine = machine
        self._delimiters = machine.delimiters
        self._guide = machine.guide
        self._judges = judges
        self.units: list[Finished] = []
        self.around: list[X12Finding] = []  # of the header, which stands around all units
        self.outside: list[X12Finding] = []  # of the trailer, and of loops that are done
        self._passing_over = False
        self.levels = 0  # how many have gone by
        self._trailer = Record("TRAILER", machine.delimiters)
        self._trailer.findings = self.outside
        self._root = Record("ST", machine.delimiters)
        self._root.findings = self.around
        start = machine.start
        owed = self._guide.root.required_bits
        frame = Frame(
            self._guide.root, self._root, 0, start.after, (block, index), owed, heavy=True
        )
        self._frames = [frame]
        self._root.steps.append((start, block, index, 0))
        self._note_flaws(start, block.segment(index), frame)

    @property
    def header(self) -> Loop:
        """Give the ST loop without the units."""
        return self._root.loop

    @property
    def trailer(self) -> Loop:
        """Give what stands after the units."""
        return self._trailer.loop

    def run(self, block: Block, index: int, until: int | None = None) -> int:
        """Place segments from ``index`` on, until units are complete or the envelope speaks.

        Give the index of the first segment that was not placed, which may be ``until``.
        """
        bodies = block.bodies
        until = len(bodies) if until is None else until
        frame = self._frames[-1]
        choices, seen, record, depth = frame.choices, frame.seen, frame.record.steps, frame.depth
        for at in range(index, until):
            body = bodies[at]
            choice = choices.get(body[:3])
            move = (choice.only or choice.pick(body)) if choice is not None else None
            if move is not None and move.recognizer.matches(body):
                if move.simple and not seen & move.bit:
                    seen |= move.bit
                    choices = move.after
                    record.append((move, block, at, depth))
                    continue
                frame.seen, frame.choices = seen, choices
                self._passing_over = False
                frame = self._apply(move, block, at)
                if self.units:  # so that what is told of them is gone before more is read
                    return at + 1
            else:
                frame.seen, frame.choices = seen, choices
                if not self._place(move, block, at, body):
                    return at
                frame = self._frames[-1]
            choices, seen = frame.choices, frame.seen
            record, depth = frame.record.steps, frame.depth
        frame.seen, frame.choices = seen, choices
        return until

    def outer(self, loop_id: str) -> Frame | None:
        """Give the second open loop if it is this one, and nothing was found in it or around.

        What stands within it is closed, so that ``pass_over`` may follow; units may be complete.
        """
        if len(self._frames) < 2 or self._frames[1].node.id != loop_id or self._guide.fallbacks:
            return None
        self._close(len(self._frames) - 2)
        root, outer = self._frames
        if self.outside or outer.record.findings or not all(map(self._is_clear, (root, outer))):
            return None
        return outer

    def _is_clear(self, frame: Frame) -> bool:
        """Tell whether the checks find nothing in a loop so far; they are asked once for it."""
        if frame.clear is None:
            around = tuple([each.record for each in self._frames])
            found = self._judges.of_record(frame.record, around) if self._judges.active else []
            frame.clear = not found
        return frame.clear

    def pass_over(self, loop_id: str, count: int, levels: int) -> None:
        """Go past so many whole loops in the innermost open one, which have these levels (HL).

        Nothing is to be found in them, and ``outer`` has closed what stood there.
        """
        frame = self._frames[-1]
        child = next(each for each in frame.node.children if each.id == loop_id)
        frame.seen |= 1 << child.index
        frame.choices = self._machine.state(frame.node, child.place)
        frame.levels += count
        self.levels += levels
        self._passing_over = False

    @property
    def judges(self) -> Judges:
        """Give the checks and what they remember."""
        return self._judges

    def end(self, trailer: tuple[Block, int] | None) -> None:
        """Place the trailer, if there is one, close all loops and ask what waits for the end."""
        if trailer is not None:
            block, index = trailer
            choice = self._machine.compile(self._frames[-1].choices, "SE")
            if choice is not None and choice.only is not None:
                self._apply(choice.only, block, index)
                self._note_flaws(choice.only, block.segment(index), self._frames[-1])
        self._close(len(self._frames))
        if self._judges.active:
            self.outside += self._judges.of_end(self.header, self.trailer)

    def _place(self, move: Move | None, block: Block, index: int, body: str) -> bool:
        """Place a segment that is not as it should be; tell whether it was ours to place."""
        segment = block.segment(index)
        if segment.id in ENVELOPE:
            return False
        if move is None or move.node.id != segment.id:
            choice = self._machine.compile(self._frames[-1].choices, segment.id)
            move = choice.pick(body) if choice else None
            move = move or self._resynchronize(segment, choice, body)
        if move is None:
            self._take_implied(block, index, segment, body)
        elif not (move.late and move.pops and move.loop is None):
            # One that belongs to a loop around is passed over: the open ones are not done.
            self._passing_over = False
            self._apply(move, block, index)
            self._note_flaws(move, segment, self._frames[-1])
        return True

    def _apply(self, move: Move, block: Block, index: int) -> Frame:
        """Carry out a move: close, count, open, record; give the loop that is then open."""
        if move.pops:
            self._close(move.pops)
        frame = self._frames[-1]
        if frame.seen & move.bit:
            self._count(frame, move, block, index)
        else:
            frame.seen |= move.bit
        if not move.late:
            frame.choices = move.after
        if move.loop is not None:
            return self._open(move, move.loop, block, index)
        steps, depth = frame.record.steps, frame.depth
        if move.trailing:
            steps, depth = self._trailer.steps, 0
        steps.append((move, block, index, depth))
        return frame

    def _open(self, move: Move, node: LoopNode, block: Block, index: int) -> Frame:
        """Enter a loop; one that does not stand on its own is recorded with that around it."""
        frames = self._frames
        if node.detached:
            record, depth = Record(node.id, self._delimiters), 0
        elif move.trailing:
            record, depth = self._trailer, 1
        else:
            record, depth = frames[-1].record, frames[-1].depth + 1
        place = (block, index)
        frame = Frame(node, record, depth, move.inside, place, move.owed, move.heavy)
        frames.append(frame)
        record.steps.append((move, block, index, depth))
        if move.level:
            self._enter_level(frame, block, index)
        return frame

    def _count(self, frame: Frame, move: Move, block: Block, index: int) -> None:
        """Report a child that comes too often, once."""
        child = move.child
        count = frame.again(child.index)
        if child.repeat and count == child.repeat + 1:
            at = block.segment(index)
            if isinstance(child, LoopNode):
                self._report(rules.LOOP_REPEATS, at, frame, loop=child.id, most=child.repeat)
            else:
                self._report(rules.SEGMENT_REPEATS, at, frame, most=child.repeat)

    def _close(self, count: int) -> None:
        for _ in range(count):
            frame = self._frames.pop()
            if frame.owed & ~frame.seen:
                self._report_missing(frame)
            if frame.heavy:
                if frame.below:
                    self._judge_below(frame)
                if frame.node.detached:
                    self._complete(frame)

    def _complete(self, frame: Frame) -> None:
        """Judge a loop that stands on its own and give the units that its closing completes."""
        if self._judges.active:
            self._judge(frame)
        record = frame.record
        before = len(self.units)
        if frame.node.id in self._guide.units:
            self._give(record, record.findings)
        elif frame.node.id in self._guide.fallbacks:
            self._fall_back(frame, self._guide.fallbacks[frame.node.id])
        whole = any(unit.holder is record for unit in self.units[before:])
        if self._frames and not whole:
            self.outside += record.findings

    def _give(self, holder: Record | Loop, own: list[X12Finding], *inner: Record) -> None:
        if self._guide.fallbacks:
            for outer in self._frames:
                outer.units += 1
        around = (*[frame.record for frame in self._frames], *inner)
        self.units.append(Finished(holder, around, own))

    def _fall_back(self, frame: Frame, wanted: str) -> None:
        """Give the level's own content as a unit where no unit stood below, or it has its own."""
        record = frame.record
        if wanted == frame.node.id:
            if not frame.units or any(child.loops for child in record.loop.loops):
                self._give(record, record.findings)
        elif not frame.units:
            for child in record.loop.children(wanted):
                self._give(child, [], record)

    def _judge(self, last: Frame) -> None:
        """Ask the checks about a loop that is complete and those around it not yet judged."""
        # All of these stand on their own, as the loops around one that does always do.
        around = tuple([frame.record for frame in self._frames])
        for frame in (*self._frames, last):
            if not frame.judged:
                frame.judged = True
                record = frame.record
                record.findings += self._judges.of_record(record, around)

    def _resynchronize(self, segment: Segment, choice: Choice | None, body: str) -> Move | None:
        """Find the best place for a segment that has none, or report it and pass over it."""
        frame = self._frames[-1]
        if choice is not None:
            return self._still_required(choice)
        if segment.id not in self._machine.known:
            self._report(rules.UNKNOWN_SEGMENT, segment, frame)
            return None
        late = None
        if not self._passing_over:
            late = self._machine.late(frame.node, segment.id, body)
        if late is not None:
            self._report(rules.ORDER, segment, self._frames[-1 - late.pops])
        return late

    def _take_implied(self, block: Block, index: int, segment: Segment, body: str) -> None:
        """Enter the loop whose first segment must be missing, or pass the segment over."""
        if segment.id not in self._machine.known:
            return
        top = self._frames[-1]
        way = self._machine.implied(top.choices, segment)
        if way is None or self._frames[-1 - way[0]].is_full(way[1]):
            if not self._passing_over:
                self._report(rules.UNEXPECTED_SEGMENT, segment, top)
                self._passing_over = segment.id in _OPENERS
            return
        pops, loop = way
        holder = self._frames[-1 - pops].node
        self._apply_implied(self._machine.entering(pops, loop, holder), block, index)
        choice = self._machine.compile(self._frames[-1].choices, segment.id)
        self._place(choice.pick(body) if choice else None, block, index, body)

    def _apply_implied(self, move: Move, block: Block, index: int) -> None:
        """Enter a loop without its first segment, which is then reported as missing."""
        if move.pops:
            self._close(move.pops)
        frame = self._frames[-1]
        if frame.seen & move.bit:
            self._count(frame, move, block, index)
        frame.seen |= move.bit
        frame.choices = move.after
        assert move.loop is not None  # noqa: S101 - such moves enter a loop by construction
        opened = self._open(move, move.loop, block, index)
        opened.seen = 0
        opened.record.steps[-1] = (move, None, -1, opened.depth)

    def _still_required(self, choice: Choice) -> Move | None:
        """Take a segment with a wrong qualifier for the first one that is still to come."""
        for move in choice.moves:
            frame = self._frames[-1 - move.pops]
            if move.child.required and not frame.seen & move.bit:
                return move
        return None

    def _enter_level(self, frame: Frame, block: Block, index: int) -> None:
        """HL01 counts from 1; HL02 names the HL01 of the level around."""
        told = block.bodies[index].split(self._delimiters.element)
        if told[0] != "HL":  # it is missing, and reported as such
            return
        number, parent, _, below = (*told[1:5], "", "", "", "")[:4]
        self.levels += 1
        frame.level, frame.below = number, below
        if number != str(self.levels):
            self._report(rules.HL_NUMBER, block.segment(index), frame, "HL01")
        outer = self._frames[-2]
        outer.levels += 1
        if outer.level and parent and parent != outer.level:
            self._report(rules.HL_PARENT, block.segment(index), frame, "HL02")

    def _judge_below(self, frame: Frame) -> None:
        """HL04 is 1 where levels follow below and 0 where none does."""
        said = frame.below
        if said in ("0", "1") and (said == "1") != (frame.levels > 0):
            level = frame.opening()
            place = (level, frame.node.id, "HL04")
            frame.record.findings.append(found(rules.HL_CHILDREN, *place, said=said))

    def _report_missing(self, frame: Frame) -> None:
        for child in frame.node.children:
            if not child.required or frame.seen >> child.index & 1:
                continue
            if isinstance(child, LoopNode):
                rule, loop = rules.MISSING_LOOP, child.id
            else:
                rule, loop = rules.MISSING_SEGMENT, frame.node.id
            words = {"loop": loop, "outer": frame.node.id, "segment": child.trigger.id}
            finding = found(rule, frame.opening(), loop, child.trigger.id, **words)
            frame.record.findings.append(finding)

    def _report(
        self, rule: Rule, at: Segment, frame: Frame, element: str = "", /, **words: object
    ) -> None:
        frame.record.findings.append(found(rule, at, frame.node.id, element, **words))

    def _note_flaws(self, move: Move, segment: Segment, frame: Frame) -> None:
        """Turn the flaws of a segment into findings of its loop."""
        for flaw in flaws_of(segment, move.node.shape):
            words = flaw.words | {"element": flaw.element}
            finding = found(flaw.rule, segment, frame.node.id, flaw.element, **words)
            frame.record.findings.append(finding)

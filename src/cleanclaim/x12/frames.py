"""Open loops of a transaction, and the trees of loops that are built when somebody asks."""

from collections.abc import Iterator

import msgspec

from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.grammar import LoopNode, Shape
from cleanclaim.x12.machine import Choices, Move
from cleanclaim.x12.segments import STANDARD, Delimiters, Loop, Segment
from cleanclaim.x12.tokens import Block

# Where a segment stands: its move, its block and its index there (None and -1 where a loop is
# entered whose first segment is missing), and how many loops deep within what is recorded.
Step = tuple[Move, Block | None, int, int]


# So many that one that is absent is empty.
NO_ELEMENTS = ("",) * 12


class Record:
    """The steps of a loop that stands on its own, and of the loops within that do not.

    Its tree is built when it is first asked for, and again if more has come since.
    """

    __slots__ = ("_built", "_loop", "delimiters", "findings", "loop_id", "steps")

    def __init__(self, loop_id: str, delimiters: Delimiters) -> None:
        self.loop_id = loop_id
        self.delimiters = delimiters
        self.steps: list[Step] = []
        self.findings: list[X12Finding] = []
        self._built = -1
        self._loop = Loop(loop_id, [], [])

    def first(self, place: str) -> list[str]:
        """Give the elements of the first segment at a place ("2010BA/DMG"), its id before them.

        Behind those that there are stand empty ones.
        """
        for move, block, index, _ in self.steps:
            if move.place == place and block is not None:
                return [*block.bodies[index].split(self.delimiters.element), *NO_ELEMENTS]
        return [*NO_ELEMENTS]

    @property
    def loop(self) -> Loop:
        """Give the tree."""
        if self._built != len(self.steps):
            self._built = len(self.steps)
            self._loop = _grown(self.loop_id, self.steps)
        return self._loop

    def placed(self) -> Iterator[tuple[Segment, str, Shape]]:
        """Give its segments in order, each with the id of its loop and its shape there."""
        path = [self.loop_id]
        for move, block, index, depth in self.steps:
            if depth and move.loop is not None:
                path[depth:] = [move.loop.id]
            if block is not None:
                yield block.segment(index), path[depth], move.node.shape


class Whole:
    """A tree that was built elsewhere, in the place of a record."""

    __slots__ = ("loop", "loop_id")

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.loop_id = loop.id


def _grown(loop_id: str, steps: list[Step]) -> Loop:
    root = Loop(loop_id, [], [])
    path = [root]
    current: Block | None = None
    marks = STANDARD
    starts: list[int] = []
    for move, block, index, depth in steps:
        if depth and move.loop is not None:
            opened = Loop(move.loop.id, [], [])
            del path[depth:]
            path[-1].loops.append(opened)
            path.append(opened)
        if block is None:
            continue
        if block is not current:
            current, marks = block, block.delimiters or STANDARD
            starts = block.starts() if block.is_even() else []
        body = block.bodies[index]
        told = body[len(move.node.id) + 1 :]
        if not told or not starts or move.binary:
            path[depth].segments.append(block.segment(index))
            continue
        # The same as block.segment, without the price of a call for every segment.
        elements = tuple(told.split(marks.element))
        raw, position = body + marks.terminator, block.position + index
        made = Segment(move.node.id, elements, raw, position, starts[index], marks)
        path[depth].segments.append(made)
    return root


class Frame(msgspec.Struct, gc=False, eq=False):
    """An open loop: what was counted in it and where it may go on.

    ``owed`` are the children it must have, ``counts`` are of children that came more than once;
    a ``heavy`` loop is a level or stands on its own, so that more is done when it closes.
    ``level`` and ``below`` are HL01 and HL04, ``levels`` how many levels and ``units`` how many
    units stand within; ``judged`` tells that the checks above type 2 were asked, ``clear`` what
    they would say before that.
    """

    node: LoopNode
    record: Record
    depth: int
    choices: Choices
    opener: tuple[Block, int]
    owed: int
    heavy: bool
    seen: int = 1
    counts: dict[int, int] | None = None
    units: int = 0
    level: str = ""
    below: str = ""
    levels: int = 0
    judged: bool = False
    clear: bool | None = None

    def again(self, index: int) -> int:
        """Count a child that has come before; give how often it came."""
        if self.counts is None:
            self.counts = {}
        count = self.counts[index] = self.counts.get(index, 1) + 1
        return count

    def is_full(self, child: LoopNode) -> bool:
        """Tell whether a loop within has come as often as it may."""
        if not child.repeat or not self.seen >> child.index & 1:
            return False
        return (self.counts or {}).get(child.index, 1) >= child.repeat

    def opening(self) -> Segment:
        """Give the segment that opened the loop, or that came where its first one is missing."""
        block, index = self.opener
        return block.segment(index)


class Finished:
    """A unit whose last segment was read, with the loops around it.

    ``own`` are the findings of the unit, ``inherited`` those of the loops around it so far.
    """

    __slots__ = ("around", "holder", "inherited", "own")

    def __init__(
        self, holder: Record | Loop, around: tuple[Record, ...], own: list[X12Finding]
    ) -> None:
        self.holder = holder
        self.around = around
        self.own = tuple(own)
        self.inherited: tuple[X12Finding, ...] = ()
        for record in around:
            if record.findings:
                self.inherited += tuple(record.findings)

    @property
    def loop(self) -> Loop:
        """Give the tree of the unit."""
        return self.holder.loop if isinstance(self.holder, Record) else self.holder

    @property
    def ancestors(self) -> tuple[Loop, ...]:
        """Give the trees around it, outermost first."""
        return tuple(record.loop for record in self.around)

    def placed(self) -> Iterator[tuple[Segment, str, Shape]]:
        """Give the segments of it and of the loops around it, as ``Record.placed`` does."""
        holders = (*self.around, self.holder)
        for holder in holders:
            if isinstance(holder, Record):
                yield from holder.placed()

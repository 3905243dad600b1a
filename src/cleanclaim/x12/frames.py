"""Open loops of a transaction, and the trees of loops that are built when somebody asks."""

from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.grammar import LoopNode
from cleanclaim.x12.machine import Choices, Move
from cleanclaim.x12.segments import Loop, Segment
from cleanclaim.x12.tokens import Block

# Where a segment stands: its move, its block and its index there (None and -1 where a loop is
# entered whose first segment is missing), and how many loops deep within what is recorded.
Step = tuple[Move, Block | None, int, int]


class Record:
    """The steps of a loop that stands on its own, and of the loops within that do not."""

    __slots__ = ("_built", "_loop", "findings", "loop_id", "steps")

    def __init__(self, loop_id: str) -> None:
        self.loop_id = loop_id
        self.steps: list[Step] = []
        self.findings: list[X12Finding] = []
        self._built = -1
        self._loop = Loop(loop_id, [], [])

    @property
    def loop(self) -> Loop:
        """Give the tree; it is built once, and again if more steps have come."""
        if self._built != len(self.steps):
            self._built = len(self.steps)
            self._loop = _grown(self.loop_id, self.steps)
        return self._loop


def _grown(loop_id: str, steps: list[Step]) -> Loop:
    root = Loop(loop_id, [], [])
    path = [root]
    for move, block, index, depth in steps:
        if depth and move.loop is not None:
            opened = Loop(move.loop.id, [], [])
            del path[depth:]
            path[-1].loops.append(opened)
            path.append(opened)
        if block is not None:
            path[depth].segments.append(block.segment(index))
    return root


class Frame:
    """An open loop: what was counted in it and where it may go on."""

    __slots__ = (
        "below", "choices", "counts", "depth", "judged", "level", "levels", "node", "opener",
        "record", "seen", "units",
    )  # fmt: skip

    def __init__(self, node: LoopNode, record: Record, depth: int, choices: Choices) -> None:
        self.node = node
        self.record = record
        self.depth = depth
        self.choices = choices
        self.seen = 1
        self.counts: dict[int, int] | None = None  # of children that came more than once
        self.opener: tuple[Block, int] | None = None
        self.units = 0
        self.level = ""  # HL01
        self.below = ""  # HL04
        self.levels = 0
        self.judged = False  # by the checks above type 2

    def again(self, index: int) -> int:
        """Count a child that has come before; give how often it came."""
        if self.counts is None:
            self.counts = {}
        count = self.counts[index] = self.counts.get(index, 1) + 1
        return count


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
        self.inherited = tuple(item for record in around for item in record.findings)

    @property
    def loop(self) -> Loop:
        """Give the tree of the unit."""
        return self.holder.loop if isinstance(self.holder, Record) else self.holder

    @property
    def ancestors(self) -> tuple[Loop, ...]:
        """Give the trees around it, outermost first."""
        return tuple(record.loop for record in self.around)


def opener_of(frame: Frame) -> Segment | None:
    """Give the segment that opened a loop, or that would have had to come after its first."""
    return frame.opener[0].segment(frame.opener[1]) if frame.opener else None

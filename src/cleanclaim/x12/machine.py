"""Compile a guide into moves: from where we stand, which segment leads where."""

import re
from collections.abc import Iterator

import msgspec

from cleanclaim.x12.grammar import Guide, LoopNode, SegmentNode
from cleanclaim.x12.patterns import compiled
from cleanclaim.x12.segments import Delimiters, Segment


class Move(msgspec.Struct, frozen=True, gc=False, eq=False):
    """Leave ``pops`` loops, enter ``loop`` if there is one, and take the segment as ``node``."""

    pops: int
    node: SegmentNode
    loop: LoopNode | None
    pattern: re.Pattern[str]


class Choice:
    """The moves that one segment id can make from one state, told apart by a qualifier."""

    def __init__(self, moves: list[Move]) -> None:
        self.moves = moves
        self.element, self.component, _ = moves[0].node.shape.qualifiers
        self.by_code: dict[str, Move] = {}
        for move in moves:
            for code in move.node.shape.qualifiers[2]:
                self.by_code.setdefault(code, move)
        plain = [move for move in moves if not move.node.shape.qualifiers[2]]
        alone = len({id(move.node) for move in moves}) == 1
        self.otherwise = plain[0] if plain else moves[0] if alone else None

    def move(self, segment: Segment) -> Move | None:
        """Give the move of this segment, None where its qualifier fits none."""
        if not self.by_code:
            return self.otherwise
        return self.by_code.get(segment.get(self.element, self.component), self.otherwise)


class Machine:
    """All states of a guide under one set of delimiters, each compiled when first reached."""

    def __init__(self, guide: Guide, delimiters: Delimiters) -> None:
        self.guide = guide
        self.delimiters = delimiters
        self.known = guide.segment_ids
        self._states: dict[tuple[int, int], dict[str, Choice | None]] = {}

    def state(self, loop: LoopNode, place: int) -> dict[str, Choice | None]:
        """Give the choices already compiled for standing at this place of this loop."""
        return self._states.setdefault((id(loop), place), {})

    def compile(self, loop: LoopNode, place: int, segment_id: str) -> Choice | None:
        """Compile the choices of one segment id: ahead in this loop, then in those around it."""
        moves = list(self._ahead(loop, place, segment_id))
        choice = Choice(moves) if moves else None
        self.state(loop, place)[segment_id] = choice
        return choice

    def late(self, loop: LoopNode, segment: Segment) -> Move | None:
        """Find where a segment would have fitted, had it come earlier."""
        moves = list(self._ahead(loop, -1, segment.id, everywhere=True))
        return _chosen(moves, segment)

    def implied(self, loop: LoopNode, place: int, segment: Segment) -> tuple[int, LoopNode] | None:
        """Find the only loop ahead that takes such a segment and whose first one is missing.

        Give how many loops to leave and the loop to enter.
        """
        for pops, level, start in _levels(loop, place):
            taking = [
                child
                for child in level.children
                if isinstance(child, LoopNode)
                and child.place >= max(start, 1)
                and _takes(child, segment)
            ]
            if len(taking) == 1:
                return pops, taking[0]
        return None

    def _ahead(
        self, loop: LoopNode, place: int, segment_id: str, *, everywhere: bool = False
    ) -> Iterator[Move]:
        for pops, level, start in _levels(loop, place):
            first = 1 if everywhere else max(start, 1)
            for child in level.children[1:]:
                if child.place >= first and child.trigger.id == segment_id:
                    node = child.trigger
                    entered = child if isinstance(child, LoopNode) else None
                    yield Move(pops, node, entered, self._pattern(node))

    def _pattern(self, node: SegmentNode) -> re.Pattern[str]:
        return compiled(node.shape, self.delimiters)


def _levels(loop: LoopNode, place: int) -> Iterator[tuple[int, LoopNode, int]]:
    """Give the loop and those around it, with how many loops to leave and where we stand."""
    level: LoopNode | None = loop
    pops = 0
    while level is not None:
        yield pops, level, place
        pops, place, level = pops + 1, level.place, level.parent


def _chosen(moves: list[Move], segment: Segment) -> Move | None:
    return Choice(moves).move(segment) if moves else None


def _takes(loop: LoopNode, segment: Segment) -> bool:
    """Tell whether a segment stands in a loop itself, or opens a loop within."""
    for child in loop.children[1:]:
        if child.trigger.id == segment.id:
            place, component, codes = child.trigger.shape.qualifiers
            if not codes or segment.get(place, component) in codes:
                return True
    return False

"""Compile a guide into moves: from where we stand, which segment leads where."""

from collections.abc import Iterator

from cleanclaim.x12.grammar import Guide, LoopNode, SegmentNode
from cleanclaim.x12.recognizing import Recognizer
from cleanclaim.x12.segments import BINARY, Delimiters, Segment

# Segments of the envelope end a run of segments; they lead nowhere inside a transaction.
ENVELOPE = frozenset({"", "ISA", "IEA", "GS", "GE", "ST", "SE", "TA1"})


class Choices(dict[str, "Choice | None"]):
    """What may follow at one place of one loop, by the first three characters of a segment.

    It fills as segments come: a key that is absent has not been asked for yet.
    """

    __slots__ = ("loop", "place")

    def __init__(self, loop: LoopNode, place: int) -> None:
        super().__init__()
        self.loop = loop
        self.place = place


class Move:
    """Leave ``pops`` loops, enter ``loop`` if there is one, and take the segment as ``node``.

    ``bit`` marks the child in the loop that holds it, ``owed`` those that the entered loop needs;
    a ``heavy`` loop is a level (HL) or stands on its own, so that more is done when it closes. A
    ``late`` move goes back to a place that was passed. ``after`` are the choices of that loop
    from then on, ``inside`` those of the loop that is entered. A ``simple`` move leaves and
    enters nothing; ``trailing`` ones stand after the units of the transaction. ``place`` names
    where the segment then stands, as "2400/SV1".
    """

    __slots__ = (
        "after",
        "binary",
        "bit",
        "child",
        "heavy",
        "inside",
        "late",
        "level",
        "loop",
        "node",
        "owed",
        "place",
        "pops",
        "recognizer",
        "simple",
        "trailing",
    )  # fmt: skip

    def __init__(
        self,
        pops: int,
        node: SegmentNode,
        loop: LoopNode | None,
        recognizer: Recognizer,
        after: Choices,
    ) -> None:
        self.pops = pops
        self.node = node
        self.loop = loop
        self.recognizer = recognizer
        self.after = after
        self.inside = after
        self.child = loop or node  # what is counted
        holder = after.loop
        self.bit = 1 << self.child.index
        self.place = f"{(loop or holder).id}/{node.id}"
        self.trailing = bool(holder.trailer_place) and self.child.place >= holder.trailer_place
        self.simple = not pops and loop is None and not self.trailing
        self.late = False
        self.binary = node.id in BINARY
        self.level = loop is not None and node.id == "HL"
        self.owed = loop.required_bits if loop else 0
        self.heavy = loop is not None and (loop.detached or self.level)


class Choice:
    """The moves that one segment id can make from one state, told apart by a qualifier."""

    __slots__ = (
        "_by_code", "_component", "_element", "_mark", "_otherwise", "_place", "_start", "moves",
        "only",
    )  # fmt: skip

    def __init__(self, moves: list[Move], delimiters: Delimiters) -> None:
        self.moves = moves
        self._place, self._component, _ = moves[0].node.shape.qualifiers
        self._element, self._mark = delimiters.element, delimiters.component
        self._start = len(moves[0].node.id) + 1
        self._by_code: dict[str, Move] = {}
        for move in moves:
            for code in move.node.shape.qualifiers[2]:
                self._by_code.setdefault(code, move)
        plain = [move for move in moves if not move.node.shape.qualifiers[2]]
        alone = len({id(move.node) for move in moves}) == 1
        self._otherwise = plain[0] if plain else moves[0] if alone else None
        self.only = None if self._by_code and len(moves) > 1 else self._otherwise

    def pick(self, body: str) -> Move | None:
        """Give the move of this segment, None where its qualifier fits none."""
        if not self._by_code:
            return self._otherwise
        if self._place == 1 and not self._component:
            # By far the most frequent: the first element tells.
            end = body.find(self._element, self._start)
            code = body[self._start : end] if end > 0 else body[self._start :]
        else:
            code = self._code(body)
        return self._by_code.get(code, self._otherwise)

    def _code(self, body: str) -> str:
        parts = body.split(self._element, self._place + 1)
        code = parts[self._place] if len(parts) > self._place else ""
        if self._component:
            code = code.split(self._mark, self._component)[self._component - 1]
        return code


class Machine:
    """All states of a guide under one set of delimiters, each compiled when first reached."""

    def __init__(self, guide: Guide, delimiters: Delimiters) -> None:
        self.guide = guide
        self.delimiters = delimiters
        self.known = guide.segment_ids
        self._states: dict[tuple[int, int], Choices] = {}
        self._recognizers: dict[int, Recognizer] = {}
        self.start = Move(0, guide.root.trigger, None, *self._on_arrival(guide.root, guide.root))

    def state(self, loop: LoopNode, place: int) -> Choices:
        """Give the choices of standing at this place of this loop."""
        key = (id(loop), place)
        choices = self._states.get(key)
        if choices is None:
            choices = self._states[key] = Choices(loop, place)
        return choices

    def compile(self, choices: Choices, segment_id: str) -> Choice | None:
        """Compile the choices of one segment id: ahead in this loop, then in those around it."""
        moves = list(self._ahead(choices.loop, choices.place, segment_id))
        choice = Choice(moves, self.delimiters) if moves else None
        if segment_id not in ENVELOPE and len(segment_id) in (2, 3):
            choices[(segment_id + self.delimiters.element)[:3]] = choice
        return choice

    def late(self, loop: LoopNode, segment_id: str, body: str) -> Move | None:
        """Find where a segment would have fitted, had it come earlier."""
        moves = list(self._ahead(loop, -1, segment_id, everywhere=True))
        move = Choice(moves, self.delimiters).pick(body) if moves else None
        if move is not None:
            move.late = True
        return move

    def implied(self, choices: Choices, segment: Segment) -> tuple[int, LoopNode] | None:
        """Find the only loop ahead that takes such a segment and whose first one is missing.

        Give how many loops to leave and the loop to enter.
        """
        for pops, level, start in _levels(choices.loop, choices.place):
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

    def entering(self, pops: int, loop: LoopNode, holder: LoopNode) -> Move:
        """Make the move into a loop whose first segment is missing."""
        made = Move(pops, loop.trigger, loop, *self._on_arrival(loop, holder))
        made.inside = self.state(loop, 0)
        return made

    def _ahead(
        self, loop: LoopNode, place: int, segment_id: str, *, everywhere: bool = False
    ) -> Iterator[Move]:
        for pops, level, start in _levels(loop, place):
            first = 1 if everywhere else max(start, 1)
            for child in level.children[1:]:
                if child.place >= first and child.trigger.id == segment_id:
                    yield self._move(pops, child, level)

    def _move(self, pops: int, child: SegmentNode | LoopNode, holder: LoopNode) -> Move:
        entered = child if isinstance(child, LoopNode) else None
        move = Move(pops, child.trigger, entered, *self._on_arrival(child, holder))
        if entered is not None:
            move.inside = self.state(entered, 0)
        return move

    def _on_arrival(
        self, child: SegmentNode | LoopNode, holder: LoopNode
    ) -> tuple[Recognizer, Choices]:
        shape = child.trigger.shape
        recognizer = self._recognizers.get(id(shape))
        if recognizer is None:
            recognizer = self._recognizers[id(shape)] = Recognizer(shape, self.delimiters)
        return recognizer, self.state(holder, child.place)


def _levels(loop: LoopNode, place: int) -> Iterator[tuple[int, LoopNode, int]]:
    """Give the loop and those around it, with how many loops to leave and where we stand."""
    level: LoopNode | None = loop
    pops = 0
    while level is not None:
        yield pops, level, place
        pops, place, level = pops + 1, level.place, level.parent


def _takes(loop: LoopNode, segment: Segment) -> bool:
    """Tell whether a segment stands in a loop itself, or opens a loop within."""
    for child in loop.children[1:]:
        if child.trigger.id == segment.id:
            place, component, codes = child.trigger.shape.qualifiers
            if not codes or segment.get(place, component) in codes:
                return True
    return False

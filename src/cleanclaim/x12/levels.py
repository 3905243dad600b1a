"""Count the levels (HL) of a transaction: number, level above, whether levels follow below."""

from collections.abc import Iterable, Iterator

from cleanclaim.x12.grammar import Guide, LoopNode
from cleanclaim.x12.segments import Segment, segment


def numbered(segments: Iterable[Segment], guide: Guide) -> Iterator[Segment]:
    """Give the segments of one transaction with all of its levels numbered."""
    levels = Levels(guide)
    for each in segments:
        yield from levels.take(each)
    yield from levels.finish()


class Levels:
    """The levels of one transaction, numbered as they come.

    A level's depth is that of the loop its code (HL03) opens. Whether levels follow below is
    known when the next one comes, so the segments of a level are held back until then.
    """

    def __init__(self, guide: Guide) -> None:
        self._saying = frozenset(_saying_what_follows(guide.root))
        self._depths = dict(_depths(guide.root, 0))
        self._above: list[tuple[int, int]] = []  # depth and number of the levels that are open
        self._number = 0
        self._held: list[Segment] = []

    def take(self, made: Segment) -> Iterator[Segment]:
        """Take the next segment; give those that are final now."""
        if made.id == "HL":
            yield from self._release(self._depth(made))
            self._held = [made]
        elif self._held:
            self._held.append(made)
        else:
            yield made

    def finish(self) -> Iterator[Segment]:
        """Give what was held back: no level follows."""
        yield from self._release(-1)

    def _release(self, next_depth: int) -> Iterator[Segment]:
        if self._held:
            yield self._numbered(self._held[0], next_depth)
            yield from self._held[1:]
        self._held = []

    def _numbered(self, level: Segment, next_depth: int) -> Segment:
        """Give the level with its numbers; itself where it has them."""
        self._number += 1
        depth = self._depth(level)
        while self._above and self._above[-1][0] >= depth:
            self._above.pop()
        above = str(self._above[-1][1]) if self._above else ""
        self._above.append((depth, self._number))
        below = self._below(level, follows=next_depth > depth)
        numbered = segment("HL", str(self._number), above, level.get(3), below)
        return level if level.elements == numbered.elements else numbered

    def _below(self, level: Segment, *, follows: bool) -> str:
        """Give HL04, which a level that need not say it leaves out where it did."""
        if follows:
            return "1"
        return "0" if level.get(4) or level.get(3) in self._saying else ""

    def _depth(self, level: Segment) -> int:
        return self._depths.get(level.get(3), 0)


def _depths(loop: LoopNode, depth: int) -> Iterator[tuple[str, int]]:
    if loop.trigger.id == "HL":
        yield from ((code, depth) for code in loop.trigger.shape.qualifiers[2])
    for child in loop.children:
        if isinstance(child, LoopNode):
            yield from _depths(child, depth + 1)


def _saying_what_follows(root: LoopNode) -> Iterator[str]:
    """Give the codes (HL03) of the levels that must say in HL04 if levels follow below."""
    for loop in root.loops():
        shape = loop.trigger.shape
        if shape.id == "HL" and len(shape.elements) == 4 and shape.elements[3].usage == "R":
            yield from shape.qualifiers[2]

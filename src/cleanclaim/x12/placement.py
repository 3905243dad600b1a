"""Tell of every segment of a source where it stands: what trees and JSON documents are made of."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from cleanclaim.x12.catalogue import guide_for
from cleanclaim.x12.events import (
    Event,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeStart,
    TransactionEnd,
    TransactionStart,
    Unit,
)
from cleanclaim.x12.reader import read
from cleanclaim.x12.segments import Loop, Segment
from cleanclaim.x12.tokens import tokenize


class Around(msgspec.Struct, frozen=True, gc=False):
    """A loop around a segment: its id and the position of the segment it begins with."""

    id: str
    begins_at: int


class Spot(msgspec.Struct, frozen=True):
    """A place: what it belongs to, and the loops around it, outermost first.

    ``kind`` is "interchange", "group", "level", "unit", "trailer", "group end" or "interchange
    end", and empty where the segment belongs nowhere: text between interchanges, a segment that
    was passed over, the content of a transaction without a guide. ``loops[owner]`` is the unit,
    or for a level the innermost loop around it that holds units.
    """

    kind: str = ""
    loops: tuple[Around, ...] = ()
    owner: int = 0


class Placed(msgspec.Struct, frozen=True):
    """A segment at its spot; ``guide`` is the version its transaction is read by."""

    segment: Segment
    spot: Spot
    guide: str = ""

    @property
    def opened(self) -> tuple[Around, ...]:
        """Give the loops that begin with this segment, outermost first."""
        return tuple(each for each in self.spot.loops if each.begins_at == self.segment.position)


_NOWHERE = Spot()


def placed(source: str | bytes | Path) -> Iterator[Placed]:
    """Give every segment in the order of the file, each once, in flat memory.

    The source is read twice at the same time, once as segments and once as events; a segment is
    given as soon as an event tells its place.
    """
    placing = _Placing(tokenize(source))
    for event in read(source):
        yield from placing.take(event)
    yield from placing.rest()


class _Placing:
    """The segments not given yet, and the spots that are known of them."""

    def __init__(self, tokens: Iterator[Segment]) -> None:
        self._tokens = tokens
        self._ahead = next(tokens, None)
        self._given = 0  # the position of the last segment given
        self._spots: dict[int, Spot] = {}
        self._guide = ""

    def take(self, event: Event) -> Iterator[Placed]:
        """Learn the spots that an event tells; give the segments up to its last one."""
        match event:
            case InterchangeStart(header=header):
                yield from self._one("interchange", header)
            case GroupStart(header=header):
                yield from self._one("group", header)
            case TransactionStart(header=header, guide=guide):
                yield from self._start(header, guide)
            case Unit(loop=loop, ancestors=ancestors):
                yield from self._take_unit(ancestors, loop)
            case TransactionEnd(header=top, trailer=trailer):
                self._learn(top, Spot("level"))
                yield from self._up_to(self._learn(trailer, Spot("trailer")))
            case GroupEnd(trailer=ending) if ending is not None:
                yield from self._one("group end", ending)
            case InterchangeEnd(trailer=ending) if ending is not None:
                yield from self._one("interchange end", ending)
            case _:
                pass

    def rest(self) -> Iterator[Placed]:
        """Give what no event told anything about."""
        while self._ahead is not None:
            yield from self._up_to(self._ahead.position)

    def _start(self, header: Segment, guide: str) -> Iterator[Placed]:
        """A transaction without a guide has no units; its ST is all that is known of it."""
        self._guide = guide
        if guide_for(guide, header.get(1)) is None:
            self._learn(Loop("ST", [header]), Spot("level"))
            yield from self._up_to(header.position)

    def _one(self, kind: str, segment: Segment) -> Iterator[Placed]:
        self._spots[segment.position] = Spot(kind)
        yield from self._up_to(segment.position)

    def _take_unit(self, ancestors: tuple[Loop, ...], unit: Loop) -> Iterator[Placed]:
        """Learn the unit before the levels, one of which may hold it as a loop of its own."""
        around = tuple(_around(loop) for loop in ancestors)
        last = self._learn(unit, Spot("unit", around, len(around)))
        for depth, level in enumerate(ancestors):
            self._learn(level, Spot("level", around[:depth], depth))
        yield from self._up_to(last)

    def _learn(self, loop: Loop, outside: Spot) -> int:
        """Note where the segments of a loop stand, given the spot around it.

        Give the position of the last.
        """
        spot = Spot(outside.kind, (*outside.loops, _around(loop)), outside.owner)
        last = 0
        for segment in loop.segments:
            last = max(last, segment.position)
            if segment.position > self._given:
                self._spots.setdefault(segment.position, spot)
        for child in loop.loops:
            last = max(last, self._learn(child, spot))
        return last

    def _up_to(self, position: int) -> Iterator[Placed]:
        while (token := self._ahead) is not None and token.position <= position:
            self._ahead = next(self._tokens, None)
            self._given = token.position
            known = self._spots.pop(token.position, _NOWHERE) if token.id else _NOWHERE
            yield Placed(token, known, self._guide if known.loops else "")


def _around(loop: Loop) -> Around:
    first = next(loop.walk(), None)
    return Around(loop.id, first.position if first else 0)

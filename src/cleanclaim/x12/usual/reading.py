"""Read a source and leave out, stretch by stretch, the claims that hold nothing to find.

All else goes the ordinary way, so that nothing is told that ``x12.read`` would not tell.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain
from mmap import mmap

from cleanclaim.x12.catalogue import guide_named
from cleanclaim.x12.checks.claim_lookups import day, name_in, new_numbers, remember
from cleanclaim.x12.events import Event, TransactionEnd, Unit
from cleanclaim.x12.frames import Frame
from cleanclaim.x12.reader import Reader
from cleanclaim.x12.segments import Delimiters, Loop, Segment
from cleanclaim.x12.stretches import Stretch as Cutting
from cleanclaim.x12.stretches import chunks_of, cuts_around, is_within, with_findings
from cleanclaim.x12.tokens import Block, Source, blocks, blocks_from
from cleanclaim.x12.transactions import Asked
from cleanclaim.x12.usual.runs import Run
from cleanclaim.x12.usual.sight import Learning, Sight, Under
from cleanclaim.x12.usual.stretch import Stretch
from cleanclaim.x12.usual.teaching import GUIDE, Header
from cleanclaim.x12.walker import Walker

_BILLER, _SUBSCRIBER, _CLAIM = "2000A", "2000B", "2300"
# A stretch is some thousands of claims; fewer segments than the least are not worth a look.
_SEGMENTS, _SEGMENTS_LEAST = 90_000, 500


class Claims:
    """Claims in the order of the file: runs of those told at sight, and units read in full."""

    def __init__(self, entries: Sequence[Run | Unit]) -> None:
        self.entries = entries

    def __len__(self) -> int:
        return sum(len(each) if isinstance(each, Run) else 1 for each in self.entries)


def read_usual_stretch(
    text: mmap, stretch: Cutting, learning: Learning
) -> Iterator[Event | Claims]:
    """Give the units and ends of transactions of a stretch of a file, as ``read_stretch`` does.

    Claims come together at the end of windows, so after what else is told of them.
    """
    for event in _events(text, stretch, learning):
        if isinstance(event, TransactionEnd):
            kept = (each for each in event.findings if is_within(each, stretch.body))
            yield with_findings(event, kept)
        elif isinstance(event, Unit | Claims):
            yield event


def _events(text: mmap, stretch: Cutting, learning: Learning) -> Iterator[Event | Claims]:
    reader = _UsualReader(learning)
    delimiters: Delimiters | None = None
    for cut in (*stretch.head, stretch.body, *stretch.tail):
        if cut.levels >= 0:
            reader.skip_levels(cut.levels)
        place = cut.position, cut.offset
        for window in _windows(blocks_from(chunks_of(text, cut), place, delimiters)):
            delimiters = window.delimiters or delimiters
            yield from reader.window(window)
        yield from reader.rest()
    yield from reader.last()


def read_usual(source: Source, learning: Learning) -> Iterator[Event | Claims]:
    """Give the events of a source, professional claims as ``Claims``: some thousands at a time.

    Units of other kinds come as in ``x12.read``. Events of the envelope come before the claims
    of the same stretch.
    """
    reader = _UsualReader(learning)
    for window in _windows(blocks(source)):
        yield from reader.window(window)
    yield from reader.last()


def _windows(cut: Iterable[Block]) -> Iterator[Block]:
    """Join neighbouring blocks, so that there is enough to look at together."""
    held: list[Block] = []
    count = 0
    for block in cut:
        apart = held and (block.delimiters is None or held[0].delimiters != block.delimiters)
        if held and (apart or count >= _SEGMENTS):
            yield _joined(held)
            held, count = [], 0
        held.append(block)
        count += len(block.bodies)
    if held:
        yield _joined(held)


def _joined(held: Sequence[Block]) -> Block:
    if len(held) == 1:
        return held[0]
    first = held[0]
    raws = list(chain.from_iterable(block.raws for block in held))
    last = held[-1].open_ended
    joined = Block(raws, first.position, first.offset, first.delimiters, open_ended=last)
    if any(block.bodies is not block.raws for block in held):
        joined.bodies = list(chain.from_iterable(block.bodies for block in held))
    return joined


def _behind(block: Block, index: int) -> Block:
    """Give the part of a block from an index on."""
    raws, last = block.raws[index:], block.open_ended
    position, offset = block.position + index, block.starts()[index]
    part = Block(raws, position, offset, block.delimiters, open_ended=last)
    if block.bodies is not block.raws:
        part.bodies = block.bodies[index:]
    return part


class _UsualReader(Reader):
    """A reader that looks at whole windows and keeps in hand what may not be complete yet."""

    def __init__(self, learning: Learning) -> None:
        super().__init__(Asked())
        self._learning = learning
        self._rest: Block | None = None
        self._sight: Sight | None = None
        self._block: Block  # that was looked at
        self._looked = False  # whether the window was looked at
        self._under: tuple[Frame, Under | None] | None = None
        self._entries: list[Run | Unit] = []

    def window(self, block: Block) -> Iterator[Event | Claims]:
        """Give the events of a window, then its claims."""
        rest, self._rest = self._rest, None
        if rest is not None and rest.delimiters == block.delimiters:
            block = _joined([rest, block])
        elif rest is not None:
            yield from self._through(rest, final=True)
        yield from self._through(block, final=False)

    def rest(self) -> Iterator[Event | Claims]:
        """Give what was kept in hand, where nothing follows that belongs to it."""
        rest, self._rest = self._rest, None
        if rest is not None:
            yield from self._through(rest, final=True)

    def last(self) -> Iterator[Event | Claims]:
        """Give what is left when the source has ended."""
        yield from self.rest()
        self._entries = []
        yield from self._sorted(self.finish())
        yield from self._told()

    def _told(self) -> Iterator[Claims]:
        if self._entries:
            yield Claims(self._entries)

    def _sorted(self, events: Iterable[Event]) -> Iterator[Event]:
        """Keep professional claims, pass all other events on."""
        for event in events:
            if isinstance(event, Unit) and event.short == GUIDE and event.loop.id == _CLAIM:
                self._entries.append(event)
            else:
                yield event

    def _through(self, block: Block, *, final: bool) -> Iterator[Event | Claims]:
        """Go through a window up to its last subscriber, or to its end if it is the final one."""
        self._sight, self._looked, self._entries = None, False, []
        index, count = 0, len(block.bodies)
        while index < count:
            group = self._group_at(block, index)
            if group is not None:
                sight, found = group
                if sight.is_last(found) and not final:
                    self._rest = _behind(block, index)
                    break
                after = yield from self._passed_over(sight, found)
                if after is not None:
                    index = after
                    continue
            index = yield from self._ordinary(block, index)
        yield from self._told()

    def _ordinary(self, block: Block, index: int) -> Generator[Event, None, int]:
        """Take segments the ordinary way, up to the next subscriber; give where to go on."""
        mark = block.delimiters.element if block.delimiters else ""
        segment_id = block.bodies[index].partition(mark)[0] if mark else ""
        if self.steps_out(segment_id) or self.transaction is None:
            yield from self._sorted(self.step(block, index))
            return index + 1
        until = self._sight.next_start(index) if self._sight else self._next_level(block, index)
        index = self.transaction.run(block, index, until)
        yield from self._sorted(self.transaction.units())
        return index

    def _next_level(self, block: Block, index: int) -> int | None:
        """Give the next segment at which a look may be worth it, None where none is in sight."""
        if self._looked or block.delimiters is None:
            return None
        start = "HL" + block.delimiters.element
        later = range(index + 1, len(block.bodies))
        return next((at for at in later if block.bodies[at].startswith(start)), None)

    def _group_at(self, block: Block, index: int) -> tuple[Sight, int] | None:
        """Give the subscriber that begins here, after the first look at the window."""
        if not self._looked and self._is_subscriber(block, index):
            outer = self._outer()
            if outer is not None and len(block.bodies) - index >= _SEGMENTS_LEAST:
                self._looked = True
                self._look(block, index, outer)
        group = self._sight.group_at(index) if self._sight is not None else None
        return None if group is None or self._sight is None else (self._sight, group)

    def _is_subscriber(self, block: Block, index: int) -> bool:
        if block.delimiters is None or self.transaction is None:
            return False
        told = block.bodies[index].split(block.delimiters.element, 4)
        return self.transaction.short == GUIDE and told[0] == "HL" and told[3:4] == ["22"]

    def _outer(self) -> Under | None:
        """Give what stands above the subscribers that come, None where not all is clear there."""
        walker = self.transaction.walker if self.transaction is not None else None
        frame = walker.outer(_BILLER) if walker is not None else None
        if walker is None or frame is None:
            return None
        if self._under is None or self._under[0] is not frame:
            self._under = frame, self._found_above(walker, frame)
        return self._under[1]

    def _found_above(self, walker: Walker, frame: Frame) -> Under | None:
        """Read the header; None where claims could not be judged under it at sight."""
        root, biller = walker.header, frame.record.loop
        beginning = root.find("BHT")
        made_on = day(beginning.get(4)) if beginning is not None else ""
        npi = name_in(biller, "2010AA").get(9)
        if not made_on or not npi or self.envelope is None:
            return None
        above = [*self.envelope, *_in_order(root), *_in_order(biller)]
        header = Header([each.text() for each in above], above[0].delimiters, biller)
        around = cuts_around(self.envelope, (root, biller))
        return Under(header, around, frame.level, made_on, npi)

    def _look(self, block: Block, index: int, under: Under) -> None:
        """Look at what is left of a window, and learn from it."""
        assert block.delimiters is not None  # noqa: S101 - a subscriber was found in it
        lessons = self._learning.lessons(block.delimiters)
        try:
            stretch = Stretch(block.bodies[index:], block.delimiters, guide_named(GUIDE), lessons)
        except UnicodeEncodeError:
            return  # text that never was bytes
        self._learning.learn(stretch, under.header)
        self._sight = Sight(index, stretch)
        self._block = block

    def _passed_over(self, sight: Sight, group: int) -> Generator[Event, None, int | None]:
        """Leave out what holds nothing to find from a subscriber on; give where to go on."""
        under = self._outer()
        if self.transaction is None or self.transaction.walker is None:
            return None
        yield from self._sorted(self.transaction.units())
        if under is None or self.transaction.short != GUIDE:
            return None
        walker = self.transaction.walker
        end = sight.end_of_fine(group, under, walker.levels)
        first, last = sight.claims(group, end)
        keys = new_numbers(walker.judges.tally, sight.controls[first:last])
        if len(keys) < last - first:
            end = sight.group_of_claim(first + len(keys))
            last = sight.claims(group, end)[1]
        if end == group:
            return None
        remember(walker.judges.tally, keys[: last - first])
        walker.pass_over(_SUBSCRIBER, end - group, sight.levels_in(group, end))
        self.transaction.count(last - first)
        self._entries.append(Run(sight, self._block, (first, last), under))
        return sight.start_of(end)


def _in_order(loop: Loop) -> list[Segment]:
    return sorted(loop.walk(), key=lambda each: each.position)

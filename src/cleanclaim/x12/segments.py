"""Segments and loops: the two shapes every X12 text is made of."""

from collections.abc import Iterator, Sequence
from typing import Self

import msgspec

Value = str | tuple[str, ...] | list[str | tuple[str, ...]]


class Delimiters(msgspec.Struct, frozen=True, gc=False):
    """The four characters that an ISA announces; ``repetition`` is empty before version 00402."""

    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    terminator: str = "~"

    def found_in(self, text: str) -> bool:
        """Tell whether the text holds any of the four and so cannot be a plain value."""
        return any(mark and mark in text for mark in msgspec.structs.astuple(self))


STANDARD = Delimiters()
# Segments whose last element is as many characters as the element before it says, whatever
# these are: how many elements stand before the binary one.
BINARY = {"BIN": 1, "BDS": 2}
# For segments that are built of text in which the usual ones occur; no value holds these.
_UNPRINTED = Delimiters("\x1d", "\x1f", "\x1e", "\x1c")


class Segment(msgspec.Struct, frozen=True, gc=False, eq=False):
    """One segment: its id and raw element texts, and where it stood.

    ``elements[0]`` is the element X12 calls 01. ``raw`` is the text as read with the white space
    before it and the terminator after it, so that joining all of them gives the file back.
    ``position`` counts segments from 1 in the whole file (0 where it was built), ``offset`` is
    the byte where the id starts.
    """

    id: str
    elements: tuple[str, ...] = ()
    raw: str = ""
    position: int = 0
    offset: int = 0
    delimiters: Delimiters = STANDARD

    def __eq__(self, other: object) -> bool:
        """Compare what is said, not where it stood."""
        if not isinstance(other, Segment):
            return NotImplemented
        return self.id == other.id and self.values() == other.values()

    def __hash__(self) -> int:
        return hash((self.id, len(self.elements)))

    def get(self, n: int, component: int = 0) -> str:
        """Give element ``n`` (from 1), or one component of it (from 1), "" where absent."""
        try:
            text = self.elements[n - 1] if n else ""
        except IndexError:
            return ""
        if component == 0:
            return text
        parts = text.split(self.delimiters.component)
        return parts[component - 1] if component <= len(parts) else ""

    def components(self, n: int) -> tuple[str, ...]:
        """Give the components of element ``n``; empty where the element is absent or empty."""
        text = self.get(n)
        return tuple(text.split(self.delimiters.component)) if text else ()

    def repeats(self, n: int) -> tuple[str, ...]:
        """Give the repetitions of element ``n``; empty where the element is absent or empty."""
        text = self.get(n)
        if not text:
            return ()
        mark = self.delimiters.repetition
        return tuple(text.split(mark)) if mark else (text,)

    def values(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Give all elements as repetitions of components, whatever the delimiters are."""
        mark = self.delimiters.component
        return tuple(
            tuple(tuple(repeat.split(mark)) for repeat in self.repeats(n))
            for n in range(1, len(self.elements) + 1)
        )

    def text(self, delimiters: Delimiters | None = None) -> str:
        """Write the segment without its terminator, with these delimiters or its own."""
        if delimiters is None or delimiters == self.delimiters:
            return self.delimiters.element.join((self.id, *self.elements))
        elements = (
            delimiters.repetition.join(delimiters.component.join(parts) for parts in repeats)
            for repeats in self.values()
        )
        return delimiters.element.join((self.id, *elements))


_NO_OPENER = Segment("")


class Loop(msgspec.Struct, gc=False):
    """One loop of a guide: its own segments in order, and its loops in order."""

    id: str
    segments: list[Segment] = []
    loops: list[Self] = []

    @property
    def opener(self) -> Segment:
        """Give the segment that opens the loop, an empty one where what came had none."""
        return self.segments[0] if self.segments else _NO_OPENER

    def find(self, segment_id: str, *qualifiers: str) -> Segment | None:
        """Give the first segment with this id whose first element is one of the qualifiers."""
        for segment in self.segments:
            if segment.id == segment_id and (not qualifiers or segment.get(1) in qualifiers):
                return segment
        return None

    def find_all(self, segment_id: str, *qualifiers: str) -> list[Segment]:
        """Give all segments with this id whose first element is one of the qualifiers."""
        return [
            segment
            for segment in self.segments
            if segment.id == segment_id and (not qualifiers or segment.get(1) in qualifiers)
        ]

    def child(self, loop_id: str) -> Self | None:
        """Give the first loop directly inside with this id."""
        for child in self.loops:
            if child.id == loop_id:
                return child
        return None

    def children(self, loop_id: str) -> list[Self]:
        """Give all loops directly inside with this id."""
        return [child for child in self.loops if child.id == loop_id]

    def walk(self) -> Iterator[Segment]:
        """Give every segment, this loop's own first, then those of its loops, in order."""
        yield from self.segments
        for child in self.loops:
            yield from child.walk()


def segment(segment_id: str, *values: Value) -> Segment:
    """Build a segment: a value is text, a tuple of components, or a list of repetitions.

    Empty components and elements at the end are left out. Text that holds a usual delimiter is
    kept as it is; whether it can be written is up to the delimiters it is written with.
    """
    marks = _UNPRINTED if any(map(_holds_delimiter, values)) else STANDARD
    texts = [_written(value, marks) for value in values]
    return Segment(segment_id, tuple(_trimmed(texts)), delimiters=marks)


def loop(loop_id: str, *children: Segment | Loop | None) -> Loop:
    """Build a loop from segments and loops in guide order; None is skipped."""
    return Loop(
        loop_id,
        [child for child in children if isinstance(child, Segment)],
        [child for child in children if isinstance(child, Loop)],
    )


def _holds_delimiter(value: Value) -> bool:
    if isinstance(value, str):
        return STANDARD.found_in(value)
    return any(map(_holds_delimiter, value))


def _written(value: Value, marks: Delimiters) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return marks.component.join(_trimmed(value))
    return marks.repetition.join(_written(part, marks) for part in value)


def _trimmed(texts: Sequence[str]) -> Sequence[str]:
    end = len(texts)
    while end and not texts[end - 1]:
        end -= 1
    return texts[:end]

"""Find the transactions of a file without reading them, so that they can be shared out."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from mmap import mmap

import msgspec

from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.tokens import read_delimiters

# What a cut transaction must not hold: the envelope would have to be read with it.
_OTHERS = ("ISA", "IEA", "GS", "GE", "ST")
_ISA_MAX = 250
_STEP = 1 << 16
_LINE_ENDS = (b"\r\n", b"\n", b"\r")


class Span(msgspec.Struct, frozen=True):
    """A transaction of a file, from byte ``offset`` of its ST to ``end``, behind its SE.

    ``position`` counts the segments of the file up to its ST from 1; ``head`` is the text of
    the ISA and the GS that it stands under. Between ``inside`` and ``closing`` are its
    ``segments``, ST and SE left out.
    """

    offset: int
    end: int
    position: int
    head: str
    inside: int
    closing: int
    segments: int


class Outline:
    """The transactions that were cut out of a file, and the places in what remains of it."""

    def __init__(self, spans: list[Span]) -> None:
        self.spans = spans
        self._segments = list(accumulate((each.segments for each in spans), initial=0))
        lengths = (each.closing - each.inside for each in spans)
        self._bytes = list(accumulate(lengths, initial=0))
        # Where each ST stands in what remains.
        self._starts = [
            each.position - removed for each, removed in zip(spans, self._segments, strict=False)
        ]

    def place(self, position: int, offset: int) -> tuple[int, int]:
        """Translate a segment and a byte of what remains to those of the file."""
        cut = bisect_left(self._starts, position)
        return position + self._segments[cut], offset + self._bytes[cut]

    def number(self, position: int) -> int | None:
        """Tell which cut transaction starts at a segment of what remains, None if none does."""
        cut = bisect_left(self._starts, position)
        found = cut < len(self._starts) and self._starts[cut] == position
        return cut if found else None

    def remains(self, text: mmap) -> Iterator[bytes]:
        """Give the text of the file without the content of the transactions that were cut out."""
        starts = (0, *(span.closing for span in self.spans))
        ends = (*(span.inside for span in self.spans), len(text))
        for start, end in zip(starts, ends, strict=True):
            for at in range(start, end, _STEP):
                yield text[at : min(at + _STEP, end)]


def outline(text: mmap) -> Outline:
    """Find the transactions of a file whose segments stand in even lines.

    One that cannot be told apart at sight is left in what remains, where it is read as usual.
    """
    return Outline([span for interchange in _interchanges(text) for span in interchange.spans()])


def _interchanges(text: mmap) -> Iterator["_Interchange"]:
    start, position = text.find(b"ISA"), 1
    while start >= 0:
        isa = text[start : start + _ISA_MAX].decode("latin-1")
        delimiters = read_delimiters(isa)
        if delimiters is None or (text[:start].strip(b" \r\n\t\xef\xbb\xbf") and position == 1):
            return
        interchange = _Interchange(text, start, position, delimiters)
        yield interchange
        position += interchange.count(start, interchange.end)
        start = interchange.next_isa


class _Interchange:
    """One ISA's stretch of the file and how segments are separated in it."""

    def __init__(self, text: mmap, start: int, position: int, marks: Delimiters) -> None:
        self._text = text
        self._start = start
        self._position = position
        self._mark = marks.element.encode("latin-1")
        self._terminator = marks.terminator.encode("latin-1")
        after = text.find(self._terminator, start + 4) + 1
        line_end = (each for each in _LINE_ENDS if text[after : after + len(each)] == each)
        self._between = self._terminator + next(line_end, b"")
        found = text.find(self._between + b"ISA", start)
        self.next_isa = found + len(self._between) if found >= 0 else -1
        self.end = self.next_isa if found >= 0 else len(text)

    def count(self, start: int, end: int) -> int:
        """Count the terminators of a stretch."""
        return sum(
            self._text[at : min(at + _STEP, end)].count(self._terminator)
            for at in range(start, end, _STEP)
        )

    def spans(self) -> Iterator[Span]:
        """Give the transactions of the interchange that can be cut out."""
        isa = self._text[self._start : self._text.find(self._terminator, self._start + 4) + 1]
        counted, position, at = self._start, self._position, self._start
        read_on = at  # up to here the envelope is known
        group = b""
        while (start := self._find("ST", at, self.end)) >= 0:
            group = self._group(read_on, start, group)
            position += self.count(counted, start)
            counted = start
            closing = self._find("SE", start, self.end)
            at = self._after(closing) if closing >= 0 else self.end
            whole = closing >= 0 and not self._holds_envelope(start, closing)
            read_on = at if whole else start
            if whole and group:
                yield self._span(start, closing, position, isa + group)

    def _group(self, at: int, start: int, before: bytes) -> bytes:
        """Give the GS in force after a stretch between transactions; none behind a GE or IEA."""
        places = {name: self._find_last(name, at, start) for name in ("GS", "GE", "IEA")}
        opened = places["GS"]
        if max(places["GE"], places["IEA"]) > opened:
            return b""
        return self._text[opened : self._after(opened)] if opened >= 0 else before

    def _find_last(self, name: str, at: int, end: int) -> int:
        # The stretch starts behind a terminator, which belongs to what is searched for.
        at = max(at - len(self._between), 0)
        found = self._text.rfind(self._between + name.encode() + self._mark, at, end)
        return found + len(self._between) if found >= 0 else -1

    def _span(self, start: int, closing: int, position: int, head: bytes) -> Span:
        inside = self._after(start)
        return Span(
            start,
            self._after(closing),
            position,
            head.decode("latin-1"),
            inside,
            closing,
            self.count(inside, closing),
        )

    def _find(self, name: str, at: int, end: int) -> int:
        """Give where the next segment of this name starts, -1 where none does before the end."""
        at = max(at - len(self._between), 0)
        found = self._text.find(self._between + name.encode() + self._mark, at, end)
        return found + len(self._between) if found >= 0 else -1

    def _after(self, start: int) -> int:
        """Give the place behind the terminator of the segment that starts here."""
        return self._text.find(self._terminator, start, self.end) + 1 or self.end

    def _holds_envelope(self, start: int, closing: int) -> bool:
        """Tell whether a stretch holds segments of the envelope, or some without a name."""
        inside = self._text.find(self._terminator, start, closing)
        nameless = (self._between + each for each in (self._mark, self._terminator))
        return any(self._find(name, inside, closing) >= 0 for name in _OTHERS) or any(
            self._text.find(each, inside, closing) >= 0 for each in nameless
        )

"""Find the transactions of a file without reading them, so that they can be shared out."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from mmap import mmap

import msgspec

from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.tokens import read_delimiters

_ISA_MAX = 250
_STEP = 1 << 16
_LINE_ENDS = (b"\r\n", b"\n", b"\r")


class Span(msgspec.Struct, frozen=True):
    """A transaction of a file, from byte ``offset`` of its ST to ``end``, behind its SE.

    ``position`` counts the segments of the file up to its ST from 1; the ISA and the GS that it
    stands under are at bytes ``isa`` to ``isa_end`` and ``group`` to ``group_end``. Between
    ``inside`` and ``closing`` are its ``segments``, ST and SE left out.
    """

    offset: int
    end: int
    position: int
    isa: int
    isa_end: int
    group: int
    group_end: int
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


def outline(text: mmap) -> Iterator[Span]:
    """Give the transactions of a file whose segments stand in even lines, as they are found.

    One that cannot be told apart at sight is left out: it is read as usual, with what remains.
    """
    start, position = text.find(b"ISA"), 1
    while start >= 0:
        delimiters = read_delimiters(text[start : start + _ISA_MAX].decode("latin-1"))
        if delimiters is None or (text[:start].strip(b" \r\n\t\xef\xbb\xbf") and position == 1):
            return
        interchange = _Interchange(text, start, position, delimiters)
        yield from interchange.spans()
        start, position = interchange.next_isa, interchange.next_position


class _Interchange:
    """One ISA's stretch of the file and how segments are separated in it.

    Once its spans are drawn, ``next_isa`` is where the following ISA stands, -1 where none does,
    and ``next_position`` counts the segments of the file up to there.
    """

    def __init__(self, text: mmap, start: int, position: int, marks: Delimiters) -> None:
        self._text = text
        self._start = start
        self._mark = marks.element.encode("latin-1")
        self._terminator = marks.terminator.encode("latin-1")
        self._isa_end = text.find(self._terminator, start + 4) + 1
        after = self._isa_end
        line_end = (each for each in _LINE_ENDS if text[after : after + len(each)] == each)
        self._line_end = next(line_end, b"")
        self.next_isa, self.next_position = -1, position
        self._counted = start  # up to here segments are in the next position

    def spans(self) -> Iterator[Span]:
        """Give the transactions of the interchange that can be cut out."""
        group, opened, whole = -1, -1, False
        for name, at in self._marks():
            if name == b"ISA":
                self.next_isa = at
                break
            if name == b"SE":
                if whole and group >= 0:
                    yield self._span(opened, at, group)
                opened, whole = -1, False
                continue
            # Within a transaction any of them spoils it: the envelope must be read with it.
            whole = opened < 0 and name == b"ST"
            if whole:
                opened = at
            if name in (b"GS", b"GE", b"IEA"):
                group = at if name == b"GS" else -1
        self._count_to(self.next_isa if self.next_isa >= 0 else len(self._text))

    def _marks(self) -> Iterator[tuple[bytes, int]]:
        """Give the segments of the envelope and those without a name: what, and where."""
        end, between, mark = map(re.escape, (self._terminator, self._line_end, self._mark))
        names = rb"%b(ISA|(?:IEA|GS|GE|ST|SE)(?=%b))" % (between, mark)
        # Looks one character ahead first, which most segments do not survive.
        first = rb"(?=%b[IGS%b%b])" % (between, mark, end)
        pattern = re.compile(rb"%b%b(?:%b|(?=%b[%b%b]))" % (end, first, names, between, mark, end))
        ahead = len(self._line_end) + 4
        for start in range(self._start, len(self._text), _STEP):
            for found in pattern.finditer(self._text[start : start + _STEP + ahead]):
                if found.start() < _STEP:
                    yield found[1] or b"", start + found.start() + 1 + len(self._line_end)

    def _span(self, start: int, closing: int, group: int) -> Span:
        self._count_to(start)
        position, inside = self.next_position, self._after(start)
        self._count_to(closing)
        envelope = self._start, self._isa_end, group, self._after(group)
        segments = self.next_position - position - 1
        return Span(start, self._after(closing), position, *envelope, inside, closing, segments)

    def _count_to(self, end: int) -> None:
        """Count the terminators up to a byte."""
        for at in range(self._counted, end, _STEP):
            self.next_position += self._text[at : min(at + _STEP, end)].count(self._terminator)
        self._counted = end

    def _after(self, start: int) -> int:
        """Give the place behind the terminator of the segment that starts here."""
        return self._text.find(self._terminator, start) + 1 or len(self._text)

"""From bytes to segments: any delimiters, any line ends, nothing lost, flat memory."""

import io
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, count
from operator import add
from pathlib import Path
from typing import BinaryIO

from cleanclaim.x12.segments import BINARY, Delimiters, Segment

Source = str | bytes | Path | BinaryIO

_CHUNK_BYTES = 1 << 16
_BLANK = " \t\r\n\x00\x0b\x0c\x1a"
_MARKS = ("\ufeff", "\xef\xbb\xbf")  # the byte order mark, decoded and as three latin-1 characters
_ISA_AT_ANY_PLACE = re.compile(r"ISA[^A-Za-z0-9 \t\r\n]")
# An ISA is 106 characters; one whose elements lost their padding is shorter, and one that is
# longer than this is no ISA (all sixteen elements at twice their width).
_ISA_LENGTH_MAX = 250
_ISA_MARKS = 16


class Block:
    """A run of neighbouring segments under one set of delimiters, cut but not taken apart.

    ``bodies`` are the segments without the white space around them and without terminator,
    ``raws`` the same with the white space. The first stands at ``position`` (segments of the
    file from 1) and byte ``offset``. Loose text, of no interchange, has no delimiters.
    """

    __slots__ = (
        "_bounds",
        "_starts",
        "bodies",
        "delimiters",
        "offset",
        "open_ended",
        "position",
        "raws",
    )

    def __init__(
        self,
        raws: list[str],
        position: int,
        offset: int,
        delimiters: Delimiters | None,
        *,
        open_ended: bool = False,
    ) -> None:
        self.raws = raws
        self.position = position
        self.offset = offset
        self.delimiters = delimiters
        self.open_ended = open_ended  # the last one lacks its terminator
        self.bodies = raws
        self._starts: list[int] | None = None
        self._bounds: tuple[list[int], list[int]] | None = None

    def strip(self) -> None:
        """Leave the white space around segments out of the bodies."""
        self.bodies = [raw.lstrip(_BLANK).rstrip("\r\n") for raw in self.raws]

    def segment(self, index: int) -> Segment:
        """Take one segment apart."""
        if self.delimiters is None:
            return Segment("", (), self.raws[index], self.position, self.offset)
        raw, body = self.raws[index], self.bodies[index]
        offset = self._start(index)
        if raw is not body:
            offset += len(raw) - len(raw.lstrip(_BLANK))
        elements = _taken_apart(body, self.delimiters)
        if not (self.open_ended and index == len(self.raws) - 1):
            raw += self.delimiters.terminator
        return Segment(
            elements[0], tuple(elements[1:]), raw, self.position + index, offset, self.delimiters
        )

    def bounds(self) -> tuple[list[int], list[int]]:
        """Give the bytes where each segment begins, without white space, and behind which it ends.

        All are taken to have their terminators.
        """
        if self._bounds is None:
            starts, ends = self.starts()[:-1], self.starts()[1:]
            if self.raws is not self.bodies:
                blanks = (len(raw) - len(raw.lstrip(_BLANK)) for raw in self.raws)
                starts = [start + blank for start, blank in zip(starts, blanks, strict=True)]
            self._bounds = starts, ends
        return self._bounds

    def is_even(self) -> bool:
        """Tell whether all segments are like each other: whole, without white space around."""
        return self.raws is self.bodies and not self.open_ended and self.delimiters is not None

    def _start(self, index: int) -> int:
        return self.starts()[index]

    def starts(self) -> list[int]:
        """Give the byte at which each segment starts, white space before it included."""
        if self._starts is None:
            # Each segment is followed by a terminator of one character.
            sums = accumulate(map(len, self.raws), initial=self.offset)
            self._starts = list(map(add, sums, count()))
        return self._starts


def tokenize(source: Source) -> Iterator[Segment]:
    """Give every segment of the source in order; ``raw`` of all of them is the whole text.

    Bytes are read as latin-1, one character a byte, so that offsets are byte offsets and no
    text can fail to decode. Delimiters are taken anew from every ISA. Text that belongs to no
    interchange comes as a segment with an empty id.
    """
    for block in blocks(source):
        for index in range(len(block.raws)):
            yield block.segment(index)


def blocks(source: Source) -> Iterator[Block]:
    """Give the source as runs of segments; every ISA stands in a block of its own."""
    return _Cutter(_chunks(source)).blocks()


def blocks_from(
    chunks: Iterable[bytes], place: tuple[int, int], delimiters: Delimiters | None
) -> Iterator[Block]:
    """Give a piece of a file as runs of segments, where place is its position and offset.

    Without delimiters it starts with the ISA that tells them.
    """
    return _Cutter((each.decode("latin-1") for each in chunks), place, delimiters).blocks()


def copy(source: Source) -> str:
    """Give the text of the source back from its segments, character by character."""
    return "".join(each.raw for each in tokenize(source))


def read_delimiters(isa: str) -> Delimiters | None:
    """Read the delimiters at the start of an interchange, None where they cannot be told.

    The sixteenth element separator tells where ISA16 and the terminator stand, which is the
    fixed place 104 and 105 unless the padding is wrong. ISA11 is the repetition separator from
    version 00402 on.
    """
    mark = isa[3:4]
    parts = isa[:_ISA_LENGTH_MAX].split(mark, _ISA_MARKS) if mark else []
    if len(parts) <= _ISA_MARKS or len(parts[_ISA_MARKS]) < 2:
        return None
    component, terminator = parts[_ISA_MARKS][0], parts[_ISA_MARKS][1]
    repetition = parts[11] if parts[12] >= "00402" and len(parts[11]) == 1 else ""
    if terminator.isalnum() or terminator in (" ", mark, component):
        return None
    plain = repetition.isalnum() or repetition in (" ", mark, component, terminator)
    return Delimiters(mark, "" if plain else repetition, component, terminator)


def _taken_apart(body: str, delimiters: Delimiters) -> list[str]:
    before = BINARY.get(body[:3])
    if before is not None and body[3:4] == delimiters.element:
        return body.split(delimiters.element, before + 1)
    return body.split(delimiters.element)


def _chunks(source: Source) -> Iterator[str]:
    if isinstance(source, str):
        yield source
    elif isinstance(source, bytes):
        yield from _decoded(io.BytesIO(source))
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield from _decoded(file)
    else:
        yield from _decoded(source)


def _decoded(file: BinaryIO) -> Iterator[str]:
    while block := file.read(_CHUNK_BYTES):
        yield block.decode("latin-1")


class _Cutter:
    """The text not yet cut, and where it stands in the file."""

    def __init__(
        self,
        chunks: Iterator[str],
        place: tuple[int, int] = (1, 0),
        delimiters: Delimiters | None = None,
    ) -> None:
        self._chunks = chunks
        self._text = ""
        self._position, self._offset = place
        self._ended = False
        self._delimiters = delimiters

    def blocks(self) -> Iterator[Block]:
        """Cut blocks until the text ends."""
        while self._fill(_ISA_LENGTH_MAX):
            if self._delimiters is None or self._at_isa():
                yield from self._open_interchange()
            else:
                yield from self._cut(self._delimiters)

    def _fill(self, length: int) -> bool:
        """Read on until so much text is at hand or all is read; tell whether any is left."""
        parts = [self._text]
        held = len(self._text)
        while not self._ended and held < length:
            chunk = next(self._chunks, None)
            self._ended = chunk is None
            parts.append(chunk or "")
            held += len(parts[-1])
        if len(parts) > 1:
            self._text = "".join(parts)
        return bool(self._text)

    def _at_isa(self) -> bool:
        start = _start(self._text)
        return _ISA_AT_ANY_PLACE.match(self._text, start) is not None

    def _open_interchange(self) -> Iterator[Block]:
        """Take what precedes the next ISA as loose text, then the delimiters of the ISA."""
        start = _start(self._text)
        found = _ISA_AT_ANY_PLACE.search(self._text, start)
        if found is None:
            yield from self._loose_without_isa()
        elif found.start() > start:
            yield self._take_loose(found.start())
        else:
            delimiters = read_delimiters(self._text[start : start + _ISA_LENGTH_MAX])
            self._delimiters = delimiters
            if delimiters is None:
                yield self._take_loose(found.end())
            else:
                yield self._take_one(delimiters, start)

    def _loose_without_isa(self) -> Iterator[Block]:
        """Give up text that cannot be the start of an ISA, keeping three characters in hand."""
        keep = 0 if self._ended else 3
        if len(self._text) > keep:
            yield self._take_loose(len(self._text) - keep)
        if not self._ended:
            self._fill(_CHUNK_BYTES)

    def _take_loose(self, end: int) -> Block:
        raw = self._text[:end]
        counted = bool(raw.strip(_BLANK))
        block = Block([raw], self._position - (not counted), self._offset, None)
        self._move_on(end, int(counted))
        return block

    def _move_on(self, length: int, segments: int) -> None:
        self._text = self._text[length:]
        self._offset += length
        self._position += segments

    def _take_one(self, delimiters: Delimiters, start: int) -> Block:
        """Take the ISA itself: its sixteenth element may hold what later separates."""
        end = self._text.index(delimiters.terminator, start + 4)
        block = Block([self._text[:end]], self._position, self._offset, delimiters)
        block.bodies = [self._text[start:end]]
        self._move_on(end + 1, 1)
        return block

    def _cut(self, delimiters: Delimiters) -> Iterator[Block]:
        """Cut all whole segments of the text at hand, stopping where an ISA or BIN starts."""
        length = self._binary_length(delimiters)
        if length:
            yield self._made([self._text[: length - 1]], delimiters)
            self._move_on(length, 1)
            return
        stop = _stop(self._text, delimiters)
        raws = self._text[:stop].split(delimiters.terminator)
        rest = raws.pop()
        if raws:
            yield self._made(raws, delimiters)
            self._move_on((len(self._text) if stop is None else stop) - len(rest), len(raws))
        else:
            yield from self._end_or_more(delimiters)

    def _made(self, raws: list[str], delimiters: Delimiters, *, open_ended: bool = False) -> Block:
        block = Block(raws, self._position, self._offset, delimiters, open_ended=open_ended)
        if _may_hold_blanks("".join((delimiters.terminator, self._text)), delimiters):
            block.strip()
        return block

    def _binary_length(self, delimiters: Delimiters) -> int:
        """Give the length of a binary segment that starts here, with terminator; else 0.

        One whose length is not followed by the terminator is cut like any other.
        """
        start = _start(self._text)
        if self._text[start : start + 3] not in BINARY:
            return 0
        found = _binary_head(delimiters).match(self._text, start)
        if found is None:
            return 0
        end = found.end() + int(found["length"])
        self._fill(end + 1)
        return end + 1 if self._text[end : end + 1] == delimiters.terminator else 0

    def _end_or_more(self, delimiters: Delimiters) -> Iterator[Block]:
        """Read on to the next terminator; at the end of the file give the rest as it is."""
        parts = [self._text]
        for chunk in self._chunks:
            parts.append(chunk)
            if delimiters.terminator in chunk:
                break
        else:
            self._ended = True
        self._text = "".join(parts)
        if self._ended and delimiters.terminator not in self._text:
            yield self._take_rest(delimiters)

    def _take_rest(self, delimiters: Delimiters) -> Block:
        rest = self._text
        if not rest.strip(_BLANK):
            block = Block([rest], self._position - 1, self._offset, None)
        else:
            block = self._made([rest], delimiters, open_ended=True)
        self._move_on(len(rest), 1)
        return block


def _start(text: str) -> int:
    """Give the place of the first character that is neither blank nor a byte order mark."""
    start = 0
    for mark in _MARKS:
        if text.startswith(mark):
            start = len(mark)
    while start < len(text) and text[start] in _BLANK:
        start += 1
    return start


def _may_hold_blanks(text: str, delimiters: Delimiters) -> bool:
    """Tell whether any segment of the text may have white space around it."""
    return delimiters.terminator + " " in text or any(blank in text for blank in _BLANK[1:])


def _stop(text: str, delimiters: Delimiters) -> int | None:
    """Give where the first segment starts that is not cut like the others, None if none does."""
    if "ISA" not in text and not any(name + delimiters.element in text for name in BINARY):
        return None
    found = _special(delimiters).search(text)
    return found.start() + 1 if found else None


@lru_cache(maxsize=16)
def _special(delimiters: Delimiters) -> re.Pattern[str]:
    """Find a terminator after which an ISA or a binary segment stands."""
    end, mark = re.escape(delimiters.terminator), re.escape(delimiters.element)
    names = "|".join(f"{name}{mark}" for name in BINARY)
    return re.compile(rf"{end}[{re.escape(_BLANK)}]*(?:ISA[^A-Za-z0-9 \t\r\n]|{names})")


@lru_cache(maxsize=16)
def _binary_head(delimiters: Delimiters) -> re.Pattern[str]:
    mark = re.escape(delimiters.element)
    name = rf"(?:BIN{mark}|BDS{mark}[^{mark}]{{0,3}}{mark})"
    return re.compile(rf"{name}(?P<length>\d{{1,9}}){mark}", re.ASCII)

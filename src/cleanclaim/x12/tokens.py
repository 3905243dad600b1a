"""From bytes to segments: any delimiters, any line ends, nothing lost, flat memory."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cleanclaim.x12.segments import Delimiters, Segment

Source = str | bytes | Path | BinaryIO

_CHUNK_BYTES = 1 << 16
_BLANK = " \t\r\n\x00\x0b\x0c\x1a"
_MARKS = ("\ufeff", "\xef\xbb\xbf")  # the byte order mark, decoded and as three latin-1 characters
_ISA_AT_ANY_PLACE = re.compile(r"ISA[^A-Za-z0-9 \t\r\n]")
# An ISA is 106 characters; one whose elements lost their padding is shorter, and one that is
# longer than this is no ISA (all sixteen elements at twice their width).
_ISA_LENGTH_MAX = 250
_ISA_MARKS = 16


def tokenize(source: Source) -> Iterator[Segment]:
    """Give every segment of the source in order; ``raw`` of all of them is the whole text.

    Bytes are read as latin-1, one character a byte, so that offsets are byte offsets and no
    text can fail to decode. Delimiters are taken anew from every ISA. Text that belongs to no
    interchange comes as a segment with an empty id.
    """
    return _Tokenizer(_chunks(source)).segments()


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


class _Tokenizer:
    """The text not yet cut, and where it stands in the file."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._text = ""
        self._offset = 0
        self._position = 0
        self._ended = False
        self._delimiters: Delimiters | None = None

    def segments(self) -> Iterator[Segment]:
        """Cut segments until the text ends."""
        while self._fill(_ISA_LENGTH_MAX):
            if self._delimiters is None or self._at_isa():
                yield from self._open_interchange()
            else:
                yield from self._cut(self._delimiters)

    def _fill(self, length: int) -> bool:
        """Read on until so much text is at hand or all is read; tell whether any is left."""
        while not self._ended and len(self._text) < length:
            block = next(self._chunks, None)
            self._ended = block is None
            self._text += block or ""
        return bool(self._text)

    def _at_isa(self) -> bool:
        start = _start(self._text)
        return _ISA_AT_ANY_PLACE.match(self._text, start) is not None

    def _open_interchange(self) -> Iterator[Segment]:
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
                yield from self._take_one(delimiters, start)

    def _loose_without_isa(self) -> Iterator[Segment]:
        """Give up text that cannot be the start of an ISA, keeping three characters in hand."""
        keep = 0 if self._ended else 3
        if len(self._text) > keep:
            yield self._take_loose(len(self._text) - keep)
        if not self._ended:
            self._fill(_CHUNK_BYTES)

    def _take_loose(self, end: int) -> Segment:
        raw, self._text = self._text[:end], self._text[end:]
        if raw.strip(_BLANK):
            self._position += 1
        token = Segment("", (), raw, self._position, self._offset)
        self._offset += end
        return token

    def _take_one(self, delimiters: Delimiters, start: int) -> Iterator[Segment]:
        """Take the ISA itself: its sixteenth element may hold what later separates."""
        end = self._text.index(delimiters.terminator, start + 4) + 1
        raw, self._text = self._text[:end], self._text[end:]
        self._position += 1
        elements = tuple(raw[start:-1].split(delimiters.element))
        yield Segment("ISA", elements[1:], raw, self._position, self._offset + start, delimiters)
        self._offset += end

    def _cut(self, delimiters: Delimiters) -> Iterator[Segment]:
        """Cut all whole segments of the text at hand, stopping where an ISA starts."""
        pieces = self._text.split(delimiters.terminator)
        rest = pieces.pop()
        cut = 0
        for piece in pieces:
            start = _start(piece) if piece[:1] in _BLANK or not piece else 0
            if piece.startswith("ISA", start) and _ISA_AT_ANY_PLACE.match(piece, start):
                break
            yield self._made(piece, start, delimiters)
            cut += len(piece) + 1
        else:
            self._text = rest
            if _ISA_AT_ANY_PLACE.match(rest, _start(rest)) is None:
                yield from self._end_or_more(delimiters)
            return
        self._text = self._text[cut:]

    def _made(self, piece: str, start: int, delimiters: Delimiters) -> Segment:
        self._position += 1
        offset = self._offset + start
        self._offset += len(piece) + 1
        body = piece[start:].rstrip("\r\n") if piece[-1:] in "\r\n" else piece[start:]
        elements = body.split(delimiters.element)
        raw = piece + delimiters.terminator
        return Segment(elements[0], tuple(elements[1:]), raw, self._position, offset, delimiters)

    def _end_or_more(self, delimiters: Delimiters) -> Iterator[Segment]:
        """Read on to the next terminator; at the end of the file give the rest as it is."""
        blocks = [self._text]
        for block in self._chunks:
            blocks.append(block)
            if delimiters.terminator in block:
                break
        else:
            self._ended = True
        self._text = "".join(blocks)
        if self._ended:
            yield from self._take_rest(delimiters)

    def _take_rest(self, delimiters: Delimiters) -> Iterator[Segment]:
        rest, self._text = self._text, ""
        if not rest.strip(_BLANK):
            if rest:
                yield Segment("", (), rest, self._position, self._offset)
            return
        made = self._made(rest, _start(rest), delimiters)
        yield Segment(made.id, made.elements, rest, made.position, made.offset, delimiters)


def _start(text: str) -> int:
    """Give the place of the first character that is neither blank nor a byte order mark."""
    start = 0
    for mark in _MARKS:
        if text.startswith(mark):
            start = len(mark)
    while start < len(text) and text[start] in _BLANK:
        start += 1
    return start

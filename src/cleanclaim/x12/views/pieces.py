"""Text in blocks of whole segments, as fast as it can be read: no positions and no findings."""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.tokens import Source, read_delimiters

_BLOCK_BYTES = 1 << 16
_ISA = re.compile(r"ISA[^A-Za-z0-9 \t\r\n]")
# Longer than any ISA, however its elements are padded.
_ISA_LENGTH_MAX = 250
# What begins an interchange, a group, a transaction.
_STARTS = ("ISA", "GS", "ST")
_BLANK = " \t\r\n\x00\x0b\x0c\x1a"


class Block(NamedTuple):
    """Whole segments, each with its terminator and no white space around it.

    ``is_plain`` where no ISA, GS or ST is among them, so that nothing begins or ends.
    """

    text: str
    delimiters: Delimiters
    is_plain: bool


def blocks(source: Source) -> Iterator[Block]:
    """Give the text in blocks.

    Every interchange begins a block, with delimiters read anew; what stands before the first
    ISA is skipped. Bytes are read as latin-1.
    """
    cutter = _Cutter(_read(source))
    while cutter.seek():
        yield from cutter.interchange()


def _read(source: Source) -> Iterator[str]:
    if isinstance(source, str):
        for start in range(0, len(source), _BLOCK_BYTES):
            yield source[start : start + _BLOCK_BYTES]
    elif isinstance(source, bytes):
        yield from _decoded(io.BytesIO(source))
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield from _decoded(file)
    else:
        yield from _decoded(source)


def _decoded(file: BinaryIO) -> Iterator[str]:
    while block := file.read(_BLOCK_BYTES):
        yield block.decode("latin-1")


class _Cutter:
    """The text not yet given."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._text = ""
        self._delimiters = Delimiters()

    def seek(self) -> bool:
        """Go on to the next ISA whose delimiters can be told; False where there is none."""
        while True:
            found = _ISA.search(self._text)
            # The last three characters may be the start of an ISA.
            self._text = self._text[found.start() if found else -3 :]
            if (found is None or len(self._text) < _ISA_LENGTH_MAX) and self._more():
                continue
            if found is None:
                return False
            delimiters = read_delimiters(self._text[:_ISA_LENGTH_MAX])
            if delimiters is not None:
                self._delimiters = delimiters
                return True
            self._text = self._text[len(found.group()) :]

    def interchange(self) -> Iterator[Block]:
        """Give the text from this ISA to the next, or to the end."""
        marks = self._delimiters
        layout = _layout_of(marks.terminator)
        end = self._text.index(marks.terminator, 4) + 1
        yield Block(self._text[:end], marks, is_plain=False)
        self._text = self._text[end:]
        while True:
            end = self._text.rfind(marks.terminator) + 1
            if layout.is_plain(self._text):
                if end:
                    yield Block(self._text[:end], marks, is_plain=True)
            else:
                start = self._next_isa(marks.terminator)
                if start >= 0:
                    yield Block(layout.tidied(self._text[:start]), marks, is_plain=False)
                    self._text = self._text[start:]
                    return
                yield Block(layout.tidied(self._text[:end]), marks, is_plain=False)
            self._text = self._text[end:]
            if not self._more(marks.terminator):
                rest, self._text = layout.tidied(self._text + marks.terminator), ""
                yield Block(rest, marks, is_plain=False)
                return

    def _more(self, mark: str = "") -> bool:
        """Read a block on, or as many as it takes to hold the mark; tell whether any came."""
        texts = [self._text]
        for text in self._texts:
            texts.append(text)
            if mark in text:
                break
        self._text = "".join(texts)
        return len(texts) > 1

    def _next_isa(self, terminator: str) -> int:
        """Give the place of the next segment that is an ISA, -1 where there is none."""
        text = self._text
        place = text.find("ISA")
        while place >= 0:
            start = place
            while start and text[start - 1] in _BLANK and text[start - 1] != terminator:
                start -= 1
            opens = start == 0 or text[start - 1] == terminator
            if opens and _ISA.match(text, place):
                return place
            place = text.find("ISA", place + 3)
        return -1


class _Layout:
    """What text with one terminator looks like: where white space and beginnings are."""

    def __init__(self, terminator: str) -> None:
        mark = re.escape(terminator)
        self._terminator = terminator
        self._blanks = [blank for blank in _BLANK if blank not in {" ", terminator}]
        self._starts = (" ", *_STARTS)
        # One search of the text is cheap, one for each of these would not be.
        self._special = re.compile(f"{mark}(?: |{'|'.join(_STARTS)})")
        self._around = re.compile(rf"[\r\n]*{mark}[\s\x00\x1a]*")

    def is_plain(self, text: str) -> bool:
        """Tell whether nothing begins or ends in the text and no white space is to go."""
        if text.startswith(self._starts) or self._special.search(text):
            return False
        return not any(blank in text for blank in self._blanks)

    def tidied(self, text: str) -> str:
        """Give text whose terminators stand alone; empty segments go as well."""
        if self._terminator + " " in text or any(blank in text for blank in self._blanks):
            text = self._around.sub(lambda _: self._terminator, text)
        return text.lstrip(_BLANK) if text[:1] in _BLANK else text


@lru_cache(maxsize=8)
def _layout_of(terminator: str) -> _Layout:
    return _Layout(terminator)

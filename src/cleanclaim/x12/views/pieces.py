"""Text in blocks of whole segments, as fast as it can be read: no positions and no findings."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.tokens import Source, read_delimiters

_BLOCK_BYTES = 1 << 16
_ISA = re.compile(r"ISA[^A-Za-z0-9 \t\r\n]")
# Longer than any ISA, however its elements are padded.
_ISA_LENGTH_MAX = 250
_BLANK = " \t\r\n\x00\x0b\x0c\x1a"


def blocks(source: Source) -> Iterator[tuple[str, Delimiters]]:
    """Give the text in blocks of whole segments, each block with its delimiters.

    Every interchange begins a block, with delimiters read anew; what stands before the first
    ISA is skipped and white space around terminators is left out. Each segment of a block ends
    with its terminator. Bytes are read as latin-1.
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

    def interchange(self) -> Iterator[tuple[str, Delimiters]]:
        """Give the text from this ISA to the next, or to the end."""
        marks = self._delimiters
        end = self._text.index(marks.terminator, 4) + 1
        yield self._text[:end], marks
        self._text = self._text[end:]
        tidy = _Tidy(marks.terminator)
        while True:
            start = self._next_isa(marks.terminator)
            if start >= 0:
                yield tidy.text(self._text[:start]), marks
                self._text = self._text[start:]
                return
            end = self._text.rfind(marks.terminator) + 1
            whole, self._text = self._text[:end], self._text[end:]
            if whole:
                yield tidy.text(whole), marks
            if not self._more(marks.terminator):
                yield tidy.text(self._text + marks.terminator), marks
                self._text = ""
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


class _Tidy:
    """Takes white space around one terminator out of text, where there is any."""

    def __init__(self, terminator: str) -> None:
        self._terminator = terminator
        self._blanks = [blank for blank in _BLANK if blank not in {" ", terminator}]
        mark = re.escape(terminator)
        self._around = re.compile(rf"[\r\n]*{mark}[\s\x00\x1a]*")

    def text(self, text: str) -> str:
        """Give text whose terminators stand alone; empty segments go as well."""
        if f"{self._terminator} " in text or any(blank in text for blank in self._blanks):
            text = self._around.sub(self._terminator, text)
        return text.lstrip(_BLANK) if text[:1] in _BLANK else text

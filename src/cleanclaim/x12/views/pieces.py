"""Text cut into segments as fast as text can be cut: no positions, no guide, no findings."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.tokens import Source, read_delimiters

Pieces = tuple[list[str], Delimiters]

_BLOCK_BYTES = 1 << 16
_ISA = re.compile(r"ISA[^A-Za-z0-9 \t\r\n]")
# Longer than any ISA, however its elements are padded.
_ISA_LENGTH_MAX = 250
_BLANK = " \t\r\n\x00\x0b\x0c\x1a"


def cut(source: Source) -> Iterator[Pieces]:
    """Give the segments of the source in lists, each list with its delimiters.

    A list begins with an ISA wherever an interchange starts, with delimiters read anew; what
    stands before the first ISA is skipped. Bytes are read as latin-1.
    """
    cutter = _Cutter(_blocks(source))
    while cutter.seek():
        yield from cutter.interchange()


def _blocks(source: Source) -> Iterator[str]:
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
    """The text not yet cut."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks = blocks
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

    def interchange(self) -> Iterator[Pieces]:
        """Cut from this ISA to the next, or to the end."""
        marks = self._delimiters
        end = self._text.index(marks.terminator, 4)
        yield [self._text[:end]], marks
        self._text = self._text[end + 1 :]
        while True:
            start = self._next_isa(marks.terminator)
            if start >= 0:
                yield self._pieces(self._text[:start], marks), marks
                self._text = self._text[start:]
                return
            whole, self._text = self._whole(marks.terminator)
            if whole:
                yield self._pieces(whole, marks), marks
            if not self._more(marks.terminator):
                yield self._pieces(self._text, marks), marks
                self._text = ""
                return

    def _more(self, mark: str = "") -> bool:
        """Read a block on, or as many as it takes to hold the mark; tell whether any came."""
        blocks = [self._text]
        for block in self._blocks:
            blocks.append(block)
            if mark in block:
                break
        self._text = "".join(blocks)
        return len(blocks) > 1

    def _whole(self, terminator: str) -> tuple[str, str]:
        """Tell whole segments from the start of one that goes on in the next block."""
        end = self._text.rfind(terminator) + 1
        return self._text[:end], self._text[end:]

    def _next_isa(self, terminator: str) -> int:
        """Give the place of the next segment that is an ISA, -1 where there is none."""
        text = self._text
        place = text.find("ISA")
        while place >= 0:
            before = text[max(0, place - _ISA_LENGTH_MAX) : place].rstrip(_BLANK)
            opens = not before or before[-1] == terminator or terminator in text[
                max(0, place - 1) : place
            ]
            if opens and _ISA.match(text, place):
                return place
            place = text.find("ISA", place + 3)
        return -1

    def _pieces(self, text: str, marks: Delimiters) -> list[str]:
        pieces = text.split(marks.terminator)
        if _has_blanks(text, marks.terminator):
            return [piece.lstrip(_BLANK).rstrip("\r\n") for piece in pieces]
        return pieces


def _has_blanks(text: str, terminator: str) -> bool:
    """Tell whether any piece can begin or end with white space that does not belong to it."""
    return (
        "\n" in text
        or "\r" in text
        or terminator + " " in text
        or any(blank in text for blank in "\t\x00\x0b\x0c\x1a")
    )

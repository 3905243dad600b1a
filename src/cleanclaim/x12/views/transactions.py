"""The text of the transactions of one kind, block by block, whatever else is in the source."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.tokens import Source
from cleanclaim.x12.views.pieces import blocks

# What begins a transaction or ends the one before; SE, GE and IEA are followed by one of these or
# by nothing, and mean nothing to a claim. Each bound costs a search of the whole text.
_BOUNDS = ("ST", "GS", "ISA")


class Head(NamedTuple):
    """Where a transaction begins: its guide as the group states it (GS08), its delimiters."""

    guide: str
    delimiters: Delimiters


def transactions(source: Source, kind: str) -> Iterator[tuple[str, Head | None]]:
    """Give the text from ST on of each transaction with this ST01.

    A transaction comes in blocks of whole segments; the first of them has its head.
    """
    guide = ""
    inside = False
    for block, delimiters in blocks(source):
        for part in _parts(block, delimiters):
            bound = part[:3]
            if bound.startswith("GS"):
                guide = (
                    part.rstrip(delimiters.terminator).split(delimiters.element, 9) + [""] * 9
                )[8]
            if bound.rstrip(delimiters.element) not in _BOUNDS:
                if inside:
                    yield part, None
                continue
            inside = bound.startswith("ST") and part.split(delimiters.element, 2)[1] == kind
            if inside:
                yield part, Head(guide, delimiters)


def _parts(block: str, delimiters: Delimiters) -> list[str]:
    """Split a block before each bound; most blocks hold none."""
    marks = _marks_of(delimiters)
    if block.startswith(marks.starts) or any(mark in block for mark in marks.inside):
        return [part for part in marks.before.split(block) if part]
    return [block] if block else []


class _Marks(NamedTuple):
    starts: tuple[str, ...]
    inside: tuple[str, ...]
    before: re.Pattern[str]


@lru_cache(maxsize=8)
def _marks_of(delimiters: Delimiters) -> _Marks:
    """Say how bounds look under these delimiters."""
    starts = tuple(name + delimiters.element for name in _BOUNDS)
    end = delimiters.terminator
    either = "|".join(re.escape(start) for start in starts)
    before = re.compile(f"(?:^|(?<={re.escape(end)}))(?={either})")
    return _Marks(starts, tuple(end + start for start in starts[:2]), before)

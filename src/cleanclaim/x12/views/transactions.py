"""The text of the transactions of one kind, block by block, whatever else is in the source."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.tokens import Source
from cleanclaim.x12.views.pieces import blocks

# What begins a transaction or ends the one before. What ends one is followed by one of these or by
# nothing, and is cut off only there, for a search of all text costs.
_BOUNDS = ("ST", "GS", "ISA")
_TRAILERS = ("SE", "GE", "IEA")


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
    for block, delimiters, is_plain in blocks(source):
        if is_plain:
            if inside:
                yield block, None
            continue
        for part in _bound_of(delimiters).split(block.removesuffix(delimiters.terminator)):
            words = part.split(delimiters.terminator, 1)[0].split(delimiters.element, 9)
            if words[0] == "GS":
                guide = words[8] if len(words) > 8 else ""
            if words[0] in _BOUNDS:
                inside = words[0] == "ST" and words[1:2] == [kind]
            if inside:
                head = Head(guide, delimiters) if words[0] == "ST" else None
                yield part + delimiters.terminator, head


def without_trailer(text: str, delimiters: Delimiters) -> str:
    """Give the last text of a transaction without its SE, what follows that, and a terminator."""
    return _trailer_of(delimiters).split(text, 1)[0].removesuffix(delimiters.terminator)


@lru_cache(maxsize=8)
def _trailer_of(delimiters: Delimiters) -> re.Pattern[str]:
    mark, end = re.escape(delimiters.element), re.escape(delimiters.terminator)
    return re.compile(f"{end}(?:{'|'.join(_TRAILERS)}){mark}")


@lru_cache(maxsize=8)
def _bound_of(delimiters: Delimiters) -> re.Pattern[str]:
    """Find where text is to be split: before each bound."""
    mark, end = re.escape(delimiters.element), re.escape(delimiters.terminator)
    return re.compile(f"{end}(?=(?:{'|'.join(_BOUNDS)}){mark})")

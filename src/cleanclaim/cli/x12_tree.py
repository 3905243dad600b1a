"""An X12 file as an indented tree of loops, each fault under the element it is about."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from cleanclaim import x12

_INDENT = "  "
_ELEMENT = re.compile(r"[A-Z][A-Z0-9]{1,2}(\d\d)(?:-(\d\d))?")


class Spot(msgspec.Struct, frozen=True):
    """Where a segment stands: how deep, in which loop, and whether it begins the loop."""

    depth: int
    loop: str
    first: bool


def tree_lines(path: Path, findings: Iterable[x12.X12Finding]) -> Iterator[str]:
    """Give the lines of the tree, in the order of the file, with the faults in their places."""
    faults: dict[int, list[x12.X12Finding]] = defaultdict(list)
    for finding in findings:
        faults[finding.segment].append(finding)
    for finding in faults.pop(0, ()):
        yield f"{finding.severity} {finding.rule}: {finding.message}"
    spots = _spots(path)
    depth = 0
    for segment in x12.tokenize(path):
        spot = spots.get(segment.position)
        if spot is not None:
            depth = spot.depth
            if spot.first:
                yield f"{'':6}{_INDENT * (depth - 1)}{spot.loop}"
        margin = f"{segment.position:5} {_INDENT * depth}"
        yield margin + segment.text()
        for finding in faults.pop(segment.position, ()):
            yield from _fault_lines(segment, finding, len(margin))


def _spots(path: Path) -> Mapping[int, Spot]:
    """Find the place of every segment that stands in a loop, by its position in the file."""
    spots: dict[int, Spot] = {}
    for event in x12.read(path):
        match event:
            case x12.InterchangeStart(header=header) | x12.GroupStart(header=header):
                spots[header.position] = Spot(0, "", first=False)
            case x12.Unit(loop=loop, ancestors=ancestors):
                for above, ancestor in enumerate(ancestors):
                    _place(ancestor, above + 1, spots)
                _place(loop, len(ancestors) + 1, spots)
            case x12.TransactionEnd(header=header, trailer=trailer):
                _place(header, 1, spots)
                for segment in trailer.walk():
                    spots[segment.position] = Spot(1, "", first=False)
            case x12.GroupEnd(trailer=ending) | x12.InterchangeEnd(trailer=ending):
                if ending is not None:
                    spots[ending.position] = Spot(0, "", first=False)
            case _:
                pass
    return spots


def _place(loop: x12.Loop, depth: int, spots: dict[int, Spot]) -> None:
    for number, segment in enumerate(loop.segments):
        spots.setdefault(segment.position, Spot(depth, loop.id, first=number == 0))
    for child in loop.loops:
        _place(child, depth + 1, spots)


def _fault_lines(segment: x12.Segment, finding: x12.X12Finding, margin: int) -> Iterator[str]:
    start, length = _extent(segment, finding.element)
    told = f"{finding.severity} {finding.rule}: {finding.message}"
    yield f"{' ' * (margin + start)}{'^' * max(1, length)} {told}"


def _extent(segment: x12.Segment, element: str) -> tuple[int, int]:
    """Give where an element (or the whole segment's id) begins in the text, and its length."""
    match = _ELEMENT.fullmatch(element)
    if match is None or not element.startswith(segment.id):
        return 0, len(segment.id)
    place, part = int(match[1]), int(match[2] or 0)
    before = (segment.id, *segment.elements[: place - 1])
    start = sum(len(text) + 1 for text in before)
    text = segment.get(place)
    if part:
        parts = text.split(segment.delimiters.component)
        start += sum(len(each) + 1 for each in parts[: part - 1])
        text = parts[part - 1] if part <= len(parts) else ""
    # An element that is missing altogether is shown at the end.
    return min(start, len(segment.text())), len(text)

"""An X12 file as an indented tree of loops, each fault under the element it is about."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from cleanclaim import x12

# Gives a text a colour, or gives it back as it is: style("CLM", "segment").
Style = Callable[[str, str], str]

_INDENT = "  "
_ELEMENT = re.compile(r"[A-Z][A-Z0-9]{1,2}(\d\d)(?:-(\d\d))?")
# What a terminal might obey instead of showing it.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TEXT_MAX = 200  # characters shown of what is no segment
_COLOURS: dict[str, dict[str, bool | str]] = {
    "loop": {"fg": "blue", "bold": True},
    "segment": {"bold": True},
    "block": {"fg": "red", "bold": True},
    "warn": {"fg": "yellow"},
    "info": {"fg": "cyan"},
}


def coloured(text: str, role: str) -> str:
    """Give a text the colour of its role: loop, segment, block, warn, info."""
    return click.style(text, **_COLOURS[role])  # type: ignore[arg-type]


def plain(text: str, role: str) -> str:  # noqa: ARG001 - what a Style takes
    """Give a text as it is."""
    return text


def tree_lines(
    path: Path, findings: Iterable[x12.X12Finding], style: Style = plain
) -> Iterator[str]:
    """Give the lines of the tree in the order of the file, with the faults in their places.

    The file is streamed: only its findings are kept.
    """
    faults: dict[int, list[x12.X12Finding]] = defaultdict(list)
    for finding in findings:
        faults[finding.segment].append(finding)
    for finding in faults.pop(0, ()):
        yield style(f"{finding.severity} {finding.rule}: {finding.message}", finding.severity)
    depth = 0
    for here in x12.placed(path):
        if not here.segment.raw.strip():
            continue
        depth = _depth(here, depth)
        if here.spot.kind != "trailer":
            for above, loop in enumerate(here.opened, depth - len(here.opened)):
                yield f"{'':6}{_INDENT * above}{style(loop.id, 'loop')}"
        margin = f"{here.segment.position:5} {_INDENT * depth}"
        yield margin + _segment_line(here.segment, style)
        for finding in faults.pop(here.segment.position, ()):
            yield _fault_line(here.segment, finding, len(margin), style)


def _depth(here: x12.Placed, before: int) -> int:
    """Give how deep a segment stands; one without a place as deep as the one before it."""
    if here.spot.loops:
        return len(here.spot.loops)
    return 0 if here.spot.kind else before


def _segment_line(segment: x12.Segment, style: Style) -> str:
    if not segment.id:
        return _UNPRINTABLE.sub("·", segment.raw.strip()[:_TEXT_MAX])
    text = _UNPRINTABLE.sub("·", segment.text())
    return style(text[: len(segment.id)], "segment") + text[len(segment.id) :]


def _fault_line(segment: x12.Segment, finding: x12.X12Finding, margin: int, style: Style) -> str:
    start, length = _extent(segment, finding.element)
    told = f"{finding.severity} {finding.rule}: {finding.message}"
    return " " * (margin + start) + style(f"{'^' * max(1, length)} {told}", finding.severity)


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

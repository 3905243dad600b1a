"""X12 events as plain lists and objects, for JSON."""

from collections.abc import Iterator
from typing import BinaryIO

from cleanclaim import x12

Plain = dict[str, object]


def plain_events(source: BinaryIO) -> Iterator[Plain]:
    """Give the events of a source in order, in flat memory."""
    for event in x12.read(source):
        yield from _plain(event)


def _plain(event: x12.Event) -> Iterator[Plain]:
    match event:
        case x12.InterchangeStart(header=header):
            yield {"event": "interchange", "header": plain_segment(header)}
        case x12.GroupStart(header=header):
            yield {"event": "group", "header": plain_segment(header)}
        case x12.TransactionStart(guide=guide, control_number=number):
            yield {"event": "transaction", "guide": guide, "control": number}
        case x12.Unit(loop=loop, ancestors=ancestors):
            above = [plain_loop(each) for each in ancestors]
            yield {"event": "unit", "above": above, "loop": plain_loop(loop)}
        case x12.TransactionEnd(trailer=trailer, unit_count=units):
            ending: Plain = {"event": "transaction end", "units": units}
            yield {**ending, "trailer": plain_loop(trailer)}
        case x12.GroupEnd(trailer=trailer):
            yield {"event": "group end", "trailer": trailer and plain_segment(trailer)}
        case x12.InterchangeEnd(trailer=trailer):
            yield {"event": "interchange end", "trailer": trailer and plain_segment(trailer)}
        case x12.LooseFindings():
            return


def plain_loop(loop: x12.Loop) -> Plain:
    """Give a loop as its id, its segments, and its loops."""
    segments = [plain_segment(segment) for segment in loop.segments]
    return {"id": loop.id, "segments": segments, "loops": [plain_loop(each) for each in loop.loops]}


def plain_segment(segment: x12.Segment) -> list[object]:
    """Give a segment as a list: its id, then its elements."""
    if segment.id == "ISA":  # it announces the delimiters and is not cut by them
        return [segment.id, *segment.elements]
    return [segment.id, *(_element(repeats) for repeats in segment.values())]


def _element(repeats: tuple[tuple[str, ...], ...]) -> object:
    parts = [each[0] if len(each) == 1 else list(each) for each in repeats]
    if len(parts) > 1:
        return {"repeats": parts}
    return parts[0] if parts else ""

"""Write a source as one JSON document from which the file comes back byte for byte.

The document is ``{"file", "format", "events": [...], "digest"}``. Its events are the file in
order: ``interchange``, ``group``, ``transaction``, then ``level`` (a loop that holds units, without
them), ``unit`` (a claim, a remittance, an answer ...), ``transaction end``, ``group end``,
``interchange end``; ``segments`` that belong to no loop, and ``text`` that is no segment. A loop is
``{"id", "content"}``, its content segments and loops in order. A segment is a list: its id, then
its elements. An element is text, a list of components, or ``{"repeats": [...]}``. Where a segment
was written otherwise than its neighbours, it is ``{"segment": [...], "raw": "..."}``.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

from cleanclaim.x12.placement import Around, Placed, placed
from cleanclaim.x12.segments import Segment
from cleanclaim.x12.tokens import Source

FORMAT = "cleanclaim-x12-1"
Plain = dict[str, object]

_SEGMENTS_MAX = 1000  # of one event that holds no loop, so that memory stays flat
_BEFORE = re.compile("(?:\ufeff|\xef\xbb\xbf)?[ \\t\\r\\n\\x00\\x0b\\x0c\\x1a]*")
_ENVELOPE = frozenset({"interchange", "group", "group end", "interchange end"})


class Layout(msgspec.Struct, frozen=True):
    """What stands around the text of every segment: white space before it and after it.

    What follows stands between the text and the terminator, as a CR does where LF terminates.
    """

    before: str = ""
    after: str = ""

    def rendered(self, segment: Segment) -> str:
        """Write the segment with its terminator; nothing stands before an ISA."""
        before = "" if segment.id == "ISA" else self.before
        return f"{before}{segment.text()}{self.after}{segment.delimiters.terminator}"


def around(segment: Segment, raw: str) -> Layout | None:
    """Read what stands around a segment in its raw text; None where the text says another."""
    before, text, rest = raw.partition(segment.text())
    after = rest.removesuffix(segment.delimiters.terminator)
    if not text or after.strip("\r\n") or not _BEFORE.fullmatch(before):
        return None
    return Layout(before, after)


def to_json(source: Source, name: str = "") -> Iterator[str]:
    """Give the JSON document of a source piece by piece, an event a line, in flat memory.

    ``name`` is told as the file's. Patients are in it.
    """
    digest = hashlib.sha256()
    head = msgspec.json.encode({"file": name, "format": FORMAT}).decode().removesuffix("}")
    yield f'{head},"events":['
    separator = "\n"
    for event in plain_events(source, digest):
        yield separator + msgspec.json.encode(event).decode()
        separator = ",\n"
    yield f'\n],"digest":"sha256:{digest.hexdigest()}"}}\n'


def digested(text: str) -> bytes:
    """Give the bytes that the digest is made of: the file's own, as bytes are read as latin-1."""
    return text.encode("latin-1", "backslashreplace")


def plain_events(source: Source, digest: "hashlib._Hash") -> Iterator[Plain]:
    """Give the events of a source as plain values, adding all of its text to the digest."""
    events = _Events()
    with _readable_twice(source) as readable:
        before: Placed | None = None
        for here in placed(readable):
            digest.update(digested(here.segment.raw))
            if before is not None:
                yield from events.take(before, here.segment)
            before = here
    if before is not None:
        yield from events.take(before, None)
    yield from events.flush()


@contextmanager
def _readable_twice(source: Source) -> Iterator[str | bytes | Path]:
    """Give a source that can be opened again; a stream is put on the disk first."""
    if isinstance(source, str | bytes | Path):
        yield source
        return
    with NamedTemporaryFile() as spool:
        shutil.copyfileobj(source, spool)
        spool.flush()
        yield Path(spool.name)


def _layout_of(segment: Segment | None) -> Layout:
    """Take the layout of an interchange from the segment behind its ISA."""
    layout = around(segment, segment.raw) if segment and segment.id else None
    return layout or Layout()


class _Events:
    """The event that is being gathered, and the layout of the interchange."""

    def __init__(self) -> None:
        self._layout = Layout()
        self._event: Plain = {}
        self._open: list[tuple[Around, list[object]]] = []
        self._lost: list[object] = []

    def take(self, here: Placed, following: Segment | None) -> Iterator[Plain]:
        """Take the next segment, knowing the one behind it; give the events now complete."""
        segment, kind = here.segment, here.spot.kind
        if not segment.id:
            yield from self.flush()
            yield {"event": "text", "raw": segment.raw}
        elif kind in _ENVELOPE:
            yield from self.flush()
            if kind == "interchange":
                self._layout = _layout_of(following)
                yield self._interchange(segment)
            else:
                yield {"event": kind, "segment": self._plain(segment)}
        elif here.spot.loops:
            yield from self._into_loop(here)
        else:
            self._lost.append(self._plain(segment))
            if len(self._lost) >= _SEGMENTS_MAX:
                yield from self.flush()

    def flush(self) -> Iterator[Plain]:
        """Give what was gathered."""
        if self._open:
            yield self._event
        if self._lost:
            yield {"event": "segments", "segments": self._lost}
        self._open, self._lost = [], []

    def _interchange(self, isa: Segment) -> Plain:
        return {
            "event": "interchange",
            "delimiters": msgspec.to_builtins(isa.delimiters),
            "layout": msgspec.to_builtins(self._layout),
            "segment": self._plain(isa),
        }

    def _into_loop(self, here: Placed) -> Iterator[Plain]:
        """Put a segment into its loop, which may be within those open already."""
        chain = here.spot.loops[here.spot.owner :]
        if self._open and self._open[0][0] == chain[0]:
            self._open[-1][1].extend(self._lost)
            self._lost = []
        else:
            yield from self.flush()
            self._begin(here)
        shared = 0
        while shared < min(len(chain), len(self._open)) and self._open[shared][0] == chain[shared]:
            shared += 1
        del self._open[shared:]
        for loop in chain[shared:]:
            self._enter(loop)
        self._open[-1][1].append(self._plain(here.segment))

    def _enter(self, loop: Around) -> None:
        content: list[object] = []
        self._open[-1][1].append({"id": loop.id, "content": content})
        self._open.append((loop, content))

    def _begin(self, here: Placed) -> None:
        """Start the event of a level, a unit or a trailer."""
        spot = here.spot
        loop = spot.loops[spot.owner]
        content: list[object] = []
        told: Plain = {"loop": {"id": loop.id, "content": content}}
        self._open = [(loop, content)]
        if here.segment.id == "ST" and spot.kind == "level":
            self._event = {"event": "transaction", "guide": here.guide, **told}
        elif spot.kind == "trailer":
            self._event = {"event": "transaction end", **told}
        else:
            within = [each.id for each in spot.loops[: spot.owner]]
            self._event = {"event": spot.kind, "within": within, **told}

    def _plain(self, segment: Segment) -> object:
        """Give a segment as a list, with its raw text where the layout would not give it."""
        listed = plain_segment(segment)
        if self._layout.rendered(segment) == segment.raw:
            return listed
        return {"segment": listed, "raw": segment.raw}


def plain_segment(segment: Segment) -> list[object]:
    """Give a segment as a list: its id, then its elements."""
    if segment.id == "ISA":  # it announces the delimiters and is not cut by them
        return [segment.id, *segment.elements]
    return [segment.id, *(_element(repeats) for repeats in segment.values())]


def _element(repeats: tuple[tuple[str, ...], ...]) -> object:
    parts = [each[0] if len(each) == 1 else list(each) for each in repeats]
    if len(parts) > 1:
        return {"repeats": parts}
    return parts[0] if parts else ""

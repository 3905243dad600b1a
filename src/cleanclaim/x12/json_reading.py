"""Read a JSON document of X12 back: byte for byte where unedited, recounted where edited."""

import hashlib
import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import BinaryIO, NoReturn, TypeVar, cast

import msgspec

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.catalogue import canonical, guide_for
from cleanclaim.x12.envelope import count_differs
from cleanclaim.x12.findings import found
from cleanclaim.x12.json_stream import UnusableJsonError, fields
from cleanclaim.x12.json_writing import FORMAT, Layout, around, digested
from cleanclaim.x12.levels import Levels
from cleanclaim.x12.report import check
from cleanclaim.x12.segments import STANDARD, Delimiters, Segment
from cleanclaim.x12.tokens import Source, read_delimiters
from cleanclaim.x12.writer import DELIMITER_IN_VALUE, UnwritableError

_BLOCK = 1 << 16
_IN_MEMORY_MAX = 1 << 22
_ISA_ELEMENTS = 16
_Told = TypeVar("_Told", Delimiters, Layout)


def from_json(document: Source) -> Iterator[str]:
    """Give the X12 text of a document that ``to_json`` wrote, piece by piece, in flat memory.

    A document whose digest fits its content was not edited: its file comes back as it was, valid
    or not. Of any other, edited segments are written anew, the counts (SE01, GE01, IEA01, HL) are
    set, and the whole is checked. Raises UnusableJsonError for what is no such document, and
    UnwritableError for an edited one that breaks a rule that blocks; both before the first piece.
    """
    with _rewindable(document) as file:
        if not _is_edited(file):
            for each in _segments(file):
                yield each.raw
            return
        with SpooledTemporaryFile(_IN_MEMORY_MAX) as spool:
            checked = cast("BinaryIO", spool)
            _write_edited(file, checked)
            while block := checked.read(_BLOCK):
                yield block.decode("latin-1")


def _write_edited(file: BinaryIO, into: BinaryIO) -> None:
    """Write what an edited document says, and refuse what our own check would block."""
    for each in _recounted(_segments(file)):
        try:
            into.write(each.raw.encode("latin-1"))
        except UnicodeEncodeError:
            msg = "a character stands in it that no byte says (above U+00FF)"
            raise UnusableJsonError(msg) from None
    into.seek(0)
    blocking = [each for each in check(into).findings if each.severity is Severity.BLOCK]
    if blocking:
        raise UnwritableError(blocking)
    into.seek(0)


def _is_edited(file: BinaryIO) -> bool:
    """Read the whole document once; tell whether it says something else than its digest."""
    said: dict[str, object] = {}
    digest = hashlib.sha256()
    for each in _segments(file, said):
        digest.update(digested(each.raw))
    if said.get("format") != FORMAT:
        msg = f'its "format" is not {FORMAT}'
        raise UnusableJsonError(msg)
    return said.get("digest") != f"sha256:{digest.hexdigest()}"


@contextmanager
def _rewindable(document: Source) -> Iterator[BinaryIO]:
    """Give the document as a file that can be read from the start again."""
    if isinstance(document, Path):
        with document.open("rb") as file:
            yield file
    elif isinstance(document, str | bytes):
        yield io.BytesIO(document.encode() if isinstance(document, str) else document)
    else:
        with TemporaryFile() as spool:
            shutil.copyfileobj(document, spool)
            yield cast("BinaryIO", spool)


def _segments(file: BinaryIO, said: dict[str, object] | None = None) -> Iterator[Segment]:
    """Give every segment of the document, its ``raw`` as it is to be written.

    What else the document says is put into ``said``.
    """
    file.seek(0)
    document = _Document()
    number = 0
    for name, value in fields(file, "events"):
        if name == "events":
            number += 1
            yield from document.segments(value, number)
        elif said is not None:
            said[name] = value


class _Document:
    """The delimiters and the layout of the interchange that is being read."""

    def __init__(self) -> None:
        self._delimiters = STANDARD
        self._layout = Layout()
        self._number = 0

    def segments(self, event: object, number: int) -> Iterator[Segment]:
        """Give the segments of one event."""
        self._number = number
        match event:
            case {"event": "text", "raw": str(raw)}:
                yield Segment("", (), raw)
            case {"event": "interchange", "segment": isa, **told}:
                self._delimiters = self._converted(told.get("delimiters", {}), Delimiters)
                self._layout = self._converted(told.get("layout", {}), Layout)
                yield self._announcing(self._made(isa))
            case {"event": str(), "segment": made}:
                yield self._made(made)
            case {"event": str(), "segments": list(content)}:
                yield from self._content(content)
            case {"event": str(), "loop": {"content": list(content)}}:
                yield from self._content(content)
            case _:
                self._refuse("an event")

    def _announcing(self, isa: Segment) -> Segment:
        """Give an ISA that announces the delimiters that the document says."""
        marks = self._delimiters
        announced = read_delimiters(isa.raw[isa.raw.find("ISA") :])
        if len(isa.elements) != _ISA_ELEMENTS or announced == marks:
            return isa
        elements = [*isa.elements[:15], marks.component]
        elements[10] = marks.repetition or elements[10]
        made = Segment("ISA", tuple(elements), "", delimiters=marks)
        return msgspec.structs.replace(made, raw=self._layout.rendered(made))

    def _content(self, content: Iterable[object]) -> Iterator[Segment]:
        for item in content:
            if isinstance(item, dict) and "content" in item:
                if not isinstance(item["content"], list):
                    self._refuse("a loop")
                yield from self._content(item["content"])
            else:
                yield self._made(item)

    def _made(self, item: object) -> Segment:
        """Give a segment, as it was written where it says the same, else written anew."""
        listed, raw = item, ""
        if isinstance(item, dict):
            listed, raw = item.get("segment"), item.get("raw", "")
        match listed, raw:
            case [str(name), *elements], str(written) if name:
                texts = tuple(self._element(each) for each in elements)
                made = Segment(name, texts, "", delimiters=self._delimiters)
            case _:
                self._refuse("a segment")
        layout = around(made, written) if written else self._layout
        if written and layout is not None:
            return msgspec.structs.replace(made, raw=written)
        self._refuse_delimiters(name, elements, made)
        return msgspec.structs.replace(made, raw=(layout or self._layout).rendered(made))

    def _element(self, element: object) -> str:
        marks = self._delimiters
        match element:
            case {"repeats": [*repeats]} if self._delimiters.repetition:
                return marks.repetition.join(self._parts(each) for each in repeats)
            case _:
                return self._parts(element)

    def _parts(self, element: object) -> str:
        parts = [element] if isinstance(element, str) else element
        if not isinstance(parts, list) or not all(isinstance(each, str) for each in parts):
            self._refuse("an element")
        return self._delimiters.component.join(parts)

    def _refuse_delimiters(self, name: str, elements: list[object], made: Segment) -> None:
        """A value written anew may hold nothing that separates values; ISA11 and ISA16 do."""
        marks = self._delimiters
        if name == "ISA":
            clash = any(marks.element in str(each) for each in elements)
        else:
            clash = any(marks.found_in(part) for part in _plain(elements))
        if clash or marks.element in name or marks.terminator in name:
            raise UnwritableError([found(DELIMITER_IN_VALUE, made, "", "", segment=made.id[:3])])

    def _converted(self, value: object, kind: type[_Told]) -> _Told:
        try:
            return msgspec.convert(value, kind, strict=True)
        except msgspec.ValidationError:
            self._refuse("an interchange")

    def _refuse(self, what: str) -> NoReturn:
        msg = f"event {self._number} has {what} of another form"
        raise UnusableJsonError(msg) from None


def _plain(elements: Iterable[object]) -> Iterator[str]:
    """Give the text of elements, their repetitions and components one by one."""
    for element in elements:
        if isinstance(element, str):
            yield element
        elif isinstance(element, dict):
            yield from _plain(element["repeats"])
        elif isinstance(element, list):
            yield from _plain(element)


def _recounted(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Give the segments with the counts that they come to."""
    counting = _Counting()
    for each in segments:
        yield from counting.take(each)
    yield from counting.finish()


class _Counting:
    """What was counted so far in the interchange, the group and the transaction."""

    def __init__(self) -> None:
        self._groups = 0
        self._transactions = 0
        self._segments = 0
        self._version = ""
        self._levels: Levels | None = None
        self._like = Segment("HL")

    def take(self, made: Segment) -> Iterator[Segment]:
        """Take the next segment; give those whose counts are known."""
        self._segments += bool(made.raw.strip())
        if made.id not in ("ISA", "GS", "ST", "SE", "GE", "IEA"):
            self._like = made if made.id == "HL" else self._like
            yield from self._written(self._levels.take(made)) if self._levels else (made,)
            return
        yield from self.finish()
        match made.id:
            case "ISA":
                self._groups = 0
            case "GS":
                self._groups += 1
                self._transactions = 0
                self._version = made.get(8)
            case "ST":
                self._start(made)
            case "SE":
                made = _counted(made, self._segments)
            case "GE":
                made = _counted(made, self._transactions)
            case _:
                made = _counted(made, self._groups)
        yield made

    def finish(self) -> Iterator[Segment]:
        """Give what the counting of levels held back."""
        if self._levels is not None:
            yield from self._written(self._levels.finish())
        self._levels = None

    def _written(self, segments: Iterable[Segment]) -> Iterator[Segment]:
        """Give a level that got another number the raw text of one written like its neighbours."""
        for each in segments:
            layout = None if each.raw else around(self._like, self._like.raw)
            if layout is not None:
                made = msgspec.structs.replace(each, delimiters=self._like.delimiters)
                yield msgspec.structs.replace(made, raw=layout.rendered(made))
            else:
                yield each

    def _start(self, header: Segment) -> None:
        self._transactions += 1
        self._segments = 1
        guide = guide_for(canonical(self._version or header.get(3)), header.get(1))
        self._levels = Levels(guide) if guide else None


def _counted(trailer: Segment, count: int) -> Segment:
    """Give a trailer whose first element says the count; itself where it does."""
    if not count_differs(trailer.get(1), count):
        return trailer
    layout = around(trailer, trailer.raw) or Layout()
    made = msgspec.structs.replace(trailer, elements=(str(count), *trailer.elements[1:]))
    return msgspec.structs.replace(made, raw=layout.rendered(made))

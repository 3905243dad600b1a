"""Read the guide tables: which loops, segments, elements and codes a transaction may hold.

A table is read by indentation. ``[2300] S100`` opens a loop with its usage (R required, S
situational) and how often it may come (``>`` without limit); ``NM1 R1 R=85 R=1,2 R S`` is a
segment with its usage and repeat, then one word an element: R, S or N (not used), ``=`` with the
codes the guide allows, ``(...)`` with the words of its components, ``^n`` for repetitions of the
element and ``*n`` for n elements alike. Elements left out at the end are not used. ``set`` names
a list of codes, ``block`` names lines that ``use`` repeats, and ``include`` takes the sets and
blocks of another file. Consecutive lines with the same segment id may come in any order among
themselves. Types, lengths and syntax notes stand once, in ``segments.txt``.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

import msgspec

_WORD = re.compile(
    r"(?P<usage>[RSN])(?:\^(?P<repeats>\d+))?(?:\((?P<parts>[^)]*)\))?"
    r"(?:=(?P<codes>\S+?))?(?:\*(?P<times>\d+))?(?=\s|$)"
)
_KIND = re.compile(r"([A-Z]+)(\d+)(?:-(\d+))?")
_NOTE = re.compile(r"([PRECLF])((?:\d\d)+)")
_LOOP = re.compile(r"\[(\w+)\] ([RS])(\d+|>)")


class Kind(msgspec.Struct, frozen=True):
    """The data type of an element (AN, ID, N, R, DT, TM) and its shortest and longest length."""

    name: str
    shortest: int
    longest: int


class Note(msgspec.Struct, frozen=True):
    """A syntax note: its letter and the elements it binds, counted from 1."""

    letter: str
    elements: tuple[int, ...]


class Element(msgspec.Struct, frozen=True):
    """What a guide says of one element or component.

    A composite has ``parts``, and ``notes`` that bind them.
    """

    usage: str
    kind: Kind | None = None
    codes: tuple[str, ...] = ()
    parts: tuple["Element", ...] = ()
    repeats: int = 1
    notes: tuple[Note, ...] = ()


class Shape(msgspec.Struct, frozen=True):
    """The elements of a segment as a guide wants them, and the syntax notes that still matter."""

    id: str
    elements: tuple[Element, ...]
    notes: tuple[Note, ...]
    extent: int  # elements the standard has, of which the guide uses the first

    @property
    def qualifiers(self) -> tuple[int, int, tuple[str, ...]]:
        """Give the element and component that tell such segments apart, and their codes."""
        place, component = _QUALIFIED_AT.get(self.id, (1, 0))
        if place > len(self.elements):
            return place, component, ()
        element = self.elements[place - 1]
        if component and element.parts:
            element = element.parts[component - 1]
        return place, component, element.codes


class SegmentNode:
    """A segment at its place in a loop."""

    def __init__(self, shape: Shape, usage: str, repeat: int) -> None:
        self.shape = shape
        self.id = shape.id
        self.required = usage == "R"
        self.repeat = repeat  # 0 is without limit
        self.place = 0
        self.index = 0
        self.trigger: SegmentNode = self


class LoopNode:
    """A loop of a guide: the segment that opens it first, then segments and loops."""

    def __init__(self, loop_id: str, usage: str, repeat: int) -> None:
        self.id = loop_id
        self.required = usage == "R"
        self.repeat = repeat
        self.place = 0
        self.index = 0
        self.children: list[SegmentNode | LoopNode] = []
        self.parent: LoopNode | None = None
        self.required_bits = 0
        self.detached = False  # stands on its own: a unit or what holds units
        self.trailer_place = 0  # from this place on segments belong to the trailer; 0 is never

    @property
    def trigger(self) -> SegmentNode:
        """Give the segment that opens the loop."""
        first = self.children[0]
        assert isinstance(first, SegmentNode)  # noqa: S101 - guide tables are ours, not input
        return first

    def loops(self) -> Iterator["LoopNode"]:
        """Give this loop and all loops within."""
        yield self
        for child in self.children:
            if isinstance(child, LoopNode):
                yield from child.loops()


class Guide:
    """One implementation guide: its names and its root loop; ``short`` is like "837P"."""

    def __init__(
        self, short: str, version: str, transaction: str, functional: str, name: str
    ) -> None:
        self.short = short
        self.version = version
        self.transaction = transaction
        self.functional = functional
        self.name = name
        self.units: frozenset[str] = frozenset()
        self.fallbacks: dict[str, str] = {}
        self.root = LoopNode("ST", "R", 1)

    @property
    def segment_ids(self) -> frozenset[str]:
        """Give the ids of all segments that the guide knows."""
        return frozenset(
            child.id
            for loop in self.root.loops()
            for child in loop.children
            if isinstance(child, SegmentNode)
        )


# Where the first element does not tell segments of one id apart.
_QUALIFIED_AT = {"HL": (3, 0), "HI": (1, 1), "ENT": (2, 0)}


@cache
def read_guide(file_name: str) -> Guide:
    """Read one guide table of this package."""
    return guide_from_text(_text(file_name), file_name.removesuffix(".txt"))


def guide_from_text(text: str, short: str) -> Guide:
    """Read the text of a guide table; ``short`` is the guide's short name ("837P")."""
    return _Reader(text).guide(short)


@cache
def table_names() -> tuple[str, ...]:
    """Give the names of the tables of this package that are guides, in order."""
    names = (each.name for each in (resources.files(__package__) / "guides").iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in names if _is_guide(name)))


def table_text(short: str) -> str:
    """Give the text of the table of a guide."""
    return _text(f"{short}.txt")


def _is_guide(file_name: str) -> bool:
    return any(line.startswith("guide ") for line in _lines(_text(file_name))[:1])


@cache
def dictionary() -> Mapping[str, tuple[tuple[str, ...], tuple[Note, ...]]]:
    """Give, for every segment and composite, the words of its elements and its syntax notes."""
    entries = {}
    for line in _lines(_text("segments.txt")):
        words, _, notes = line.partition("|")
        name, *kinds = words.split()
        entries[name] = (tuple(kinds), tuple(_notes(notes)))
    return entries


def _text(file_name: str) -> str:
    return (resources.files(__package__) / "guides" / file_name).read_text("utf-8")


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _notes(text: str) -> Iterator[Note]:
    for letter, digits in _NOTE.findall(text):
        pairs = zip(digits[::2], digits[1::2], strict=True)
        yield Note(letter, tuple(int(tens + ones) for tens, ones in pairs))


class _Reader:
    """The state of reading one table: its named sets and blocks, its shapes so far."""

    def __init__(self, text: str) -> None:
        self._sets: dict[str, str] = {}
        self._blocks: dict[str, list[str]] = {}
        self._head: dict[str, list[str]] = {}
        self._body: list[str] = []
        self._shapes: dict[str, Shape] = {}
        self._sort(text)

    def guide(self, short: str) -> Guide:
        """Build the guide of this short name."""
        version, transaction, functional, *name = self._head["guide"]
        guide = Guide(short, version, transaction, functional, " ".join(name))
        units, _, fallbacks = " ".join(self._head["units"]).partition("|")
        guide.units = frozenset(units.split())
        for word in fallbacks.split():
            outer, _, inner = word.partition(":")
            guide.fallbacks[outer] = inner or outer
        guide.root = self._tree()
        _number(guide.root)
        _detach(guide.root, guide.units | guide.fallbacks.keys())
        return guide

    def _sort(self, text: str) -> None:
        """Tell apart the head, the sets, the blocks and the body."""
        into = self._body
        for line in _lines(text):
            word, _, rest = line.partition(" ")
            if word == "block":
                into = self._blocks.setdefault(rest.strip(), [])
            elif word == "include":
                self._sort(_text(f"{rest.strip()}.txt"))
            elif word == "set":
                name, codes = rest.split()
                self._sets[name] = codes
            elif word in ("guide", "units"):
                self._head[word] = rest.split()
            else:
                if word.startswith("["):
                    into = self._body
                into.append(line)

    def _unrolled(self, lines: list[str], indent: int) -> Iterator[tuple[int, str]]:
        """Give each line with its depth, with ``use`` replaced by the lines of the block."""
        first = len(lines[0]) - len(lines[0].lstrip())
        for line in lines:
            depth = (len(line) - len(line.lstrip()) - first) // 2 + indent
            text = line.strip()
            if text.startswith("use "):
                yield from self._unrolled(self._blocks[text[4:]], depth)
            else:
                yield depth, text

    def _tree(self) -> LoopNode:
        open_loops: list[LoopNode] = []
        for depth, text in self._unrolled(self._body, 0):
            del open_loops[depth:]
            opened = _LOOP.fullmatch(text)
            child: SegmentNode | LoopNode
            if opened:
                loop = LoopNode(opened[1], opened[2], _repeat(opened[3]))
                loop.parent = open_loops[-1] if open_loops else None
                child = loop
            else:
                child = self._segment(text)
            if open_loops:
                open_loops[-1].children.append(child)
            if isinstance(child, LoopNode):
                open_loops.append(child)
        return open_loops[0]

    def _segment(self, text: str) -> SegmentNode:
        segment_id, usage, *words = text.split(" ", 2)
        if text not in self._shapes:
            self._shapes[text] = self._shape(segment_id, words[0] if words else "")
        return SegmentNode(self._shapes[text], usage[0], _repeat(usage[1:]))

    def _shape(self, segment_id: str, words: str) -> Shape:
        kinds, notes = dictionary()[segment_id]
        elements = tuple(self._elements(words, kinds))
        kept = tuple(note for note in notes if _undecided(note, elements))
        return Shape(segment_id, elements, kept, len(kinds))

    def _elements(self, words: str, kinds: tuple[str, ...]) -> Iterator[Element]:
        place = 0
        for match in _WORD.finditer(words):
            for _ in range(int(match["times"] or 1)):
                yield self._element(match, kinds[place])
                place += 1

    def _element(self, match: re.Match[str], kind: str) -> Element:
        repeats = int(match["repeats"] or 1)
        if kind in dictionary():
            part_kinds, notes = dictionary()[kind]
            words = match["parts"] or ("N" if match["usage"] == "N" else "S " * len(part_kinds))
            parts = tuple(self._elements(words, part_kinds))
            kept = tuple(note for note in notes if _undecided(note, parts))
            return Element(match["usage"], None, (), parts, repeats, kept)
        return Element(match["usage"], _kind(kind), self._codes(match["codes"]), (), repeats)

    def _codes(self, text: str | None) -> tuple[str, ...]:
        words = (text or "").split(",") if text else []
        codes: list[str] = []
        for word in words:
            codes += self._sets[word[1:]].split(",") if word.startswith("$") else [word]
        return tuple(codes)


@cache
def _kind(text: str) -> Kind:
    match = _KIND.fullmatch(text)
    assert match  # noqa: S101 - guide tables are ours, not input
    return Kind(match[1], int(match[2]), int(match[3] or match[2]))


def _repeat(text: str) -> int:
    return 0 if text == ">" else int(text)


def _undecided(note: Note, elements: tuple[Element, ...]) -> bool:
    """Tell whether usage alone leaves open if the note holds."""
    usages = [
        elements[place - 1].usage if place <= len(elements) else "N" for place in note.elements
    ]
    if set(usages) == {"N"}:
        return False
    if note.letter == "F":
        return True
    if note.letter == "R":
        return "R" not in usages
    if note.letter == "C":
        return usages[0] != "N" and set(usages[1:]) != {"R"}
    return set(usages) != {"R"}


def _number(loop: LoopNode) -> None:
    """Give each child its place (neighbours of one segment id share it) and its bit."""
    place = 0
    before = ""
    for index, child in enumerate(loop.children):
        if index and (child.trigger.id != before or index == 1):
            place += 1
        before = child.trigger.id
        child.place, child.index = place, index
        if child.required:
            loop.required_bits |= 1 << index
        if isinstance(child, LoopNode):
            _number(child)


def _detach(loop: LoopNode, units: frozenset[str]) -> bool:
    """Mark units and all that hold units, and where the trailer starts; tell if it holds any."""
    held = [child for child in loop.children if isinstance(child, LoopNode)]
    holds = [child for child in held if _detach(child, units)]
    loop.detached = loop.id in units or bool(holds)
    if loop.parent is None and holds:
        loop.trailer_place = holds[-1].place + 1
    return loop.detached

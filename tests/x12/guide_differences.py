"""Say where two trees of a guide differ, place by place, in the notation of the guide tables."""

from collections.abc import Iterator, Sequence

import msgspec

from cleanclaim.x12.grammar import Element, LoopNode, Note, SegmentNode, dictionary

Child = SegmentNode | LoopNode
ABSENT = "-"


class Difference(msgspec.Struct, frozen=True, order=True):
    """A place like "2300/REF(4N)", "2300/CLM05-03" or "2300/[2320]", and what each tree says.

    A loop or segment says its usage and repeat ("S5"), an element its usage and codes
    ("R=A,B"), and "-" is what has no such place. "NM103 type" is a type with its lengths and
    "NM1 notes" are syntax notes, wherever the segment stands. A place names no loops around
    its own, as a loop that stands at two places is the same loop.
    """

    place: str
    ours: str
    theirs: str


def differences(ours: LoopNode, theirs: LoopNode) -> set[Difference]:
    """Give all differences of two loops and of what they hold."""
    return {*_of_loops(ours, theirs), *_of_notes(theirs)}


def _of_loops(ours: LoopNode, theirs: LoopNode) -> Iterator[Difference]:
    for mine, other in _pairs(ours.children, theirs.children):
        child = mine or other
        assert child is not None
        yield from _unlike(f"{ours.id}/{_name(child)}", _times(mine), _times(other))
        if isinstance(mine, LoopNode) and isinstance(other, LoopNode):
            yield from _of_loops(mine, other)
        elif isinstance(mine, SegmentNode) and isinstance(other, SegmentNode):
            place = f"{ours.id}/{_name(mine)}"
            yield from _of_elements(place, mine.shape.elements, other.shape.elements)
            yield from _of_types(mine.id, mine.shape.elements, other.shape.elements)


def _of_elements(
    place: str, ours: Sequence[Element], theirs: Sequence[Element], mark: str = ""
) -> Iterator[Difference]:
    for index in range(max(len(ours), len(theirs))):
        mine = ours[index] if index < len(ours) else Element("N")
        other = theirs[index] if index < len(theirs) else Element("N")
        here = f"{place}{mark}{index + 1:02d}"
        yield from _unlike(here, _word(mine), _word(other))
        if "N" not in (mine.usage, other.usage):
            yield from _of_elements(here, mine.parts, other.parts, "-")


def _of_types(
    name: str, ours: Sequence[Element], theirs: Sequence[Element], mark: str = ""
) -> Iterator[Difference]:
    for place, (mine, other) in enumerate(zip(ours, theirs, strict=False), 1):
        here = f"{name}{mark}{place:02d}"
        if mine.kind and other.kind:
            yield from _unlike(f"{here} type", _type(mine), _type(other))
        yield from _of_types(here, mine.parts, other.parts, "-")


def _of_notes(theirs: LoopNode) -> Iterator[Difference]:
    """Compare the notes of each segment, which some of their segments leave out."""
    said: dict[str, set[Note]] = {}
    for segment in segments(theirs):
        said.setdefault(segment.id, set()).update(segment.shape.notes)
    for name, notes in said.items():
        kinds, known = dictionary().get(name, ((), ()))
        ours = [note for note in known if note.letter != "F"]  # X12 writes it in words
        within = [note for note in notes if max(note.elements) <= len(kinds)]
        if notes:
            yield from _unlike(f"{name} notes", _notes(ours), _notes(within))


def _unlike(place: str, ours: str, theirs: str) -> Iterator[Difference]:
    if ours != theirs:
        yield Difference(place, ours, theirs)


def _pairs(
    ours: Sequence[Child], theirs: Sequence[Child]
) -> Iterator[tuple[Child | None, Child | None]]:
    """Match children of one segment id: those whose qualifiers agree best come first."""
    left, right = list(ours), list(theirs)
    for test in (_same, _akin, _alone):
        for mine in tuple(left):
            found = next((other for other in right if test(mine, other, left, right)), None)
            if found is not None:
                left.remove(mine)
                right.remove(found)
                yield mine, found
    yield from ((mine, None) for mine in left)
    yield from ((None, other) for other in right)


def _same(mine: Child, other: Child, _left: list[Child], _right: list[Child]) -> bool:
    return _kind(mine) == _kind(other) and _qualifiers(mine) == _qualifiers(other)


def _akin(mine: Child, other: Child, _left: list[Child], _right: list[Child]) -> bool:
    return _kind(mine) == _kind(other) and bool(_qualifiers(mine) & _qualifiers(other))


def _alone(mine: Child, other: Child, left: list[Child], right: list[Child]) -> bool:
    """Tell whether these are the only two of their kind that are left."""
    kind = _kind(mine)
    rest = [*map(_kind, left), *map(_kind, right)]
    return _kind(other) == kind and rest.count(kind) == 2


def _kind(child: Child) -> tuple[bool, str]:
    return isinstance(child, LoopNode), child.trigger.id


def _qualifiers(child: Child) -> frozenset[str]:
    return frozenset(child.trigger.shape.qualifiers[2])


def _name(child: Child) -> str:
    """Name a loop "[2320]" and a segment by its id and first code, "REF(4N)"."""
    if isinstance(child, LoopNode):
        return f"[{child.id}]"
    codes = sorted(_qualifiers(child))
    return f"{child.id}({codes[0]})" if codes else child.id


def _times(child: Child | None) -> str:
    if child is None:
        return ABSENT
    name = f"[{child.id}] " if isinstance(child, LoopNode) else ""
    return f"{name}{'R' if child.required else 'S'}{child.repeat or '>'}"


def _type(element: Element) -> str:
    assert element.kind
    return f"{element.kind.name}{element.kind.shortest}-{element.kind.longest}"


def segments(loop: LoopNode) -> Iterator[SegmentNode]:
    """Give every segment of a loop and of the loops within."""
    for each in loop.loops():
        yield from (child for child in each.children if isinstance(child, SegmentNode))


def _notes(notes: Sequence[Note]) -> str:
    words = (note.letter + "".join(f"{place:02d}" for place in note.elements) for note in notes)
    return " ".join(sorted(words))


def _word(element: Element) -> str:
    if element.usage == "N":
        return "N"
    repeats = f"^{element.repeats}" if element.repeats != 1 else ""
    codes = f"={','.join(sorted(element.codes))}" if element.codes else ""
    return f"{element.usage}{repeats}{codes}"

"""Say what is wrong with a segment that its pattern refuses, element by element."""

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from cleanclaim.x12 import rules
from cleanclaim.x12.findings import Rule
from cleanclaim.x12.grammar import Element, Kind, Note, Shape
from cleanclaim.x12.patterns import DATE, FORMS, SHORT_DATE, SHORT_TIME, TIME
from cleanclaim.x12.segments import Delimiters, Segment

_CODES_SHOWN = 12
_FORMS = {name: re.compile(text, re.ASCII) for name, text in FORMS.items()}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TYPED = {
    "N": (re.compile(r"-?\d+", re.ASCII), rules.BAD_CHARACTER),
    "R": (re.compile(r"-?(?:\d+|\d*\.\d+)", re.ASCII), rules.BAD_CHARACTER),
    "TM": (re.compile(TIME, re.ASCII), rules.BAD_TIME),
    "TM4": (re.compile(SHORT_TIME, re.ASCII), rules.BAD_TIME),
    "DT": (re.compile(DATE, re.ASCII), rules.BAD_DATE),
    "DT6": (re.compile(SHORT_DATE, re.ASCII), rules.BAD_DATE),
}


class Flaw(msgspec.Struct, frozen=True):
    """A rule broken by one element ("CLM05-03") and the words for its message."""

    rule: Rule
    element: str
    words: dict[str, str] = {}


def flaws_of(segment: Segment, shape: Shape) -> Iterator[Flaw]:
    """Give every flaw of a segment: of its elements, then the syntax notes that it breaks."""
    yield from diagnose(segment, shape)
    yield from broken_notes(segment, shape.notes)


def diagnose(segment: Segment, shape: Shape) -> Iterator[Flaw]:
    """Give every flaw of the elements; syntax notes are asked by ``broken_notes``."""
    given = segment.elements
    if any(given[shape.extent :]):
        yield Flaw(rules.TOO_MANY_ELEMENTS, segment.id)
    for place, element in enumerate(shape.elements, 1):
        text = given[place - 1] if place <= len(given) else ""
        yield from _judge(f"{segment.id}{place:02d}", text, element, segment.delimiters)
    for place in range(len(shape.elements) + 1, min(len(given), shape.extent) + 1):
        if given[place - 1]:
            yield Flaw(rules.UNUSED_ELEMENT, f"{segment.id}{place:02d}")
    if given and not given[-1]:
        yield Flaw(rules.TRAILING, segment.id)


def broken_notes(segment: Segment, notes: tuple[Note, ...]) -> Iterator[Flaw]:
    """Give the syntax notes that the segment breaks."""
    yield from _broken(segment.id, segment.elements, notes)


def _broken(name: str, given: Sequence[str], notes: tuple[Note, ...]) -> Iterator[Flaw]:
    """Give the notes broken by the elements of a segment, or by the components of one of them."""
    for note in notes:
        present = [place <= len(given) and given[place - 1] != "" for place in note.elements]
        if note.letter == "F":
            qualifier, text = (given[place - 1] if all(present) else "" for place in note.elements)
            if text and not _has_form(qualifier, text):
                rule = rules.BAD_TIME if qualifier == "TM" else rules.BAD_DATE
                yield Flaw(rule, f"{name}{note.elements[1]:02d}")
        elif _BROKEN[note.letter](present):
            yield _note_flaw(name, note, present)


def _note_flaw(name: str, note: Note, present: list[bool]) -> Flaw:
    names = [f"{name}{place:02d}" for place in note.elements]
    absent = next((name for name, here in zip(names, present, strict=True) if not here), names[-1])
    others = ", ".join(name for name in names if name != absent)
    if note.letter == "E":
        return Flaw(rules.EXCLUSION, names[-1], {"others": ", ".join(names)})
    return Flaw(rules.CONDITION, absent, {"others": others})


# P all or none, R at least one, E at most one, C the first asks for all, L for one of the rest.
_BROKEN: dict[str, Callable[[list[bool]], bool]] = {
    "P": lambda present: any(present) and not all(present),
    "R": lambda present: not any(present),
    "E": lambda present: sum(present) > 1,
    "C": lambda present: present[0] and not all(present[1:]),
    "L": lambda present: present[0] and not any(present[1:]),
}


def _has_form(qualifier: str, text: str) -> bool:
    form = _FORMS.get(qualifier)
    return form is None or form.fullmatch(text) is not None


def _judge(name: str, text: str, element: Element, delimiters: Delimiters) -> Iterator[Flaw]:
    if not text:
        if element.usage == "R":
            yield Flaw(rules.MISSING_ELEMENT, name)
    elif element.usage == "N":
        yield Flaw(rules.UNUSED_ELEMENT, name)
    elif element.kind is None or element.kind.name != "B":  # binary data may be anything
        yield from _judge_repeats(name, text, element, delimiters)


def _judge_repeats(
    name: str, text: str, element: Element, delimiters: Delimiters
) -> Iterator[Flaw]:
    repeats = text.split(delimiters.repetition) if delimiters.repetition else [text]
    if len(repeats) > element.repeats:
        yield Flaw(rules.TOO_MANY_REPEATS, name, {"most": str(element.repeats)})
    for repeat in repeats[: element.repeats]:
        parts = repeat.split(delimiters.component)
        if element.parts:
            yield from _judge_parts(name, parts, element, delimiters)
        elif len(parts) > 1:
            yield Flaw(rules.TOO_MANY_COMPONENTS, name)
        else:
            yield from _judge_value(name, repeat, element)


def _judge_parts(
    name: str, given: list[str], element: Element, delimiters: Delimiters
) -> Iterator[Flaw]:
    if not given[-1]:
        yield Flaw(rules.TRAILING, name)
        given = "\0".join(given).rstrip("\0").split("\0")
    if len(given) > len(element.parts):
        yield Flaw(rules.TOO_MANY_COMPONENTS, name)
    for place, part in enumerate(element.parts, 1):
        text = given[place - 1] if place <= len(given) else ""
        yield from _judge(f"{name}-{place:02d}", text, part, delimiters)
    yield from _broken(f"{name}-", given, element.notes)


def _judge_value(name: str, text: str, element: Element) -> Iterator[Flaw]:
    if not text:
        yield Flaw(rules.MISSING_ELEMENT, name)
    elif element.codes:
        if text not in element.codes:
            yield Flaw(rules.BAD_CODE, name, {"codes": _shown(element.codes)})
    elif element.kind:
        yield from _judge_typed(name, text, element.kind)


def _judge_typed(name: str, text: str, kind: Kind) -> Iterator[Flaw]:
    exact = f"{kind.name}{kind.longest}"
    known = exact if exact in _TYPED else kind.name
    form, rule = _TYPED.get(known, (None, rules.BAD_CHARACTER))
    if form is not None and not form.fullmatch(text):
        yield Flaw(rule, name)
    elif form is None and _CONTROL.search(text):
        yield Flaw(rules.BAD_CHARACTER, name)
    elif kind.name not in ("TM", "DT"):
        yield from _judge_length(name, text, kind)


def _judge_length(name: str, text: str, kind: Kind) -> Iterator[Flaw]:
    length = len(text) if kind.name in ("AN", "ID") else sum(map(str.isdigit, text))
    if length < kind.shortest:
        yield Flaw(rules.TOO_SHORT, name, {"length": str(length), "bound": str(kind.shortest)})
    elif length > kind.longest:
        yield Flaw(rules.TOO_LONG, name, {"length": str(length), "bound": str(kind.longest)})


def _shown(codes: tuple[str, ...]) -> str:
    more = ", …" if len(codes) > _CODES_SHOWN else ""
    return ", ".join(codes[:_CODES_SHOWN]) + more

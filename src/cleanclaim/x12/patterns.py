"""Turn the shape of a segment into one regular expression over its raw text."""

import re
from collections.abc import Iterator

from cleanclaim.x12.grammar import Element, Kind, Note, Shape
from cleanclaim.x12.segments import Delimiters

_LEAP = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
DATE = (
    r"(?:\d{4}(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)"
    rf"|02(?:0[1-9]|1\d|2[0-8]))|{_LEAP}0229)"
)
SHORT_DATE = r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
SHORT_TIME = r"(?:[01]\d|2[0-3])[0-5]\d"
TIME = rf"{SHORT_TIME}(?:[0-5]\d(?:\d{{1,2}})?)?"
# What the date format qualifiers (element 1250) that our guides use demand of the text.
FORMS = {
    "D8": DATE,
    "D6": SHORT_DATE,
    "RD8": f"{DATE}-{DATE}",
    "TM": TIME,
    "DT": f"{DATE}{TIME}",
}
# A number counts its digits only, neither sign nor point (X12.6).
_NUMBER_FORMS = {
    "N": r"-?\d{{{shortest},{longest}}}",
    "R": r"-?(?:\d{{{shortest},{longest}}}|(?=[\d.]{{2,{more}}}(?![\d.]))\d*\.\d+)",
}


def compiled(shape: Shape, delimiters: Delimiters) -> re.Pattern[str]:
    """Give the pattern that the text of a segment of this shape matches in full.

    The pattern covers order, usage, type, length, codes, repetitions and those syntax notes
    that bind neighbours; ``left_to_ask`` names the others. Trailing empty elements do not
    match, so that they are diagnosed.
    """
    mark = re.escape(delimiters.element)
    head, tail = "", ""
    last = max(
        (place for place, each in enumerate(shape.elements, 1) if each.usage == "R"), default=0
    )
    for first, after in reversed(_steps(shape)):
        text = _step(shape, first, after, delimiters)
        if first <= last:
            head = text + head
        else:
            tail = _maybe(f"{text}{tail}")
    return re.compile(f"{shape.id}{head}{tail}(?<!{mark})", re.ASCII)


def left_to_ask(shape: Shape) -> tuple[Note, ...]:
    """Give the syntax notes that the pattern of a shape does not cover."""
    pairs = _pairs(shape)
    return tuple(note for note in shape.notes if pairs.get(note.elements[0]) != note.elements)


def _pairs(shape: Shape) -> dict[int, tuple[int, ...]]:
    """Give the neighbours that are written as one: both or none (P), or a form by its name (F).

    Both must be used alike, so that none is left out where the other stands.
    """
    bound: dict[int, set[str]] = {}
    for note in shape.notes:
        first, second = note.elements[0], note.elements[-1]
        if note.letter in "PF" and len(note.elements) == 2 and second == first + 1:
            bound.setdefault(first, set()).add(note.letter)
    return {
        first: (first, first + 1)
        for first, letters in bound.items()
        if _is_pair(shape.elements[first - 1 : first + 1], letters)
    }


def _is_pair(elements: tuple[Element, ...], letters: set[str]) -> bool:
    usages = "".join(each.usage for each in elements)
    if len(elements) < 2 or any(each.parts or each.repeats > 1 for each in elements):
        return False
    formed = "F" not in letters or (bool(elements[0].codes) and not elements[1].codes)
    return formed and ((usages == "SS" and "P" in letters) or usages == "RR")


def _steps(shape: Shape) -> list[tuple[int, int]]:
    """Give the elements in order, those of a pair together: first and last place of each."""
    pairs = _pairs(shape)
    steps = []
    place = 1
    while place <= len(shape.elements):
        after = pairs.get(place, (place,))[-1]
        steps.append((place, after))
        place = after + 1
    return steps


def _step(shape: Shape, first: int, last: int, delimiters: Delimiters) -> str:
    mark = re.escape(delimiters.element)
    if first == last:
        return mark + _body(shape.elements[first - 1], delimiters)
    name, value = shape.elements[first - 1 : last]
    both = [f"{said}{mark}{form}" for said, form in _forms(shape, first, name, value, delimiters)]
    neither = [mark] if name.usage == "S" else []
    return f"{mark}(?:{'|'.join(both + neither)})"


def _forms(
    shape: Shape, place: int, name: Element, value: Element, delimiters: Delimiters
) -> Iterator[tuple[str, str]]:
    """Give what the first of a pair may say and the pattern of the second then."""
    plain = _value(value, delimiters)
    if not any(note.letter == "F" and note.elements[0] == place for note in shape.notes):
        yield _value(name, delimiters), plain
        return
    for code in name.codes:
        yield re.escape(code), FORMS.get(code, plain)


def _body(element: Element, delimiters: Delimiters) -> str:
    """Give the pattern of an element with what it may be left out."""
    if element.usage == "N":
        return ""
    text = _composite(element, delimiters) if element.parts else _value(element, delimiters)
    if element.repeats > 1 and delimiters.repetition:
        again = f"{re.escape(delimiters.repetition)}{text}"
        text = f"{text}(?:{again}){{0,{element.repeats - 1}}}"
    return f"(?:{text})" if element.usage == "R" else _maybe(text)


def _maybe(text: str) -> str:
    """Let a text be absent: as a choice, which takes two thirds of the time that ``?`` takes."""
    return f"(?:{text}|)"


def _composite(element: Element, delimiters: Delimiters) -> str:
    component = re.escape(delimiters.component)
    bodies = [_body(each, delimiters) for each in element.parts]
    for note in element.notes:
        bodies[note.elements[0] - 1] = _guard(note, delimiters) + bodies[note.elements[0] - 1]
    needed = [place for place, each in enumerate(element.parts) if each.usage == "R"]
    last = max(needed, default=0) + 1
    text = component.join(bodies[:last])
    tail = ""
    for body in reversed(bodies[last:]):
        tail = _maybe(f"{component}{body}{tail}")
    mark = re.escape(delimiters.element)
    return f"(?!{mark}|$){text}{tail}(?<!{component})"


def _guard(note: Note, delimiters: Delimiters) -> str:
    """Give what, before the first of two neighbours in a composite, refuses a broken note."""
    component = re.escape(delimiters.component)
    marks = "".join(re.escape(mark) for mark in _marks(delimiters))
    ended = f"(?:[{marks}]|$)"
    if note.letter == "P":
        return (
            f"(?!{component}[^{marks}])(?![^{marks}]+(?:{component}{ended}|(?!{component}){ended}))"
        )
    assert note.letter == "F"  # noqa: S101 - guide tables are ours, not input
    return "".join(
        f"(?!{name}{component}(?!{ended}|{form}{ended}))" for name, form in FORMS.items()
    )


def _value(element: Element, delimiters: Delimiters) -> str:
    if element.codes:
        return "(?:" + "|".join(re.escape(code) for code in element.codes) + ")"
    assert element.kind  # noqa: S101 - an element without parts has a kind
    return _typed(element.kind, delimiters)


def _typed(kind: Kind, delimiters: Delimiters) -> str:
    if kind.name == "DT":
        return DATE if kind.longest == 8 else SHORT_DATE
    if kind.name == "TM":
        return TIME if kind.longest > 4 else SHORT_TIME
    if kind.name == "B":
        return "(?s:.+)"
    if kind.name in _NUMBER_FORMS:
        return _NUMBER_FORMS[kind.name].format(
            shortest=kind.shortest, longest=kind.longest, more=kind.longest + 1
        )
    marks = "".join(re.escape(mark) for mark in _marks(delimiters))
    return rf"[^{marks}\x00-\x1f\x7f]{{{kind.shortest},{kind.longest}}}"


def _marks(delimiters: Delimiters) -> tuple[str, ...]:
    return (
        delimiters.element,
        delimiters.component,
        delimiters.repetition,
        delimiters.terminator,
    )

"""Turn the shape of a segment into one regular expression over its raw text."""

import re
from functools import cache

from cleanclaim.x12.grammar import Element, Kind, Shape
from cleanclaim.x12.segments import Delimiters

_LEAP = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
DATE = (
    r"(?:\d{4}(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)"
    rf"|02(?:0[1-9]|1\d|2[0-8]))|{_LEAP}0229)"
)
SHORT_DATE = r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d{1,2})?)?"
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


@cache
def compiled(shape: Shape, delimiters: Delimiters) -> re.Pattern[str]:
    """Give the pattern that a raw segment of this shape matches in full.

    The pattern covers order, usage, type, length, codes and repetitions; syntax notes are
    beside it. Trailing empty elements do not match, so that they are diagnosed.
    """
    element = re.escape(delimiters.element)
    bodies = [_body(each, delimiters) for each in shape.elements]
    required = [each.usage == "R" for each in shape.elements]
    last = max((place for place, needed in enumerate(required, 1) if needed), default=0)
    text = "".join(element + body for body in bodies[:last])
    tail = ""
    for body in reversed(bodies[last:]):
        tail = f"(?:{element}{body}{tail})?"
    end = re.escape(delimiters.terminator)
    ending = f"(?<!{element})[\\r\\n]*(?:{end})?"
    return re.compile(f"[\\s\\x00\\x1a]*{shape.id}{text}{tail}{ending}", re.ASCII)


@cache
def simple(element: Element, delimiters: Delimiters) -> re.Pattern[str]:
    """Give the pattern of the value of one element that is no composite."""
    return re.compile(_value(element, delimiters), re.ASCII)


def _body(element: Element, delimiters: Delimiters) -> str:
    """Give the pattern of an element with what it may be left out."""
    if element.usage == "N":
        return ""
    text = _composite(element, delimiters) if element.parts else _value(element, delimiters)
    if element.repeats > 1 and delimiters.repetition:
        again = f"{re.escape(delimiters.repetition)}{text}"
        text = f"{text}(?:{again}){{0,{element.repeats - 1}}}"
    return f"(?:{text})" if element.usage == "R" else f"(?:{text})?"


def _composite(element: Element, delimiters: Delimiters) -> str:
    component = re.escape(delimiters.component)
    bodies = [_body(each, delimiters) for each in element.parts]
    needed = [place for place, each in enumerate(element.parts) if each.usage == "R"]
    last = max(needed, default=0) + 1
    text = component.join(bodies[:last])
    tail = ""
    for body in reversed(bodies[last:]):
        tail = f"(?:{component}{body}{tail})?"
    mark = re.escape(delimiters.element)
    return f"(?!{mark}|$){text}{tail}(?<!{component})"


def _value(element: Element, delimiters: Delimiters) -> str:
    if element.codes:
        return "(?:" + "|".join(re.escape(code) for code in element.codes) + ")"
    assert element.kind  # noqa: S101 - an element without parts has a kind
    return _typed(element.kind, delimiters)


def _typed(kind: Kind, delimiters: Delimiters) -> str:
    if kind.name == "DT":
        return DATE if kind.longest == 8 else SHORT_DATE
    if kind.name == "TM":
        return TIME
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

"""The small vocabulary of companion files: references to places of a claim, and tests."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.identifiers import is_mbi, is_npi
from cleanclaim.x12.checks.claim_lookups import (
    PROCEDURE_PLACES,
    coded,
    created_on,
    service_span,
    services,
)
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.segments import Loop, Segment

_PLACE = re.compile(
    r"(?:(?P<loop>\d{4}[A-Z]{0,2})/)?(?P<segment>[A-Z][A-Z0-9]{1,2}?)"
    r"(?:\*(?P<qualifier>[A-Z0-9]+)|(?P<element>\d\d)(?:-(?P<component>\d\d))?)?"
)
_LOOP = re.compile(r"\d{4}[A-Z]{0,2}")
_CODES = re.compile(r"HI:([A-Z]{2,3})")
_RANGE = re.compile(r"(\w+)-(\w+)")
_RIDE = re.compile(r"[DEGHIJNPRSX]{2}")

# Loops within a claim; all others stand around it.
_OF_CLAIMS = ("23", "24")

FORMS: dict[str, Callable[[str], bool]] = {
    "mbi": is_mbi,
    "npi": is_npi,
    "digits": lambda text: text.isascii() and text.isdecimal(),
    "ride": lambda text: _RIDE.fullmatch(text) is not None,
}


class TermError(CleanclaimError):
    """A word of a companion file is not in its vocabulary; the text says what is."""

    code = "x12.companion.term"


class Hit(msgspec.Struct, frozen=True):
    """A value that a reference met, and where: segment, loop and element ("CLM05-03")."""

    text: str
    segment: Segment | None = None
    loop: str = ""
    element: str = ""


Look = Callable[[Segment, Loop, Scope], Iterable[Hit]]


class Reference(msgspec.Struct, frozen=True):
    """A place of a claim: ``element`` names it where nothing stands there."""

    element: str
    looks: tuple[Look, ...]

    def hits(self, segment: Segment, loop: Loop, scope: Scope) -> list[Hit]:
        """Give the values there, seen from a segment, its loop and its claim."""
        return [hit for look in self.looks for hit in look(segment, loop, scope) if hit.text]


class Test(msgspec.Struct, frozen=True):
    """A test of the values that a reference met: of each one, and how many must pass it."""

    passes: Callable[[str], bool]
    need: str  # "some", "none" or "all"; "each" is "all" and at least one

    def holds(self, hits: Sequence[Hit]) -> bool:
        """Tell whether the values pass."""
        passed = [self.passes(hit.text) for hit in hits]
        if self.need == "some":
            return any(passed)
        if self.need == "none":
            return not any(passed)
        return all(passed) and (self.need == "all" or bool(passed))

    def offender(self, hits: Sequence[Hit]) -> Hit | None:
        """Give the first value at fault; None where one is missing."""
        wrong = self.need == "none"
        if self.need == "some":
            return None
        return next((hit for hit in hits if self.passes(hit.text) is wrong), None)


def read_reference(text: str) -> Reference:
    """Read a reference; raises TermError for a word that names no place."""
    parts = text.split("|")
    looks = tuple(_look(part) for part in parts)
    return Reference(parts[0].rpartition("/")[2].partition("*")[0], looks)


def read_test(text: str) -> Test:
    """Read a test; raises TermError for one that is not in the vocabulary."""
    word, _, rest = text.strip().partition(" ")
    values = [each for each in rest.replace(",", " ").split() if each]
    simple = {"present": "some", "absent": "none"}
    if word in simple and not values:
        return Test(bool, simple[word])
    lists = {"is": "each", "has": "some", "lacks": "none"}
    if word in lists and values:
        return Test(_among(values), lists[word])
    return _measured(word, values)


def _measured(word: str, values: list[str]) -> Test:
    value = values[0] if len(values) == 1 else ""
    if word == "form" and value in FORMS:
        return Test(FORMS[value], "all")
    if word == "from" and len(value) == 8 and value.isdecimal():
        return Test(lambda text: text >= value, "some")
    if word == "most" and _number(value) is not None:
        most = float(value)
        return Test(lambda text: (_number(text) or 0) <= most, "all")
    known = ", ".join(sorted(FORMS))
    msg = (
        "a test is 'present', 'absent', 'is', 'has' or 'lacks' with values, 'form' with one of "
        f"{known}, 'from' with a day as YYYYMMDD, or 'most' with a number"
    )
    raise TermError(msg)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _among(values: Sequence[str]) -> Callable[[str], bool]:
    """Make the test whether a text is one of the values, in a range or of a beginning."""
    ranges = [match.groups() for each in values if (match := _RANGE.fullmatch(each))]
    beginnings = tuple(each[:-1] for each in values if each.endswith("*"))
    exact = frozenset(values)

    def passes(text: str) -> bool:
        if text in exact or (beginnings and text.startswith(beginnings)):
            return True
        return any(first <= text <= last and len(text) == len(first) for first, last in ranges)

    return passes


def _look(text: str) -> Look:
    if text in _WORDS:
        return _WORDS[text]
    if _LOOP.fullmatch(text):
        return _look_for_loop(text)
    if match := _CODES.fullmatch(text):
        return _look_for_codes(match[1])
    if match := _PLACE.fullmatch(text):
        place = match.groupdict("")
        if place["qualifier"] or not place["element"]:
            return _look_for_segment(place["loop"], place["segment"], place["qualifier"])
        element, component = int(place["element"]), int(place["component"] or 0)
        name = text.rpartition("/")[2]
        return _look_for_element(place["loop"], place["segment"], (element, component), name)
    msg = (
        f"{text!r} names no place; write a segment (REF*F8), an element (CLM05-03), a loop "
        f"(2320), codes in HI (HI:BE) or one of {', '.join(sorted(_WORDS))}"
    )
    raise TermError(msg)


def _look_for_loop(loop_id: str) -> Look:
    def look(_segment: Segment, loop: Loop, scope: Scope) -> Iterator[Hit]:
        for found in _loops(loop_id, loop, scope):
            yield Hit(loop_id, found.segments[0] if found.segments else None, loop_id)

    return look


def _look_for_codes(qualifier: str) -> Look:
    def look(_segment: Segment, _loop: Loop, scope: Scope) -> Iterator[Hit]:
        for holder, place in coded(scope, qualifier):
            yield Hit(holder.get(place, 2), holder, "2300", f"HI{place:02d}-02")

    return look


def _look_for_segment(loop_id: str, segment_id: str, qualifier: str) -> Look:
    def look(_segment: Segment, loop: Loop, scope: Scope) -> Iterator[Hit]:
        wanted = (qualifier,) if qualifier else ()
        for holder in _loops(loop_id, loop, scope):
            for found in holder.find_all(segment_id, *wanted):
                yield Hit(found.id, found, holder.id)

    return look


def _look_for_element(loop_id: str, segment_id: str, place: tuple[int, int], name: str) -> Look:
    def look(segment: Segment, loop: Loop, scope: Scope) -> list[Hit]:
        if not loop_id and segment.id == segment_id:
            return [Hit(segment.get(*place), segment, loop.id, name)]
        return [
            Hit(found.get(*place), found, holder.id, name)
            for holder in _loops(loop_id, loop, scope)
            for found in holder.segments
            if found.id == segment_id
        ]

    return look


def _loops(loop_id: str, loop: Loop, scope: Scope) -> list[Loop]:
    """Give the loops of this id in the claim or around it; without an id the one asked about."""
    if not loop_id or loop.id == loop_id:
        return [loop]
    if loop_id.startswith(_OF_CLAIMS):
        return list(_within(loop_id, scope.unit))
    found = []
    for level in scope.ancestors:
        if level.id == loop_id:
            found.append(level)
        found += [child for child in level.loops if child.id == loop_id]
    return found


def _within(loop_id: str, loop: Loop) -> Iterator[Loop]:
    if loop.id == loop_id:
        yield loop
    for child in loop.loops:
        yield from _within(loop_id, child)


def _look_at_procedure(segment: Segment, loop: Loop, _scope: Scope) -> Iterator[Hit]:
    place = PROCEDURE_PLACES.get(segment.id)
    if place is not None:
        yield Hit(segment.get(place, 2), segment, loop.id, f"{segment.id}{place:02d}-02")


def _look_at_modifiers(segment: Segment, loop: Loop, _scope: Scope) -> Iterator[Hit]:
    place = PROCEDURE_PLACES.get(segment.id)
    for modifier in segment.components(place)[2:6] if place is not None else ():
        yield Hit(modifier, segment, loop.id, f"{segment.id}{place:02d}")


def _look_at_procedures(_segment: Segment, _loop: Loop, scope: Scope) -> Iterator[Hit]:
    for service in scope.once(services):
        yield Hit(service.procedure, service.segment, "2400", f"{service.segment.id}01")


def _look_at_revenues(_segment: Segment, _loop: Loop, scope: Scope) -> Iterator[Hit]:
    for service in scope.once(services):
        if service.segment.id == "SV2":
            yield Hit(service.segment.get(1), service.segment, "2400", "SV201")


def _look_at_day(_segment: Segment, _loop: Loop, scope: Scope) -> Iterator[Hit]:
    yield Hit(scope.once(service_span)[0])


def _look_at_making(_segment: Segment, _loop: Loop, scope: Scope) -> Iterator[Hit]:
    yield Hit(scope.once(created_on))


# What a companion calls by a word: the procedure and modifiers of the line asked about, all
# procedures and revenue codes of the claim, its first day of service, the day it was made.
_WORDS: dict[str, Look] = {
    "procedure": _look_at_procedure,
    "modifiers": _look_at_modifiers,
    "procedures": _look_at_procedures,
    "revenues": _look_at_revenues,
    "service-day": _look_at_day,
    "file-day": _look_at_making,
}

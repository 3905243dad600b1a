"""Reading values out of X12 segments so that every fault and every loss is told."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.money import read_cents
from cleanclaim.x12 import Loop, Segment

Code = TypeVar("Code", bound=StrEnum)

_NUMBER = re.compile(r"-?(\d{1,9}(\.\d{0,6})?|\.\d{1,6})", re.ASCII)
_COUNT = re.compile(r"\d{1,6}(\.0*)?", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)
_HOUR = re.compile(r"\d{4}", re.ASCII)
# More digits than any claim has; beyond them columns of 64 bits could not add up.
_CENTS_BELOW = 10**13

# What the writer makes again from nesting, counting or the guide's only choice, so that
# nothing is lost by not keeping it: (segment, element, component or 0).
_IMPLIED = frozenset(
    {("HL", n, 0) for n in (1, 2, 3, 4)}
    | {("NM1", 1, 0), ("NM1", 2, 0), ("PRV", 1, 0), ("PRV", 2, 0), ("CLM", 5, 2), ("DMG", 1, 0)}
    | {
        ("NTE", 1, 0),
        ("DTP", 1, 0),
        ("DTP", 2, 0),
        ("REF", 1, 0),
        ("AMT", 1, 0),
        ("PER", 1, 0),
        ("PWK", 5, 0),
        ("CUR", 1, 0),
        ("REF", 4, 1),
        ("DN2", 6, 0),
        ("TOO", 1, 0),
        ("SV5", 1, 1),
        ("SV5", 2, 0),
        ("CR1", 1, 0),
        ("CR1", 5, 0),
        ("CR3", 2, 0),
        ("QTY", 1, 0),
        ("PAT", 5, 0),
        ("PAT", 7, 0),
    }
    | {("HI", element, 3) for element in range(1, 13)}
)


class Reading:
    """The segments of one claim, what was taken from them, and what was wrong.

    ``loops`` are the claim's loop and those above it. A value is taken through the methods
    below; ``leftovers`` then tells what nobody took.
    """

    def __init__(self, loops: Iterable[Loop]) -> None:
        self.findings: list[Finding] = []
        self._taken: set[tuple[int, int, int]] = set()
        self._segments: dict[int, tuple[Segment, str]] = {}
        self._within: dict[int, dict[str, list[Segment]]] = {}
        for loop in loops:
            self._enter(loop)

    def _enter(self, loop: Loop) -> None:
        within: dict[str, list[Segment]] = {}
        for segment in loop.segments:
            self._segments[id(segment)] = (segment, loop.id)
            within.setdefault(segment.id, []).append(segment)
        self._within[id(loop)] = within
        for child in loop.loops:
            self._enter(child)

    def all(self, loop: Loop | None, segment_id: str, *qualifiers: str) -> list[Segment]:
        """Give the loop's segments of an id whose first element is one of the qualifiers."""
        found = self._within[id(loop)].get(segment_id) if loop is not None else None
        if not found or not qualifiers:
            return found or []
        return [segment for segment in found if segment.get(1) in qualifiers]

    def one(self, loop: Loop | None, segment_id: str, *qualifiers: str) -> Segment | None:
        """Give the first of ``all``, or None."""
        found = self.all(loop, segment_id, *qualifiers)
        return found[0] if found else None

    def text(self, segment: Segment | None, element: int, component: int = 0) -> str:
        """Take an element or a component as it is; "" where it is absent."""
        if segment is None:
            return ""
        self._taken.add((id(segment), element, component))
        # An element without components may be asked for as its own first component.
        if component == 1 and segment.delimiters.component not in segment.get(element):
            self._taken.add((id(segment), element, 0))
        return segment.get(element, component)

    def taken_code(self, segment: Segment, element: int) -> str:
        """Take qualifier and code of a health care code (C022), and give the code."""
        self.text(segment, element, 1)
        return self.text(segment, element, 2)

    def code(
        self,
        segment: Segment | None,
        element: int,
        allowed: Iterable[Code],
        default: Code,
        part: int = 0,
    ) -> Code:
        """Take a code of a closed list; a block finding and the default for any other."""
        text = self.text(segment, element, part)
        for code in allowed:
            if code.value == text:
                return code
        self._fault("CLAIM.CODE", segment, element, "the code is not one the guide allows")
        return default

    def cents(self, segment: Segment | None, element: int) -> int:
        """Take an amount in cents; a block finding and 0 where it cannot be read."""
        cents = read_cents(self.text(segment, element))
        if cents is None or abs(cents) >= _CENTS_BELOW:
            self._fault("CLAIM.AMOUNT", segment, element, "not an amount of dollars and cents")
            return 0
        return cents

    def optional_cents(self, segment: Segment | None, element: int) -> int | None:
        """Take an amount in cents, or None where there is none."""
        return self.cents(segment, element) if segment and segment.get(element) else None

    def optional_number(
        self, segment: Segment | None, element: int, *, component: int = 0
    ) -> Decimal | None:
        """Take a decimal number, or None where there is none."""
        if segment is None or not segment.get(element, component):
            return None
        return self.number(segment, element, component=component)

    def number(self, segment: Segment | None, element: int, *, component: int = 0) -> Decimal:
        """Take a decimal number; a block finding and 0 where it cannot be read."""
        text = self.text(segment, element, component)
        if _NUMBER.fullmatch(text):
            return Decimal(text)
        self._fault("CLAIM.NUMBER", segment, element, "not a number")
        return Decimal(0)

    def count(self, segment: Segment | None, element: int, *, component: int = 0) -> int:
        """Take a whole number; a block finding and 0 where it cannot be read."""
        text = self.text(segment, element, component)
        if _COUNT.fullmatch(text):
            return int(Decimal(text))
        self._fault("CLAIM.NUMBER", segment, element, "not a whole number")
        return 0

    def day(self, segment: Segment | None, element: int, component: int = 0) -> date | None:
        """Take a day written as eight digits; None where absent, a block finding if wrong."""
        text = self.text(segment, element, component)
        if not text:
            return None
        day = _read_day(text)
        if day is None:
            self._fault("CLAIM.DATE", segment, element, "not a date")
        return day

    def days(self, segment: Segment | None) -> tuple[date | None, date | None]:
        """Take first and last day of a DTP, which is one day (D8) or two (RD8)."""
        if segment is None:
            return None, None
        if segment.get(2) != "RD8":
            day = self.day(segment, 3)
            return day, day
        return self.span(segment, 3)

    def span(
        self, segment: Segment, element: int, component: int = 0
    ) -> tuple[date | None, date | None]:
        """Take two days with a hyphen between them; a block finding if they cannot be read."""
        first, _, last = self.text(segment, element, component).partition("-")
        days = _read_day(first), _read_day(last)
        if None in days:
            self._fault("CLAIM.DATE", segment, element, "not a span of two dates")
        return days

    def moment(self, segment: Segment | None) -> tuple[date | None, str]:
        """Take the day, and the hour as four digits, of a DTP with a day (D8) or both (DT)."""
        if segment is None or segment.get(2) != "DT":
            return self.day(segment, 3), ""
        text = self.text(segment, 3)
        day = _read_day(text[:8])
        if day is None or not _HOUR.fullmatch(text[8:]):
            self._fault("CLAIM.DATE", segment, 3, "not a date with an hour")
        return day, text[8:]

    def missing(self, place: str, what: str) -> None:
        """Say that the claim lacks a segment that it cannot do without."""
        self._add(Severity.BLOCK, "CLAIM.MISSING", place, f"there is no {what}", "")

    def leftovers(self) -> None:
        """Say of each segment or element that was not taken that the claim lacks it."""
        for segment, loop_id in self._segments.values():
            left = [place for place in _places(segment) if not self._is_taken(segment, *place)]
            if left and len(left) == len(_places(segment)) - self._implied(segment):
                self._not_carried(segment, f"{loop_id}/{segment.id}", "segment")
                continue
            for element, component in left:
                part = f"-{component}" if component else ""
                name = f"{loop_id}/{segment.id}{element:02d}{part}"
                self._not_carried(segment, name, "element")

    def _implied(self, segment: Segment) -> int:
        return sum((segment.id, *place) in _IMPLIED for place in _places(segment))

    def _is_taken(self, segment: Segment, element: int, component: int) -> bool:
        if (segment.id, element, component) in _IMPLIED:
            return True
        key = id(segment), element
        return (*key, component) in self._taken or (*key, 0) in self._taken

    def _not_carried(self, segment: Segment, name: str, what: str) -> None:
        self._add(
            Severity.INFO,
            "CLAIM.NOT_CARRIED",
            f"{name}, segment {segment.position}",
            f"the {what} is valid X12 but the claim does not carry it",
            "the original file keeps it; a claim written anew lacks it",
        )

    def _fault(self, rule: str, segment: Segment | None, element: int, message: str) -> None:
        if segment is None:
            return  # its absence was told
        loop_id = self._segments[id(segment)][1]
        place = f"{loop_id}/{segment.id}{element:02d}, segment {segment.position}"
        self._add(Severity.BLOCK, rule, place, message, "correct it where the file was made")

    def _add(self, severity: Severity, rule: str, place: str, message: str, hint: str) -> None:
        self.findings.append(Finding(rule, severity, place, message, hint, "837 guide"))


def _places(segment: Segment) -> list[tuple[int, int]]:
    """Give (element, component) of everything filled in; component 0 for simple elements."""
    places = []
    mark = segment.delimiters.component
    for element, text in enumerate(segment.elements, start=1):
        if mark in text:
            parts = enumerate(text.split(mark), start=1)
            places += [(element, n) for n, part in parts if part]
        elif text:
            places.append((element, 0))
    return places


def _read_day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None

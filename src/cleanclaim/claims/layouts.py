"""Segments that hold one value each: which element is which field, for reading and writing."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from cleanclaim.claims.reading import Reading
from cleanclaim.claims.texts import day_text, format_number
from cleanclaim.kernel.money import format_decimal
from cleanclaim.x12 import Loop, Segment, segment

Value = TypeVar("Value", bound=msgspec.Struct)


class Field(msgspec.Struct, frozen=True):
    """A field of a value, the element it stands in, and how it is read and written."""

    name: str
    element: int
    read: Callable[[Reading, Segment, int], Any]
    write: Callable[[Any], str]


def text(name: str, element: int) -> Field:
    """Describe a field of text."""
    return Field(name, element, Reading.text, str)


def cents(name: str, element: int) -> Field:
    """Describe an amount that must be there."""
    return Field(name, element, Reading.cents, format_decimal)


def maybe_cents(name: str, element: int) -> Field:
    """Describe an amount that may be absent."""
    return Field(name, element, Reading.optional_cents, format_decimal)


def number(name: str, element: int) -> Field:
    """Describe a number that must be there."""
    return Field(name, element, Reading.number, format_number)


def maybe_number(name: str, element: int) -> Field:
    """Describe a number that may be absent."""
    return Field(name, element, Reading.optional_number, format_number)


def day(name: str, element: int) -> Field:
    """Describe a day of eight digits that may be absent."""
    return Field(name, element, Reading.day, day_text)


def answer(name: str, element: int) -> Field:
    """Describe a yes or no (Y, N)."""
    return Field(
        name,
        element,
        lambda reading, found, n: reading.text(found, n) == "Y",
        lambda yes: "Y" if yes else "N",
    )


class Layout(Generic[Value]):
    """How one kind of value is laid out in one segment.

    ``run`` is a field of several texts with its first and last element. ``constant`` are
    elements that always hold the same, or only where a field is filled (its name and the text).
    """

    def __init__(
        self,
        segment_id: str,
        make: type[Value],
        *fields: Field,
        run: tuple[str, int, int] | None = None,
        constant: Mapping[int, tuple[str, str]] | None = None,
    ) -> None:
        self.segment_id = segment_id
        self._make = make
        self._fields = fields
        self._run = run
        self._constant = constant or {}
        self._width = max(
            *(field.element for field in fields), run[2] if run else 0, *self._constant, 0
        )

    def read(self, reading: Reading, found: Segment) -> Value:
        """Read a value out of its segment."""
        values: dict[str, Any] = {
            field.name: field.read(reading, found, field.element) for field in self._fields
        }
        if self._run is not None:
            name, first, last = self._run
            texts = (reading.text(found, element) for element in range(first, last + 1))
            values[name] = tuple(each for each in texts if each)
        return self._make(**values)

    def one(self, reading: Reading, loop: Loop) -> Value | None:
        """Read the only such segment of a loop; None where there is none."""
        found = reading.one(loop, self.segment_id)
        return None if found is None else self.read(reading, found)

    def all(self, reading: Reading, loop: Loop) -> tuple[Value, ...]:
        """Read all such segments of a loop."""
        return tuple(self.read(reading, each) for each in reading.all(loop, self.segment_id))

    def write(self, value: Value | None) -> Segment | None:
        """Write a value as its segment; None where there is none."""
        if value is None:
            return None
        texts = [""] * self._width
        for element, (name, constant) in self._constant.items():
            if not name or getattr(value, name) not in {None, ""}:
                texts[element - 1] = constant
        for field in self._fields:
            held = getattr(value, field.name)
            texts[field.element - 1] = "" if held is None else field.write(held)
        if self._run is not None:
            name, first, _ = self._run
            for place, each in enumerate(getattr(value, name), first - 1):
                texts[place] = each
        return segment(self.segment_id, *texts)

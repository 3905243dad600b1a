"""Element texts into cents, days, quantities and procedures, each read once and remembered."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeVar

import msgspec

from cleanclaim.kernel.money import read_cents
from cleanclaim.x12.segments import Delimiters

Elements = list[str]
Found = dict[str, list[Elements]]
Span = tuple[date | None, date | None]
Value = TypeVar("Value")

# Appended to a segment so that every element an implementation guide uses can be asked for.
PADDING = ("",) * 25
# Bounds on what is remembered: enough for the days of fifty years and a large fee schedule.
_ENTRIES_MAX = 1 << 14
_TEXT_MAX = 64
# X12 numbers have at most 18 digits; longer text is no number.
_NUMBER_LENGTH_MAX = 20
_PARTS = 9
_SCALES = (100, 10, 1)
_DAY_LENGTHS = (8, 12, 14)
_COUNTS = {str(number): number for number in range(1000)}
_NO_SPAN: Span = (None, None)
# What stands before and after the point of an amount, in cents.
_WHOLE_CENTS = {str(number): number * 100 for number in range(5_000)}
_FRACTION_CENTS = {"": 0} | {
    text: number * scale
    for scale, places in ((10, 1), (1, 2))
    for number in range(10**places)
    for text in [f"{number:0{places}}"]
}


class Memory(dict[str, Value]):
    """What texts mean; once full it forgets all, so that its size stays bounded."""

    def __init__(self, read: Callable[[str], Value], entries_max: int = _ENTRIES_MAX) -> None:
        super().__init__()
        self._read = read
        self._entries_max = entries_max

    def __missing__(self, text: str) -> Value:
        value = self._read(text)
        if len(text) <= _TEXT_MAX:
            if len(self) >= self._entries_max:
                self.clear()
            self[text] = value
        return value


class _Cents(Memory[int | None]):
    """Amounts: there are too many to know them all, so a new one must be read at once."""

    def __missing__(self, text: str) -> int | None:
        whole, _, fraction = text.partition(".")
        # Nearly all: below five thousand, written as an amount is.
        if whole in _WHOLE_CENTS and fraction in _FRACTION_CENTS:
            if len(self) >= _ENTRIES_MAX:
                self.clear()
            value = self[text] = _WHOLE_CENTS[whole] + _FRACTION_CENTS[fraction]
            return value
        return self._read_rarer(text)

    def _read_rarer(self, text: str) -> int | None:
        digits, decimals = text, 0
        if not text.isdecimal():
            whole, _, fraction = text.partition(".")
            digits, decimals = whole + fraction, len(fraction)
        plain = digits.isdecimal() and digits.isascii() and len(text) < _NUMBER_LENGTH_MAX
        if not plain or decimals > 2:
            return super().__missing__(text)
        if len(self) >= _ENTRIES_MAX:
            self.clear()
        value = self[text] = int(digits) * _SCALES[decimals]
        return value


class Procedure(msgspec.Struct, frozen=True, gc=False):
    """A coded service (SV101, SV202, SV301, SVC01, SVD03) and its modifiers.

    ``qualifier`` says whose code it is: HC is HCPCS including CPT, AD the dental codes.
    """

    code: str
    modifiers: tuple[str, ...] = ()
    qualifier: str = ""
    description: str = ""


class Dated(msgspec.Struct, frozen=True, gc=False):
    """A day or a span (DTP, DTM) with the qualifier that says of what.

    Both days are equal for a single day and None where unreadable; ``text`` is as written and
    keeps a time of day.
    """

    qualifier: str
    starts_on: date | None
    ends_on: date | None
    text: str = ""


class Identifier(msgspec.Struct, frozen=True, gc=False):
    """A number (REF02) with the qualifier that says whose it is (REF01) and its description."""

    qualifier: str
    value: str
    description: str = ""


class Amount(msgspec.Struct, frozen=True, gc=False):
    """Money in cents (AMT02) with the qualifier that says what it is (AMT01)."""

    qualifier: str
    cents: int | None


class Quantity(msgspec.Struct, frozen=True, gc=False):
    """A number of things (QTY02) with its qualifier (QTY01) and unit (QTY03-1)."""

    qualifier: str
    number: Decimal | None
    unit: str = ""


def read_day(text: str) -> date | None:
    """Read CCYYMMDD, with or without a time after it; None where that is no day."""
    if len(text) not in _DAY_LENGTHS or not (text.isascii() and text.isdecimal()):
        return None
    try:
        return date.fromisoformat(text[:8])
    except ValueError:
        return None


def _read_span(text: str) -> Span:
    first, dash, last = text.partition("-")
    starts_on = read_day(first)
    return starts_on, read_day(last) if dash else starts_on


def _read_quantity(text: str) -> Decimal | None:
    if not text or len(text) > _NUMBER_LENGTH_MAX:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _read_count(text: str) -> int | None:
    return _COUNTS.get(text.lstrip("0") or text[-1:])


# Small whole numbers (LX01).
counts: Memory[int | None] = Memory(_read_count)
cents = _Cents(read_cents)
days: Memory[date | None] = Memory(read_day)
spans: Memory[Span] = Memory(_read_span)
quantities: Memory[Decimal | None] = Memory(_read_quantity)


class Dialect:
    """How text comes apart under the delimiters of one interchange, and what it was found to mean.

    A *loop text* is a loop's segments joined by the terminator, without the id of the first, so
    that element 1 of it is at place 1 after splitting.
    """

    def __init__(self, delimiters: Delimiters) -> None:
        self.element = delimiters.element
        self.component = delimiters.component
        self.terminator = delimiters.terminator
        self.party = delimiters.terminator + "NM1"
        self.line = delimiters.terminator + "LX"
        self.control_number = delimiters.element.join(("REF", "6R", ""))
        self.line_openers = frozenset({"NM1", "LIN", "SVD", "LQ" + delimiters.element})
        self.allowed = delimiters.element.join(("AMT", "B6", ""))
        self.health = "HI" + delimiters.element
        # In text whose terminators were set apart, each id is a piece that no element can be.
        self.apart = delimiters.element + delimiters.terminator
        self.reason, self.moment, self.reference, self.amount, self.remark = (
            delimiters.terminator + each for each in ("CAS", "DTM", "REF", "AMT", "LQ")
        )
        self._repetition = delimiters.repetition
        self.procedures: Memory[Procedure | None] = Memory(self._procedure)
        self.terms: Memory[tuple[str, ...]] = Memory(self._terms)
        self.pointers: Memory[tuple[int, ...]] = Memory(self._pointers)
        self.dates: Memory[Dated] = Memory(lambda text: dated(text.split(self.element)))
        self.service_days: Memory[Span | None] = Memory(self._service_days)
        self.numbers: Memory[int | None] = Memory(lambda text: counts[text[1:]])
        self.moments: Memory[Dated] = Memory(self._moment)
        # Of a line's text as split at elements alone: what stands on both sides of a terminator.
        self.line_starts: Memory[int | None] = Memory(self._line_start)
        self.pointed: Memory[tuple[int, ...] | None] = Memory(self._pointed)

    def split(self, texts: Iterable[str]) -> list[Elements]:
        """Take segments apart into id and elements."""
        return [text.split(self.element) for text in texts]

    def padded(self, text: str) -> Elements:
        """Take one segment apart; any element a guide uses may be asked for."""
        elements = text.split(self.element)
        elements += PADDING
        return elements

    def parts(self, text: str) -> list[str]:
        """Give the components of an element, with empty ones after the last."""
        return [*text.split(self.component), *PADDING[:_PARTS]]

    def filled(self, text: str) -> tuple[str, ...]:
        """Give the components that hold something."""
        return tuple(part for part in text.split(self.component) if part)

    def repeats(self, text: str) -> tuple[str, ...]:
        """Give the repetitions of an element that hold something."""
        texts = text.split(self._repetition) if self._repetition else [text]
        return tuple(each for each in texts if each)

    def _procedure(self, text: str) -> Procedure | None:
        if not text:
            return None
        parts = self.parts(text)
        modifiers = tuple(modifier for modifier in parts[2:6] if modifier)
        return Procedure(parts[1], modifiers, parts[0], parts[6])

    def _terms(self, text: str) -> tuple[str, ...]:
        """Read CLM05 and what follows: three components, then elements."""
        place, *flags = text.split(self.element)
        return (*self.parts(place)[:3], *flags, *PADDING[:4])[:7] + tuple(flags[4:])

    def _pointers(self, text: str) -> tuple[int, ...]:
        """Read which codes are pointed at; what is no small number points nowhere."""
        return tuple(_COUNTS[part] for part in self.filled(text) if part in _COUNTS)

    def _line_start(self, text: str) -> int | None:
        """Read LX01 where SV1 follows it, None where anything else does."""
        number, _, segment_id = text.partition(self.terminator)
        return counts[number] if segment_id == "SV1" else None

    def _pointed(self, text: str) -> tuple[int, ...] | None:
        """Read SV107 where DTP follows it, None where anything else does."""
        pointers, _, segment_id = text.partition(self.terminator)
        return self._pointers(pointers) if segment_id == "DTP" else None

    def _service_days(self, text: str) -> Span | None:
        """Read a whole DTP segment of the days of service, None where it is another."""
        day = self.dates[text]
        return (day.starts_on, day.ends_on) if day.qualifier == "472" else None

    def _moment(self, text: str) -> Dated:
        """Read a whole DTM segment."""
        elements = self.padded(text)
        day = days[elements[2]]
        return Dated(elements[1], day, day, elements[2])


@lru_cache(maxsize=8)
def dialect_of(delimiters: Delimiters) -> Dialect:
    """Give the one dialect of these delimiters."""
    return Dialect(delimiters)


def by_id(segments: Iterable[Elements]) -> Found:
    """Sort segments by their id, keeping their order within an id."""
    found: Found = {}
    for elements in segments:
        if elements[0] in found:
            found[elements[0]].append(elements)
        else:
            found[elements[0]] = [elements]
    return found


def padded(found: Found, segment_id: str) -> Elements:
    """Give the first segment with this id, empty where there is none; any element may be asked."""
    segments = found.get(segment_id)
    return [*segments[0], *PADDING] if segments else ["", *PADDING]


def read_dates(segments: Iterable[Elements]) -> tuple[Dated, ...]:
    """Read DTP segments: qualifier, form, days."""
    return tuple([dated(elements) for elements in segments])


def dated(elements: Elements) -> Dated:
    """Read one DTP."""
    text = elements[3] if len(elements) > 3 else ""
    starts_on, ends_on = spans[text] if text else _NO_SPAN
    return Dated(elements[1] if len(elements) > 1 else "", starts_on, ends_on, text)


def read_identifiers(segments: Iterable[Elements]) -> tuple[Identifier, ...]:
    """Read REF segments."""
    return tuple(
        [
            Identifier(elements[1], elements[2])
            if len(elements) == 3
            else Identifier(*[*elements, *PADDING][1:4])
            for elements in segments
        ]
    )


def read_amounts(segments: Iterable[Elements]) -> tuple[Amount, ...]:
    """Read AMT segments."""
    return tuple([Amount(each[1], cents[each[2]]) for each in segments if len(each) > 2])


def read_quantities(segments: Iterable[Elements], dialect: Dialect) -> tuple[Quantity, ...]:
    """Read QTY segments."""
    padded_segments = ([*elements, *PADDING] for elements in segments)
    return tuple(
        Quantity(elements[1], quantities[elements[2]], dialect.parts(elements[3])[0])
        for elements in padded_segments
    )

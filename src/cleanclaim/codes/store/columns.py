"""The columns of a table: how each kind of value lies in an array and comes back out."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.kernel.errors import CleanclaimError

Array = npt.NDArray[Any]
# Days are counted from 1970 as datetime64[D] counts them; these two are "no day".
EPOCH = date(1970, 1, 1)
ALWAYS, FOREVER = -(2**31) + 1, 2**31 - 1
ABSENT = -(2**63)
# What files write where they have no value.
_EMPTY = {"", "*", ".", "N/A", "NA", "n/a", "00000000", "0", "None", "--", "Indefinite"}
_NO_NUMBER = {"", "*", ".", "N/A", "NA", "n/a", "None", "--"}
_MEMORY_MAX = 100_000


class ValueRefusedError(CleanclaimError):
    """A file holds a value that its column cannot: the file is not what it seems."""

    code = "codes.value"


class Code(msgspec.Struct, frozen=True):
    """A code of at most ``width`` characters; ``digits`` where it has only digits.

    Stored as bytes without padding. Digits are filled with zeros on the left, as programs
    that took them for numbers drop those.
    """

    width: int
    digits: bool = False

    def tidy(self, value: object) -> str:
        """Give the code as it is kept."""
        text = str(value if value is not None else "").strip().upper()
        return text.zfill(self.width) if self.digits and text else text


class Text(msgspec.Struct, frozen=True):
    """Words, kept once however often they occur; ``licence`` where they are somebody's own."""

    licence: str = ""


class Number(msgspec.Struct, frozen=True):
    """A whole number; of a value with ``places`` decimals it counts the smallest unit.

    None, kept as a value that no file has, is "not given".
    """

    places: int = 0


class Day(msgspec.Struct, frozen=True):
    """A day; without one it is ``ALWAYS`` or, at the end of a span, ``FOREVER``."""

    ends: bool = False


class Flag(msgspec.Struct, frozen=True):
    """Yes or no."""


Column = Code | Text | Number | Day | Flag

# Short forms for the rows of tables.
Procedure = Annotated[str, Code(5)]
Modifier = Annotated[str, Code(2)]
Diagnosis = Annotated[str, Code(7)]
Words = Annotated[str, Text()]
Whole = Annotated[int, Number()]
Cents = Annotated[int | None, Number(places=2)]
Yes = Annotated[bool, Flag()]
Starts = Annotated[date | None, Day()]
Ends = Annotated[date | None, Day(ends=True)]


def columns_of(row: type[msgspec.Struct]) -> dict[str, Column]:
    """Read the columns from the annotations of a row, in its order."""
    found: dict[str, Column] = {}
    for name, hint in get_type_hints(row, include_extras=True).items():
        if get_origin(hint) is not Annotated:
            msg = f"{row.__name__}.{name} is not annotated with a column"
            raise TypeError(msg)
        found[name] = get_args(hint)[1]
    return found


def day_number(day: date) -> int:
    """Count days from 1970."""
    return (day - EPOCH).days


class Pool:
    """Words of a column while it is written: each kept once."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {"": 0}

    def of(self, words: str) -> int:
        """Give the number of some words, a new one for new words."""
        return self.ids.setdefault(words, len(self.ids))

    def arrays(self) -> tuple[Array, Array]:
        """Give all words behind each other as bytes, and where each ends."""
        encoded = [words.encode() for words in self.ids]
        ends = np.cumsum([len(each) for each in encoded], dtype=np.int64)
        return np.frombuffer(b"".join(encoded) or b"\0", np.uint8), ends


class Filling:
    """One column while rows arrive; values are remembered, as most of them repeat."""

    def __init__(self, name: str, column: Column, licensed: frozenset[str]) -> None:
        self.name = name
        self.column = column
        self.pool = Pool()
        self.withheld = (
            isinstance(column, Text) and bool(column.licence) and (column.licence not in licensed)
        )
        self._parts: list[Array] = []
        self._memory: dict[object, object] = {}

    def add(self, values: Sequence[object]) -> None:
        """Take the values of some rows."""
        if self.withheld:
            self._parts.append(np.zeros(len(values), np.int32))
            return
        memory = self._memory
        if len(memory) > _MEMORY_MAX:
            memory.clear()
        try:
            kept = [memory[value] for value in values]
        except KeyError:
            kept = self._learn(values)
        self._parts.append(np.array(kept, self._type()))

    def _learn(self, values: Sequence[object]) -> list[object]:
        memory = self._memory
        for value in set(values):
            if value not in memory:
                memory[value] = self._kept(value)
        return [memory[value] for value in values]

    def _kept(self, value: object) -> object:
        try:
            return kept(self.column, value, self.pool)
        except ValueError as error:
            # The value itself is not told: it may be a person's.
            msg = f"the column {self.name} holds something else than it should: {error}"
            raise ValueRefusedError(msg) from None

    def _type(self) -> str:
        match self.column:
            case Code(width=width):
                return f"S{width}"
            case Number():
                return "i8"
            case Flag():
                return "?"
            case Text() | Day():
                return "i4"

    def arrays(self) -> dict[str, Array]:
        """Give the arrays of the column by file name."""
        values = np.concatenate(self._parts) if self._parts else np.zeros(0, self._type())
        found = {self.name: _narrowed(values)}
        if isinstance(self.column, Text):
            found[f"{self.name}.words"], found[f"{self.name}.ends"] = self.pool.arrays()
        return found


def _narrowed(values: Array) -> Array:
    """Keep whole numbers in as few bytes as they need; absent ones need all."""
    if values.dtype.kind != "i" or not values.size:
        return values
    low, high = int(values.min()), int(values.max())
    for kind in (np.int8, np.int16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values


def kept(column: Column, value: object, pool: Pool) -> object:
    """Turn a value of a file into what its array keeps; ValueError where it cannot."""
    match column:
        case Code(width=width):
            return _code(column.tidy(value), width)
        case Text():
            return pool.of(" ".join(str(value).split()) if value is not None else "")
        case Number(places=places):
            return _number(value, places)
        case Day(ends=ends):
            return _day(value, FOREVER if ends else ALWAYS)
        case Flag():
            return value if isinstance(value, bool) else str(value).strip().upper() in _TRUE


_TRUE = {"1", "Y", "YES", "TRUE", "T", "X", "*"}


def _code(text: str, width: int) -> bytes:
    if len(text) > width:
        msg = f"a code of {len(text)} characters where {width} are the most"
        raise ValueError(msg)
    return text.encode("ascii")


def _number(value: object, places: int) -> int:
    text = str(value if value is not None else "").strip().replace(",", "").replace("$", "")
    if text in _NO_NUMBER:
        return ABSENT
    try:
        scaled = Decimal(text.rstrip("%")).scaleb(places)
        return int(scaled.quantize(Decimal(1), ROUND_HALF_UP))
    except (InvalidOperation, OverflowError, ValueError):
        msg = "a number is expected"
        raise ValueError(msg) from None


def _day(value: object, absent: int) -> int:
    if isinstance(value, date):
        return day_number(value)
    text = str(value if value is not None else "").strip()
    if text in _EMPTY:
        return absent
    day = read_day(text)
    return FOREVER if day.year >= 9999 else day_number(day)


def read_day(text: str) -> date:
    """Read a day as files write it; ValueError where it is none.

    20260401, 2026-04-01, 04/01/2026, a year with its ordinal day 2026091, and each of them
    with a time of day behind.
    """
    plain = text.split(" ", maxsplit=1)[0].split("T", maxsplit=1)[0]
    if plain.isdigit() and len(plain) == 8:
        return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
    if plain.isdigit() and len(plain) == 7:
        return date(int(plain[:4]), 1, 1) + timedelta(days=int(plain[4:]) - 1)
    if plain.count("/") == 2:
        month, day, year = plain.split("/")
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    try:
        return date.fromisoformat(plain)
    except ValueError:
        msg = "a day is expected"
        raise ValueError(msg) from None


class Reading:
    """One column of a table that is open: gives the value of a row."""

    def __init__(self, column: Column, arrays: Mapping[str, Array], name: str) -> None:
        self.column = column
        self.values = arrays[name]
        self._words = arrays.get(f"{name}.words")
        self._ends = arrays.get(f"{name}.ends")

    def value(self, row: int) -> object:
        """Give the value of a row as its type says."""
        kept = self.values[row]
        match self.column:
            case Code():
                return bytes(kept).decode()
            case Text():
                return self.words(int(kept))
            case Number():
                return None if kept == ABSENT else int(kept)
            case Day():
                return day_of(int(kept))
            case Flag():
                return bool(kept)

    def words(self, number: int) -> str:
        """Give some words of the pool."""
        if self._words is None or self._ends is None:
            return ""
        start = int(self._ends[number - 1]) if number else 0
        return self._words[start : int(self._ends[number])].tobytes().decode()

    def all_words(self) -> list[str]:
        """Give every word list of the pool in the order of their numbers."""
        count = 0 if self._ends is None else len(self._ends)
        return [self.words(number) for number in range(count)]


def day_of(number: int) -> date | None:
    """Give a day back; None where there is none."""
    return None if number in {ALWAYS, FOREVER} else EPOCH + timedelta(days=number)


def texts(values: Array) -> list[str]:
    """Give codes of an array as text."""
    return [value.decode() for value in np.asarray(values).tolist()]

"""Where a feed puts its charges: configuration of each feed, and the report that judges it.

FT1 is filled differently by every sender, so nothing here guesses: a feed without a map is
refused with what is missing and where in its messages it could be.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from cleanclaim.hl7.messages import Message, Segment
from cleanclaim.hl7.parts import read_day
from cleanclaim.hl7.people import read_diagnosis
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.money import AmountError, parse_cents

_PLACE = re.compile(r"([A-Z][A-Z0-9]{2})-(\d{1,3})(?:\.(\d{1,2}))?", re.ASCII)
_PROCEDURE = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}", re.ASCII)
_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)
NEEDED = ("code", "service_on")
_USEFUL = ("diagnoses", "units", "amount")
_WITH_ROWS = ("FT1", "PR1", "DG1")
_CANDIDATES_MAX = 6


class ChargeMap(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one feed writes what a charge needs; a place is written as FT1-7 or FT1-7.2.

    ``rows`` is the segment of which each makes a service. ``amount_is`` tells whether the amount
    is the line's or a unit's. ``credits`` are values of ``kind`` that take a charge back.
    ``codes`` turns the sender's own codes into procedure codes. ``carries_none`` says why a feed
    has financial messages without services.
    """

    rows: str = "FT1"
    code: str = ""
    service_on: str = ""
    units: str = ""
    amount: str = ""
    amount_is: str = "line"
    diagnoses: str = ""
    modifiers: str = ""
    kind: str = ""
    credits: tuple[str, ...] = ("CR",)
    codes: Mapping[str, str] = {}
    carries_none: str = ""


class UnfitMapError(CleanclaimError):
    """A map names a place that no message can have."""

    code = "feed.map"

    def __init__(self, field: str) -> None:
        super().__init__(f"the place of {field} is not written as FT1-7 or FT1-7.2")


class Place(msgspec.Struct, frozen=True):
    """A place in a message."""

    segment: str
    field: int
    component: int


class FieldReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one field of a map fits: rows that fill it, rows whose value is shaped as it must be.

    ``could_be`` are places of the messages whose values are shaped so, the fullest first.
    """

    field: str
    place: str
    filled: int
    fitting: int
    could_be: tuple[str, ...] = ()


class MapReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a map fits messages; ``missing`` names the needed fields without a place."""

    messages: int
    rows: int
    missing: tuple[str, ...]
    fields: tuple[FieldReport, ...]
    unknown_codes: int = 0

    @property
    def fits(self) -> bool:
        """Tell whether every row has every needed field in its shape."""
        needed = [each for each in self.fields if each.field in NEEDED]
        return not self.missing and all(each.fitting == self.rows for each in needed)


def read_place(text: str, field: str) -> Place:
    """Read a place. Raises UnfitMapError."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise UnfitMapError(field)
    return Place(found[1], int(found[2]), int(found[3] or 1))


def find_missing(charge_map: ChargeMap | None) -> tuple[str, ...]:
    """Name the needed fields that a map gives no place for."""
    if charge_map is None:
        return NEEDED
    if charge_map.carries_none:
        return ()
    return tuple(name for name in NEEDED if not getattr(charge_map, name))


def values_at(place: Place, group: Sequence[Segment], message: Message) -> list[str]:
    """Give the values at a place: of the row's own segments, else of the whole message."""
    own = [each for each in group if each.name == place.segment]
    if group and place.segment == group[0].name:
        own = [group[0]]
    found = own or message.all(place.segment)
    return [
        value
        for segment in found
        for text in segment.repeats(place.field)
        if (value := segment.inside(text, place.component))
    ]


def is_procedure(text: str) -> bool:
    """Tell whether a text is shaped as a procedure code."""
    return _PROCEDURE.fullmatch(text.upper()) is not None


def is_modifier(text: str) -> bool:
    """Tell whether a text is shaped as a modifier."""
    return _MODIFIER.fullmatch(text.upper()) is not None


def read_units(text: str) -> Decimal | None:
    """Read units above zero; None where the text is none."""
    try:
        units = Decimal(text)
    except InvalidOperation:
        return None
    return units if units.is_finite() and 0 < units < 100_000 else None


def read_amount(text: str) -> int | None:
    """Read an amount in dollars as cents, negative where it takes back; None where it is none."""
    try:
        return parse_cents(text.replace(",", "").removeprefix("$"))
    except AmountError:
        return None


_SHAPES: Mapping[str, Callable[[str], bool]] = {
    "code": is_procedure,
    "service_on": lambda text: read_day(text) is not None,
    "units": lambda text: read_units(text) is not None,
    "amount": lambda text: "." in text and read_amount(text) is not None,
    "diagnoses": lambda text: bool(read_diagnosis(text)),
}


def examine_map(messages: Iterable[Message], charge_map: ChargeMap | None) -> MapReport:
    """Hold a map against messages of its feed; without one, say where the fields could be.

    No value of a message is in the report, only places and counts.
    """
    used = charge_map or ChargeMap()
    told = list(messages)
    rows = [(group, each) for each in told for group in each.groups(used.rows)]
    fields = tuple(_examine_field(name, used, rows, told) for name in (*NEEDED, *_USEFUL))
    unknown = sum(
        1
        for value in _all_at(used.code, "code", rows)
        if not is_procedure(used.codes.get(value, value))
    )
    return MapReport(len(told), len(rows), find_missing(charge_map), fields, unknown)


def _all_at(
    place: str, field: str, rows: Sequence[tuple[Sequence[Segment], Message]]
) -> Iterable[str]:
    if place:
        where = read_place(place, field)
        for group, message in rows:
            yield from values_at(where, group, message)[:1]


def _examine_field(
    name: str,
    used: ChargeMap,
    rows: Sequence[tuple[Sequence[Segment], Message]],
    messages: Sequence[Message],
) -> FieldReport:
    place = getattr(used, name)
    fits = _SHAPES[name]
    values = list(_all_at(place, name, rows))
    if name == "code":
        values = [used.codes.get(value, value) for value in values]
    could_be = () if place else _candidates(fits, messages)
    return FieldReport(name, place, len(values), sum(map(fits, values)), could_be)


def _candidates(fits: Callable[[str], bool], messages: Sequence[Message]) -> tuple[str, ...]:
    """Name the places whose values are shaped right in most segments, the fullest first."""
    found: Counter[str] = Counter()
    for message in messages:
        for segment in message.segments:
            if segment.name in _WITH_ROWS:
                found.update(
                    f"{segment.name}-{field}"
                    for field in range(1, len(segment.fields))
                    if fits(segment.part(field))
                )
    return tuple(place for place, _ in found.most_common(_CANDIDATES_MAX))

"""What a claim or a line may add: notes, papers, certifications, contracts, repricing."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from cleanclaim.x12.views.elements import (
    PADDING,
    Dialect,
    Elements,
    Found,
    Procedure,
    cents,
    quantities,
    read_amounts,
    read_quantities,
)


class Note(msgspec.Struct, frozen=True, gc=False):
    """Free text (NTE02) and what it is for (NTE01: ADD, CER, DCP, DGN, TPO, ...)."""

    kind: str
    text: str


class Attachment(msgspec.Struct, frozen=True, gc=False):
    """A paper that supports the claim (PWK): its kind, how it comes, its control number."""

    kind: str
    transmission: str
    control_number: str = ""


class Certification(msgspec.Struct, frozen=True, gc=False):
    """Conditions that hold or not (CRC): ``category`` CRC01, ``applies`` CRC02, codes CRC03-07."""

    category: str
    applies: bool
    conditions: tuple[str, ...] = ()


class AmbulanceTransport(msgspec.Struct, frozen=True, gc=False):
    """An ambulance ride (CR1): patient's weight in pounds, why, how many miles."""

    weight_pounds: Decimal | None = None
    reason: str = ""
    miles: Decimal | None = None
    round_trip_purpose: str = ""
    stretcher_purpose: str = ""


class SpinalManipulation(msgspec.Struct, frozen=True, gc=False):
    """The condition that is manipulated (CR2): its kind and description."""

    condition: str
    description: str = ""
    more: str = ""


class Contract(msgspec.Struct, frozen=True, gc=False):
    """The contract that prices the claim (CN1)."""

    kind: str
    cents: int | None = None
    percent: Decimal | None = None
    code: str = ""
    discount_percent: Decimal | None = None
    version: str = ""


class Repricing(msgspec.Struct, frozen=True, gc=False):
    """What a repricer made of the charge (HCP)."""

    methodology: str
    allowed_cents: int | None = None
    savings_cents: int | None = None
    organization: str = ""
    rate: Decimal | None = None
    group_code: str = ""
    group_cents: int | None = None
    revenue_code: str = ""
    procedure: Procedure | None = None
    units: Decimal | None = None
    rejection: str = ""
    compliance: str = ""
    exception: str = ""


class Orthodontics(msgspec.Struct, frozen=True, gc=False):
    """Months of orthodontic treatment in all and to come (DN1)."""

    months_total: Decimal | None = None
    months_remaining: Decimal | None = None
    is_treatment: bool = False


class ToothStatus(msgspec.Struct, frozen=True, gc=False):
    """A tooth that is missing or to be extracted (DN2)."""

    tooth: str
    status: str


def read_details(found: Found, dialect: Dialect) -> dict[str, Any]:
    """Read the segments that few claims or lines have, by the field each belongs to."""
    return {
        field: read([[*elements, *PADDING] for elements in found[segment_id]], dialect)
        for segment_id, (field, read) in _READERS.items()
        if segment_id in found
    }


_Read = Callable[[Sequence[Elements], Dialect], object]


def _notes(segments: Sequence[Elements], _: Dialect) -> tuple[Note, ...]:
    return tuple(Note(elements[1], elements[2]) for elements in segments)


def _attachments(segments: Sequence[Elements], _: Dialect) -> tuple[Attachment, ...]:
    return tuple(Attachment(elements[1], elements[2], elements[6]) for elements in segments)


def _certifications(segments: Sequence[Elements], _: Dialect) -> tuple[Certification, ...]:
    return tuple(
        Certification(
            elements[1], elements[2] == "Y", tuple(code for code in elements[3:8] if code)
        )
        for elements in segments
    )


def _ambulance(segments: Sequence[Elements], _: Dialect) -> AmbulanceTransport:
    said = segments[0]
    return AmbulanceTransport(quantities[said[2]], said[4], quantities[said[6]], said[9], said[10])


def _spine(segments: Sequence[Elements], _: Dialect) -> SpinalManipulation:
    return SpinalManipulation(segments[0][8], segments[0][10], segments[0][11])


def _contract(segments: Sequence[Elements], _: Dialect) -> Contract:
    said = segments[0]
    discount = quantities[said[5]]
    return Contract(said[1], cents[said[2]], quantities[said[3]], said[4], discount, said[6])


def _repricing(segments: Sequence[Elements], dialect: Dialect) -> Repricing:
    said = segments[0]
    return Repricing(
        said[1],
        cents[said[2]],
        cents[said[3]],
        said[4],
        quantities[said[5]],
        said[6],
        cents[said[7]],
        said[8],
        dialect.procedures[f"{said[9]}{dialect.component}{said[10]}"] if said[10] else None,
        quantities[said[12]],
        said[13],
        said[14],
        said[15],
    )


def _orthodontics(segments: Sequence[Elements], _: Dialect) -> Orthodontics:
    said = segments[0]
    return Orthodontics(quantities[said[1]], quantities[said[2]], said[3] == "Y")


def _teeth(segments: Sequence[Elements], _: Dialect) -> tuple[ToothStatus, ...]:
    return tuple(ToothStatus(elements[1], elements[2]) for elements in segments)


def _fixed_format(segments: Sequence[Elements], _: Dialect) -> tuple[str, ...]:
    return tuple(elements[1] for elements in segments)


_READERS: Mapping[str, tuple[str, _Read]] = {
    "NTE": ("notes", _notes),
    "PWK": ("attachments", _attachments),
    "CRC": ("certifications", _certifications),
    "CR1": ("ambulance", _ambulance),
    "CR2": ("spinal_manipulation", _spine),
    "CN1": ("contract", _contract),
    "HCP": ("repricing", _repricing),
    "DN1": ("orthodontics", _orthodontics),
    "DN2": ("tooth_statuses", _teeth),
    "K3": ("fixed_format", _fixed_format),
    "AMT": ("amounts", lambda segments, _: read_amounts(segments)),
    "QTY": ("quantities", read_quantities),
}

"""Lists of codes: places, bills, revenue, conditions, adjustments, claim status, taxonomy."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import Code, Ends, Starts, Text, Words
from cleanclaim.codes.store.kinds import Bounds, Dating, Kind, Licence

AnyCode = Annotated[str, Code(10)]


class ListedCode(msgspec.Struct, frozen=True):
    """A code of a list in the public domain, and its name."""

    code: AnyCode
    name: Words


class FacilityCode(msgspec.Struct, frozen=True):
    """A code of the UB-04; its words are the NUBC's."""

    code: AnyCode
    name: Annotated[str, Text("nubc")]


class PlaceOfService(msgspec.Struct, frozen=True):
    """A place of service; ``setting`` is Facility or Non-Facility where the list says it."""

    code: Annotated[str, Code(2, digits=True)]
    setting: Words
    name: Words
    description: Words


class AdjustmentCode(msgspec.Struct, frozen=True):
    """A reason, remark or group of an adjustment; its words are X12's."""

    code: Annotated[str, Code(5)]
    name: Annotated[str, Text("x12")]
    notes: Annotated[str, Text("x12")]
    starts_on: Starts
    changed_on: Starts
    ends_on: Ends


class StatusCode(msgspec.Struct, frozen=True):
    """A code of claim status; its words are X12's."""

    code: Annotated[str, Code(5)]
    name: Annotated[str, Text("x12")]


class CodeCombination(msgspec.Struct, frozen=True):
    """A combination of reason, remark and group that the operating rules allow in a scenario."""

    reason: Annotated[str, Code(5)]
    remark: Annotated[str, Code(5)]
    scenario: Words
    group: Annotated[str, Code(2)]


class Taxonomy(msgspec.Struct, frozen=True):
    """A kind of provider; its words are the NUCC's."""

    code: Annotated[str, Code(10)]
    grouping: Annotated[str, Text("nucc")]
    classification: Annotated[str, Text("nucc")]
    specialization: Annotated[str, Text("nucc")]
    name: Annotated[str, Text("nucc")]
    section: Annotated[str, Text("nucc")]


def _public(name: str, title: str, bounds: Bounds, *edits: str) -> Kind[ListedCode]:
    return Kind(
        name, ListedCode, title=title, key=("code",), bounds=bounds, dating=Dating.SNAPSHOT,
        edits=edits,
    )  # fmt: skip


def _facility(name: str, title: str, bounds: Bounds) -> Kind[FacilityCode]:
    return Kind(
        name, FacilityCode, title=title, key=("code",), bounds=bounds, dating=Dating.SNAPSHOT,
        licence=Licence.NUBC, edits=("institutional",),
    )  # fmt: skip


BILL_TYPES = _facility("bill_types", "Types of bill", Bounds(500, 4_000))
REVENUE_CODES = _facility("revenue_codes", "Revenue codes", Bounds(300, 2_000))
CONDITION_CODES = _facility("condition_codes", "Condition codes", Bounds(100, 2_000))
OCCURRENCE_CODES = _facility("occurrence_codes", "Occurrence codes", Bounds(40, 2_000))
VALUE_CODES = _facility("value_codes", "Value codes", Bounds(40, 2_000))
DISCHARGE_STATUSES = _facility("discharge_statuses", "Discharge statuses", Bounds(30, 200))
ADMISSION_TYPES = _facility("admission_types", "Types of admission", Bounds(5, 20))
ADMISSION_SOURCES = _facility("admission_sources", "Points of origin", Bounds(8, 60))
SPECIALTIES = _public("specialties", "Medicare specialties", Bounds(80, 300), "credentialing")
CONTRACTOR_NUMBERS = _public(
    "contractor_numbers", "Medicare contractor numbers", Bounds(80, 400), "price physician"
)
PLACES_OF_SERVICE = Kind(
    "places_of_service",
    PlaceOfService,
    title="Places of service",
    key=("code",),
    bounds=Bounds(45, 110),
    dating=Dating.SNAPSHOT,
    edits=("place_of_service",),
)


def _adjustment(name: str, title: str, bounds: Bounds) -> Kind[AdjustmentCode]:
    return Kind(
        name,
        AdjustmentCode,
        title=title,
        key=("code",),
        bounds=bounds,
        dating=Dating.SNAPSHOT,
        licence=Licence.X12,
        starts="starts_on",
        ends="ends_on",
        edits=("remittance",),
    )


ADJUSTMENT_REASONS = _adjustment(
    "adjustment_reasons", "Adjustment reasons (CARC)", Bounds(250, 600, ("1", "P", "Y"))
)
ADJUSTMENT_REMARKS = _adjustment(
    "adjustment_remarks", "Remarks (RARC)", Bounds(700, 2_000, ("M", "N"))
)
ADJUSTMENT_GROUPS = _adjustment("adjustment_groups", "Adjustment groups (CAGC)", Bounds(4, 10))
CODE_COMBINATIONS = Kind(
    "adjustment_combinations",
    CodeCombination,
    title="Allowed combinations of adjustment codes",
    key=("reason", "remark"),
    bounds=Bounds(100, 50_000),
    dating=Dating.SNAPSHOT,
    licence=Licence.X12,
    edits=("remittance",),
)


def _status(name: str, title: str, bounds: Bounds) -> Kind[StatusCode]:
    return Kind(
        name, StatusCode, title=title, key=("code",), bounds=bounds, dating=Dating.SNAPSHOT,
        licence=Licence.X12, edits=("claim_status",),
    )  # fmt: skip


STATUS_CATEGORIES = _status("status_categories", "Claim status categories", Bounds(30, 80))
STATUSES = _status("statuses", "Claim statuses", Bounds(500, 1_200))
STATUS_ENTITIES = _status("status_entities", "Entities of claim status", Bounds(50, 500))
TAXONOMY = Kind(
    "taxonomy",
    Taxonomy,
    title="Provider taxonomy",
    key=("code",),
    bounds=Bounds(700, 1_200, ("1", "2", "3", "4")),
    dating=Dating.SNAPSHOT,
    licence=Licence.NUCC,
    edits=("credentialing",),
)

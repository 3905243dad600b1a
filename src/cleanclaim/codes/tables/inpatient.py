"""Inpatient groups: weights (Table 5), complications (6I, 6J) and what excludes them (6K)."""

from typing import Annotated

import msgspec

from cleanclaim.codes.store.columns import Code, Diagnosis, Number, Words, Yes
from cleanclaim.codes.store.kinds import Bounds, Kind


class DrgWeight(msgspec.Struct, frozen=True):
    """The weight of an MS-DRG in ten-thousandths, and its mean stays in tenths of a day.

    ``capped_weight`` is the one that pays; None for groups that are not paid.
    """

    drg: Annotated[str, Code(3, digits=True)]
    post_acute: Yes
    special_pay: Yes
    category: Annotated[str, Code(3)]
    type: Words
    title: Words
    weight: Annotated[int | None, Number(places=4)]
    capped_weight: Annotated[int | None, Number(places=4)]
    geometric_stay: Annotated[int | None, Number(places=1)]
    arithmetic_stay: Annotated[int | None, Number(places=1)]


class Complication(msgspec.Struct, frozen=True):
    """A diagnosis that raises the group, with its level (CC or MCC)."""

    code: Diagnosis
    level: Words
    title: Words


class ComplicationExclusions(msgspec.Struct, frozen=True):
    """The collection of principal diagnoses that make a complication count for nothing.

    It is "" where there are none.
    """

    code: Diagnosis
    level: Words
    collection: Annotated[str, Code(4, digits=True)]


class ExclusionMember(msgspec.Struct, frozen=True):
    """A principal diagnosis of a collection."""

    collection: Annotated[str, Code(4, digits=True)]
    code: Diagnosis


class ComplicationRestriction(msgspec.Struct, frozen=True):
    """A complication that counts only for a patient discharged alive, or not in some groups.

    ``discharged_alive`` rows have no groups (part 2 of the table); the others name the first
    and the last group in which the complication counts for nothing (part 3).
    """

    code: Diagnosis
    discharged_alive: Yes
    first_drg: Annotated[str, Code(3, digits=True)]
    last_drg: Annotated[str, Code(3, digits=True)]


_EDITS = ("drg", "price inpatient")
DRG_WEIGHTS = Kind(
    "drg_weights",
    DrgWeight,
    title="MS-DRG weights (Table 5)",
    key=("drg",),
    bounds=Bounds(700, 900, ("001", "470", "999")),
    edits=_EDITS,
)
MAJOR_COMPLICATIONS = Kind(
    "drg_mcc",
    Complication,
    title="Major complications (Table 6I)",
    key=("code",),
    bounds=Bounds(2_500, 5_000, ("A", "T81")),
    edits=_EDITS,
)
COMPLICATIONS = Kind(
    "drg_cc",
    Complication,
    title="Complications (Table 6J)",
    key=("code",),
    bounds=Bounds(12_000, 20_000, ("A", "Z99")),
    edits=_EDITS,
)
COMPLICATION_EXCLUSIONS = Kind(
    "drg_cc_exclusions",
    ComplicationExclusions,
    title="Complications and their exclusions (Table 6K)",
    key=("code",),
    bounds=Bounds(15_000, 25_000),
    edits=_EDITS,
)
EXCLUSION_MEMBERS = Kind(
    "drg_cc_collections",
    ExclusionMember,
    title="Collections of exclusions (Table 6K)",
    key=("collection", "code"),
    bounds=Bounds(100_000, 400_000),
    edits=_EDITS,
)
COMPLICATION_RESTRICTIONS = Kind(
    "drg_cc_restrictions",
    ComplicationRestriction,
    title="Complications that count for some patients or groups only (Table 6K)",
    key=("code",),
    bounds=Bounds(1_000, 20_000),
    edits=_EDITS,
)

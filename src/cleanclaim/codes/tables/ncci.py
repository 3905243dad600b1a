"""The National Correct Coding Initiative: procedure pairs, unit limits, add-on codes."""

import msgspec

from cleanclaim.codes.store.columns import Ends, Procedure, Starts, Whole, Words, Yes
from cleanclaim.codes.store.kinds import DIGITS, Bounds, Dating, Kind, Licence


class ProcedurePair(msgspec.Struct, frozen=True):
    """Column two is not paid beside column one on the same day.

    ``modifier`` 0: never; 1: may be, with one of the modifiers of NCCI; 9: the edit was made
    and deleted on one day and never held. ``before_1996`` pairs are older than their
    effective day says. Deleted pairs stay for services of their time.
    """

    column_one: Procedure
    column_two: Procedure
    before_1996: Yes
    starts_on: Starts
    ends_on: Ends
    modifier: Whole
    rationale: Words


class PairChange(msgspec.Struct, frozen=True):
    """A pair that a quarter adds, as the change files list them."""

    column_one: Procedure
    column_two: Procedure
    modifier: Whole
    starts_on: Starts
    setting: Words


class UnitLimit(msgspec.Struct, frozen=True):
    """How many units of a code are likely at most (MUE).

    ``adjudication`` 1: a line; 2: a day, by policy; 3: a day, may be exceeded with proof.
    0 units are never paid. Some limits are secret: no row is not "no limit".
    """

    code: Procedure
    units: Whole
    adjudication: Whole
    rationale: Words


class AddOn(msgspec.Struct, frozen=True):
    """An add-on code and a code it may be billed with.

    ``edit`` 1: only with the listed primaries; 2: contractors say with which (primary
    ``CCCCC``); 3: the listed and those that contractors add.
    """

    add_on: Procedure
    primary: Procedure
    edit: Whole
    starts_on: Starts
    ends_on: Ends


def _pairs(setting: str, title: str) -> Kind[ProcedurePair]:
    return Kind(
        f"ncci_ptp_{setting}",
        ProcedurePair,
        title=f"NCCI procedure pairs, {title}",
        key=("column_one", "column_two"),
        bounds=Bounds(1_300_000, 3_500_000, (*DIGITS, "G")),
        dating=Dating.HISTORY,
        licence=Licence.AMA,
        starts="starts_on",
        ends="ends_on",
        edits=("ncci",),
        filtered=True,
    )


PTP_PRACTITIONER = _pairs("practitioner", "practitioners")
PTP_HOSPITAL = _pairs("hospital", "outpatient hospitals")
PTP_CHANGES = Kind(
    "ncci_ptp_changes",
    PairChange,
    title="NCCI procedure pairs, changes of a quarter",
    key=("column_one", "column_two"),
    bounds=Bounds(50, 400_000),
    licence=Licence.AMA,
    starts="starts_on",
    edits=("ncci",),
)


def _limits(setting: str, title: str, bounds: Bounds) -> Kind[UnitLimit]:
    return Kind(
        f"mue_{setting}",
        UnitLimit,
        title=f"NCCI unit limits, {title}",
        key=("code",),
        bounds=bounds,
        licence=Licence.AMA,
        edits=("mue",),
    )


_ALL = Bounds(13_000, 18_000, (*DIGITS, "G", "V53"))
MUE_PRACTITIONER = _limits("practitioner", "practitioners", _ALL)
MUE_HOSPITAL = _limits("hospital", "outpatient hospitals", _ALL)
MUE_SUPPLIER = _limits(
    "supplier", "suppliers of equipment", Bounds(2_000, 6_000, ("A", "E", "K", "L", "V"))
)
ADD_ON = Kind(
    "add_on",
    AddOn,
    title="NCCI add-on codes",
    key=("add_on", "primary"),
    bounds=Bounds(4_000, 20_000, (*DIGITS, "G")),
    dating=Dating.HISTORY,
    licence=Licence.AMA,
    starts="starts_on",
    ends="ends_on",
    edits=("add_ons",),
)

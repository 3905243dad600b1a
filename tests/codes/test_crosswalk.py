"""A code's crosswalk to edits and prices: what holds on the day, from both sides of a pair."""

from datetime import date

import pytest

from cleanclaim.codes.search.crosswalk import Partner, UnitsLimit, cross, is_listed
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.store.layered import LayeredLibrary
from cleanclaim.codes.tables.ncci import (
    ADD_ON,
    MUE_PRACTITIONER,
    PTP_PRACTITIONER,
    AddOn,
    ProcedurePair,
    UnitLimit,
)

DAY = date(2026, 5, 4)
SINCE, UNTIL = date(2020, 1, 1), date(2025, 12, 31)


def pair(one: str, two: str, until: date | None, modifier: int, why: str = "") -> ProcedurePair:
    return ProcedurePair(
        column_one=one,
        column_two=two,
        before_1996=False,
        starts_on=SINCE,
        ends_on=until,
        modifier=modifier,
        rationale=why,
    )


PAIRS = Held(
    PTP_PRACTITIONER,
    (
        pair("20610", "99213", None, 1, "because"),
        pair("20610", "99214", UNTIL, 1),
        pair("20611", "20610", None, 0),
        pair("93000", "93005", None, 0),
    ),
    date(2026, 1, 1),
    date(2026, 12, 31),
)
LIMITS = Held(
    MUE_PRACTITIONER, (UnitLimit("20610", 2, 3, "data"),), date(2026, 4, 1), date(2026, 6, 30)
)
ADD_ONS = Held(
    ADD_ON,
    (AddOn("90472", "90471", 1, SINCE, None), AddOn("90472", "90473", 1, SINCE, UNTIL)),
    date(2026, 1, 1),
    date(2026, 12, 31),
)
LIBRARY = HeldLibrary((PAIRS, LIMITS, ADD_ONS))


def test_pairs_are_told_from_both_sides_as_they_hold_on_the_day() -> None:
    (pairs,) = cross(LIBRARY, "20610", DAY).pairs
    assert pairs.partners == (
        Partner("99213", is_paid=False, modifier=1, starts_on=SINCE, rationale="because"),
        Partner("20611", is_paid=True, modifier=0, starts_on=SINCE, rationale=""),
    )
    assert pairs.total == 2
    (earlier,) = cross(LIBRARY, "20610", UNTIL).pairs
    assert earlier.total == 3


def test_a_long_list_is_cut_and_counted() -> None:
    (pairs,) = cross(LIBRARY, "20610", UNTIL, partners_max=1).pairs
    assert [each.code for each in pairs.partners] == ["99213", "20611"]
    assert pairs.total == 3


def test_limits_and_add_ons_of_the_day() -> None:
    told = cross(LIBRARY, "20610", DAY)
    assert told.limits == (UnitsLimit("practitioner", 2, 3, "data", "mue_practitioner example"),)
    assert told.add_ons is None
    added = cross(LIBRARY, "90472", DAY).add_ons
    led = cross(LIBRARY, "90471", DAY).add_ons
    assert added is not None
    assert led is not None
    assert (added.primaries, added.add_ons) == (("90471",), ())
    assert (led.primaries, led.add_ons) == ((), ("90472",))


def test_what_is_not_loaded_for_the_day_is_named() -> None:
    told = cross(LIBRARY, "20610", date(2026, 8, 1))
    assert "NCCI unit limits, practitioners" in told.not_loaded
    assert "Physician fee schedule, relative values" in told.not_loaded
    assert "NCCI procedure pairs, practitioners" not in told.not_loaded


@pytest.mark.parametrize(("code", "known"), [("20610", True), ("90471", True), ("12345", False)])
def test_a_code_that_no_table_has_is_not_known(code: str, known: bool) -> None:  # noqa: FBT001
    assert cross(LIBRARY, code, DAY).is_known is known


def test_a_code_is_listed_where_limits_or_fees_have_it() -> None:
    assert is_listed(LIBRARY, "20610", DAY)
    assert not is_listed(LIBRARY, "90471", DAY)
    assert not is_listed(LIBRARY, "20610", date(2026, 8, 1))


def test_the_library_behind_answers_only_for_kinds_that_the_first_lacks() -> None:
    stale = Held(MUE_PRACTITIONER, (UnitLimit("20610", 99, 1, ""),), date(2026, 7, 1), None)
    layered = LayeredLibrary(HeldLibrary([LIMITS]), HeldLibrary([stale, PAIRS]))
    (limit,) = cross(layered, "20610", DAY).limits
    assert limit.units == 2
    assert layered.in_force(PTP_PRACTITIONER, DAY) is not None
    # The first has the kind, though not for this day: nothing is in force, and that is said.
    assert layered.in_force(MUE_PRACTITIONER, date(2026, 8, 1)) is None

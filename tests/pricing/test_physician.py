"""Modifiers, places and statuses: what each does to a physician's fee."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.codes.place_of_service import is_facility
from cleanclaim.pricing.physician import (
    STATUSES,
    limiting_charge_cents,
    price_service,
    price_services,
)
from cleanclaim.pricing.price import Outcome, Price, Step
from cleanclaim.pricing.rows import RelativeValues
from cleanclaim.pricing.service import Anesthesia, Practitioner, Service
from pricing.schedules import GIVEN, at_one_dollar, rows_of

ON = date(2026, 3, 2)
PLAIN = at_one_dollar()
SPLIT = {"global_days": "090", "preoperative": 10, "intraoperative": 70, "postoperative": 20}


def values(**given: object) -> RelativeValues:
    """Make a row worth 100 dollars in the office and 80 in a facility."""
    row = RelativeValues(
        code="11111",
        work=6000,
        practice_non_facility=3500,
        practice_facility=1500,
        malpractice=500,
    )
    return msgspec.structs.replace(row, **given)


def price(row: RelativeValues, *modifiers: str, **given: object) -> Price:
    service = Service(code=row.code, on=ON, modifiers=modifiers)
    return price_service(msgspec.structs.replace(service, **given), rows_of(row), PLAIN)


def test_a_fee_is_values_times_indices_times_factor_rounded_once_half_up() -> None:
    row = values(work=1, practice_non_facility=1, malpractice=1)
    # 0.03 relative values at 33.4009 dollars are 1.002027 dollars.
    setting = at_one_dollar()
    exact = price_service(
        Service(code="11111", on=ON),
        rows_of(row),
        type(setting)(indices=setting.indices, conversion_factor=334_009),
    )
    assert exact.cents == 100
    assert price(values()).cents == 10_000
    assert price(values(), facility=True).cents == 8_000
    assert price(values(), units=3).cents == 30_000


def test_a_price_tells_its_steps() -> None:
    told = price(values(bilateral="1"), "50", charge_cents=12_000)
    assert [step.cents for step in told.steps] == [10_000, 5_000, -3_000]
    assert "60.00 × 1.000 + 35.00 × 1.000 + 5.00 × 1.000" in told.steps[0].what
    assert told.steps[1].what == "both sides (50): 150 %"
    assert told.steps[2].what == "no more than the charge: $120.00"
    assert all(step.source for step in told.steps)


@pytest.mark.parametrize(
    ("row", "modifiers", "cents"),
    [
        ({"bilateral": "1"}, "50", 15_000),
        ({"bilateral": "0"}, "50", 10_000),
        ({"bilateral": "2"}, "50", 10_000),
        ({"bilateral": "3"}, "50", 20_000),
        ({"cosurgeon": "2"}, "62", 6_250),
        ({"cosurgeon": "1"}, "62", 6_250),
        ({"assistant": "2"}, "80", 1_600),
        ({"assistant": "0"}, "82", 1_600),
        ({"assistant": "2"}, "AS", 1_360),
        ({"multiple": "2"}, "51", 5_000),
        ({"multiple": "0"}, "51", 10_000),
        (SPLIT, "54", 8_000),
        (SPLIT, "55", 2_000),
        ({**SPLIT, "intraoperative": 71}, "78", 7_100),
        ({"global_days": "000"}, "78", 10_000),
        ({"bilateral": "1", "assistant": "2"}, "50 80", 2_400),
        ({}, "22", 10_000),
        ({}, "25", 10_000),
        ({}, "LT", 10_000),
    ],
)  # fmt: skip
def test_a_modifier_changes_the_fee(row: dict[str, Any], modifiers: str, cents: int) -> None:
    assert price(values(**row), *modifiers.split()).cents == cents


@pytest.mark.parametrize(
    ("row", "modifiers", "outcome"),
    [
        ({"bilateral": "9"}, "50", Outcome.MODIFIER),
        ({"cosurgeon": "0"}, "62", Outcome.NOT_PAYABLE),
        ({"cosurgeon": "9"}, "62", Outcome.MODIFIER),
        ({"assistant": "1"}, "80", Outcome.NOT_PAYABLE),
        ({"assistant": "9"}, "AS", Outcome.MODIFIER),
        ({"team": "2"}, "66", Outcome.BY_REPORT),
        ({"team": "0"}, "66", Outcome.NOT_PAYABLE),
        ({}, "52", Outcome.BY_REPORT),
        ({}, "53", Outcome.BY_REPORT),
        ({}, "26", Outcome.MODIFIER),
        ({}, "TC", Outcome.MODIFIER),
        ({"global_days": "XXX"}, "54", Outcome.MODIFIER),
        (SPLIT, "54 55", Outcome.MODIFIER),
        ({"global_days": "090", "preoperative": 10}, "56", Outcome.NOT_PAYABLE),
    ],
)
def test_a_modifier_may_leave_no_price(
    row: dict[str, Any], modifiers: str, outcome: Outcome
) -> None:
    told = price(values(**row), *modifiers.split())
    assert (told.cents, told.outcome) == (None, outcome)
    assert told.reason


def test_what_must_be_documented_is_noted() -> None:
    def notes(*modifiers: str, **row: object) -> list[str]:
        steps = price(values(**row), *modifiers).steps
        return [step.what for step in steps if "must be documented" in step.what]

    assert len(notes("80", assistant="0")) == len(notes("62", cosurgeon="1")) == 1
    assert notes("80", assistant="2") == notes("62", cosurgeon="2") == []


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_a_status_without_payment_is_told_and_is_never_zero(status: str) -> None:
    told = price(values(status=status))
    assert (told.cents, told.outcome) == (None, STATUSES[status][0])
    assert told.expected_cents == (0 if told.outcome.pays_nothing else None)


def test_a_status_that_nobody_knows_is_not_priced() -> None:
    assert price(values(status="Z")).outcome is Outcome.NOT_PRICED


@pytest.mark.parametrize("status", ["A", "R", "T"])
def test_the_three_payable_statuses_are_paid(status: str) -> None:
    assert price(values(status=status)).cents == 10_000


def test_a_restricted_code_without_values_is_priced_by_the_contractor() -> None:
    empty = values(status="R", work=0, practice_non_facility=0, malpractice=0)
    assert price(empty).outcome is Outcome.CONTRACTOR


def test_an_unknown_code_is_told() -> None:
    told = price_service(Service(code="99999", on=ON), rows_of(values()), PLAIN)
    assert told.outcome is Outcome.NOT_LISTED


def test_components_have_rows_of_their_own() -> None:
    rows = rows_of(
        values(component="1"),
        values(component="1", modifier="26", practice_non_facility=500),
        values(modifier="53", work=1000),
    )
    asked = [
        price_service(Service(code="11111", on=ON, modifiers=(modifier,)), rows, PLAIN).cents
        for modifier in ("26", "53")
    ]
    assert asked == [7_000, 5_000]


def test_the_outpatient_payment_is_a_limit() -> None:
    row = values(cap_practice_non_facility=3000, cap_malpractice=400)
    told = price(row, units=2)
    assert told.cents == 2 * 9_400
    assert price(values(cap_practice_non_facility=9000, cap_malpractice=400)).cents == 10_000


def test_staff_services_are_not_paid_in_a_facility() -> None:
    assert price(values(component="5"), facility=True).outcome is Outcome.NOT_PAYABLE
    assert price(values(component="5")).cents == 10_000


def test_practitioners_and_those_outside_the_program_are_paid_less() -> None:
    assert price(values(), practitioner=Practitioner.NON_PHYSICIAN).cents == 8_500
    assert price(values(), practitioner=Practitioner.SOCIAL_WORKER).cents == 7_500
    assert price(values(), participating=False).cents == 9_500
    aside = Service(code="11111", on=ON, participating=False)
    assert limiting_charge_cents(aside, rows_of(values()), PLAIN) == 10_925
    assert limiting_charge_cents(aside, rows_of(values(status="C")), PLAIN) is None


def test_an_injection_is_paid_only_alone() -> None:
    rows = rows_of(values(status="T"), values(code="22222"))
    both = price_services([Service(code="11111", on=ON), Service(code="22222", on=ON)], rows, PLAIN)
    assert [each.outcome for each in both] == [Outcome.BUNDLED, Outcome.PRICED]
    other_day = [Service(code="11111", on=ON), Service(code="22222", on=date(2026, 3, 3))]
    assert [each.cents for each in price_services(other_day, rows, PLAIN)] == [10_000, 10_000]


def test_telehealth_at_home_is_paid_as_in_an_office() -> None:
    assert [is_facility(code, ON) for code in ("02", "10", "11", "21", "24", "81")] == [
        True, False, False, True, True, False,
    ]  # fmt: skip
    assert not is_facility("02", date(2023, 12, 31))


# Anesthesia


def anesthesia(
    *modifiers: str, minutes: int | None = 67, given: Anesthesia | None = GIVEN
) -> Price:
    service = Service(code="00100", on=ON, modifiers=modifiers, minutes=minutes)
    return price_service(service, rows_of(values(code="00100", status="J")), at_one_dollar(given))


@pytest.mark.parametrize(
    ("modifier", "cents"),
    # 5 base units and 67 minutes, 4.5 time units, at 20 dollars.
    [("AA", 19_000), ("QZ", 19_000), ("QK", 9_500), ("QX", 9_500), ("QY", 9_500), ("AD", 6_000)],
)
def test_anesthesia_is_paid_by_units(modifier: str, cents: int) -> None:
    assert anesthesia(modifier, "QS").cents == cents


def test_anesthesia_needs_its_facts() -> None:
    assert "minutes" in anesthesia("AA", minutes=None).reason
    assert "modifier" in anesthesia("QS").reason
    assert "factor" in anesthesia("AA", given=None).reason
    no_factor = Anesthesia(None, {"00100": 5}, "test")
    assert "factor" in anesthesia("AA", given=no_factor).reason
    no_units = Anesthesia(2000, {}, "test")
    assert "base units" in anesthesia("AA", given=no_units).reason
    assert all(
        each.outcome is Outcome.NEEDS_FACT
        for each in (
            anesthesia("AA", minutes=None),
            anesthesia("QS"),
            anesthesia("AA", given=no_units),
        )
    )


# What holds for every price

rows = st.builds(
    values,
    work=st.integers(0, 9999),
    practice_non_facility=st.integers(0, 9999),
    malpractice=st.integers(1, 999),
    bilateral=st.sampled_from("01239"),
    multiple=st.sampled_from("0235679"),
    assistant=st.sampled_from("0129"),
    cosurgeon=st.sampled_from("0129"),
    cap_practice_non_facility=st.sampled_from([0, 0, 100, 3000]),
    status=st.sampled_from("AAARTBCN"),
)
modifiers = st.lists(
    st.sampled_from(["50", "51", "62", "80", "AS", "LT", "59", "25"]), max_size=2, unique=True
).map(tuple)


@given(rows, modifiers, st.integers(0, 5), st.one_of(st.none(), st.integers(0, 40_000)))
def test_a_price_is_its_steps_and_never_above_the_charge(
    row: RelativeValues, given_modifiers: tuple[str, ...], units: int, charge: int | None
) -> None:
    told = price(row, *given_modifiers, units=units, charge_cents=charge)
    if told.cents is None:
        assert told.reason
        return
    assert sum(step.cents for step in told.steps) == told.cents >= 0
    assert charge is None or told.cents <= charge


@given(rows, modifiers.filter(lambda given: "50" not in given), st.integers(0, 5))
def test_more_units_never_cost_less(
    row: RelativeValues, given_modifiers: tuple[str, ...], units: int
) -> None:
    fewer = price(row, *given_modifiers, units=units).cents
    more = price(row, *given_modifiers, units=units + 1).cents
    assert (fewer is None) is (more is None)
    assert fewer is None or more is None or fewer <= more


def test_a_price_that_its_steps_do_not_explain_cannot_exist() -> None:
    with pytest.raises(ValueError, match="do not sum up"):
        Price(100, Outcome.PRICED, (Step("fee", 99, "x"),))
    with pytest.raises(ValueError, match="cannot stand"):
        Price(0, Outcome.BUNDLED)
    with pytest.raises(ValueError, match="cannot be negative"):
        Service(code="11111", on=ON, units=-1)

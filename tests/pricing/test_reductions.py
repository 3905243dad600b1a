"""Several services of a day: who is paid in full and what the others get."""

from datetime import date

import msgspec

from cleanclaim.pricing.physician import price_services
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.rows import RelativeValues
from cleanclaim.pricing.service import Service
from pricing.schedules import at_one_dollar, rows_of

ON = date(2026, 3, 2)


def row(code: str, dollars: int, **given: object) -> RelativeValues:
    """Make a row that is worth so many dollars, half of them practice expense."""
    half = dollars * 50
    values = RelativeValues(
        code=code, work=half, practice_non_facility=half, practice_facility=half
    )
    return msgspec.structs.replace(values, **given)


def line(code: str, *modifiers: str, units: int = 1, charge_cents: int | None = None) -> Service:
    return Service(code=code, on=ON, modifiers=modifiers, units=units, charge_cents=charge_cents)


def dollars(rows: list[RelativeValues], *lines: Service) -> list[float | None]:
    prices = price_services(lines, rows_of(*rows), at_one_dollar())
    return [None if each.cents is None else each.cents / 100 for each in prices]


SURGERY = [row(f"1000{n}", 100 * n, multiple="2") for n in range(1, 7)]


def test_the_highest_procedure_is_paid_in_full_and_the_others_by_half() -> None:
    assert dollars(SURGERY, line("10001"), line("10003", "51"), line("10002")) == [50, 300, 100]


def test_one_procedure_is_paid_in_full_and_each_day_stands_for_itself() -> None:
    other_day = Service(code="10001", on=date(2026, 3, 3))
    assert dollars(SURGERY, line("10003"), other_day) == [300, 100]


def test_procedures_without_the_indicator_are_left_alone() -> None:
    rows = [*SURGERY, row("99213", 90), row("20000", 500, multiple="9")]
    assert dollars(rows, line("10001"), line("99213", "25"), line("20000")) == [100, 90, 500]


def test_units_of_a_line_are_procedures_each() -> None:
    # Three units of 200: one in full, two by half; beside a higher one all by half.
    assert dollars(SURGERY, line("10002", units=3)) == [400]
    assert dollars(SURGERY, line("10002", units=3), line("10003")) == [300, 300]


def test_beyond_five_procedures_it_is_still_half_and_said() -> None:
    lines = [line(f"1000{n}") for n in range(1, 7)]
    prices = price_services(lines, rows_of(*SURGERY), at_one_dollar())
    assert [each.cents for each in prices] == [5_000, 10_000, 15_000, 20_000, 25_000, 60_000]
    told = [any("by report" in step.what for step in each.steps) for each in prices]
    assert told == [True, False, False, False, False, False]


# Both sides


def two_sided(indicator: str, multiple: str = "0") -> list[RelativeValues]:
    return [row("20001", 100, bilateral=indicator, multiple=multiple), *SURGERY]


def test_both_sides_on_two_lines_are_paid_as_with_modifier_50() -> None:
    left, right = line("20001", "LT"), line("20001", "RT")
    assert dollars(two_sided("1"), left, right) == [100, 50]
    assert dollars(two_sided("0"), left, right) == [100, 0]
    assert dollars(two_sided("2"), right, left) == [0, 100]
    assert dollars(two_sided("3"), left, right) == [100, 100]
    assert dollars(two_sided("1"), left, left) == [100, 100]


def test_both_sides_are_one_procedure_where_procedures_are_ranked() -> None:
    left, right = line("20001", "LT"), line("20001", "RT")
    assert dollars(two_sided("1", "2"), left, right) == [100, 50]
    assert dollars(two_sided("1", "2"), left, right, line("10003")) == [50, 25, 300]
    assert dollars(two_sided("1", "2"), line("20001", "50"), line("10001")) == [150, 50]
    assert dollars(two_sided("1", "2"), line("20001", units=2), line("10003")) == [75, 300]


def test_both_sides_share_what_the_charges_leave() -> None:
    rows = two_sided("2")
    left = line("20001", "LT", charge_cents=6_000)
    right = line("20001", "RT", charge_cents=6_000)
    assert dollars(rows, left, right) == [60, 40]


# Endoscopy

ENDOSCOPY = [
    row("45378", 200, multiple="2"),
    row("45380", 260, multiple="3", endoscopic_base="45378"),
    row("45385", 320, multiple="3", endoscopic_base="45378"),
    row("43239", 180, multiple="3", endoscopic_base="43235"),
    row("43235", 150, multiple="3"),
]


def test_endoscopies_of_a_family_are_paid_above_their_base() -> None:
    assert dollars(ENDOSCOPY, line("45380"), line("45385")) == [60, 320]


def test_the_base_is_within_the_other_endoscopy() -> None:
    prices = price_services([line("45378"), line("45385")], rows_of(*ENDOSCOPY), at_one_dollar())
    assert [each.outcome for each in prices] == [Outcome.BUNDLED, Outcome.PRICED]
    assert prices[1].cents == 32_000
    assert dollars(ENDOSCOPY, line("45378")) == [200]


def test_families_are_ranked_as_one_procedure_each() -> None:
    # The lower family is 180, the colonoscopies are 380 together.
    assert dollars(ENDOSCOPY, line("45380"), line("45385"), line("43239")) == [60, 320, 90]
    assert dollars([*ENDOSCOPY, *SURGERY], line("45380"), line("45385"), line("10006")) == [
        30, 160, 600,
    ]  # fmt: skip


def test_an_endoscopy_whose_base_is_not_in_the_table_is_not_guessed() -> None:
    rows = [each for each in ENDOSCOPY if each.code != "45378"]
    assert dollars(rows, line("45380"), line("45385")) == [None, 320]


# Therapy and tests

# Twenty and fifteen dollars of each are practice expense, two more are malpractice.
THERAPY = [
    row("97110", 40, multiple="5", malpractice=200),
    row("97140", 30, multiple="5", malpractice=200),
]


def test_therapy_pays_the_highest_practice_expense_once_in_full() -> None:
    assert dollars(THERAPY, line("97110")) == [42]
    assert dollars(THERAPY, line("97110", units=2)) == [42 + 32]
    assert dollars(THERAPY, line("97140", units=2), line("97110", units=2)) == [2 * 24.5, 42 + 32]


def parts(code: str, technical: int, professional: int, multiple: str) -> list[RelativeValues]:
    """Make a test with its two parts, each of them all practice expense."""
    given = {"": technical + professional, "TC": technical, "26": professional}
    return [
        RelativeValues(
            code=code,
            modifier=modifier,
            component="1",
            practice_non_facility=dollars * 100,
            multiple=multiple,
        )
        for modifier, dollars in given.items()
    ]


def test_imaging_lowers_both_parts_of_all_but_the_highest() -> None:
    rows = [*parts("70450", 100, 40, "4"), *parts("74177", 200, 20, "4")]
    # The technical part of the first by 50, the professional part of the second by 1.
    assert dollars(rows, line("70450"), line("74177")) == [90, 219]
    assert dollars(rows, line("70450", "TC"), line("74177", "TC")) == [50, 200]
    assert dollars(rows, line("70450", "26"), line("74177", "26")) == [40, 19]
    assert dollars(rows, line("70450", "26"), line("74177", "TC")) == [40, 200]
    assert dollars(rows, line("70450", "59"), line("74177")) == [140, 220]
    assert dollars(rows, line("70450")) == [140]


def test_a_part_is_reduced_from_what_the_outpatient_limit_leaves_of_it() -> None:
    capped = [
        msgspec.structs.replace(each, cap_practice_non_facility=6_000)
        if each.modifier == "TC"
        else each
        for each in parts("70450", 100, 40, "4")
    ]
    rows = [*capped, *parts("74177", 200, 50, "4")]
    # Half of the 60 that the limit leaves, and a twentieth of the lower professional part.
    assert dollars(rows, line("70450"), line("74177")) == [140 - 30 - 2, 250]


def test_heart_and_eye_tests_lower_the_technical_part_only() -> None:
    heart = [*parts("93306", 100, 50, "6"), *parts("93880", 80, 30, "6")]
    assert dollars(heart, line("93306"), line("93880")) == [150, 60 + 30]
    eye = [*parts("92134", 20, 10, "7"), *parts("92083", 30, 10, "7")]
    assert dollars(eye, line("92134"), line("92083")) == [16 + 10, 40]
    assert dollars([*heart, *eye], line("93306"), line("92134")) == [150, 30]


def test_what_has_no_price_takes_no_rank() -> None:
    rows = [row("30001", 900, multiple="2", status="C"), *SURGERY]
    assert dollars(rows, line("30001"), line("10001")) == [None, 100]

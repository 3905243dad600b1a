"""The outpatient hospital: what is paid, packaged, discounted, and left alone."""

from datetime import date

import pytest

from cleanclaim.pricing.outpatient import STATUSES, price_outpatient
from cleanclaim.pricing.price import Outcome, Price
from cleanclaim.pricing.rows import OutpatientRate
from cleanclaim.pricing.service import Service

ON = date(2026, 3, 2)
# Code by status indicator, with its rate in dollars.
RATES = {
    "T": 1_000, "T2": 600, "S": 300, "V": 120, "K": 50, "G": 80, "R": 70, "U": 90,
    "J1": 5_000, "J1B": 4_000, "J2": 400, "Q1": 100, "Q1B": 110, "Q2": 200, "Q3": 250, "Q3B": 260,
}  # fmt: skip
ROWS = {
    code: OutpatientRate(
        code=code,
        status=code[:2].rstrip("2") if code == "T2" else code[:2],
        rate_cents=dollars * 100,
    )
    for code, dollars in RATES.items()
} | {status: OutpatientRate(code=status, status=status) for status in (*STATUSES, "Q4", "G0378")}
ROWS["G0378"] = OutpatientRate(code="G0378", status="N")
PLAIN, PAID_MORE = 10_000, 12_000


def priced(*codes: str, wage_index: int = PLAIN) -> list[Price]:
    return price_outpatient([_service(each) for each in codes], ROWS, wage_index, "Addendum B")


def _service(told: str) -> Service:
    """Read "T", "T-59" or "T×3"."""
    code, _, units = told.partition("×")
    code, *modifiers = code.split("-")
    return Service(code=code, on=ON, modifiers=tuple(modifiers), units=int(units or 1))


def dollars(*codes: str) -> list[int | str | None]:
    return [
        each.outcome.value if each.cents is None else each.cents // 100 for each in priced(*codes)
    ]


PACKAGED = Outcome.PACKAGED.value


def test_sixty_percent_of_a_rate_follow_wages() -> None:
    told = priced("S", wage_index=PAID_MORE)[0]
    assert told.cents == 33_600
    assert [step.cents for step in told.steps] == [30_000, 3_600]


@pytest.mark.parametrize("code", ["K", "G", "R", "U"])
def test_drugs_blood_and_sources_do_not_follow_wages(code: str) -> None:
    assert priced(code, wage_index=PAID_MORE)[0].cents == RATES[code] * 100


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_each_status_without_payment_says_so(status: str) -> None:
    told = priced(status)[0]
    assert (told.cents, told.outcome) == (None, STATUSES[status][0])


def test_an_unknown_code_or_rate_is_told() -> None:
    assert dollars("99999") == [Outcome.NOT_LISTED.value]
    rows = {"S": OutpatientRate(code="S", status="S")}
    told = price_outpatient([_service("S")], rows, PLAIN, "x")[0]
    assert told.outcome is Outcome.NOT_PRICED


def test_procedures_are_discounted_below_the_highest() -> None:
    assert dollars("T2", "T", "S") == [300, 1_000, 300]
    assert dollars("T×3") == [2_000]
    assert dollars("T×0") == [0]


def test_conditional_services_are_packaged_beside_others() -> None:
    assert dollars("Q1") == [100]
    assert dollars("Q1", "S") == [PACKAGED, 300]
    assert dollars("Q2", "S") == [200, 300]
    assert dollars("Q2", "T") == [PACKAGED, 1_000]
    assert dollars("Q1", "Q1B") == [PACKAGED, 110]
    assert dollars("Q1", "K") == [100, 50]


def test_a_comprehensive_service_packages_the_rest_of_the_claim() -> None:
    assert dollars("J1", "T", "S", "K", "N", "Q1") == [5_000, *[PACKAGED] * 5]
    assert dollars("J1B", "J1", "G", "U") == [PACKAGED, 5_000, 80, 90]
    assert any("Addendum J" in step.what for step in priced("J1", "J1B")[0].steps)
    assert not any("Addendum J" in step.what for step in priced("J1")[0].steps)


def test_what_addendum_b_cannot_tell_is_not_guessed() -> None:
    assert dollars("J2") == [400]
    assert dollars("J2", "G0378×9") == [Outcome.NOT_PRICED.value, PACKAGED]
    assert dollars("Q3") == [250]
    assert dollars("Q3", "Q3B") == [Outcome.NOT_PRICED.value] * 2
    assert dollars("T-50") == [Outcome.NOT_PRICED.value]


def test_tests_are_packaged_or_paid_by_their_own_schedule() -> None:
    assert dollars("Q4") == [Outcome.OTHER_SCHEDULE.value]
    assert dollars("Q4", "V") == [PACKAGED, 120]


def test_what_ended_before_anesthesia_is_half() -> None:
    assert dollars("T-73") == [500]
    assert dollars("T-74") == [1_000]


def test_a_day_without_known_rates_is_told() -> None:
    early = Service(code="S", on=date(1999, 1, 1))
    assert price_outpatient([early], ROWS, PLAIN, "x")[0].outcome is Outcome.NOT_PRICED

"""Laboratory, equipment, drugs, and inpatient stays."""

from datetime import date

import msgspec
import pytest

from cleanclaim.pricing.drugs import price_drug
from cleanclaim.pricing.equipment import price_equipment
from cleanclaim.pricing.inpatient import Hospital, Stay, price_stay
from cleanclaim.pricing.laboratory import price_laboratory
from cleanclaim.pricing.price import Outcome, Price
from cleanclaim.pricing.rows import DrugLimit, EquipmentFee, InpatientWeight, LaboratoryFee
from cleanclaim.pricing.service import Service
from pricing.schedules import lines_of, official, scaled

ON = date(2026, 3, 2)
TESTS = {
    ("80053", ""): LaboratoryFee(code="80053", cents=1_056),
    ("87880", ""): LaboratoryFee(code="87880", cents=1_653),
    ("87880", "QW"): LaboratoryFee(code="87880", modifier="QW", cents=1_600),
    ("0001U", ""): LaboratoryFee(code="0001U", cents=0),
}


def service(code: str, *modifiers: str, units: int = 1, charge: int | None = None) -> Service:
    return Service(code=code, on=ON, modifiers=modifiers, units=units, charge_cents=charge)


def laboratory(code: str, *modifiers: str, charge: int | None = None, units: int = 1) -> Price:
    return price_laboratory(service(code, *modifiers, charge=charge, units=units), TESTS, "CLFS")


def test_a_test_is_paid_its_fee_or_its_charge() -> None:
    assert laboratory("80053").cents == 1_056
    assert laboratory("80053", units=2, charge=2_000).cents == 2_000
    assert laboratory("87880", "QW").cents == 1_600
    assert laboratory("80053", "QW").cents == 1_056
    assert laboratory("87880").cents == 1_653
    assert laboratory("0001U").outcome is Outcome.CONTRACTOR
    assert laboratory("99213").outcome is Outcome.NOT_LISTED


@pytest.mark.corpus
def test_every_laboratory_fee_is_reproduced() -> None:
    fees, published = {}, {}
    for line in lines_of(official("clfs_2026q2", "PUF_CLFS_CY2026_Q2V1.csv")):
        if line and line[0] == "2026":
            cents = scaled(line[5], 2)
            fees[line[1], line[2]] = LaboratoryFee(code=line[1], modifier=line[2], cents=cents)
            published[line[1], line[2]] = cents
    assert len(fees) == 2_179
    for (code, modifier), cents in published.items():
        given = (modifier,) if modifier else ()
        told = price_laboratory(service(code, *given), fees, "CLFS")
        assert told.cents == (cents or None), (code, modifier)


# Equipment

WALKER = [
    EquipmentFee(
        code="E0143", modifiers=(way,), state="AL", non_rural_cents=cents, rural_cents=rural
    )
    for way, cents, rural in (("NU", 7_000, 9_000), ("RR", 900, 0), ("UE", 5_250, None))
]


def equipment(*modifiers: str, rural: bool = False, charge: int | None = None) -> Price:
    return price_equipment(
        service("E0143", *modifiers, charge=charge), WALKER, "DMEPOS", rural=rural
    )


def test_equipment_is_paid_by_how_it_is_had_and_where() -> None:
    assert [equipment(way).cents for way in ("NU", "RR", "UE")] == [7_000, 900, 5_250]
    assert equipment("NU", "KX", rural=True).cents == 9_000
    assert equipment("RR", rural=True).cents == 900
    assert equipment("NU", charge=6_000).cents == 6_000


def test_equipment_asks_for_what_must_be_told() -> None:
    told = equipment("KX")
    assert told.outcome is Outcome.NEEDS_FACT
    assert "NU, RR, UE" in told.reason
    assert price_equipment(service("E9999"), [], "DMEPOS").outcome is Outcome.NOT_LISTED
    empty = [msgspec.structs.replace(WALKER[0], non_rural_cents=0, rural_cents=None)]
    told = price_equipment(service("E0143", "NU"), empty, "DMEPOS")
    assert told.outcome is Outcome.CONTRACTOR


# Drugs


def test_a_drug_is_paid_by_unit_and_rounded_once() -> None:
    limits = {"J1": DrugLimit(code="J1", limit=29_856), "A1": DrugLimit(code="A1")}
    assert price_drug(service("J1"), limits, "ASP").cents == 2_986
    assert price_drug(service("J1", "JZ", units=30), limits, "ASP").cents == 89_568
    assert price_drug(service("J1", "JW", units=3, charge=5_000), limits, "ASP").cents == 5_000
    assert price_drug(service("A1"), limits, "ASP").outcome is Outcome.CONTRACTOR
    assert price_drug(service("J2"), limits, "ASP").outcome is Outcome.NOT_LISTED


# Inpatient

HOSPITAL = Hospital(
    labor_cents=450_000, non_labor_cents=230_000, wage_index=9_500, capital_cents=52_000
)
JOINTS = InpatientWeight(drg="470", weight=19_563, geometric_days=40, post_acute=True)


def stay(days: int = 5, status: str = "01", row: InpatientWeight | None = JOINTS) -> Price:
    return price_stay(Stay(drg="470", days=days, discharge_status=status), row, HOSPITAL, "Table 5")


def test_a_stay_is_paid_by_weight() -> None:
    # (4,500 × 0.95 + 2,300) × 1.9563 and 520 × 1.9563.
    assert stay().cents == 1_286_267 + 101_728
    without = msgspec.structs.replace(HOSPITAL, capital_cents=0)
    assert price_stay(Stay(drg="470", days=5), JOINTS, without, "x").cents == 1_286_267


@pytest.mark.parametrize(
    ("days", "status", "priced"),
    [(2, "02", False), (3, "02", True), (2, "06", False), (2, "01", True), (1, "20", True)],
)
def test_a_short_stay_that_ends_in_a_transfer_is_not_guessed(
    days: int,
    status: str,
    priced: bool,  # noqa: FBT001
) -> None:
    told = stay(days, status)
    assert (told.outcome is Outcome.PRICED) is priced
    assert told.outcome in {Outcome.PRICED, Outcome.NOT_PRICED}


def test_care_after_a_stay_matters_for_some_groups_only() -> None:
    other = msgspec.structs.replace(JOINTS, post_acute=False)
    assert stay(2, "06", other).outcome is Outcome.PRICED
    assert stay(2, "02", other).outcome is Outcome.NOT_PRICED


def test_a_group_without_weight_pays_nothing() -> None:
    none = InpatientWeight(drg="999", weight=0)
    assert stay(row=none).outcome is Outcome.NOT_PAYABLE
    assert stay(row=None).outcome is Outcome.NOT_LISTED

"""Contracts: which term prices a line or a claim, how it pays, and what is never guessed."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.pricing.billed import BilledClaim, BilledLine
from cleanclaim.pricing.contract_terms import Contract
from cleanclaim.pricing.contract_text import read_contract, write_contract
from cleanclaim.pricing.contracts import ClaimPrice, price_claim
from cleanclaim.pricing.price import Outcome, Price, Step, unpriced
from cleanclaim.pricing.rows import InpatientWeight
from cleanclaim.pricing.service import Service

ON = date(2026, 3, 2)
DEFAULT = {"name": "default", "pays": {"method": "percent_of_charge", "percent": 40}}
PINNED = {"percent": 112.5, "year": 2024, "locality": "10112-00"}
OFFICE = {
    "name": "office",
    "covers": {"codes": ["99202-99215"]},
    "pays": {"method": "percent_of_medicare", **PINNED},
}


class Hundred:
    """A Medicare that pays 100 dollars for everything but what it does not know."""

    def __init__(self) -> None:
        self.asked: list[tuple[int | None, str, int]] = []

    def prices(
        self, services: Sequence[Service], *, year: int | None, locality: str
    ) -> list[Price]:
        self.asked.append((year, locality, len(services)))
        return [_hundred(each) for each in services]


def _hundred(service: Service) -> Price:
    if service.code == "99000":
        return unpriced(Outcome.BUNDLED, "always bundled")
    if service.code == "99204":
        return unpriced(Outcome.CONTRACTOR, "the contractor sets the price")
    return Price(10_000, Outcome.PRICED, (Step("fee", 10_000, "test"),))


def contract(*terms: Mapping[str, object], **given: object) -> Contract:
    dated = [{"starts_on": "2026-01-01", **term} for term in terms]
    document = {"name": "Test", "terms": dated, **given}
    read, problems = read_contract(msgspec.json.encode(document))
    assert problems == ()
    assert read is not None
    return read


def line(
    code: str, *modifiers: str, charge: int | None = 30_000, revenue: str = "", units: int = 1
) -> BilledLine:
    service = Service(code=code, on=ON, modifiers=modifiers, charge_cents=charge, units=units)
    return BilledLine(service, revenue)


def price(terms: Contract, *lines: BilledLine, drg: str = "", days: int = 0) -> ClaimPrice:
    claim = BilledClaim(on=ON, lines=lines, drg=drg, days=days, place_of_service="11")
    weights = {"470": InpatientWeight(drg="470", weight=19_563)}
    return price_claim(claim, terms, Hundred(), weights)


def cents(terms: Contract, *lines: BilledLine) -> list[int | None]:
    return [each.cents for each in price(terms, *lines).lines]


# Which term


def test_the_closest_term_prices_a_line() -> None:
    def charge(percent: int, **covers: object) -> dict[str, object]:
        return {
            "name": f"{percent}",
            "pays": {"method": "percent_of_charge", "percent": percent},
            "covers": covers,
        }

    terms = contract(
        charge(10),
        charge(20, codes=["10000-19999"]),
        charge(30, codes=["11000-11999"]),
        charge(40, codes=["11055"]),
        charge(50, codes=["11055"], modifiers=["59"]),
        charge(60, revenue_codes=["0450-0459"]),
        charge(70, codes=["11000-11999"], places_of_service=["21"]),
        charge(80, codes=["99000-99999"]),
        charge(90, codes=["90000-99999"]),
        # Of several ranges the narrowest that holds the code counts.
        charge(15, codes=["10000-99998", "99280-99289"]),
    )
    asked = [
        line("99213"), line("12000"), line("11000"), line("11055"), line("11055", "59"),
        line("99281", revenue="0450"), line("1105"), line("0001U", revenue="0450"), line("0001U"),
    ]  # fmt: skip
    assert cents(terms, *asked) == [
        24_000,
        6_000,
        9_000,
        12_000,
        15_000,
        4_500,
        3_000,
        18_000,
        3_000,
    ]


def test_the_day_of_service_chooses_among_terms() -> None:
    old = {**OFFICE, "starts_on": "2025-01-01", "ends_on": "2026-03-01"}
    new = {**OFFICE, "name": "new", "starts_on": "2026-03-02", "pays": DEFAULT["pays"]}
    told = price(contract(old, new), line("99213")).lines[0]
    assert told.cents == 12_000
    assert told.steps[0].what.startswith("new:")
    before = msgspec.structs.replace(line("99213").service, on=date(2026, 3, 1))
    assert cents(contract(old, new), BilledLine(before)) == [11_250]
    never = msgspec.structs.replace(before, on=date(2024, 12, 31))
    assert price(contract(old, new), BilledLine(never)).lines[0].outcome is Outcome.NO_TERM


def test_what_no_term_covers_is_told_and_is_never_zero() -> None:
    told = price(contract(OFFICE), line("99213"), line("70450"))
    assert told.lines[1] == unpriced(Outcome.NO_TERM, "no term of the contract covers it")
    assert told.cents is None


# How lines are paid


def test_a_percentage_of_medicare_is_pinned_and_shows_its_steps() -> None:
    medicare = Hundred()
    claim = BilledClaim(on=ON, lines=(line("99213"), line("99214")))
    told = price_claim(claim, contract(OFFICE), medicare)
    assert told.cents == 22_500
    assert [step.cents for step in told.lines[0].steps] == [10_000, 1_250]
    assert told.lines[0].steps[1].what == "office: 112.5 % of Medicare"
    # Both lines were asked for at once, so that Medicare sees them beside each other.
    assert medicare.asked == [(2024, "10112-00", 2)]


def test_without_a_price_of_medicare_the_next_term_prices() -> None:
    assert cents(contract(OFFICE, DEFAULT), line("99204")) == [12_000]
    alone = price(contract(OFFICE), line("99204")).lines[0]
    assert alone.outcome is Outcome.NO_TERM
    assert "office: Medicare has no price" in alone.reason
    claim = BilledClaim(on=ON, lines=(line("99213"),))
    without = price_claim(claim, contract(OFFICE)).lines[0]
    assert "not loaded" in without.reason


def test_what_medicare_bundles_the_contract_bundles() -> None:
    everything = {**OFFICE, "covers": {}}
    told = price(contract(everything), line("99000")).lines[0]
    assert (told.outcome, told.expected_cents) == (Outcome.BUNDLED, 0)


def test_a_fee_table_knows_modifiers_and_units() -> None:
    fees = {"71046": 40, "71046-26": 12.5, "J1745": "29.86"}
    table = {"name": "fees", "pays": {"method": "fee_table", "fees": fees}}
    asked = [line("71046"), line("71046", "26"), line("J1745", units=3), line("71047")]
    assert cents(contract(table), *asked) == [4_000, 1_250, 8_958, None]


def test_a_carve_out_may_pay_nothing_for_a_reason() -> None:
    nothing = {
        "name": "supplies",
        "covers": {"codes": ["A4000-A9999"]},
        "pays": {"method": "no_payment", "reason": "within the visit"},
    }
    told = price(contract(nothing, DEFAULT), line("A4550"), line("99213"))
    assert told.lines[0].outcome is Outcome.NOT_COVERED
    assert told.cents == 12_000


def test_a_line_is_limited_to_its_charge_where_that_is_agreed() -> None:
    lesser = {**OFFICE, "lesser_of_charge": True}
    assert cents(contract(lesser), line("99213", charge=11_000)) == [11_000]
    assert cents(contract(OFFICE), line("99213", charge=11_000)) == [11_250]


def test_amounts_rise_on_their_day_and_build_on_each_other() -> None:
    rises = [{"on": "2026-01-15", "percent": 3}, {"on": "2026-03-02", "percent": -1.5}]
    later = {"on": "2026-03-03", "percent": 50}
    fees = {"name": "fees", "pays": {"method": "fee_table", "fees": {"99213": 100}}}
    assert cents(contract({**fees, "escalators": [*rises, later]}), line("99213")) == [10_146]
    # A percentage of the charge rises with the charge.
    assert cents(contract({**DEFAULT, "escalators": rises}), line("99213")) == [12_000]


def test_procedures_of_a_day_are_ranked_by_the_contract() -> None:
    fees = {"11111": 100, "22222": 300, "33333": 200}
    surgery = {
        "name": "surgery",
        "pays": {"method": "fee_table", "fees": fees},
        "multiple_procedures": [100, 50, 25],
    }
    asked = [line("11111"), line("22222"), line("33333"), line("11111")]
    assert cents(contract(surgery), *asked) == [2_500, 30_000, 10_000, 2_500]
    assert cents(contract({**surgery, "multiple_procedures": []}), *asked)[0] == 10_000


def test_a_contract_with_a_rule_for_procedures_asks_medicare_for_each_alone() -> None:
    medicare = Hundred()
    terms = contract({**OFFICE, "multiple_procedures": [100, 50]})
    claim = BilledClaim(on=ON, lines=(line("99213"), line("99214")))
    assert price_claim(claim, terms, medicare).cents == 11_250 + 5_625
    assert [count for _, _, count in medicare.asked] == [1, 1]


# Whole claims


def test_a_case_rate_prices_the_claim_and_carve_outs_are_paid_beside() -> None:
    case = {"name": "case", "pays": {"method": "case_rate", "dollars": 1500}}
    implants = {
        "name": "implants",
        "covers": {"revenue_codes": ["0278"]},
        "pays": {"method": "percent_of_charge", "percent": 50},
        "carve_out": True,
    }
    told = price(contract(case, implants, DEFAULT), line("C1713", revenue="0278"), line("29881"))
    assert told.whole is not None
    assert told.whole.cents == 150_000
    assert told.lines[0].cents == 15_000
    assert told.lines[1].outcome is Outcome.BUNDLED
    assert told.cents == 165_000


def test_days_are_paid_by_tiers() -> None:
    tiers = [
        {"from_day": 1, "dollars": 2000},
        {"from_day": 3, "dollars": 1200.5},
        {"from_day": 6, "dollars": 900},
    ]
    days = {"name": "days", "pays": {"method": "per_diem", "tiers": tiers}}

    def paid(count: int) -> int | None:
        return price(contract(days), line(""), days=count).cents

    assert [paid(count) for count in (1, 2, 3, 5, 7)] == [
        200_000, 400_000, 520_050, 760_150, 940_150,
    ]  # fmt: skip
    assert paid(0) is None


def test_a_drg_is_paid_by_weight_and_the_closest_term() -> None:
    base = {"name": "base", "pays": {"method": "drg_weight", "base": 6000}}
    joints = {
        "name": "joints",
        "covers": {"drgs": ["469-470"]},
        "pays": {"method": "case_rate", "dollars": 21_000},
    }
    assert price(contract(base), line(""), drg="470").cents == 1_173_780
    assert price(contract(base, joints), line(""), drg="470").cents == 2_100_000
    unknown = price(contract(base, joints), line(""), drg="999")
    assert unknown.whole is not None
    assert (unknown.cents, unknown.whole.outcome) == (None, Outcome.NEEDS_FACT)


@pytest.mark.parametrize(
    ("basis", "whole", "expected"),
    # Charges of 1,200 dollars, a threshold of 1,000 and 50 percent.
    [
        ("excess", True, 20_000 + 10_000),
        ("whole", True, 60_000),
        ("excess", False, 48_000 + 10_000),
        ("whole", False, 60_000),
    ],
)
def test_a_stop_loss_pays_above_its_threshold(basis: str, whole: bool, expected: int) -> None:  # noqa: FBT001
    stop = {"threshold": 1000, "percent": 50, "basis": basis, "starts_on": "2026-01-01"}
    case = {"name": "case", "pays": {"method": "case_rate", "dollars": 200}}
    terms = contract(case if whole else DEFAULT, stop_losses=[stop])
    assert price(terms, *[line("11111")] * 4).cents == expected
    below = price(terms, line("11111"))
    assert below.cents == (20_000 if whole else 12_000)


# What holds for every contract


@given(
    st.integers(0, 100_000),
    st.decimals(0, 500, places=2),
    st.integers(0, 3),
    st.sampled_from(["percent_of_medicare", "percent_of_charge"]),
)
def test_a_lesser_of_is_never_above_the_charge(
    charge: int, percent: object, units: int, method: str
) -> None:
    term = {
        "name": "any",
        "pays": {"method": method, "percent": percent},
        "lesser_of_charge": True,
        "escalators": [{"on": "2026-02-01", "percent": 4.25}],
    }
    told = price(contract(term), line("99213", charge=charge, units=units)).lines[0]
    assert told.cents is not None
    assert told.cents <= charge
    assert told.cents == sum(step.cents for step in told.steps)


def test_a_contract_is_written_as_it_is_read() -> None:
    stop = {"threshold": 1000, "percent": 50, "basis": "whole", "starts_on": "2026-01-01"}
    terms = contract(OFFICE, DEFAULT, stop_losses=[stop])
    assert read_contract(write_contract(terms)) == (terms, ())

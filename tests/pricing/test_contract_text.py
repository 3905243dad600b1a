"""Contracts as text: each mistake is told with its place and what to do."""

import copy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleanclaim.pricing.contract_text import read_contract

GOOD: dict[str, Any] = {
    "name": "Test",
    "terms": [
        {
            "name": "office",
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "covers": {"codes": ["99202-99215"], "drgs": []},
            "pays": {"method": "percent_of_medicare", "percent": 112.5, "locality": "10112-00"},
            "multiple_procedures": [100, 50],
            "escalators": [{"on": "2026-07-01", "percent": 3}],
        },
        {
            "name": "days",
            "starts_on": "2026-01-01",
            "covers": {"drgs": ["001-999"]},
            "pays": {"method": "per_diem", "tiers": [{"from_day": 1, "dollars": 1200.5}]},
        },
        {
            "name": "fees",
            "starts_on": "2026-01-01",
            "pays": {"method": "fee_table", "fees": {"99213": 100, "71046-26": 12.34}},
        },
    ],
    "stop_losses": [
        {"threshold": 1000, "percent": 50, "basis": "excess", "starts_on": "2026-01-01"}
    ],
}


def changed(path: str, value: object) -> bytes:
    """Change the good contract at a path of names and numbers."""
    document = copy.deepcopy(GOOD)
    place: Any = document
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        place = place[step]
    place[last] = value
    return msgspec.json.encode(document)


def test_a_good_contract_has_no_problem() -> None:
    contract, problems = read_contract(msgspec.json.encode(GOOD))
    assert problems == ()
    assert contract is not None
    assert len(contract.terms) == 3


@pytest.mark.parametrize(
    ("path", "value", "where", "what"),
    [
        ("terms", [], "$.terms", "there are none"),
        ("terms/0/ends_on", "2025-01-01", "$.terms[0].ends_on", "before starts_on"),
        ("terms/0/escalators/0/on", "2027-01-01", "$.terms[0].escalators[0].on", "not hold"),
        ("terms/0/pays/percent", -1, "$.terms[0].pays.percent", "no percentage"),
        ("terms/0/pays/percent", "1E+999999", "$.terms[0].pays.percent", "no percentage"),
        ("terms/0/pays/percent", 112.555, "$.terms[0].pays.percent", "no percentage"),
        ("terms/0/pays/locality", "ALABAMA", "$.terms[0].pays.locality", "no locality"),
        ("terms/0/covers/codes/0", "99215-99202", "$.terms[0].covers.codes", "is empty"),
        ("terms/0/covers/codes/0", "99202-9921", "$.terms[0].covers.codes", "is empty"),
        ("terms/0/covers/codes/0", "visits", "$.terms[0].covers.codes", "no code"),
        ("terms/0/covers/drgs", ["470"], "$.terms[0].covers.drgs", "for a DRG alone"),
        ("terms/0/multiple_procedures/0", "NaN", "$.terms[0].multiple_procedures[0]", "no perc"),
        ("terms/1/pays/tiers/0/from_day", 2, "$.terms[1].pays.tiers", "begin at day 1"),
        ("terms/1/pays/tiers/0/dollars", -5, "$.terms[1].pays.tiers[0].dollars", "no amount"),
        ("terms/1/covers/codes", ["99213"], "$.terms[1].covers", "cannot depend on a line"),
        ("terms/1/covers/modifiers", ["59"], "$.terms[1].covers", "cannot depend on a line"),
        ("terms/1/covers/revenue_codes", ["0120"], "$.terms[1].covers", "cannot depend on a"),
        ("terms/1/carve_out", True, "$.terms[1].carve_out", "only lines"),
        ("terms/1/multiple_procedures", [100], "$.terms[1].multiple_procedures", "no procedures"),
        ("terms/2/pays/fees", {}, "$.terms[2].pays.fees", "empty"),
        ("terms/2/pays/fees", {"visit": 1}, "$.terms[2].pays.fees", "no code"),
        ("terms/2/pays/fees/99213", 1.005, "$.terms[2].pays.fees.99213", "no amount"),
        ("stop_losses/0/threshold", -1, "$.stop_losses[0].threshold", "no amount"),
        ("stop_losses/0/percent", "Infinity", "$.stop_losses[0].percent", "no percentage"),
        ("stop_losses/0/ends_on", "2025-01-01", "$.stop_losses[0].ends_on", "before starts_on"),
        # What the shape itself refuses.
        ("terms/0/percnt", 1, "$.terms[0]", "unknown field"),
        ("terms/0/starts_on", "1/1/2026", "$.terms[0].starts_on", "invalid"),
        ("terms/0/pays/method", "percent_of_luck", "$.terms[0].pays.method", "invalid value"),
        ("terms/0/pays/percent", "much", "$.terms[0].pays.percent", "invalid decimal"),
        ("stop_losses/0/basis", "some", "$.stop_losses[0].basis", "invalid"),
        ("name", None, "$.name", "expected `str`"),
    ],
)
def test_a_mistake_is_told_with_its_place(path: str, value: object, where: str, what: str) -> None:
    contract, problems = read_contract(changed(path, value))
    assert contract is None
    assert [(each.where, what in each.what) for each in problems] == [(where, True)]
    assert all(each.to_do for each in problems)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("terms/0/ends_on", "2026-07-01"),
        ("terms/0/escalators/0/on", "2026-12-31"),
        ("terms/0/escalators/0/percent", -2.25),
        ("terms/0/covers/codes/0", "99213-99213"),
        ("terms/2/pays/fees/99213", 0.5),
        ("terms/2/pays/fees", {"71046-TC": 0}),
        ("stop_losses/0/ends_on", "2026-01-01"),
    ],
)
def test_what_is_at_the_edge_is_no_mistake(path: str, value: object) -> None:
    assert read_contract(changed(path, value))[1] == ()


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        (("2026-01-01", "2026-06-30"), ("2026-07-01", None), False),
        (("2026-07-01", None), ("2026-01-01", "2026-06-30"), False),
        (("2026-01-01", "2026-07-01"), ("2026-07-01", None), True),
        (("2026-07-01", None), ("2026-01-01", "2026-07-01"), True),
        (("2026-01-01", None), ("2027-01-01", None), True),
    ],
)
def test_terms_meet_where_they_share_a_day(
    first: tuple[str, str | None],
    second: tuple[str, str | None],
    meet: bool,  # noqa: FBT001
) -> None:
    terms = [
        {**GOOD["terms"][2], "name": starts_on, "starts_on": starts_on, "ends_on": ends_on}
        for starts_on, ends_on in (first, second)
    ]
    _, problems = read_contract(msgspec.json.encode({"name": "Test", "terms": terms}))
    assert [each.where for each in problems] == (["$.terms[1]"] if meet else [])


def test_two_terms_of_one_kind_may_not_cover_the_same() -> None:
    twin = copy.deepcopy(GOOD)
    twin["terms"].append({**twin["terms"][0], "name": "twin"})
    _, problems = read_contract(msgspec.json.encode(twin))
    assert [str(each) for each in problems] == [
        "$.terms[3]: it covers the same as $.terms[0] on the same days; "
        "end one before the other starts"
    ]
    twin["terms"][3] |= {"starts_on": "2027-01-01", "ends_on": None, "escalators": []}
    assert read_contract(msgspec.json.encode(twin))[1] == ()


def test_what_is_no_json_is_told() -> None:
    for text in ("", "{", "terms", '{"name": "x"}'):
        contract, problems = read_contract(text)
        assert contract is None
        assert problems[0].to_do


def test_the_contract_of_the_reference_page_is_a_good_one() -> None:
    page = Path(__file__).resolve().parents[2] / "docs/reference/pricing.md"
    example = page.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    contract, problems = read_contract(example)
    assert problems == ()
    assert contract is not None
    assert len(contract.terms) == 3

"""A payer's companion file becomes checks, and a bad line of it is told where it stands."""

from pathlib import Path

import pytest

from cleanclaim import x12
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks import CHECKS, Check
from cleanclaim.x12.checks.companions import CompanionError, load_companion
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.events import Unit
from cleanclaim.x12.frames import Whole

NORTH = """\
# What North Payer asks.
companion NORTH
payer 2010BB/NM109 has NP001
example 837P BHT*0019*00*B-1 => BHT*0019*00*B-7

rule AUTHORIZED block STC:A6:252
  guides 837P
  at 2300/CLM
  when CLM05-01 has 11,12
  when procedures has 36415,99213-99215
  must REF*G1 present
  says an {office} visit needs an authorization (REF*G1)
  hint Ask for one first.
  source North Payer's handbook
  fails REF*G1*AUTH1~\\n =>
"""


def test_a_rule_becomes_a_check() -> None:
    (check,) = load_companion(NORTH)
    assert check.rule.id == "X12.7.NORTH_AUTHORIZED"
    assert check.rule.type == 7
    assert check.rule.severity is Severity.BLOCK
    assert check.rule.code == "STC:A6:252"
    assert check.at == ("2300/CLM",)
    assert check.source == "North Payer's handbook"
    assert check.documentation.startswith("an {office} visit")
    assert "B-7" in check.passing.text()
    assert "REF*G1" not in check.failing.text()
    assert check.rule.id not in CHECKS


def test_a_file_is_read_like_its_text(tmp_path: Path) -> None:
    path = tmp_path / "north.txt"
    path.write_text(NORTH, "utf-8")
    (from_file,), (from_text,) = load_companion(path), load_companion(NORTH)
    assert from_file.rule == from_text.rule


def _fires(check: Check, text: str) -> list[list[str]]:
    """Ask one check about each claim of a text, at its segments of loop 2300."""
    return [
        [
            broken.element
            for segment in unit.loop.segments
            if f"2300/{segment.id}" in check.at and _concerns(check, unit)
            for broken in check.judge(segment, unit.loop, _scope(unit))
        ]
        for unit in x12.read(text)
        if isinstance(unit, Unit)
    ]


def _concerns(check: Check, unit: Unit) -> bool:
    return check.applies is not None and check.applies(_scope(unit))


def _scope(unit: Unit) -> Scope:
    return Scope("837P", Whole(unit.loop), tuple(map(Whole, (*unit.ancestors, unit.loop))), {}, {})


def test_its_check_fires_on_what_fails_and_only_there() -> None:
    (check,) = load_companion(NORTH)
    assert _fires(check, check.failing.text()) == [["REF"], []]
    (other,) = load_companion(NORTH.replace("NP001", "NP002"))
    assert _fires(other, check.failing.text()) == [[], []]


@pytest.mark.parametrize(
    ("test", "fires"),
    [
        ("CLM05-03 is 1", False),
        ("CLM05-03 is 7,8", True),
        ("CLM05-03 lacks 0-2", True),
        ("CLM05-03 lacks 2-9", False),
        ("CLM01 form digits", True),
        ("REF02 form digits", True),
        ("REF*ZZ absent", False),
        ("REF*G1 absent", True),
        ("2010AA/N401 has SPRING*", False),
        ("2010AA/N401 has OAK*", True),
        ("2320/AMT02|CLM02 most 149.99", True),
        ("2320/AMT02|CLM02 most 150", False),
        ("HI:ABF has I10", False),
        ("HI:ABF has I11", True),
        ("service-day from 20260102", False),
        ("service-day from 20260103", True),
        ("2310B present", False),
        ("2310A present", True),
    ],
)
def test_each_test_can_hold_and_fail(test: str, fires: bool) -> None:  # noqa: FBT001 - a table
    text = NORTH.replace("REF*G1 present", test)
    (check,) = load_companion(text)
    of_first_claim, _ = _fires(check, check.passing.text())
    assert bool(of_first_claim) is fires


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("companion NORTH\n", "", 2, "cannot stand here"),
        ("payer 2010BB", "pays 2010BB", 3, "'pays' cannot stand here"),
        ("  at 2300", "  where 2300", 8, "'where' is none of the words of a rule"),
        ("has NP001", "equals NP001", 3, "a test is 'present'"),
        ("2010BB/NM109", "2010BB/nm9", 3, "'2010BB/nm9' names no place"),
        ("block STC", "stop STC", 6, "warn instead of block"),
        ("  says an", "  at an", 12, "'at' stands in a rule once"),
        ("  source North Payer's handbook\n", "", 6, "no line with 'source'"),
        ("REF*G1*AUTH1~\\n =>", "REF*G1*AUTH1~", 15, "'OLD => NEW'"),
        ("  hint Ask for one first.", "  hint", 13, "something must follow 'hint'"),
        ("2300/CLM", "2300/CLM*", 8, "'at' names segments"),
        ("REF*G1 present", "REF02 form zip", 11, "digits, mbi, npi, ride"),
        ("REF*G1 present", "REF02 from 2026", 11, "'from' with a day as YYYYMMDD"),
        ("REF*G1 present", "REF02 most many", 11, "'most' with a number"),
    ],
)
def test_a_bad_line_is_told_with_its_number(
    old: str, new: str, line: int, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "north.txt"
    path.write_text(NORTH.replace(old, new, 1), "utf-8")
    with pytest.raises(CompanionError) as told:
        load_companion(path)
    assert f"north.txt, line {line}: " in str(told.value)
    assert problem in str(told.value)


def test_two_rules_of_one_name_are_refused() -> None:
    _, rule, body = NORTH.partition("rule ")
    with pytest.raises(CompanionError, match="came before"):
        load_companion(NORTH + rule + body)


def test_a_line_of_no_rule_is_refused() -> None:
    with pytest.raises(CompanionError, match="line 1: an indented line belongs below"):
        load_companion("  at 2300/CLM\n")

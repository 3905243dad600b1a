"""``cleanclaim price``: one answer, its steps, and a status that says whether there is a price."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cleanclaim.cli import main
from pricing.libraries import small_library

PLACE = ("--on", "2026-03-02", "--locality", "10112-00")


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_library(tmp_path)
    monkeypatch.setenv("CLEANCLAIM_REFERENCE", str(tmp_path))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["price", *arguments])


def told(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    document: dict[str, Any] = json.loads(result.stdout)
    return document | {"status": result.exit_code}


def test_a_price_is_told_with_its_steps() -> None:
    document = told("99213", *PLACE)
    assert (document["cents"], document["outcome"], document["status"]) == (6_435, "priced", 0)
    assert sum(step["cents"] for step in document["steps"]) == 6_435
    assert document["steps"][0]["source"].endswith("relative values 2026")
    assert document["settlement"]["paid_cents"] == 5_045
    assert document["locality"] == "10112-00"


def test_options_change_the_price() -> None:
    assert told("99213", *PLACE, "--facility")["cents"] == 4_983
    assert told("99213", *PLACE, "--units", "2", "--charge", "100")["cents"] == 10_000
    assert told("99213", *PLACE, "--practitioner", "non_physician")["cents"] == 5_470
    assert told("99213", *PLACE, "--qualifying")["cents"] == 6_467
    aside = told("99213", *PLACE, "--nonparticipating")
    assert (aside["cents"], aside["limiting_charge_cents"]) == (6_113, 7_030)
    assert told("11042", *PLACE, "--modifier", "55")["cents"] == 1_287
    assert told("00100", *PLACE, "--modifier", "aa", "--minutes", "60")["cents"] == 17_379


def test_a_zip_code_is_a_place() -> None:
    document = told("99213", "--on", "2026-03-02", "--zip", "94110")
    assert (document["locality"], document["cents"]) == ("01112-05", 8_522)


@pytest.mark.parametrize(
    ("code", "options", "schedule", "cents"),
    [
        ("80053", (), "laboratory fee schedule", 1_056),
        ("J0897", ("--units", "60"), "drug payment limits", 179_136),
        ("E0143", ("--modifier", "NU"), "equipment fee schedule", 7_000),
        ("E0143", ("--modifier", "NU", "--rural"), "equipment fee schedule", 9_000),
    ],
)
def test_other_schedules_answer_for_their_codes(
    code: str, options: tuple[str, ...], schedule: str, cents: int
) -> None:
    document = told(code, *PLACE, *options)
    assert (document["schedule"], document["cents"]) == (schedule, cents)
    if code == "80053":
        assert document["settlement"]["coinsurance_cents"] == 0


def test_no_price_has_a_reason_and_a_status() -> None:
    document = told("99080", *PLACE)
    assert (document["cents"], document["outcome"], document["status"]) == (None, "bundled", 1)
    assert document["expected_cents"] == 0
    assert told("99999", *PLACE)["outcome"] == "not listed"
    assert run("99999", *PLACE).exit_code == 1


def test_a_table_that_is_not_loaded_is_named() -> None:
    early = run("99213", "--on", "2024-03-02", "--locality", "10112-00")
    assert early.exit_code == 2
    assert "the table pfs_values (" in early.stderr
    laboratory = run("80053", "--on", "2025-03-02", "--locality", "10112-00")
    assert laboratory.exit_code == 2
    assert "the table clfs (" in laboratory.stderr
    anesthesia = ("00100", "--modifier", "AA", "--minutes", "60", "--locality", "10112-00")
    without = run(*anesthesia, "--on", "2025-03-02")
    assert without.exit_code == 2
    assert "anesthesia_units" in without.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--on", "2026-03-02"), "by one of --locality and --zip"),
        ((*PLACE, "--zip", "94110"), "by one of --locality and --zip"),
        ((*PLACE, "--charge", "much"), "--charge: write dollars"),
        (("--on", "2026-03-02", "--locality", "ALABAMA"), "no locality ALABAMA"),
        (("--on", "2026-03-02", "--zip", "10001"), "ZIP code 10001"),
    ],
)
def test_an_unusable_call_says_why(arguments: tuple[str, ...], words: str) -> None:
    result = run("99213", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_people_read_dollars() -> None:
    result = run("99213", *PLACE, "--charge", "60")
    assert result.exit_code == 0
    assert "99213 on 2026-03-02 in 10112-00: $60.00 (physician fee schedule)" in result.stdout
    assert "-$4.35  no more than the charge: $60.00" in result.stdout
    assert "$47.04  paid by Medicare" in result.stdout
    assert "no price: bundled" in run("99080", *PLACE).stdout

"""DRGs and the code editor answer as the government's own programs do."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from cleanclaim.codes.grouping import (
    Coded,
    Discharge,
    Grouper,
    UngroupableDayError,
    version_on,
)
from pricing.schedules import official

HEART_FAILURE = Discharge(
    on=date(2026, 1, 15),
    age=70,
    sex="F",
    discharge_status="01",
    principal=Coded("I5023", "Y"),
    secondary=(Coded("J9601", "Y"),),
    days=4,
)


@pytest.fixture(scope="module")
def grouper() -> Iterator[Grouper]:
    with Grouper() as opened:
        yield opened


def test_a_stay_is_grouped_by_the_version_of_its_day(grouper: Grouper) -> None:
    told = grouper.group(HEART_FAILURE)
    assert (told.drg, told.category, told.reason, told.version) == ("291", "05", "", 430)


def test_what_cannot_be_grouped_says_why(grouper: Grouper) -> None:
    cause = Discharge(
        on=date(2026, 1, 15), age=70, sex="M", discharge_status="01", principal=Coded("W1830XA")
    )
    told = grouper.group(cause)
    assert told.drg == "999"
    assert told.reason == "DX_CANNOT_BE_PDX"
    assert grouper.edit(cause) == ("E_CODE_AS_PDX",)
    assert grouper.edit(HEART_FAILURE) == ()


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2022, 10, 1), 400),
        (date(2025, 9, 30), 421),
        (date(2025, 10, 1), 430),
        (date(2026, 3, 31), 430),
        (date(2026, 4, 1), 431),
        (date(2026, 10, 1), 440),
    ],
)
def test_the_day_chooses_the_version(day: date, version: int) -> None:
    assert version_on(day) == version


@pytest.mark.parametrize("day", [date(2022, 9, 30), date(2027, 4, 1)])
def test_a_day_without_a_version_is_refused(day: date) -> None:
    with pytest.raises(UngroupableDayError, match="no version"):
        version_on(day)


@pytest.mark.corpus
def test_a_thousand_stays_are_grouped_as_by_the_government(grouper: Grouper) -> None:
    path = official("msdrg_cases", "cases_v43.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        cases = [json.loads(line) for line in file]
    wrong = [case["claim"]["id"] for case in cases if not _agree(grouper, case)]
    assert wrong == []
    assert len(cases) == 1_000


def _agree(grouper: Grouper, case: dict[str, Any]) -> bool:
    stay, java = _stay(case["claim"]), case["cms_java"]
    told = grouper.group(stay, case["claim"]["version"])
    return (
        told.drg == f"{java['final_drg']:03d}"
        and told.initial_drg == f"{java['initial_drg']:03d}"
        and told.category == f"{java['final_mdc']:02d}"
        and (told.reason or "OK") == java["return_code"]
        and grouper.edit(stay) == tuple(sorted(case["mce_java"]["edits"]))
    )


def _stay(claim: dict[str, Any]) -> Discharge:
    day = str(claim["discharge_date"])
    return Discharge(
        on=date.fromisoformat(day),
        age=claim["age"],
        sex="MF"[claim["sex"]],
        discharge_status=f"{claim['discharge_status']:02d}",
        principal=Coded(claim["pdx"]["code"], claim["pdx"]["poa"]),
        days=claim["length_of_stay"],
        secondary=tuple(Coded(each["code"], each["poa"]) for each in claim["sdx"]),
        procedures=tuple(each["code"] for each in claim["procedures"]),
        exempt=claim["hospital_status"] == "EXEMPT",
    )

"""Stays are grouped and edited as by the government; ages and sexes as by its editor."""

import gzip
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.institutional import InpatientProcedure
from cleanclaim.claims.model import Claim, Diagnosis
from cleanclaim.claims.parties import Sex
from cleanclaim.edits import EDITS, scrub
from cleanclaim.edits.examples import AS_OF, CLEAN, REFERENCE, STAY, VISIT, changed, stayed
from cleanclaim.kernel.findings import Finding

CASES = Path(__file__).resolve().parents[2] / "../shared/reference/msdrg_cases/cases_v43.jsonl.gz"
replace = msgspec.structs.replace
# What the editor calls its edits, and the rule that tells them.
RULES = {
    "AGE_CONFLICT": "MCE.AGE",
    "E_CODE_AS_PDX": "MCE.EXTERNAL",
    "MANIFESTATION_AS_PDX": "MCE.MANIFESTATION",
    "NON_COVERED": "MCE.COVERED",
    "UNACCEPTABLE_PDX": "MCE.PRINCIPAL",
    "UNSPECIFIED": "MCE.UNSPECIFIED",
}


def grouping(claims: Iterable[Claim]) -> list[list[Finding]]:
    found = scrub(ClaimBatch.of(claims, AS_OF), REFERENCE)
    return [[f for f in each if EDITS[f.rule].family == "grouping"] for each in found]


def rules(*claims: Claim) -> list[set[str]]:
    return [{finding.rule for finding in each} for each in grouping(claims)]


def medicares(drg: str, *codes: str, **fields: Any) -> Claim:  # noqa: ANN401 - of a stay
    """Give a stay billed to Medicare by a group, with all conditions present on admission."""
    diagnoses = tuple(Diagnosis(code, "ABF" if n else "ABK", "Y") for n, code in enumerate(codes))
    claim = replace(STAY, diagnoses=diagnoses, filing_indicator="MA")
    return stayed(claim, drg=drg, **fields)


def test_a_group_is_compared_where_medicare_pays_by_it() -> None:
    right, wrong = medicares("291", "I5023", "J9601"), medicares("292", "I5023", "J9601")
    others = replace(wrong, filing_indicator="CI")
    plans = replace(wrong, filing_indicator="16")
    told = [set(), {"DRG.DIFFERS"}, set(), {"DRG.DIFFERS"}]
    assert rules(right, wrong, others, plans) == told
    (_, (found,), _) = grouping([right, wrong, others])
    assert found.message == "the stay is billed as DRG 292; the grouper gives 291"
    assert found.release == "MS-DRG 43.1"


@pytest.mark.parametrize(
    "claim",
    [
        medicares("292", "I5023", discharge_status="30"),
        medicares("", "I5023"),
        medicares("292", "I5023", facility_type="13"),
    ],
    ids=["still a patient", "no group told", "outpatient"],
)
def test_other_bills_are_not_compared(claim: Claim) -> None:
    assert "DRG.DIFFERS" not in rules(claim)[0]


def test_a_patient_without_a_birth_date_is_not_grouped() -> None:
    stay = medicares("292", "I5023")
    unborn = replace(stay, patient=replace(stay.patient, birth_on=None))
    assert rules(stay, unborn) == [{"DRG.DIFFERS"}, set()]


def test_a_day_without_a_version_is_told_and_not_judged() -> None:
    late = medicares("292", "W19XXXA", statement_ends_on=date(2027, 4, 1))
    assert rules(late) == [{"DRG.VERSION"}]


@pytest.mark.parametrize(
    ("code", "born_on", "odd"),
    [
        # The day of service is 4 May 2026; newborns are under one year, mothers 9 to 64.
        ("Z3801", date(2025, 5, 5), False),
        ("Z3801", date(2025, 5, 4), True),
        ("O80", date(2017, 5, 4), False),
        ("O80", date(2017, 5, 5), True),
        ("O80", date(1961, 5, 5), False),
        ("O80", date(1961, 5, 4), True),
        ("N400", date(2011, 5, 4), False),
        ("N400", date(2011, 5, 5), True),
        ("E119", date(2026, 5, 4), False),
    ],
)
def test_ages_are_judged_to_the_day(code: str, born_on: date, *, odd: bool) -> None:
    claim = changed(
        diagnoses=(Diagnosis(code, "ABK"),), patient=replace(CLEAN.patient, birth_on=born_on)
    )
    assert rules(claim) == [{"MCE.AGE"} if odd else set()]


def test_an_age_that_is_not_known_is_not_odd() -> None:
    newborn = changed(diagnoses=(Diagnosis("Z3801", "ABK"),))
    future = replace(newborn, patient=replace(CLEAN.patient, birth_on=date(2026, 5, 5)))
    unknown = replace(newborn, patient=replace(CLEAN.patient, birth_on=None))
    older = changed(diagnoses=(Diagnosis("Z3801", "BK"),))
    assert rules(newborn, future, unknown, older) == [{"MCE.AGE"}, set(), set(), set()]


@pytest.mark.parametrize(
    ("on", "sex", "odd"),
    [
        (date(2024, 9, 30), Sex.FEMALE, True),
        (date(2024, 9, 30), Sex.MALE, False),
        (date(2024, 9, 30), Sex.UNKNOWN, False),
        (date(2024, 10, 1), Sex.FEMALE, False),
    ],
)
def test_sexes_are_judged_while_medicare_did(on: date, sex: Sex, *, odd: bool) -> None:
    lines = tuple(replace(line, starts_on=on, ends_on=on) for line in CLEAN.lines)
    patient = replace(CLEAN.patient, sex=sex)
    claim = changed(diagnoses=(Diagnosis("C61", "ABK"),), lines=lines, patient=patient)
    assert rules(claim) == [{"MCE.SEX"} if odd else set()]


def test_procedures_of_other_bills_are_not_asked_about() -> None:
    procedures = (InpatientProcedure("0DTJ4Z", date(2026, 5, 2), "BBR"),)
    assert rules(stayed(procedures=procedures), stayed(VISIT, procedures=procedures)) == [
        {"MCE.PROCEDURE"},
        set(),
    ]


@pytest.mark.parametrize("code", ["", "E1+9", "TOOLONGCODE", "e119", "\u00e9", "W19XXXA\n"])
@pytest.mark.parametrize("present", ["", "1", "Z"])
@pytest.mark.parametrize("status", ["01", "1", "999", "\u0663\u0663", "XX"])
def test_nothing_that_a_claim_can_hold_stops_the_batch(
    code: str, present: str, status: str
) -> None:
    procedures = (InpatientProcedure(code, None, "BBR"),)
    stay = stayed(discharge_status=status, procedures=procedures, drg=code)
    diagnoses = (Diagnosis(code, "ABK", present), Diagnosis(code, "ABF", present))
    batch = ClaimBatch.of([replace(stay, diagnoses=diagnoses), CLEAN], AS_OF)
    assert len(scrub(batch, REFERENCE)) == 2


@pytest.mark.corpus
def test_a_thousand_stays_are_judged_as_by_the_government() -> None:
    if not CASES.exists():
        pytest.skip("the official cases are not beside the repository")
    with gzip.open(CASES, "rt", encoding="utf-8") as file:
        cases = [json.loads(line) for line in file]
    # Hospitals are exempt from telling what was present; claims show it by telling nothing.
    told = [case for case in cases if case["claim"]["hospital_status"] == "NOT_EXEMPT"]
    assert len(told) > 200
    found = rules(*(_claim(case) for case in told))
    assert [found[n] for n in range(len(told))] == [_expected(case) for case in told]


def _claim(case: dict[str, Any]) -> Claim:
    """Make a claim to Medicare of a case, billed by the government's group."""
    given = case["claim"]
    on = date.fromisoformat(str(given["discharge_date"]))
    coded = [given["pdx"], *given["sdx"]]
    starts_on = on.fromordinal(on.toordinal() - given["length_of_stay"])
    stay = medicares(
        f"{case['cms_java']['final_drg']:03d}",
        discharge_status=f"{given['discharge_status']:02d}",
        statement_starts_on=starts_on,
        statement_ends_on=on,
        admitted_on=starts_on,
        procedures=tuple(InpatientProcedure(each["code"], on) for each in given["procedures"]),
    )
    return replace(
        stay,
        diagnoses=tuple(Diagnosis(each["code"], "ABF", each["poa"]) for each in coded),
        patient=replace(
            stay.patient,
            birth_on=date(starts_on.year - given["age"], 1, 1),
            sex=Sex("MF"[given["sex"]]),
        ),
    )


def _expected(case: dict[str, Any]) -> set[str]:
    rules = {RULES[name] for name in case["mce_java"]["edits"] if name in RULES}
    return rules | ({"DRG.UNGROUPED"} if case["cms_java"]["return_code"] != "OK" else set())

"""Diagnoses of claims against the release that is in force on their day."""

from datetime import date

import msgspec

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Diagnosis
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.tables.diagnoses import ICD10CM, DiagnosisCode
from cleanclaim.edits import scrub
from cleanclaim.edits.examples import AS_OF, REFERENCE, changed, with_line
from cleanclaim.kernel.findings import Finding

EARLIER = Held(
    ICD10CM,
    tuple(DiagnosisCode(code, billable=True, short="", title="") for code in ("E118", "S82101A")),
    date(2024, 10, 1),
    date(2025, 9, 30),
    "FY2025",
)
WITH_EARLIER = msgspec.structs.replace(REFERENCE, library=HeldLibrary([EARLIER]))


def diagnosed(code: str, on: date) -> Claim:
    line = with_line(starts_on=on, ends_on=on).lines[0]
    return changed(
        diagnoses=(Diagnosis(code, "ABK"),), lines=(line,), total_charge_cents=line.charge_cents
    )


def of_diagnoses(claim: Claim, reference: Reference) -> list[Finding]:
    (found,) = scrub(ClaimBatch.of([claim], AS_OF), reference)
    return [finding for finding in found if finding.rule.startswith("DIAGNOSIS.")]


def test_a_loaded_release_judges_its_own_days() -> None:
    last_year = date(2025, 5, 4)
    assert of_diagnoses(diagnosed("E118", last_year), WITH_EARLIER) == []
    (found,) = of_diagnoses(diagnosed("E119", last_year), WITH_EARLIER)
    assert (found.rule, found.release) == ("DIAGNOSIS.INVALID", "icd10cm FY2025")
    (found,) = of_diagnoses(diagnosed("S82101", last_year), WITH_EARLIER)
    assert found.rule == "DIAGNOSIS.SEVENTH"
    assert found.message == "S82101 is not S82101 with one of its seventh characters: A"


def test_other_days_are_judged_as_without_it() -> None:
    today = date(2026, 5, 4)
    assert of_diagnoses(diagnosed("E119", today), WITH_EARLIER) == []
    (found,) = of_diagnoses(diagnosed("E118", today), WITH_EARLIER)
    assert (found.rule, found.release) == ("DIAGNOSIS.INVALID", "ICD-10-CM example")


def test_without_the_bundled_one_other_days_are_told() -> None:
    alone = msgspec.structs.replace(WITH_EARLIER, icd10cm=None)
    (found,) = of_diagnoses(diagnosed("E118", date(2026, 5, 4)), alone)
    assert found.rule == "DIAGNOSIS.RELEASE"
    assert found.release == ""
    assert of_diagnoses(diagnosed("E118", date(2025, 5, 4)), alone) == []


def listed(*codes: str) -> list[str]:
    """Give the rules on order and repetition that a list of diagnoses breaks."""
    diagnoses = tuple(Diagnosis(code, "ABF" if n else "ABK") for n, code in enumerate(codes))
    found = of_diagnoses(changed(diagnoses=diagnoses), REFERENCE)
    return [f"{x.rule} {x.place}" for x in found if x.rule.endswith(("FIRST", "DUPLICATE"))]


def test_reasons_of_encounters_stand_first_or_together() -> None:
    assert listed("I10", "Z0001") == ["DIAGNOSIS.FIRST diagnosis 2"]
    assert listed("Z0001", "I10", "Z01419") == []
    assert listed("I10", "Z006") == []
    assert listed("I10", "Z30", "Z331") == []
    assert listed("I10", "Z332") == ["DIAGNOSIS.FIRST diagnosis 2"]


def test_each_repetition_is_told_and_only_in_one_claim() -> None:
    assert listed("I10", "E119", "I10", "I10") == [
        "DIAGNOSIS.DUPLICATE diagnosis 3",
        "DIAGNOSIS.DUPLICATE diagnosis 4",
    ]
    batch = ClaimBatch.of([changed(diagnoses=(Diagnosis("I10", "ABK"),))] * 2, AS_OF)
    assert not [x for own in scrub(batch, REFERENCE) for x in own if x.rule.endswith("DUPLICATE")]


def test_what_is_no_code_repeats_none() -> None:
    assert listed("I10", "E1+9", "E1*9", "E1+9") == []

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.codes.reference import Reference
from cleanclaim.edits import (
    EDITS,
    EditChange,
    EditSet,
    UnknownEditError,
    edit,
    scrub,
    unchecked,
)
from cleanclaim.edits.examples import AS_OF, CLEAN, REFERENCE, STAY, VISIT, changed
from cleanclaim.edits.registry import DuplicateEditError
from cleanclaim.kernel.findings import Severity

WRONG = EDITS["BALANCE.LINES"].failing
ELSEWHERE = EDITS["TIMELY.UNKNOWN"].failing


def severities(*changes: EditChange) -> dict[str, Severity]:
    batch = ClaimBatch.of([WRONG], AS_OF)
    (findings,) = scrub(batch, REFERENCE, EditSet("mine", changes))
    return {finding.rule: finding.severity for finding in findings}


def test_a_set_switches_an_edit_off() -> None:
    assert "BALANCE.LINES" not in severities(EditChange("BALANCE.LINES", enabled=False))


def test_a_set_grades_an_edit_otherwise() -> None:
    change = EditChange("BALANCE.LINES", severity=Severity.WARN)
    assert severities(change)["BALANCE.LINES"] is Severity.WARN


def test_a_payers_change_goes_before_the_general_one() -> None:
    found = severities(
        EditChange("BALANCE.LINES", "NMUT1", severity=Severity.INFO),
        EditChange("BALANCE.LINES", severity=Severity.WARN),
    )
    assert found["BALANCE.LINES"] is Severity.INFO


def test_another_payers_change_does_not_matter() -> None:
    found = severities(EditChange("BALANCE.LINES", "SAID9", enabled=False))
    assert found["BALANCE.LINES"] is Severity.BLOCK


def test_one_batch_is_graded_payer_by_payer() -> None:
    there = changed(total_charge_cents=1, payer=ELSEWHERE.payer)
    batch = ClaimBatch.of([WRONG, there], AS_OF)
    changes = (EditChange("BALANCE.LINES", "SAID9", enabled=False),)
    here, elsewhere = scrub(batch, REFERENCE, EditSet("mine", changes))
    assert "BALANCE.LINES" in {finding.rule for finding in here}
    assert "BALANCE.LINES" not in {finding.rule for finding in elsewhere}


def test_a_change_of_an_unknown_edit_is_refused() -> None:
    with pytest.raises(UnknownEditError):
        EditSet("mine", (EditChange("NO.SUCH", enabled=False),))


def test_a_rule_id_is_given_once() -> None:
    register = edit(
        "BALANCE.LINES",
        family="balance",
        severity=Severity.BLOCK,
        source="",
        message="",
        failing=WRONG,
    )
    with pytest.raises(DuplicateEditError):
        register(EDITS["BALANCE.LINES"].check)


def test_findings_name_the_release_that_was_asked() -> None:
    batch = ClaimBatch.of([EDITS["DIAGNOSIS.HEADER"].failing], AS_OF)
    (findings,) = scrub(batch, REFERENCE)
    assert {f.release for f in findings if f.rule == "DIAGNOSIS.HEADER"} == {"ICD-10-CM example"}


def test_money_appears_as_dollars() -> None:
    (findings,) = scrub(ClaimBatch.of([WRONG], AS_OF), REFERENCE)
    assert findings[0].message == "the total charge is $140.01, the lines sum to $140.00"


def test_blocking_findings_come_first() -> None:
    mixed = changed(total_charge_cents=1, rendering=None, payer=ELSEWHERE.payer)
    (findings,) = scrub(ClaimBatch.of([mixed], AS_OF), REFERENCE)
    order = [finding.severity for finding in findings]
    assert order == sorted(order, key=[*Severity].index)
    assert len(set(order)) > 1


def test_a_wrong_line_is_named() -> None:
    batch = ClaimBatch.of([VISIT, EDITS["POINTERS.RANGE"].failing], AS_OF)
    clean, (finding,) = scrub(batch, REFERENCE)
    assert clean == ()
    assert (finding.place, finding.message) == (
        "line 1",
        "the line points to diagnosis 3; the claim has 2",
    )


def test_an_edit_leaves_claims_of_other_kinds_alone() -> None:
    batch = ClaimBatch.of([STAY, CLEAN], AS_OF)
    pointless = [msgspec.structs.replace(each, lines=()) for each in batch.rows]
    stay, office = scrub(ClaimBatch.of(pointless, AS_OF), REFERENCE)
    assert "DISCHARGE.STATUS" not in {finding.rule for finding in office}
    assert "DAYS.BEDS" not in {finding.rule for finding in (*stay, *office)}


def test_families_that_lack_a_table_are_named() -> None:
    batch = ClaimBatch.of([CLEAN, STAY], AS_OF)
    office, stay = unchecked(batch, Reference())
    assert {"diagnoses", "timely", "coverage", "authorizations", "drugs"} <= {*office} & {*stay}
    assert {"ordering", "ncci", "global_periods"} <= {*office} - {*stay}
    assert unchecked(batch, REFERENCE) == [(), ()]


def test_what_is_asked_apart_is_not_told_among_the_findings() -> None:
    batch = ClaimBatch.of([CLEAN], AS_OF)
    assert scrub(batch, Reference(), tell_unchecked=False) == [()]
    assert scrub(batch, Reference()) != [()]


def test_a_family_switched_off_is_not_missed() -> None:
    off = EditSet("mine", (EditChange("COVERAGE.DATES", enabled=False),))
    (families,) = unchecked(ClaimBatch.of([CLEAN], AS_OF), Reference(), off)
    assert "coverage" not in families


def test_an_edit_for_a_kind_of_insurance_waits_elsewhere_until_a_payers_set_asks() -> None:
    medicares = EDITS["FEE.COMPONENT"].failing
    commercial = msgspec.structs.replace(medicares, filing_indicator="CI")
    batch = ClaimBatch.of([medicares, commercial], AS_OF)
    asked = EditSet("mine", (EditChange("FEE.COMPONENT", "NMUT1", enabled=True),))
    for edit_set, expected in ((EditSet(), [True, False]), (asked, [True, True])):
        found = scrub(batch, REFERENCE, edit_set)
        assert ["FEE.COMPONENT" in {f.rule for f in each} for each in found] == expected


def test_an_edit_for_another_kind_of_insurance_is_not_missed() -> None:
    medicares = changed(filing_indicator="MB")
    office, medicare = unchecked(ClaimBatch.of([CLEAN, medicares], AS_OF), Reference())
    assert "fee_schedule" not in office
    assert "fee_schedule" in medicare

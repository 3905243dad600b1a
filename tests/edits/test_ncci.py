"""NCCI as its policy is meant: across claims, by setting, by day and with changes of a quarter."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Frequency, Procedure
from cleanclaim.claims.parties import Payer
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.tables.ncci import (
    ADD_ON,
    PTP_CHANGES,
    PTP_PRACTITIONER,
    AddOn,
    PairChange,
    ProcedurePair,
)
from cleanclaim.edits import scrub, unchecked
from cleanclaim.edits.encounters import equipment_claims, office_claims
from cleanclaim.edits.example_rows import add_ons, mue, ncci
from cleanclaim.edits.examples import (
    AS_OF,
    CLEAN,
    LINE,
    REFERENCE,
    SERVICE_ON,
    STAY,
    VISIT,
    stayed,
)
from cleanclaim.kernel.identifiers import npi_from_stem

replace = msgspec.structs.replace
Told = list[tuple[str, str]]


def billed(*services: str, claim: Claim = CLEAN, **fields: Any) -> Claim:  # noqa: ANN401
    """Give a claim of services: a code, modifiers behind it, and units as "x3"."""
    lines = []
    for number, service in enumerate(services, 1):
        code, *rest = service.split()
        units = next((word[1:] for word in rest if word.startswith("x")), "1")
        modifiers = tuple(word for word in rest if not word.startswith("x"))
        first = claim.lines[0]
        lines.append(
            replace(
                first,
                number=number,
                procedure=Procedure(code, modifiers),
                units=Decimal(units),
                diagnosis_pointers=LINE.diagnosis_pointers if claim is CLEAN else (),
            )
        )
    return replace(claim, lines=tuple(lines), **fields)


def on_days(claim: Claim, starts_on: date, ends_on: date) -> Claim:
    lines = tuple(replace(line, starts_on=starts_on, ends_on=ends_on) for line in claim.lines)
    return replace(claim, lines=lines)


def told(claim: Claim, *earlier: Claim, reference: Reference = REFERENCE) -> Told:
    """Give rules and places of NCCI that are found on a claim after earlier ones."""
    batch = ClaimBatch.of([claim], AS_OF, history=earlier)
    (findings,) = scrub(batch, reference, tell_unchecked=False)
    families = ("NCCI", "MUE", "ADD_ON")
    return [(f.rule, f.place) for f in findings if f.rule.startswith(families)]


def always(one: str, two: str, modifier: int) -> ProcedurePair:
    """Give a pair without first and last day."""
    return ProcedurePair(
        one, two, before_1996=True, starts_on=None, ends_on=None, modifier=modifier, rationale=""
    )


ONE, TWO = billed("45380"), billed("45378")


def test_a_part_is_found_beside_a_service_of_an_earlier_claim() -> None:
    assert told(TWO, ONE) == [("NCCI.PTP.NEVER", "line 1")]
    assert told(ONE, TWO) == [("NCCI.PTP.EARLIER", "line 1")]
    assert told(ONE) == told(TWO) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, payer=Payer("Southern Aid", "SAID9")),
        replace(ONE, patient=replace(ONE.patient, birth_on=date(1980, 2, 4))),
        replace(
            ONE, rendering=replace(CLEAN.rendering or CLEAN.billing, npi=npi_from_stem("123456780"))
        ),
        on_days(ONE, date(2026, 5, 3), date(2026, 5, 3)),
        replace(ONE, frequency=Frequency.VOID),
        replace(ONE, frequency=Frequency.REPLACEMENT),
        billed("45380", claim=VISIT),
    ],
    ids=["payer", "patient", "doctor", "day", "void", "correction", "hospital"],
)
def test_claims_of_others_are_not_judged_together(other: Claim) -> None:
    assert told(TWO, other) == []


def test_a_correction_is_judged_by_itself() -> None:
    correction = Frequency.REPLACEMENT
    assert told(replace(TWO, frequency=correction), ONE) == []
    both = billed("45380", "45378", frequency=correction)
    assert told(both) == [("NCCI.PTP.NEVER", "line 2")]
    assert told(replace(both, frequency=Frequency.VOID)) == []


@pytest.mark.parametrize(("bill", "found"), [("13", 1), ("12", 1), ("85", 0), ("11", 0), ("21", 0)])
def test_bills_of_outpatients_are_judged(bill: str, found: int) -> None:
    visit = stayed(billed("45380", "45378", claim=VISIT), facility_type=bill)
    assert len(told(visit)) == found


def test_a_hospitals_line_without_a_day_of_its_own_is_not_paired() -> None:
    undated = stayed(
        on_days(billed("45380", "45378", claim=VISIT), None, None),  # type: ignore[arg-type]
        statement_ends_on=date(2026, 5, 6),
    )
    assert told(undated) == []
    one_day = stayed(undated, statement_ends_on=SERVICE_ON)
    assert told(one_day) == [("NCCI.PTP.NEVER", "line 2")]


def test_until_june_2019_modifier_59_counts_on_column_two_only() -> None:
    first, second = billed("11042 59", "97597"), billed("11042", "97597 59")
    pair = always("11042", "97597", 1)
    pairs = Held(PTP_PRACTITIONER, (pair,), date(2019, 1, 1), date(2019, 12, 31))
    reference = Reference(library=HeldLibrary([pairs]))
    june, july = date(2019, 6, 30), date(2019, 7, 1)
    found = [
        len(told(on_days(claim, day, day), reference=reference))
        for claim in (first, second)
        for day in (june, july)
    ]
    assert found == [1, 0, 0, 0]


def test_repetition_and_unusual_work_do_not_bypass() -> None:
    for modifier in ("22", "51", "76", "77", "GP"):
        assert told(billed(f"11042 {modifier}", f"97597 {modifier}")) == [
            ("NCCI.PTP.MODIFIER", "line 2")
        ]


def test_a_part_of_several_services_is_told_once() -> None:
    batch = ClaimBatch.of([billed("45380", "45378", "45380 59", "45380")], AS_OF)
    (findings,) = scrub(batch, REFERENCE, tell_unchecked=False)
    (found,) = (f for f in findings if f.rule == "NCCI.PTP.NEVER")
    assert found.message.startswith("45378 is part of 45380 (line 1) and 45380 (line 3)")
    assert found.release == "ncci_ptp_practitioner example"


# Changes of a quarter


def with_changes(setting: str, starts_on: date, full_from: date = date(2026, 4, 1)) -> Reference:
    added = (
        PairChange("93000", "93010", 1, starts_on, "practitioner"),
        PairChange("45380", "99213", 0, starts_on, setting),
        PairChange("45380", "99213", 1, starts_on, "other"),
    )
    quarter = Held(PTP_CHANGES, added, date(2026, 7, 1), date(2026, 9, 30), "2026q3")
    pair = always("45380", "45378", 0)
    # A full release that its user keeps in force until the next one comes.
    full = Held(PTP_PRACTITIONER, (pair,), full_from, date(2026, 12, 31))
    return Reference(library=HeldLibrary([full, quarter]))


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 6, 14), []),
        (date(2026, 6, 15), ["NCCI.PTP.NEVER"]),
        (date(2026, 9, 30), ["NCCI.PTP.NEVER"]),
        (date(2026, 10, 1), []),
    ],
)
def test_changes_add_pairs_to_an_older_full_release(day: date, found: list[str]) -> None:
    claim = on_days(billed("45380", "99213"), day, day)
    reference = with_changes("practitioner", date(2026, 6, 15))
    assert [rule for rule, _ in told(claim, reference=reference)] == found


def test_changes_of_the_other_setting_add_nothing() -> None:
    claim = on_days(billed("45380", "99213"), date(2026, 8, 1), date(2026, 8, 1))
    reference = with_changes("outpatient_hospital", date(2026, 7, 1))
    assert told(claim, reference=reference) == []


def test_a_full_release_as_new_as_the_changes_has_them_already() -> None:
    claim = on_days(billed("45380", "99213"), date(2026, 8, 1), date(2026, 8, 1))
    reference = with_changes("practitioner", date(2026, 7, 1), full_from=date(2026, 7, 1))
    assert told(claim, reference=reference) == []


# Whom it concerns


def test_tables_are_missed_only_by_claims_that_they_are_for() -> None:
    ours = {"ncci", "mue", "add_ons"}
    equipment = billed("E0601 RR", place_of_service="12")
    batch = ClaimBatch.of([CLEAN, VISIT, STAY, equipment], AS_OF)
    office, visit, stay, supplier = unchecked(batch, Reference())
    assert [sorted(ours & {*each}) for each in (office, visit, stay, supplier)] == [
        ["add_ons", "mue", "ncci"],
        ["add_ons", "mue", "ncci"],
        [],
        ["mue"],
    ]


def test_suppliers_need_the_table_of_suppliers() -> None:
    tables = [*ncci.TABLES, *mue.TABLES[:2], *add_ons.TABLES]
    batch = ClaimBatch.of([billed("E0601 RR"), CLEAN], AS_OF)
    supplier, office = unchecked(batch, Reference(library=HeldLibrary(tables)))
    assert ("mue" in supplier, "mue" in office) == (True, False)


# Units


def test_units_of_earlier_claims_count() -> None:
    earlier = billed("88305 x10")
    assert told(billed("88305 x7"), earlier) == [("MUE.DAY.LIKELY", "line 1")]
    assert told(billed("88305 x6"), earlier) == []
    assert told(billed("88305 x7"), replace(earlier, frequency=Frequency.REPLACEMENT)) == []


def test_of_two_claims_in_a_batch_the_later_one_exceeds() -> None:
    batch = ClaimBatch.of([billed("88305 x10"), billed("88305 x8")], AS_OF)
    first, second = scrub(batch, REFERENCE, tell_unchecked=False)
    assert "MUE.DAY.LIKELY" not in {finding.rule for finding in first}
    (found,) = (finding for finding in second if finding.rule == "MUE.DAY.LIKELY")
    assert found.message == "18 units of 88305 on the day's 2 lines; more than 16 are unlikely"


@pytest.mark.parametrize(("units", "found"), [("x74", 0), ("x75", 1)])
def test_units_of_a_span_count_by_their_mean(units: str, found: int) -> None:
    span = on_days(billed(f"82962 {units}"), date(2026, 5, 1), date(2026, 5, 30))
    # 74 / 30 is 2 to the nearest whole, 75 / 30 is 3.
    assert len(told(span)) == found


def test_minutes_and_care_after_surgery_are_no_units() -> None:
    assert told(billed("88305 x60")) == [("MUE.DAY.LIKELY", "line 1")]
    minutes = replace(billed("88305 x60").lines[0], unit_basis="MJ")
    assert told(replace(CLEAN, lines=(minutes,))) == []
    assert told(billed("11042 54", "11042 55")) == []


def test_both_sides_on_lines_exceed_at_medicare_and_not_in_a_surgery_center() -> None:
    sides = billed("11042 LT", "11042 RT", filing_indicator="MB")
    assert told(sides) == [("MUE.DAY", "line 1")]
    assert told(replace(sides, place_of_service="24")) == []
    assert told(replace(sides, filing_indicator="CI")) == []
    assert told(billed("11042 50", filing_indicator="MB")) == []


def test_equipment_has_the_limits_of_suppliers_unless_a_visit_stands_beside_it() -> None:
    assert told(billed("L1810 x2", filing_indicator="MB")) == []
    assert told(billed("L1810 x3", filing_indicator="MB")) == [("MUE.EQUIPMENT", "line 1")]
    visit = billed("99213", "L1810", filing_indicator="MB")
    assert told(visit) == [("MUE.ZERO", "line 2")]


@pytest.mark.parametrize(
    ("services", "place", "is_suppliers"),
    [
        (("E0601 RR", "A7030"), "12", True),
        (("E0570", "J7613"), "11", True),
        (("J7613",), "12", True),
        (("J7613",), "11", False),
        (("A0427", "A0425"), "41", False),
        (("99213", "L1810"), "11", False),
    ],
)
def test_suppliers_are_told_by_their_codes(
    services: tuple[str, ...], place: str, *, is_suppliers: bool
) -> None:
    batch = ClaimBatch.of([billed(*services, place_of_service=place)])
    assert equipment_claims(batch).tolist() == [is_suppliers]
    assert office_claims(batch).tolist() == [not is_suppliers]


# Add-on codes


def test_a_service_of_another_claim_or_a_colleague_goes_with_an_add_on() -> None:
    alone, service = billed("11045"), billed("11042")
    assert told(alone) == [("ADD_ON.ALONE", "line 1")]
    assert told(alone, service) == []
    colleague = replace(service, rendering=replace(CLEAN.billing, npi=npi_from_stem("123456780")))
    assert told(alone, colleague) == []


@pytest.mark.parametrize(
    "other",
    [
        on_days(billed("11042"), date(2026, 5, 3), date(2026, 5, 3)),
        replace(billed("11042"), billing=replace(CLEAN.billing, npi=npi_from_stem("198765430"))),
        replace(billed("11042"), frequency=Frequency.VOID),
        billed("11045"),
    ],
    ids=["day", "practice", "void", "add-on"],
)
def test_other_services_do_not_go_with_an_add_on(other: Claim) -> None:
    assert told(billed("11045"), other) == [("ADD_ON.ALONE", "line 1")]


def test_a_hospitals_service_may_be_of_the_day_before() -> None:
    add_on = billed("11045", claim=VISIT)
    service = billed("11042", claim=VISIT)
    before, earlier = date(2026, 5, 3), date(2026, 5, 2)
    assert told(add_on, on_days(service, before, before)) == []
    assert told(add_on, on_days(service, earlier, earlier)) == [("ADD_ON.ALONE", "line 1")]


def test_a_pair_that_ended_neither_asks_nor_helps() -> None:
    rows = (
        AddOn("11045", "11042", 1, None, date(2026, 5, 3)),
        AddOn("22585", "22554", 1, None, date(2026, 5, 3)),
        AddOn("22585", "22558", 1, None, None),
    )
    held = Held(ADD_ON, rows, date(2026, 1, 1), date(2026, 12, 31))
    reference = Reference(library=HeldLibrary([held]))
    assert told(billed("11045"), reference=reference) == []
    assert told(billed("22554", "22585"), reference=reference) == [("ADD_ON.ALONE", "line 2")]
    assert told(billed("22558", "22585"), reference=reference) == []


def test_what_an_add_on_goes_with_is_told() -> None:
    batch = ClaimBatch.of([billed("22585")], AS_OF)
    (findings,) = scrub(batch, REFERENCE, tell_unchecked=False)
    (found,) = (finding for finding in findings if finding.rule == "ADD_ON.ALONE")
    assert found.message.endswith("it goes with 22554, 22558")

"""Procedure codes and modifiers against the lists that are loaded for their day."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Drug, Procedure
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.columns import Code, Column, Flag, Number, Text
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES
from cleanclaim.codes.tables.procedures import (
    CPT_SHORT,
    HCPCS,
    HCPCS_MODIFIERS,
    HCPCS_UNLISTED,
    MODIFIERS,
    LicensedProcedure,
    ModifierCode,
    ProcedureService,
    UnlistedService,
)
from cleanclaim.edits import EDITS, scrub, unchecked
from cleanclaim.edits.example_rows.procedures import TABLES
from cleanclaim.edits.examples import AS_OF, LINE, TEETH, VISIT, billed, with_line, with_lines
from cleanclaim.kernel.findings import Finding

FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)
ALL = Reference(library=HeldLibrary(TABLES))


def holding(*tables: Held) -> Reference:
    return Reference(library=HeldLibrary(tables))


def hcpcs(code: str, starts_on: date | None = None, ends_on: date | None = None) -> Held:
    row = ProcedureService(code, "", "", "", "", "", "", "", starts_on, None, ends_on)
    return Held(HCPCS, (row,), FIRST, LAST, "2026 Q2")


def of_procedures(claim: Claim, reference: Reference) -> list[Finding]:
    (found,) = scrub(ClaimBatch.of([claim], AS_OF), reference, tell_unchecked=False)
    return [finding for finding in found if EDITS[finding.rule].family == "procedures"]


def rules(code: str, reference: Reference = ALL, *modifiers: str) -> set[str]:
    line = msgspec.structs.replace(LINE, procedure=Procedure(code, modifiers))
    claim = with_lines(line)
    return {finding.rule for finding in of_procedures(claim, reference)}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2026, 5, 4), date(2026, 5, 4), set()),
        (None, None, set()),
        (date(2026, 5, 5), None, {"PROCEDURE.INVALID"}),
        (None, date(2026, 5, 3), {"PROCEDURE.DELETED"}),
    ],
)
def test_the_days_of_a_code_are_its_own(
    starts_on: date | None, ends_on: date | None, expected: set[str]
) -> None:
    assert rules("G0402", holding(hcpcs("G0402", starts_on, ends_on))) == expected


def test_a_deleted_code_tells_its_last_day_and_the_release() -> None:
    claim = with_line(procedure=Procedure("G0402"))
    (found,) = of_procedures(claim, holding(hcpcs("G0402", None, date(2026, 5, 3))))
    assert found.message == "G0402 is no HCPCS code any more: it ended on 2026-05-03"
    assert (found.place, found.release) == ("line 1", "hcpcs 2026 Q2")


@pytest.mark.parametrize("code", ["G0402", "99213", "0001U", "D2392", ""])
def test_codes_of_other_lists_are_not_of_this_one(code: str) -> None:
    expected = {"PROCEDURE.INVALID"} if code.startswith("G") else set()
    assert rules(code, holding(hcpcs("J1885"))) == expected


def test_rates_and_dental_codes_are_no_hcpcs() -> None:
    rate = billed(VISIT, procedure=Procedure("ABCDE", qualifier="HP"))
    assert of_procedures(rate, ALL) == []
    assert of_procedures(TEETH, ALL) == []
    as_hcpcs = billed(VISIT, procedure=Procedure("ABCDE"))
    assert [f.rule for f in of_procedures(as_hcpcs, ALL)] == ["PROCEDURE.INVALID"]


def values(code: str) -> Held:
    """Give a fee schedule of one row; what it says beside the code does not matter here."""
    empty: dict[type[Column], object] = {Code: "", Text: "", Number: 0, Flag: False}
    fields = {name: empty[type(kept)] for name, kept in RELATIVE_VALUES.columns.items()}
    row = msgspec.convert({**fields, "code": code}, RELATIVE_VALUES.row)
    return Held(RELATIVE_VALUES, (row,), FIRST, LAST, "2026 Q2")


def test_a_cpt_code_is_known_from_any_list() -> None:
    own = Held(CPT_SHORT, (LicensedProcedure("99213", ""),), FIRST, LAST)
    assert rules("99213", holding(own)) == set()
    assert rules("99214", holding(own)) == {"PROCEDURE.CPT"}
    assert rules("99214", holding(own, values("99214"))) == set()
    assert rules("99213", holding(own, values("99214"))) == set()
    assert rules("99215", holding(own, values("99214"))) == {"PROCEDURE.CPT"}
    assert rules("99215", holding(hcpcs("G0402"))) == set()


def test_without_any_list_of_cpt_it_is_told() -> None:
    batch = ClaimBatch.of([with_line(), with_line(procedure=Procedure("G0402"))], AS_OF)
    assert [{*x} & {"procedures"} for x in unchecked(batch, Reference())] == [{"procedures"}] * 2
    (first, _) = scrub(batch, Reference())
    (told,) = (f for f in first if f.rule == "PROCEDURE.CPT")
    assert told.message.count(" or the table ") == 3
    # Whom a table does not concern does not miss it.
    assert not [f for f in first if f.rule in {"PROCEDURE.INVALID", "MODIFIER.UNKNOWN"}]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Unclassified drugs", {"PROCEDURE.UNLISTED"}),
        ("Supply, not otherwise classified", {"PROCEDURE.UNLISTED"}),
        ("Injection of one drug, not otherwise specified", set()),
    ],
)
def test_what_is_vague_by_its_title_is_described(title: str, expected: set[str]) -> None:
    table = Held(HCPCS_UNLISTED, (UnlistedService("J3490", title, None, None),), FIRST, LAST)
    assert rules("J3490", holding(table)) == expected
    assert rules("J3491", holding(table)) == set()


@pytest.mark.parametrize(
    "fields",
    [
        {"procedure": Procedure("A9999", description="chair")},
        {"procedure": Procedure("A9999"), "note": "chair"},
        {"procedure": Procedure("A9999"), "drug": Drug("00000000001", Decimal(1), "UN")},
    ],
    ids=["description", "note", "drug"],
)
def test_a_description_is_found_where_it_may_stand(fields: dict[str, object]) -> None:
    assert of_procedures(with_line(procedure=Procedure("A9999")), ALL)
    assert of_procedures(with_line(**fields), ALL) == []


GA = ModifierCode("GA", "HCPCS", "", None, None)
ENDED = ModifierCode("QR", "HCPCS", "", None, date(2026, 5, 3))


@pytest.mark.parametrize(
    ("modifier", "expected"),
    [
        ("GA", set()),
        ("QR", {"MODIFIER.UNKNOWN"}),
        ("ZZ", {"MODIFIER.UNKNOWN"}),
        ("RH", {"MODIFIER.UNKNOWN"}),
        # Not HCPCS's, and no list of CPT's is loaded.
        ("25", set()),
        ("P3", set()),
        ("8P", set()),
    ],
)
def test_one_list_judges_its_own_modifiers(modifier: str, expected: set[str]) -> None:
    reference = holding(Held(HCPCS_MODIFIERS, (GA, ENDED), FIRST, LAST))
    assert rules("99213", reference, modifier) == expected
    batch = ClaimBatch.of([with_line(procedure=Procedure("99213", (modifier,)))], AS_OF)
    (found,) = scrub(batch, reference)
    told = any(f.rule == "MODIFIER.CPT" and "not checked" in f.message for f in found)
    assert told is (modifier in {"25", "P3", "8P"})


def test_the_list_of_both_judges_both() -> None:
    both = holding(Held(MODIFIERS, (GA, ModifierCode("25", "CPT", "", None, None))))
    assert rules("99213", both, "25", "GA") == set()
    assert rules("99213", both, "GA", "21", "ZZ") == {"MODIFIER.CPT", "MODIFIER.UNKNOWN"}


def test_ways_of_ambulances_are_modifiers_of_ambulances() -> None:
    assert "MODIFIER.UNKNOWN" not in rules("A0429", ALL, "RH")
    assert "MODIFIER.UNKNOWN" in rules("A0429", ALL, "RZ")
    assert "MODIFIER.UNKNOWN" in rules("A9999", ALL, "RH")

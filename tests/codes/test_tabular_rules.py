"""What the tabular list says of codes, read from its notes; also from the list of the package."""

import random
from datetime import date

import pytest

from cleanclaim.codes.grouping import Coded, Discharge, Grouper
from cleanclaim.codes.loaders.bundled import bundled_files
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.loading import Order, load
from cleanclaim.codes.tables.diagnoses import (
    ICD10CM,
    ICD10CM_NOTES,
    ICD10CM_TABULAR,
    TabularEntry,
    TabularNote,
)
from cleanclaim.codes.tabular_rules import TabularRules, tabular_rules
from codes.official import AT

ON = date(2026, 5, 4)


def rules_of(*notes: tuple[str, str, str]) -> TabularRules:
    """Make rules of a few entries: their notes as code, kind and words."""
    entries = [
        ("9", "", "09", "", "Circulation"),
        ("I20-I25", "", "09", "I20I25", "Ischemia"),
        ("I20", "", "09", "I20I25", "Angina"),
        ("I200", "I20", "09", "I20I25", "Unstable angina"),
        ("I25", "", "09", "I20I25", "Chronic ischemia"),
        ("I2511", "I25", "09", "I20I25", "Chronic ischemia with angina"),
        ("M70", "", "13", "M70M79", "Bursitis"),
        ("M701", "M70", "13", "M70M79", "Bursitis, right hand"),
        ("M702", "M70", "13", "M70M79", "Bursitis, left hand"),
        ("M70A", "M70", "13", "M70M79", "Bursitis of both hands, right and left"),
        ("N14", "", "14", "N10N16", "Nephropathy by drugs"),
        ("T36", "", "19", "T36T50", "Poisoning and adverse effects of antibiotics"),
        ("T360X1", "T36", "19", "T36T50", "Poisoning by penicillin"),
        ("T360X5", "T36", "19", "T36T50", "Adverse effect of penicillin"),
    ]
    tables = HeldLibrary(
        [
            Held(
                ICD10CM_TABULAR,
                tuple(
                    TabularEntry(code, parent, chapter, section, place, title)
                    for place, (code, parent, chapter, section, title) in enumerate(entries)
                ),
                ON,
            ),
            Held(
                ICD10CM_NOTES,
                tuple(TabularNote(code, kind, "", words) for code, kind, words in notes),
                ON,
            ),
        ]
    )
    entries_table, notes_table = (
        tables.in_force(ICD10CM_TABULAR, ON),
        tables.in_force(ICD10CM_NOTES, ON),
    )
    assert entries_table is not None
    assert notes_table is not None
    return tabular_rules(entries_table, notes_table)


def test_a_note_holds_for_all_below_and_both_ways() -> None:
    rules = rules_of(("I20-I25", "excludes1", "bursitis (M70.-)"), ("I20", "excludes1", "(I25.1-)"))
    assert rules.excluded_at("I200", "M701") == "I20-I25"
    assert rules.excluded_at("M701", "I200") == "I20-I25"
    assert rules.excluded_at("I2511", "I200") == "I20"
    assert rules.excluded_at("I200", "N14") == ""
    assert rules.excluded_at("I200", "Q999") == ""


def test_a_note_that_names_both_is_not_about_them() -> None:
    rules = rules_of(("I20-I25", "excludes1", "angina (I20.-)"))
    assert rules.excluded_at("I200", "I20") == ""
    assert rules.excluded_at("I2511", "I200") == "I20-I25"


def test_two_sides_do_not_exclude_each_other() -> None:
    rules = rules_of(("M701", "excludes1", "the other (M70.2, M70.A)"))
    assert rules.excluded_at("M701", "M702") == ""
    assert rules.excluded_at("M701", "M70A") == "M701"


@pytest.mark.parametrize("words", ["(M70.-) unless healed", "if known (M70.-)"])
def test_a_note_with_a_condition_excludes_nothing(words: str) -> None:
    assert rules_of(("I20", "excludes1", words)).excluded_at("I200", "M701") == ""


def test_other_notes_exclude_nothing() -> None:
    assert rules_of(("I20", "excludes2", "(M70.-)")).excluded_at("I200", "M701") == ""


def test_what_is_to_be_coded_first_comes_before() -> None:
    rules = rules_of(
        ("N14", "code_first", "poisoning, if applicable (T36 with sixth character 1-4)")
    )
    assert rules.of("N14").comes_after("T360X1A")
    assert not rules.of("N14").comes_after("T360X5A")
    assert not rules.of("N14").underlying
    assert not rules.of("T360X1A").comes_after("N14")


def test_notes_on_adverse_effects_are_not_about_poisoning() -> None:
    rules = rules_of(
        ("T36", "code_first", ", for adverse effects, the nature of the effect, such as:"),
        ("T36", "code_first", "nephropathy (N14)"),
    )
    assert rules.of("T360X5A").comes_after("N14")
    assert not rules.of("T360X1A").comes_after("N14")


@pytest.mark.parametrize(
    ("words", "underlying"),
    [
        ("underlying disease", True),
        ("the underlying condition, such as:", True),
        ("(T51-T65) to identify the agent", True),
        ("underlying cause, if known", False),
        ("any associated gangrene (I96)", False),
    ],
)
def test_only_what_always_has_a_cause_is_never_first(words: str, *, underlying: bool) -> None:
    assert rules_of(("N14", "code_first", words)).of("N14").underlying is underlying


# The list that the package carries.


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("reference"))
    list(load(bundled_files(), library, Order(AT)))
    return library


@pytest.fixture(scope="module")
def whole(library: Library) -> TabularRules:
    entries, notes = library.in_force(ICD10CM_TABULAR, ON), library.in_force(ICD10CM_NOTES, ON)
    assert entries is not None
    assert notes is not None
    return tabular_rules(entries, notes)


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        ("E119", "E109", "E11"),
        ("R7303", "E119", "R730"),
        ("F329", "F331", "F32"),
        ("E119", "I10", ""),
        ("E119", "Z794", ""),
        ("J441", "J209", ""),
        ("M25561", "M25562", ""),
    ],
)
def test_pairs_of_the_whole_list(whole: TabularRules, one: str, other: str, at: str) -> None:
    assert whole.excluded_at(one, other) == at
    assert bool(whole.excluded_at(other, one)) is bool(at)


def test_orders_of_the_whole_list(whole: TabularRules) -> None:
    assert whole.of("N186").comes_after("I120")
    assert whole.of("L97421").comes_after("E11621")
    assert not whole.of("I120").comes_after("N186")
    assert whole.of("T207XXA").underlying
    assert not whole.of("E119").underlying


@pytest.mark.parametrize(
    ("code", "exist"),
    [
        ("M25569", True),
        ("H6690", True),
        ("S82109A", True),
        ("M25561", False),
        ("M1990", False),
        ("J449", False),
    ],
)
def test_sides_of_the_whole_list(whole: TabularRules, code: str, *, exist: bool) -> None:
    assert whole.of(code).sides_exist is exist


def test_manifestations_and_external_causes_are_those_of_medicares_editor(
    library: Library, whole: TabularRules
) -> None:
    codes = library.in_force(ICD10CM, ON)
    assert codes is not None
    billable = [
        x for x, yes in zip(codes.texts("code"), codes.array("billable"), strict=True) if yes
    ]
    titles = whole.list.entries.texts("code"), whole.list.entries.texts("title")
    elsewhere = [code for code, title in zip(*titles, strict=True) if "classified els" in title]
    manifestations = [x for x in elsewhere if x in billable and whole.of(x).manifestation]
    some = random.Random(4).sample(sorted(billable), 1_000)  # noqa: S311 - a choice, no secret
    assert len(manifestations) > 200
    with Grouper() as grouper:

        def edits(code: str) -> tuple[str, ...]:
            return grouper.edit(
                Discharge(on=ON, age=40, sex="F", discharge_status="01", principal=Coded(code))
            )

        assert [x for x in manifestations if "MANIFESTATION_AS_PDX" not in edits(x)] == []
        external = [code for code in some if whole.of(code).external]
        assert len(external) > 50
        assert external == [code for code in some if "E_CODE_AS_PDX" in edits(code)]

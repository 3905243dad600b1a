"""The notes of the tabular list over many claims at once, compared with asking pair by pair."""

import random
from collections.abc import Iterator
from datetime import date

import msgspec

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Diagnosis
from cleanclaim.codes.tables.diagnoses import ICD10CM_NOTES, ICD10CM_TABULAR
from cleanclaim.codes.tabular_rules import tabular_rules
from cleanclaim.edits import EDITS, scrub
from cleanclaim.edits.examples import AS_OF, CLEAN, REFERENCE, SERVICE_ON, STAY, stayed

CODES = ("E089", "E109", "E119", "H42", "I10", "I129", "M25561", "M25569", "N189", "W19XXXA", "Q1")
TABULAR = [rule for rule, each in EDITS.items() if each.family == "tabular"]


def diagnosed(*codes: str, claim: Claim = CLEAN) -> Claim:
    diagnoses = tuple(Diagnosis(code, "ABF" if n else "ABK") for n, code in enumerate(codes))
    return msgspec.structs.replace(claim, diagnoses=diagnoses)


def told(claims: list[Claim]) -> list[set[tuple[str, str]]]:
    """Give rule and message of the family's findings on each claim."""
    found = scrub(ClaimBatch.of(claims, AS_OF), REFERENCE)
    return [{(f.rule, f.message) for f in each if f.rule in TABULAR} for each in found]


def naive(codes: tuple[str, ...]) -> Iterator[str]:
    """Name the rules that a claim breaks, code by code as the notes are written."""
    entries = REFERENCE.library.in_force(ICD10CM_TABULAR, SERVICE_ON)
    notes = REFERENCE.library.in_force(ICD10CM_NOTES, SERVICE_ON)
    assert entries is not None
    assert notes is not None
    rules = tabular_rules(entries, notes)
    first = rules.of(codes[0])
    if first.manifestation:
        yield "TABULAR.MANIFESTATION"
    elif first.underlying:
        yield "TABULAR.FIRST"
    if first.external:
        yield "TABULAR.EXTERNAL"
    for number, code in enumerate(codes):
        own, before, after = rules.of(code), codes[:number], codes[number + 1 :]
        if own.sides_exist:
            yield "TABULAR.SIDE"
        if any(rules.excluded_at(code, other) for other in after):
            yield "TABULAR.EXCLUDES1"
        causes = [any(map(own.comes_after, others)) for others in (before, after)]
        if causes == [False, True]:
            yield "TABULAR.ORDER"


def test_many_claims_are_judged_as_each_alone() -> None:
    chosen = random.Random(7)  # noqa: S311 - a choice, no secret
    lists = [tuple(chosen.sample(CODES, chosen.randint(1, 8))) for _ in range(300)]
    found = told([diagnosed(*codes) for codes in lists])
    assert [{rule for rule, _ in each} for each in found] == [set(naive(x)) for x in lists]
    assert {rule for each in found for rule, _ in each} == set(TABULAR)


def test_each_pair_is_told_once() -> None:
    (found,) = told([diagnosed("E119", "I10", "E109")])
    assert found == {("TABULAR.EXCLUDES1", "E109 and E119 exclude each other by the note at E11")}


def test_a_cause_that_stands_before_is_enough() -> None:
    assert told([diagnosed("I129", "N189", "I129")]) == [set()]


def test_codes_of_the_older_system_are_left_alone() -> None:
    older = msgspec.structs.replace(CLEAN, diagnoses=(Diagnosis("H42", "BK"),))
    assert told([older]) == [set()]


def test_diagnoses_beside_the_list_are_not_first() -> None:
    admitted = stayed(diagnosed("I10", claim=STAY), admitting_diagnosis=Diagnosis("H42", "ABJ"))
    assert told([admitted]) == [set()]


def test_stays_are_left_to_medicares_editor_where_it_judges_them() -> None:
    stay, without_birth = diagnosed("H42", claim=STAY), diagnosed("H42", claim=STAY)
    unborn = msgspec.structs.replace(without_birth.patient, birth_on=None)
    without_birth = msgspec.structs.replace(without_birth, patient=unborn)
    found = scrub(ClaimBatch.of([stay, without_birth], AS_OF), REFERENCE)
    rules = [{f.rule for f in each if "MANIFESTATION" in f.rule} for each in found]
    assert rules == [{"MCE.MANIFESTATION"}, {"TABULAR.MANIFESTATION"}]


def test_a_day_without_the_list_is_not_checked() -> None:
    day = date(2025, 5, 4)
    lines = tuple(msgspec.structs.replace(x, starts_on=day, ends_on=day) for x in CLEAN.lines)
    last_year = msgspec.structs.replace(diagnosed("H42"), lines=lines)
    (messages,) = told([last_year])
    assert all(message.startswith("not checked") for _, message in messages)
    assert {rule for rule, _ in messages} == set(TABULAR)

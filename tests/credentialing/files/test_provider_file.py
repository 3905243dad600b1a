"""A provider's file as values: checked, complete, exchanged, held against the registry."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.credentialing.files.checks import check_file
from cleanclaim.credentialing.files.completeness import Section, judge_completeness
from cleanclaim.credentialing.files.covers import answers_for, find_open_acts
from cleanclaim.credentialing.files.deciding import FileRules, Item, judge_items
from cleanclaim.credentialing.files.elements import (
    ELEMENT_TYPES,
    Clia,
    Cover,
    CoverBasis,
    Dea,
    Disclosure,
    Education,
    FileElement,
    Identity,
    Licence,
    OtherName,
    Taxonomy,
    Work,
)
from cleanclaim.credentialing.files.interchange import digest_entries, read_file, write_file
from cleanclaim.credentialing.files.nppes import Answer, compare_with_nppes, read_nppes
from cleanclaim.credentialing.verification.policies import SHIPPED_TERMS, Body
from cleanclaim.credentialing.verification.readiness import Element, Result, State, Verification
from credentialing.files.fiction import COVER, DOCUMENTS, NPI, ON, WHOLE, changed, day, entries


def rules(*elements: FileElement) -> list[str]:
    return [
        finding.rule.removeprefix("CRED.FILE.") for finding in check_file(entries(*elements), ON)
    ]


def told(kind: type[FileElement], **fields: object) -> list[str]:
    return [f.rule.removeprefix("CRED.FILE.") for f in check_file(changed(kind, **fields), ON)]


def test_a_whole_file_has_no_finding_and_lacks_nothing() -> None:
    assert check_file(entries(), ON) == ()
    found = judge_completeness(entries(), DOCUMENTS, day("2026-03-01"), ON)
    assert (found.missing, found.percent) == ((), 100)


@pytest.mark.parametrize(
    ("kind", "fields", "rule"),
    [
        (Identity, {"npi": "1234567890"}, "NPI"),
        (Identity, {"npi": "123456789"}, "NPI"),
        (Identity, {"caqh": "1000001"}, "CAQH"),
        (Identity, {"birth_on": ON}, "BIRTH"),
        (Taxonomy, {"code": "207Q00000"}, "TAXONOMY"),
        (Dea, {"number": "BA1234564"}, "DEA"),
        (Dea, {"number": "BZ1234563"}, "DEA_NAME"),
        (Dea, {"schedules": ("1",)}, "SCHEDULES"),
        (Dea, {"schedules": ()}, "SCHEDULES"),
        (Dea, {"ends_on": day("2028-03-30")}, "DEA_END"),
        (Dea, {"ends_on": day("2028-04-30")}, "DEA_TERM"),
        (Dea, {"state": "WI"}, "DEA_STATE"),
        (Licence, {"number": " "}, "NUMBER"),
        (Licence, {"starts_on": day("2027-08-01")}, "DAYS"),
        (Education, {"completed_on": ON + timedelta(1)}, "EDUCATION"),
        (Cover, {"aggregate_cents": 1}, "LIMITS"),
        (Cover, {"retroactive_on": None}, "RETROACTIVE"),
        (Cover, {"retroactive_on": day("2026-01-02")}, "RETROACTIVE"),
        (Cover, {"ends_on": day("2026-03-31")}, "TAIL"),
        (Disclosure, {"answer": True}, "EXPLANATION"),
    ],
)
def test_what_is_wrong_is_told(
    kind: type[FileElement], fields: dict[str, object], rule: str
) -> None:
    assert rule in told(kind, **fields)


def test_a_dea_letter_may_be_of_a_former_surname_or_nine() -> None:
    other = changed(Dea, number="BZ1234563")
    former = [*(each.element for each in other), OtherName("Zell", "Rowan")]
    assert rules(*former) == []
    assert told(Dea, number="B91234563") == []


def test_a_second_identity_and_a_second_primary_are_told() -> None:
    assert rules(*WHOLE, WHOLE[0], WHOLE[1]) == ["IDENTITY", "PRIMARY"]
    assert rules(*WHOLE, Clia("14D123456", "waiver", day("2027-01-01"))) == ["CLIA"]


def test_no_finding_quotes_the_person() -> None:
    wrong = changed(Identity, npi="1", caqh="x", birth_on=ON)
    text = " ".join(f"{f.place} {f.message} {f.hint}" for f in check_file(wrong, ON))
    assert "Ames" not in text
    assert "Rowan" not in text


@pytest.mark.parametrize(
    ("kind", "section"),
    [
        (Identity, Section.PERSONAL),
        (Taxonomy, Section.SPECIALTIES),
        (Education, Section.EDUCATION),
        (Work, Section.WORK_HISTORY),
        (Licence, Section.LICENCES),
        (Cover, Section.COVER),
        (Disclosure, Section.DISCLOSURES),
    ],
)
def test_what_a_file_lacks_is_told_by_section(kind: type[FileElement], section: Section) -> None:
    rest = entries(*(each for each in WHOLE if not isinstance(each, kind)))
    found = judge_completeness(rest, DOCUMENTS, day("2026-03-01"), ON)
    assert section in {each.section for each in found.missing}
    assert found.percent < 100


def test_what_ran_out_lacks() -> None:
    ended = day("2027-08-01")
    found = judge_completeness(entries(), DOCUMENTS, day("2026-03-01"), ended)
    assert {Section.LICENCES, Section.COVER, Section.ATTESTATION} <= {
        each.section for each in found.missing
    }


# A policy's form: occurrence answers for acts in its days, claims-made for claims in them.
@pytest.mark.parametrize(
    ("basis", "acted_on", "claimed_on", "tail", "answers"),
    [
        (CoverBasis.OCCURRENCE, "2026-12-31", "2029-06-01", None, True),
        (CoverBasis.OCCURRENCE, "2025-12-31", "2026-06-01", None, False),
        (CoverBasis.CLAIMS_MADE, "2019-07-01", "2026-12-31", None, True),
        (CoverBasis.CLAIMS_MADE, "2019-06-30", "2026-12-31", None, False),
        (CoverBasis.CLAIMS_MADE, "2026-06-01", "2027-01-01", None, False),
        (CoverBasis.CLAIMS_MADE, "2026-06-01", "2028-02-29", "2028-02-29", True),
        (CoverBasis.CLAIMS_MADE, "2026-06-01", "2028-03-01", "2028-02-29", False),
        (CoverBasis.CLAIMS_MADE, "2027-01-01", "2027-06-01", "2028-02-29", False),
        (CoverBasis.CLAIMS_MADE, "2026-06-01", "2026-05-31", None, False),
    ],
)
def test_which_policy_answers(
    basis: CoverBasis, acted_on: str, claimed_on: str, tail: str | None, *, answers: bool
) -> None:
    until = day(tail) if tail else None
    cover = msgspec.structs.replace(COVER, basis=basis, tail_until=until)
    assert answers_for(cover, day(acted_on), day(claimed_on)) is answers


def test_acts_that_nobody_answers_for_are_found() -> None:
    later = msgspec.structs.replace(
        COVER,
        starts_on=day("2027-01-01"),
        ends_on=day("2027-12-31"),
        retroactive_on=day("2022-01-01"),
    )
    (acts,) = find_open_acts([(1, COVER), (2, later)], day("2027-06-01"))
    assert (acts.number, str(acts.starts_on), str(acts.ends_on)) == (1, "2019-07-01", "2021-12-31")
    tail = msgspec.structs.replace(COVER, tail_open=True)
    assert find_open_acts([(1, tail)], day("2040-01-01")) == ()


_TEXT = st.text(max_size=12)


@given(st.lists(st.one_of(*(st.from_type(each) for each in ELEMENT_TYPES)), max_size=6))
def test_a_file_goes_out_and_in_without_loss(elements: list[FileElement]) -> None:
    file = entries(*elements) if elements else []
    text = write_file(file, DOCUMENTS, ON)
    again = read_file(text).file
    assert again is not None
    assert again.elements == tuple(elements)
    assert (again.documents, again.attested_on) == (DOCUMENTS, ON)
    back = entries(*again.elements) if again.elements else []
    assert write_file(back, again.documents, again.attested_on) == text
    assert digest_entries(back) == digest_entries(file)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"format":"other","version":1,"elements":[]}',
        b'{"format":"cleanclaim.provider-file","version":2,"elements":[]}',
        b'{"format":"cleanclaim.provider-file","version":1,"elements":[{"kind":"secret"}]}',
        write_file(entries()).replace(b'"surname"', b'"family"'),
        write_file(entries()).replace(b'"1985-02-28"', b'"1985-02-29"'),
    ],
)
def test_what_is_not_understood_is_refused_and_not_quoted(content: bytes) -> None:
    reading = read_file(content)
    assert reading.file is None
    assert "Ames" not in str(reading.findings)


def _answer(**basic: str) -> str:
    told = {"first_name": "ROWAN", "last_name": "AMES", "status": "A", **basic}
    taxonomy = {"code": "207Q00000X", "primary": True, "license": "036100200", "state": "IL"}
    result = {"number": NPI, "enumeration_type": "NPI-1", "basic": told, "taxonomies": [taxonomy]}
    return msgspec.json.encode({"result_count": 1, "results": [result]}).decode()


def held_against(text: str) -> list[str]:
    found = compare_with_nppes(entries(), read_nppes(text, NPI))
    return [finding.rule.removeprefix("CRED.NPPES.") for finding in found]


def test_a_file_that_agrees_with_the_registry() -> None:
    assert held_against(_answer()) == []


def test_an_error_that_came_as_success_is_unknown() -> None:
    errors = '{"Errors": [{"description": "No valid search criteria", "number": "04"}]}'
    assert read_nppes(errors, NPI).answer is Answer.UNKNOWN
    assert held_against(errors) == ["UNKNOWN"]
    assert held_against("not an answer") == ["UNKNOWN"]
    assert held_against('{"result_count":0,"results":[]}') == ["NOT_FOUND"]
    other = _answer().replace(NPI, "1234567893")
    assert held_against(other) == ["UNKNOWN"]


# 42 CFR 162.408 keeps deactivations: one without a later reactivation stands.
@pytest.mark.parametrize(
    ("basic", "told_rules"),
    [
        ({"last_name": "OTHER"}, ["NAME"]),
        ({"first_name": "ROBIN"}, ["GIVEN"]),
        ({"status": "D"}, ["DEACTIVATED"]),
        ({"deactivation_date": "2026-02-28", "status": "A"}, ["DEACTIVATED"]),
        ({"deactivation_date": "2026-02-28", "reactivation_date": "2026-03-01"}, []),
        ({"deactivation_date": "2028-02-29", "reactivation_date": "2028-02-28"}, ["DEACTIVATED"]),
    ],
)
def test_what_differs_from_the_registry(basic: dict[str, str], told_rules: list[str]) -> None:
    assert held_against(_answer(**basic)) == told_rules


def test_a_row_of_the_monthly_file_is_read_by_its_header() -> None:
    head = (
        "NPI,Entity Type Code,Provider Last Name (Legal Name),Provider First Name,"
        "NPI Deactivation Date,Healthcare Provider Taxonomy Code_1,"
        "Healthcare Provider Primary Taxonomy Switch_1,Provider License Number_1,"
        "Provider License Number State Code_1\n"
    )
    row = f"{NPI},1,AMES,ROWAN,02/28/2026,208000000X,Y,036100201,IL\n"
    assert held_against(head + row) == ["DEACTIVATED", "TAXONOMY", "LICENCE"]
    assert held_against(head) == ["UNKNOWN"]
    assert held_against("NPI,Name\n" + row) == ["UNKNOWN"]


def looked_up(element: Element, on: str, result: Result = Result.VERIFIED) -> Verification:
    return Verification(element, "source", "web", day(on), "a" * 64, "coordinator", result)


def test_every_licence_of_the_file_has_to_be_ready_not_the_best_of_them() -> None:
    plan = FileRules(Body.NCQA_ACCREDITATION, SHIPPED_TERMS, {})
    fresh, old = looked_up(Element.LICENCE, "2026-03-01"), looked_up(Element.LICENCE, "2025-07-01")
    items = {Element.LICENCE: [Item(1, (fresh,)), Item(2, (old,))]}
    told_states = {
        (each.number, each.state.element): each.state.state
        for each in judge_items(plan, items, date(2026, 4, 10)).items
    }
    assert told_states[1, Element.LICENCE] is State.READY
    assert told_states[2, Element.LICENCE] is State.STALE
    assert told_states[None, Element.SANCTIONS] is State.MISSING
    assert (None, Element.DEA) not in told_states


def test_a_limit_nobody_confirmed_keeps_a_file_from_a_decision_until_the_practice_has_its_own() -> (
    None
):
    items = {Element.ATTESTATION: [Item(None, (looked_up(Element.ATTESTATION, "2026-03-01"),))]}
    for limits, state in (({}, State.LIMIT_UNKNOWN), ({Element.ATTESTATION: 180}, State.READY)):
        plan = FileRules(Body.NCQA_ACCREDITATION, SHIPPED_TERMS, limits)
        standing = judge_items(plan, items, date(2026, 4, 10))
        (found,) = (e for e in standing.items if e.state.element is Element.ATTESTATION)
        assert found.state.state is state
        assert not standing.readiness.is_ready

"""Suggestions stand on words of the note, on codes of the day, and lead nobody."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.codes.icd10cm import bundled, undotted
from cleanclaim.codes.status import CodeStatus
from cleanclaim.coding.knowledge import Knowledge
from cleanclaim.coding.lexicon.matching import find_mentions
from cleanclaim.coding.notes.reading import read_note
from cleanclaim.coding.querying import OTHER, UNABLE
from cleanclaim.coding.suggesting import suggest
from cleanclaim.coding.values import Suggestions
from coding.assertions import WAYS, diagnoses, opened

ON = date(2026, 5, 4)
VISIT = """CHIEF COMPLAINT

Knee pain.

HISTORY OF PRESENT ILLNESS

Ada Fiction is a 61-year-old who twisted her right knee yesterday. She denies fever.
Her mother had breast cancer.

ASSESSMENT AND PLAN

Right knee sprain.
\u2022 Medical Treatment: Rest and ice.
Hypertension, uncontrolled.
Congestive heart failure.
Chronic kidney disease stage 3.
Possible gout.
"""
PIECES = st.lists(
    st.one_of(
        st.sampled_from([words for _, words in diagnoses()]),
        st.sampled_from(
            ["ASSESSMENT:\n", "PLAN\n", "1. ", "- ", "Right ", "left ", "\r\n", "\n\n", ". ", ", "]
        ),
        st.sampled_from([each.format("asthma") for way in WAYS.values() for each in way]),
        st.text(max_size=12),
    ),
    max_size=14,
).map(" ".join)


def told(text: str, knowledge: Knowledge, on: date = ON) -> Suggestions:
    return suggest(text, on=on, knowledge=knowledge)


def test_a_visit_is_coded_by_what_it_assesses(knowledge: Knowledge) -> None:
    answer = told(VISIT, knowledge)
    codes = {each.code: each for each in answer.codes}
    assert {"S83.91XA", "I50.9", "I13.0"} <= set(codes)
    assert "C50.919" not in codes
    assert not any(each.code.startswith("M10") for each in (*answer.codes, *answer.abstained))
    assert codes["I50.9"].evidence[0].text == "Congestive heart failure"
    assert codes["S83.91XA"].label.endswith("initial encounter")
    assert "problem of the assessment" in codes["S83.91XA"].reason


def test_conditions_that_belong_together_become_one_code(knowledge: Knowledge) -> None:
    text = "ASSESSMENT\n1. Hypertension.\n2. Heart failure.\n"
    codes = {each.code: each.reason for each in told(text, knowledge).codes}
    assert set(codes) == {"I11.0", "I50.9"}
    assert "presumed to belong together" in codes["I11.0"]
    assert {each.code for each in told("ASSESSMENT\n1. Hypertension.", knowledge).codes} == {"I10"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ASSESSMENT\n1. Right knee pain.", "M25.561"),
        ("ASSESSMENT\n1. Knee pain.", "M25.569"),
        ("ASSESSMENT\n1. Bilateral carpal tunnel syndrome.", "G56.03"),
        ("HPI: The left knee gave way.\nASSESSMENT\n1. Knee pain, left.", "M25.562"),
    ],
)
def test_the_side_is_the_one_that_the_note_tells(
    text: str, code: str, knowledge: Knowledge
) -> None:
    assert [each.code for each in told(text, knowledge).codes] == [code]


def test_a_healing_injury_has_another_seventh_character(knowledge: Knowledge) -> None:
    healing = "Follow-up visit.\nASSESSMENT\n1. Right ankle sprain."
    assert [each.code for each in told(healing, knowledge).codes] == ["S93.401D"]


def test_what_no_release_of_the_day_covers_is_said(knowledge: Knowledge) -> None:
    (code,) = told("ASSESSMENT\n1. Gout.", knowledge, date(2031, 1, 2)).codes
    assert any("Not checked for the day" in each for each in code.notes)
    (code,) = told("ASSESSMENT\n1. Gout.", knowledge).codes
    assert not any("Not checked" in each for each in code.notes)


def test_a_threshold_holds_back_and_loses_nothing(knowledge: Knowledge) -> None:
    everything = suggest(VISIT, on=ON, knowledge=knowledge, threshold=0.0)
    nothing = suggest(VISIT, on=ON, knowledge=knowledge, threshold=1.0)
    assert nothing.codes == ()
    assert everything.codes
    assert {each.code for each in nothing.abstained} >= {"I50.9"}


def test_a_query_asks_for_the_axis_that_is_missing(knowledge: Knowledge) -> None:
    (query,) = told("ASSESSMENT\n1. Knee pain.", knowledge).queries
    assert query.axis == "laterality"
    assert query.concept == "Knee pain"
    assert query.options == ("right", "left", "bilateral", OTHER, UNABLE)
    assert not told("ASSESSMENT\n1. Right knee pain.", knowledge).queries


def _check(text: str, answer: Suggestions, knowledge: Knowledge) -> None:
    for code in (*answer.codes, *answer.abstained):
        assert code.evidence
        assert bundled().status(undotted(code.code), ON) is CodeStatus.VALID
        for span in code.evidence:
            assert text[span.start : span.end] == span.text != ""
    for query in answer.queries:
        assert query.indicators
        assert all(text[x.start : x.end] == x.text for x in query.indicators)
        check_leads_nobody(query.question, query.options, query.concept, text, knowledge)


def check_leads_nobody(
    question: str, options: tuple[str, ...], concept: str, text: str, knowledge: Knowledge
) -> None:
    """Refuse a query that names a diagnosis beside the concept, which the note has itself."""
    assert concept in " ".join(text.split())
    assert options[-2:] == (OTHER, UNABLE)
    for words in (question.replace(f'"{concept}"', ""), *options):
        found = find_mentions(read_note(words), knowledge.lexicon)
        assert [each.term.words for each in found if each.term.code[0] not in "VWXYZ"] == []


@settings(max_examples=60, deadline=None)
@given(text=PIECES)
def test_every_suggestion_has_its_words_and_every_code_its_day(text: str) -> None:
    _check(text, suggest(text, on=ON, knowledge=opened(), threshold=0.0), opened())


def test_a_leading_query_would_be_seen(knowledge: Knowledge) -> None:
    for question, options in (
        ('The note documents "edema". Is it heart failure?', (OTHER, UNABLE)),
        ('The note documents "edema". Please document it.', ("heart failure", OTHER, UNABLE)),
        ('The note documents "edema". Please document it.', ("right",)),
    ):
        with pytest.raises(AssertionError):
            check_leads_nobody(question, options, "edema", "edema", knowledge)

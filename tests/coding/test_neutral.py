"""Queries stay neutral: what leads to a diagnosis, a level or money is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.coding.neutral import disease_words, screen_query

PASSAGE = "Creatinine rose from 0.9 to 2.1; given two litres of fluid"
CHOICES = ("acute", "chronic", "other", "unable to determine")
DISEASES = ["sepsis", "pneumonia", "encephalopathy", "heart failure", "malnutrition", "anemia"]


@pytest.mark.parametrize(
    ("question", "options", "rule"),
    [
        ("Is this acute kidney failure?", (), "QUERY.YES_NO"),
        ("What explains the creatinine: necrosis?", (), "QUERY.DIAGNOSIS"),
        ("What explains it?", ("sepsis", "fluid loss", *CHOICES[2:]), "QUERY.DIAGNOSIS"),
        ("Can you describe it so that it supports 99215?", (), "QUERY.LEVEL"),
        ("What is the creatinine due to? A higher level may apply", (), "QUERY.LEVEL"),
        ("Which cause do you see? It changes the DRG", (), "QUERY.MONEY"),
        ("Please document more of the cause", (), "QUERY.PUSHES"),
        ("What is the course?", ("acute", "chronic"), "QUERY.CHOICES"),
        ("What is the course?", ("acute", *CHOICES[2:]), "QUERY.ONE_CHOICE"),
        (" ", (), "QUERY.EMPTY"),
    ],
)
def test_what_leads_is_refused(question: str, options: tuple[str, ...], rule: str) -> None:
    assert rule in [finding.rule for finding in screen_query(question, options, (PASSAGE,))]


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("What was the cause of the rise in creatinine?", ()),
        ("What is the course of what was treated?", CHOICES),
        ("Please document the course, if it is known.", CHOICES),
    ],
)
def test_what_is_neutral_may_be_asked(question: str, options: tuple[str, ...]) -> None:
    assert screen_query(question, options, (PASSAGE,)) == ()
    assert [f.rule for f in screen_query(question, options, ())] == ["QUERY.INDICATORS"]


def test_what_is_quoted_from_the_passage_is_the_notes_own_word() -> None:
    asked = 'The note documents "injury at the forearm level". Please document the side.'
    ways = ("right", "left", "Other (please specify)", "Unable to determine")
    assert screen_query(asked, ways, ("Injury of a vein; injury at the forearm level",)) == ()
    unquoted = asked.replace('"', "")
    assert [f.rule for f in screen_query(unquoted, ways, (PASSAGE,))] == ["QUERY.LEVEL"]


def test_a_documented_disease_may_be_asked_about() -> None:
    assert (
        screen_query("What type of heart failure was it?", (), ("Heart failure, on diuretics",))
        == ()
    )


@given(st.sampled_from(DISEASES), st.text(max_size=40), st.text(max_size=40))
def test_no_query_names_a_disease_that_no_passage_names(
    disease: str, before: str, after: str
) -> None:
    question = f"{before} {disease} {after}"
    findings = screen_query(question, (), (PASSAGE,))
    assert "QUERY.DIAGNOSIS" in [finding.rule for finding in findings]
    assert disease_words(PASSAGE) == frozenset()

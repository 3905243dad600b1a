"""What a note denies, doubts, supposes or tells of others is never suggested."""

from datetime import date

import pytest

from cleanclaim.coding.knowledge import Knowledge
from cleanclaim.coding.suggesting import suggest
from coding.assertions import WAYS, diagnoses

ON = date(2026, 5, 4)
HUNDRED = diagnoses()


def named(text: str, knowledge: Knowledge) -> set[str]:
    """Give every code that the answer names at all, held back or not."""
    told = suggest(text, on=ON, knowledge=knowledge, threshold=0.0)
    return {each.code for each in (*told.codes, *told.abstained)}


def ill(text: str, code: str, knowledge: Knowledge) -> set[str]:
    """Give the codes of the answer that say the patient has the diagnosis, or any illness.

    A screening is an encounter of its own, and the templates tell of weight loss and chills.
    """
    told = named(text, knowledge)
    return {each for each in told if each[:3] == code[:3] or each[0] not in "RZ"}


def test_each_of_the_hundred_is_suggested_where_the_patient_has_it(knowledge: Knowledge) -> None:
    assert len(set(HUNDRED)) == 100
    missing = [
        (code, words)
        for code, words in HUNDRED
        if not any(
            each[:3] == code[:3]
            for each in named(f"ASSESSMENT\n1. {words.capitalize()}.", knowledge)
        )
    ]
    assert missing == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", range(12))
def test_it_is_never_suggested_where_the_patient_has_it_not(
    way: str, number: int, knowledge: Knowledge
) -> None:
    templates = WAYS[way]
    template = templates[number % len(templates)]
    found = {
        words: codes
        for code, words in HUNDRED
        if (codes := ill(template.format(words), code, knowledge))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "His mother reports that he has asthma.",
        "Denies chest pain, but has asthma.",
        "Family physician follows her asthma.",
        "No change in his asthma.",
        "Asthma is not well controlled.",
        "She denies fever. She has asthma.",
        "There is no fever; asthma persists.",
    ],
)
def test_a_cue_of_something_else_silences_nothing(text: str, knowledge: Knowledge) -> None:
    assert "J45.909" in named(text, knowledge)

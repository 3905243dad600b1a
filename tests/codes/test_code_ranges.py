"""Notes of the tabular list name codes in words; what is not understood names none."""

import pytest

from cleanclaim.codes.code_ranges import ranges_in


def named(words: str, *codes: str) -> list[bool]:
    return [any(code in each for each in ranges_in(words)) for code in codes]


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        ("diabetes of type 1 (E10.-)", ["E10", "E109", "E1065"], ["E119", "E1", ""]),
        ("diabetes (E08-E13)", ["E089", "E1300", "E11"], ["E079", "E140"]),
        ("pancreas (K85-K86.-)", ["K8590", "K868"], ["K87", "K84"]),
        ("stones (K80.40-K80.47)", ["K8040", "K8047"], ["K8048", "K80", "K8039"]),
        ("calculosis (H40.-, H41, H42.1)", ["H409", "H41", "H421"], ["H420", "H43"]),
        ("failure (I12.-,I13.0)", ["I129", "I130"], ["I131"]),
        ("poisoning (T36-T65 with fifth or sixth character 1-4)",
         ["T360X1A", "T5191XA", "T39014D"], ["T360X5A", "T39015A", "T360"]),
        ("aspirin (T39.0-, with sixth character 1-4)", ["T39012A"], ["T39015A"]),
        ("mononucleosis (B27.- with 5th character 2)", ["B2792"], ["B2790", "B27"]),
        ("underdosing (T36-T50) with fifth or sixth character 6", ["T360X6A"], ["T360X1A"]),
        ("fracture (S42.- with 7th character B)", ["S42001B"], ["S42001A"]),
    ],
)  # fmt: skip
def test_ranges_hold_what_they_name(words: str, inside: list[str], outside: list[str]) -> None:
    assert named(words, *inside) == [True] * len(inside)
    assert named(words, *outside) == [False] * len(outside)


@pytest.mark.parametrize(
    "words",
    [
        "underlying disease",
        "underlying disease, such as:",
        "code the injury first",
        "speech disorder (I69. with final characters -23)",
        "neuropathy (E08-E13 with .42)",
        "a kind (of something)",
        "range without brackets E10-E14",
    ],
)
def test_what_is_not_understood_names_nothing(words: str) -> None:
    assert ranges_in(words) == ()

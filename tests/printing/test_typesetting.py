"""Templates are set offline, the same way each time, and no value becomes markup."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from cleanclaim.printing.typesetting import TypesettingError, typeset

LETTER = {
    "sender": ["Cedar Street Family Medicine", "12 Cedar Street", "Springfield, IL 62701"],
    "date": "March 3, 2026",
    "recipient": ["Prairie Health Plan", "Appeals"],
    "subject": "Appeal of claim CC-1001",
    "paragraphs": ["We ask you to look at the claim again.", "#panic() *stars* $x$ @name <label>"],
    "table": {"header": ["Line", "Charge"], "rows": [["99213", "$120.00"]]},
    "closing": ["Sincerely,", "Ida Fictional"],
    "language": "en",
}
ON = date(2026, 3, 3)


def test_a_letter_says_what_it_was_given() -> None:
    text = PdfReader(BytesIO(typeset("letter", LETTER, on=ON))).pages[0].extract_text()
    for words in ("Prairie Health Plan", "Appeal of claim CC-1001", "99213", "$120.00"):
        assert words in text


def test_values_are_printed_not_run() -> None:
    text = PdfReader(BytesIO(typeset("letter", LETTER, on=ON))).pages[0].extract_text()
    assert "#panic() *stars* $x$ @name <label>" in text


def test_the_same_values_give_the_same_bytes() -> None:
    first = typeset("letter", LETTER, on=ON)
    assert first == typeset("letter", LETTER, on=ON)
    assert first != typeset("letter", {**LETTER, "subject": "Another"}, on=ON)


def test_the_document_is_tagged_and_has_its_language_and_title() -> None:
    reader = PdfReader(BytesIO(typeset("letter", LETTER, on=ON)))
    assert reader.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(reader.root_object["/Lang"]) == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Appeal of claim CC-1001"


@pytest.mark.parametrize("values", [{}, {**LETTER, "rows": None, "sender": 3}])
def test_values_that_do_not_fit_are_refused_without_being_told(values: dict[str, object]) -> None:
    with pytest.raises(TypesettingError, match=r"^the template letter cannot be set$"):
        typeset("letter", values, on=ON)

from pathlib import Path

from cleanclaim.edits import EDITS
from cleanclaim.edits.listing import rows_of
from cleanclaim.edits.page import edits_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "edits.md"


def test_the_page_of_edits_is_current() -> None:
    assert PAGE.read_text("utf-8") == edits_page(), "run make reference"


def test_every_edit_has_an_entry_with_its_examples() -> None:
    entries = edits_page().partition("## Lists")[0].split("\n### ")[1:]
    assert sorted(entry.partition("\n")[0] for entry in entries) == sorted(EDITS)
    for entry in entries:
        for word in ("* Source: ", "* What to do: ", "* Fails: *", "* Passes: *"):
            assert word in entry, entry


def test_every_row_of_a_list_is_shown() -> None:
    page = edits_page()
    assert all(f"| {' '.join(row.words)} |" in page for row in rows_of("modifier_pairs"))


def test_the_examples_are_told_apart() -> None:
    entries = edits_page().partition("## Lists")[0].split("\n### ")[1:]
    for entry in entries:
        fails = entry.partition("* Fails: ")[2].partition("\n")[0]
        passes = entry.partition("* Passes: ")[2].partition("\n")[0]
        assert fails != passes, entry
        assert fails.count("`") < 120, entry


def test_a_clean_claim_is_shown_as_its_text() -> None:
    page = edits_page()
    assert "CLM*EX-1*5000***11:A:1**A*Y*Y~" in page
    assert "SV2*0120**4800*DA*4~" in page

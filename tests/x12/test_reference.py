"""The reference pages tell what the tables hold, and the JSON page shows a real document."""

import re
from pathlib import Path

import pytest

from cleanclaim import x12
from cleanclaim.x12.checks import CHECKS
from cleanclaim.x12.grammar import table_names
from cleanclaim.x12.reference import pages, write_pages

FOLDER = Path(__file__).resolve().parents[2] / "docs/reference/x12"


@pytest.mark.parametrize("name", list(pages()))
def test_a_committed_page_is_current(name: str) -> None:
    told = (FOLDER / name).read_text("utf-8")
    assert told == pages()[name], "write the pages anew: make reference"


def test_there_is_a_page_for_every_guide_and_none_beside() -> None:
    names = {each.name for each in FOLDER.iterdir()}
    assert names == {"json.md", "index.md", "rules.md", *(f"{name}.md" for name in table_names())}


def test_pages_are_written_to_any_folder(tmp_path: Path) -> None:
    write_pages(tmp_path / "new")
    assert {each.name for each in (tmp_path / "new").iterdir()} == set(pages())


def test_a_page_tells_usage_repeats_and_codes() -> None:
    page = pages()["837P.md"]
    assert "- 2000A required, any number of times" in page
    assert "| CLM | R | 1 | 01 R AN 1-38<br>02 R R 1-18<br>05 R (1: R AN 1-2; 2: R B; 3: R" in page
    assert "<br>all or none of 08, 09 |" in page
    rules = pages()["rules.md"]
    assert all(f"\n### {rule}\n" in rules for rule in CHECKS)


def test_the_json_page_shows_the_document_of_its_file() -> None:
    page = (FOLDER / "json.md").read_text("utf-8")
    text, document = re.findall(r"```(?:x12|json)\n(.*?)```", page, re.DOTALL)
    made = "".join(x12.to_json(text, "answer.999"))
    assert re.sub(r"sha256:\w+", "sha256:DIGEST", made) == document
    assert x12.check(text).findings == []
    assert "".join(x12.from_json(made)) == text

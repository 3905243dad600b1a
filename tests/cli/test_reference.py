"""``cleanclaim reference``: what it says, in which status it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cleanclaim.cli import main
from codes.official import order_file
from codes.test_loading import GPCI


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLEANCLAIM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CLEANCLAIM_REFERENCE", raising=False)
    return tmp_path


def run(*words: str | Path) -> Result:
    answer = CliRunner().invoke(main, ["reference", *(str(word) for word in words)])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


def test_what_became_of_each_file_is_told(home: Path) -> None:
    folder = home / "files"
    folder.mkdir()
    (folder / "payers.csv").write_text("payer_identifier,payer_name\n60054,Some Payer\n")
    (folder / "gpci.csv").write_text(GPCI)
    (folder / "readme.txt").write_text("nothing\n")
    answer = run("load", folder)
    assert answer.exit_code == 1
    told = dict(line.split(": ", 1) for line in answer.stdout.splitlines()[:-1])
    assert told["payers.csv"] == "loaded: payers: Payers, undated, 1 rows"
    assert told["gpci.csv"].startswith("refused: gpci: 2 rows")
    assert told["readme.txt"].startswith("not a reference file: ")
    again = json.loads(run("load", "--json", folder / "payers.csv").stdout)
    assert [file["status"] for file in again["files"]] == ["already loaded"]


def test_only_strangers_are_unusable(home: Path) -> None:
    (home / "readme.txt").write_text("nothing\n")
    assert run("load", home / "readme.txt").exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["load", "missing.csv"], "no such file"),
        (["load"], "name files"),
        (["load", "--licensed", "aba", "."], "aba"),
        (["search", "--system", "hcpcs", "walker"], "no table of these systems"),
    ],
)
def test_an_unusable_call_is_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(home)
    answer = run(*words)
    assert answer.exit_code == 2
    assert said in answer.stderr.splitlines()[-1]


def test_what_is_missing_is_told_by_the_edits_that_need_it(home: Path) -> None:
    (home / "payers.csv").write_text("payer_identifier,payer_name\n60054,Some Payer\n")
    run("load", home / "payers.csv")
    told = json.loads(run("list", "--json", "--on", "2026-05-04").stdout)
    (release,) = told["releases"]
    assert (release["kind"], release["in_force"], release["age_days"]) == ("payers", True, 0)
    families = {each["family"]: each for each in told["families"]}
    assert families["payers"] == {"family": "payers", "has": ["payers"], "missing": []}
    assert "ncci_ptp_practitioner" in families["ncci"]["missing"]
    text = run("list").stdout
    assert "ncci: not checked in full" in text
    assert "payers: Payers" in text


def test_codes_can_be_searched_with_nothing_loaded() -> None:
    told = json.loads(run("search", "--json", "--limit", "3", "heart", "attack").stdout)
    assert len(told["hits"]) == 3
    assert all("myocardial infarction" in hit["title"].lower() for hit in told["hits"])
    shown = run("search", "E11.9").stdout
    assert "above: E11 " in shown
    assert "excludes1 (at E11): " in shown
    assert run("search", "zzzzzz").stdout == "nothing found\n"
    listed = json.loads(run("list", "--json").stdout)
    assert {release["kind"] for release in listed["releases"]} == {
        "icd10cm",
        "icd10cm_tabular",
        "icd10cm_notes",
    }


def test_the_folder_can_be_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANCLAIM_REFERENCE", str(home / "tables"))
    (home / "payers.csv").write_text("payer_identifier,payer_name\n60054,Some Payer\n")
    run("load", home / "payers.csv")
    assert (home / "tables" / "payers").is_dir()


def test_a_cut_off_order_file_is_refused(home: Path) -> None:
    (home / "icd10cm_order_2026.txt").write_text(order_file({"A000": "Cholera"}))
    answer = run("load", home / "icd10cm_order_2026.txt")
    assert answer.exit_code == 1
    assert "8 rows where a whole file has" in answer.stdout

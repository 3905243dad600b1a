"""``cleanclaim credentialing screen``: one answer without names, and a status that says enough."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from cleanclaim.cli import main
from credentialing.screening.fiction import as_file, listed

PROVIDERS = (
    "reference,npi,surname,given,birth_on,state\n"
    "p1,,Okafor,Ann,1970-02-03,OH\np2,,Petrov,Ivan,1980-05-06,TX\n"
)


def run(folder: Path, *arguments: str, name: str = "OKAFOR", providers: str = PROVIDERS) -> Result:
    (folder / "list.csv").write_bytes(as_file([listed(LASTNAME=name, FIRSTNAME="ANN")]))
    (folder / "people.csv").write_text(providers)
    files = [str(folder / "list.csv"), "--providers", str(folder / "people.csv")]
    return CliRunner().invoke(main, ["credentialing", "screen", *files, *arguments])


def test_a_match_is_told_by_reference_and_left_to_a_person(tmp_path: Path) -> None:
    result = run(tmp_path, "--rows-min", "1", "--on", "2026-11-02", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (document["list"], document["list_rows"], document["screened"]) == ("LEIE", 1, 2)
    assert document["screened_on"] == "2026-11-02"
    assert len(document["list_sha256"]) == 64
    standings = {each["reference"]: each["standing"] for each in document["outcomes"]}
    assert standings == {"p1": "to_decide", "p2": "no_match"}
    assert "okafor" not in result.output.lower()
    shown = run(tmp_path, "--rows-min", "1")
    assert "1 to decide, 1 without a match" in shown.stdout
    assert "okafor" not in shown.output.lower()


def test_nobody_found_is_status_0(tmp_path: Path) -> None:
    assert run(tmp_path, "--rows-min", "1", name="ZIEGLER").exit_code == 0


def test_a_list_that_may_be_cut_off_is_status_2(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "may be cut off" in result.stderr
    assert run(tmp_path, "--rows-min", "1", providers="reference\n").exit_code == 2

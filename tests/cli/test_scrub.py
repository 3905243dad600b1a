"""``cleanclaim scrub`` over the files of other software: a line a claim, whatever is in them."""

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleanclaim.cli import main
from cli.other_software import claim, text_of

CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"
KINDS = ("837P", "837I", "837D")
FIELDS = ["claim", "lines", "findings", "not_checked", "price_cents"]
FINDING = ["rule", "severity", "place", "message", "hint", "source", "release"]


def run(*words: str | Path) -> Result:
    answer = CliRunner().invoke(main, [str(word) for word in words])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


def told(*words: str | Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("scrub", "--json", *words).stdout.splitlines()]


def sample(kind: str) -> str:
    return resources.files("cleanclaim.x12").joinpath("samples", f"{kind}.x12").read_text()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.837"
    path.write_text(text_of([claim(0), claim(1)], [claim(2)]))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.837"
    path.write_text(text_of([claim(0), claim(1)]).replace("*11:B:1*Y*", "*11:B:1*Q*", 1))
    return path


def test_each_claim_is_a_line_by_its_position(good: Path) -> None:
    answer = run("scrub", "--json", "--on", "2026-05-06", good)
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0
    assert [each["claim"] for each in lines] == [1, 2, 3]
    assert {tuple(each) for each in lines} == {tuple(FIELDS)}
    assert [each["lines"] for each in lines] == [2, 2, 2]
    found = [finding for each in lines for finding in each["findings"]]
    assert {tuple(finding) for finding in found} == {tuple(FINDING)}
    assert "block" not in {finding["severity"] for finding in found}
    assert lines[0]["price_cents"] is None


def test_families_without_their_tables_are_not_checked(good: Path) -> None:
    (first, *_) = told(good)
    assert {"authorizations", "coverage", "drugs"} <= set(first["not_checked"])
    assert not any("not checked" in finding["message"] for finding in first["findings"])
    (line,) = (x for x in run("scrub", good).stdout.splitlines() if "for lack of tables: " in x)
    assert line.endswith(", ".join(sorted(first["not_checked"])))


def test_a_blocking_edit_is_told_and_ends_in_status_1(tmp_path: Path) -> None:
    path = tmp_path / "unbalanced.837"
    path.write_text(text_of([claim(0), claim(1)]).replace("CLM*OTHER1*140*", "CLM*OTHER1*139*"))
    answer = run("scrub", "--on", "2026-05-06", path)
    assert answer.exit_code == 1
    assert "claim 2: block BALANCE." in answer.stdout
    assert "claim 1: block" not in answer.stdout


def test_a_claim_whose_x12_is_broken_appears_with_what_is_broken(bad: Path) -> None:
    first, second = told("--on", "2026-05-06", bad)
    assert "X12.2.CODE" in {finding["rule"] for finding in first["findings"]}
    assert "block" not in {finding["severity"] for finding in second["findings"]}


def test_several_processes_find_the_same(bad: Path) -> None:
    words = ("scrub", "--json", "--on", "2026-05-06", bad)
    alone, many = run(*words), run(*words, "--engine", "processes")
    assert alone.stdout == many.stdout
    assert alone.exit_code == many.exit_code == 1


@pytest.mark.parametrize("kind", KINDS)
def test_claims_of_every_kind_are_scrubbed(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "sample.837"
    path.write_text(sample(kind))
    lines = told("--on", "2026-04-01", path)
    assert [each["claim"] for each in lines] == [1, 2]
    rules = {finding["rule"] for each in lines for finding in each["findings"]}
    assert "CLAIM.NOT_CARRIED" not in rules
    assert not {rule for rule in rules if rule.startswith("X12.")}


def test_a_stay_is_judged_as_a_stay(tmp_path: Path) -> None:
    path = tmp_path / "stay.837"
    path.write_text(sample("837I").replace("CL1*1*1*01~\nREF", "CL1*1*1*30~\nREF"))
    (stay, _) = told("--on", "2026-04-01", path)
    rules = {finding["rule"]: finding["severity"] for finding in stay["findings"]}
    assert rules["DISCHARGE.FREQUENCY"] == "block"


def test_the_same_claim_twice_in_a_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "twice.837"
    path.write_text(text_of([claim(0)], [claim(0, patient_control_number="OTHER9"), claim(1)]))
    first, again, other = ({finding["rule"] for finding in each["findings"]} for each in told(path))
    assert "CLAIM.REPEATED" in again
    assert "CLAIM.REPEATED" not in first | other


def test_what_is_wrong_with_the_file_itself_stands_under_claim_0(tmp_path: Path) -> None:
    path = tmp_path / "cut.837"
    path.write_text(text_of([claim(0)]).replace("IEA*1*", "IEA*2*"))
    lines = told(path)
    assert [(each["claim"], each["lines"]) for each in lines] == [(1, 2), (0, 0)]
    assert lines[1]["findings"]


def mutilated(text: str) -> Iterator[str]:
    """Give the text without one segment each."""
    segments = text.split("~\n")
    for place in range(1, len(segments)):
        yield "~\n".join((*segments[:place], *segments[place + 1 :]))


@pytest.mark.parametrize("kind", KINDS)
def test_no_missing_segment_stops_it(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.837"
    for text in mutilated(sample(kind)):
        path.write_text(text)
        assert run("scrub", "--json", path).exit_code in {0, 1}


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(KINDS), st.integers(110, 2400), st.text("*:~^A0 -.9\n", max_size=6))
def test_no_rubbish_stops_it(tmp_path: Path, kind: str, place: int, rubbish: str) -> None:
    path = tmp_path / "rubbish.837"
    text = sample(kind)
    path.write_text(text[:place] + rubbish + text[place + len(rubbish) // 2 :])
    assert run("scrub", "--json", path).exit_code in {0, 1, 2}


@pytest.mark.corpus
def test_files_of_other_software_give_a_line_a_claim() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the third-party X12 files are not beside the repository")
    claims = 0
    for path in sorted(path for kind in KINDS for path in CORPUS.glob(f"*/{kind}/*")):
        answer = run("scrub", "--json", path)
        lines = [json.loads(line) for line in answer.stdout.splitlines()]
        positions = [each["claim"] for each in lines if each["claim"]]
        assert positions == list(range(1, len(positions) + 1))
        assert all(list(each) == FIELDS for each in lines)
        claims += len(positions)
    assert claims > 40

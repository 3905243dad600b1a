"""The commands over X12 files: JSON there and back, what an option chooses, how each ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cleanclaim.cli import main
from cleanclaim.cli.x12_tree import coloured, tree_lines
from cleanclaim.x12.checks.examples import recounted, sample

COMPANION = """\
companion NORTH
payer 2010BB/NM109 has NP001
rule AUTHORIZED block STC:A6:252
  guides 837P
  at 2300/CLM
  must REF*G1 present
  says every claim needs an authorization
  source North Payer's handbook
  fails REF*G1*AUTH1~\\n =>
"""


def run(*words: str | Path) -> Result:
    answer = CliRunner().invoke(main, [str(word) for word in words])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.837"
    path.write_text(recounted(sample("837P")))
    return path


def as_json(path: Path, tmp_path: Path) -> Path:
    document = tmp_path / "document.json"
    document.write_text(run("x12", "json", path).stdout)
    return document


def test_a_file_comes_back_from_its_json(claims: Path, tmp_path: Path) -> None:
    claims.write_bytes(claims.read_bytes().replace(b"SE*55", b"SE*7") + b"\xff\x00")
    document = as_json(claims, tmp_path)
    answer = run("x12", "write", document)
    assert answer.exit_code == 0
    assert answer.stdout_bytes == claims.read_bytes()
    back = tmp_path / "back.837"
    assert run("x12", "write", document, "-o", back).exit_code == 0
    assert back.read_bytes() == claims.read_bytes()


def test_an_edit_that_breaks_a_rule_is_not_written(claims: Path, tmp_path: Path) -> None:
    document = as_json(claims, tmp_path)
    document.write_text(document.read_text().replace('"C-1","150"', '"C-1","151"'))
    back = tmp_path / "back.837"
    answer = run("x12", "write", document, "-o", back)
    assert answer.exit_code == 1
    assert "X12.3.CLM02" in answer.stderr
    assert answer.stdout == ""
    assert not back.exists()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"events": [1]}', "ISA*00*"])
def test_what_is_no_document_is_unusable(text: str, tmp_path: Path) -> None:
    path = tmp_path / "document.json"
    path.write_text(text)
    answer = run("x12", "write", path)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith("cleanclaim: document.json: ")
    assert answer.stderr.count("\n") == 1


def test_a_document_is_not_written_over_itself(claims: Path, tmp_path: Path) -> None:
    document = as_json(claims, tmp_path)
    before = document.read_bytes()
    assert run("x12", "write", document, "-o", document).exit_code == 2
    assert document.read_bytes() == before


@pytest.mark.parametrize("word", ["check", "show", "json", "ack"])
def test_a_file_that_cannot_be_read_keeps_no_other_from_its_turn(
    word: str, claims: Path, tmp_path: Path
) -> None:
    answer = run("x12", word, tmp_path / "missing.837", tmp_path, claims)
    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 2
    assert all(line.startswith("cleanclaim: ") for line in answer.stderr.splitlines())
    assert answer.stdout != ""


def test_the_report_holds_what_is_documented(claims: Path) -> None:
    claims.write_text(claims.read_text().replace("CLM*C-1*150", "CLM*C-1*151"))
    report = json.loads(run("x12", "check", "--json", claims).stdout)
    assert list(report) == ["file", "interchanges", "valid", "findings"]
    (interchange,) = report["interchanges"]
    (group,) = interchange["groups"]
    assert interchange["control"] == "000000101"
    assert group["guide"] == "005010X222A1"
    assert group["transactions"][0]["segments"] == 55
    assert report["findings"] == [
        {
            "rule": "X12.3.CLM02",
            "type": 3,
            "severity": "block",
            "segment": 21,
            "offset": claims.read_text().index("CLM*C-1"),
            "loop": "2300",
            "element": "CLM02",
            "message": "the claim charges $151.00 but its lines charge $150.00",
            "hint": "",
            "code": "STC:A7:400",
        }
    ]


@pytest.mark.parametrize("types", ["0", "1-8", "x", "1-", "-3", ",", "1,,2", "²", "5-2"])
def test_types_that_are_none_are_refused(types: str, claims: Path) -> None:
    answer = run("x12", "check", "--types", types, claims)
    assert answer.exit_code == 2
    assert "--types" in answer.stderr


def test_types_and_workers_choose_what_is_told(claims: Path) -> None:
    claims.write_text(claims.read_text().replace("CLM*C-1*150", "CLM*C-1*151"))
    assert run("x12", "check", "--types", "1-2", claims).exit_code == 0
    assert run("x12", "check", "--types", "1,3-5", claims).exit_code == 1
    alone, shared = (run("x12", "check", "--workers", count, claims) for count in ("1", "2"))
    assert alone.stdout == shared.stdout


def test_the_rules_of_a_companion_are_asked_too(claims: Path, tmp_path: Path) -> None:
    table = tmp_path / "payer.txt"
    table.write_text(COMPANION)
    assert run("x12", "check", claims).exit_code == 0
    answer = run("x12", "check", "--companion", table, claims)
    assert answer.exit_code == 1
    assert "X12.7." in answer.stdout
    table.write_text("nonsense\n")
    refused = run("x12", "check", "--companion", table, claims)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("cleanclaim: ")


def test_the_tree_shows_what_no_guide_is_at_hand_for(claims: Path) -> None:
    text = claims.read_text().replace("005010X222A1", "005010X999")
    claims.write_text("noise" + text)
    shown = [line[6:].strip() for line in run("x12", "show", claims).stdout.splitlines()]
    segments = ["noise", *(line for line in text.replace("~", "").split("\n") if line)]
    assert [line for line in shown if "*" in line or line == "noise"] == segments


def test_the_tree_obeys_no_character_of_the_file(claims: Path) -> None:
    claims.write_text(claims.read_text().replace("RUTH", "RU\x1b[2J"))
    answer = run("x12", "show", claims)
    assert "\x1b" not in answer.stdout
    assert "RU·[2J" in answer.stdout


def test_the_tree_has_colours_on_a_terminal_only(claims: Path) -> None:
    assert "\x1b" not in run("x12", "show", claims).stdout
    lines = list(tree_lines(claims, (), coloured))
    assert any("\x1b[34m" in line and "2300" in line for line in lines)
    bare = [line.replace("\x1b[0m", "").replace("\x1b[1m", "") for line in lines]
    assert [line.replace("\x1b[34m", "") for line in bare] == list(tree_lines(claims, ()))


def test_claims_are_answered_one_by_one(claims: Path) -> None:
    claims.write_text(claims.read_text().replace("CLM*C-1*150", "CLM*C-1*151"))
    answer = run("x12", "ack", claims)
    assert answer.exit_code == 1
    assert "IK5*A~" in answer.stdout
    assert "TRN*2*C-1~STC*A7:400*" in answer.stdout
    assert "TRN*2*C-2~STC*A1:20*" in answer.stdout


def test_a_schema_is_printed_for_each_guide() -> None:
    document = json.loads(run("x12", "schema", "837P").stdout)
    assert document["$schema"].endswith("2020-12/schema")
    assert run("x12", "schema", "837X").exit_code == 2

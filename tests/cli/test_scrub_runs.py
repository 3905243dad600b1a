"""``cleanclaim scrub`` over long files: prices, payers' sets, progress, output that is resumed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cleanclaim.cli import main
from cli.other_software import text_of
from engine.claim_files import local_claim, spoilt_text, write_library

ON = ("--on", "2026-05-06")


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANCLAIM_REFERENCE", str(tmp_path / "tables"))
    monkeypatch.setenv("CLEANCLAIM_PAYER_SETS", str(tmp_path / "sets"))
    (tmp_path / "sets").mkdir()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "claims.837"
    path.write_text(spoilt_text())
    return path


def run(*words: str | Path) -> Result:
    answer = CliRunner().invoke(main, ["scrub", *map(str, words), *ON])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


def told(*words: str | Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("--json", *words).stdout.splitlines()]


def severities(lines: list[dict[str, Any]], rule: str) -> set[str]:
    found = [finding for each in lines for finding in each["findings"]]
    return {finding["severity"] for finding in found if finding["rule"] == rule}


# Tables


def test_a_claim_has_a_price_where_all_of_its_lines_have_one(tmp_path: Path) -> None:
    path = tmp_path / "priced.837"
    path.write_text(text_of([local_claim(0), local_claim(1)]).replace("99213", "99999", 1))
    assert [each["price_cents"] for each in told(path)] == [None, None]
    write_library(tmp_path / "tables")
    assert [each["price_cents"] for each in told(path)] == [None, 8_522]


# Sets of payers


def test_a_set_switches_and_grades_edits(path: Path, tmp_path: Path) -> None:
    assert severities(told(path), "DIAGNOSIS.HEADER") == {"block"}
    written = '[[change]]\nrule = "DIAGNOSIS.HEADER"\nseverity = "warn"\n'
    (tmp_path / "sets" / "lenient.toml").write_text(written)
    assert severities(told(path, "--payer-set", "lenient"), "DIAGNOSIS.HEADER") == {"warn"}
    written = '{"change": [{"rule": "DIAGNOSIS.HEADER", "enabled": false, "payer": "NMUT1"}]}'
    (tmp_path / "sets" / "silent.json").write_text(written)
    assert severities(told(path, "--payer-set", "silent"), "DIAGNOSIS.HEADER") == set()
    (tmp_path / "sets" / "silent.json").write_text(written.replace("NMUT1", "OTHER"))
    assert severities(told(path, "--payer-set", "silent"), "DIAGNOSIS.HEADER") == {"block"}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('[[change]]\nrule = "NO.SUCH"\nenabled = true', "change 1: no edit is called NO.SUCH"),
        ('[[change]]\nrule = "DIAGNOSIS.HEADER"', "change 1: changes nothing"),
        ('[[change]]\nrule = "DIAGNOSIS.HEADER"\nseverity = "bad"', "Invalid enum value 'bad'"),
        ('[[change]]\nrule = "DIAGNOSIS.HEADER"\nswitch = 1', "unknown field `switch`"),
        ("[[change", "own.toml: "),
        ("", "missing required field `change`"),
    ],
)
def test_a_set_that_cannot_be_used_says_where(
    path: Path, tmp_path: Path, written: str, words: str
) -> None:
    (tmp_path / "sets" / "own.toml").write_text(written)
    answer = run(path, "--payer-set", "own")
    assert answer.exit_code == 2
    assert words in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["absent", "../sets/own"])
def test_a_set_that_is_not_there_says_what_to_write(path: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "sets" / "own.toml").write_text('[[change]]\nrule = "A"\nenabled = true')
    answer = run(path, "--payer-set", name)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert f"no payer set is called {name}: write " in answer.stderr
    assert "there are own" in answer.stderr


# Output that is resumed


def test_output_to_a_file_is_what_is_printed(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "told.jsonl"
    answer = run(path, "--out", out, "--share", "2", "--progress")
    assert out.read_text() == run("--json", path).stdout
    assert answer.stdout == "claims.837: 10 claims, blocked; see told.jsonl\n"
    assert answer.stderr.endswith("claims.837: 10 claims in 3 shares done\n")
    assert answer.exit_code == 1
    assert sorted(each.name for each in tmp_path.glob("told*")) == ["told.jsonl"]


def long_file(path: Path, claims: int = 60) -> Path:
    groups = [[local_claim(number), local_claim(number + 1)] for number in range(0, claims, 2)]
    # The first comes again as the last, which only one who remembers it can know.
    path.write_text(text_of(*groups, [local_claim(0)]))
    return path


def killed(path: Path, out: Path) -> None:
    """Start a run, and kill it when some of its shares are done."""
    words = ("scrub", str(path), *ON, "--out", str(out), "--share", "2")
    process = subprocess.Popen([sys.executable, "-m", "cleanclaim", *words], env=os.environ)
    journal = out.with_name(out.name + ".journal")
    while not journal.exists() or journal.stat().st_size < 1_000:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.reliability
def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path, out = long_file(tmp_path / "long.837"), tmp_path / "told.jsonl"
    killed(path, out)
    partial = tmp_path / "told.jsonl.partial"
    assert not out.exists()
    done = partial.read_bytes()
    # What was under way when it was killed counts for nothing.
    partial.write_bytes(done + b'{"claim":')
    with (tmp_path / "told.jsonl.journal").open("ab") as journal:
        journal.write(b"\0\0\1")
    answer = run(path, "--out", out, "--share", "2", "--resume")
    assert answer.stdout == "long.837: 61 claims, blocked; see told.jsonl\n"
    assert 0 < done.count(b"\n") < 61
    assert out.read_text() == run("--json", path, "--share", "2").stdout
    assert severities([json.loads(out.read_text().splitlines()[-1])], "CLAIM.REPEATED")


@pytest.mark.reliability
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("file", "the file is another one"),
        ("terms", "the day, the payer set or the size of a share is another one"),
        ("tables", "other reference tables are loaded"),
        ("lines", "told.jsonl.partial is missing or too short"),
    ],
)
def test_a_run_does_not_go_on_with_something_else(tmp_path: Path, change: str, words: str) -> None:
    path, out = long_file(tmp_path / "long.837"), tmp_path / "told.jsonl"
    killed(path, out)
    more: tuple[str, ...] = ()
    match change:
        case "file":
            path.write_text(path.read_text().replace("*125*", "*126*", 1))
        case "terms":
            more = ("--share", "3")
        case "tables":
            write_library(tmp_path / "tables")
        case _:
            (tmp_path / "told.jsonl.partial").unlink()
    answer = run(path, "--out", out, "--share", "2", *more, "--resume")
    assert (answer.exit_code, out.exists()) == (2, False)
    assert words in answer.stderr
    assert "run again without --resume" in answer.stderr


def test_resume_without_anything_to_resume_starts(path: Path, tmp_path: Path) -> None:
    assert run(path, "--out", tmp_path / "told", "--resume").exit_code == 1
    assert (tmp_path / "told").read_text().count("\n") == 11
    assert "name the same file" in run(path, "--resume").stderr


def test_output_does_not_replace_the_claims(path: Path) -> None:
    before = path.read_text()
    answer = run(path, "--out", path)
    assert (answer.exit_code, path.read_text()) == (2, before)


def test_claims_may_come_through_a_pipe(path: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    words = [sys.executable, "-m", "cleanclaim", "scrub", str(pipe), "--json", *ON]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        pipe.write_bytes(path.read_bytes())
        assert process.stdout is not None
        printed = process.stdout.read()
    assert printed == run("--json", path).stdout
    assert process.returncode == 1

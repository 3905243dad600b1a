"""``cleanclaim code level``: the document that scripts read, and what is refused."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cleanclaim.cli import main

NOTE = (
    "S: 44 y/o for follow-up.\r\nA/P: Essential hypertension, at goal. Continue lisinopril. "
    "Check BMP."
)


def run(folder: Path, *options: str, note: bytes = NOTE.encode()) -> Result:
    path = folder / "note.txt"
    path.write_bytes(note)
    return CliRunner().invoke(main, ["code", "level", str(path), *options])


def told(folder: Path, *options: str) -> dict[str, Any]:
    result = run(folder, *options, "--on", "2026-03-02", "--json")
    assert result.exit_code == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_the_document_has_exactly_its_fields(tmp_path: Path) -> None:
    document = told(tmp_path, "--setting", "office", "--patient", "established")
    assert {k: v for k, v in document.items() if k != "elements"} == {
        "level": "99213",
        "basis": "mdm",
        "problems": "low",
        "data": "minimal",
        "risk": "moderate",
        "missing": [],
    }
    assert {(e["kind"], e["text"]) for e in document["elements"]} == {
        ("problem.chronic_stable", "Essential hypertension"),
        ("data.test", "BMP"),
        ("risk.prescription_drug", "lisinopril"),
    }
    assert all(set(e) == {"kind", "start", "end", "text"} for e in document["elements"])
    assert all(NOTE[e["start"] : e["end"]] == e["text"] for e in document["elements"])


def test_options_reach_the_choice(tmp_path: Path) -> None:
    office = ("--setting", "office")
    assert told(tmp_path, *office, "--patient", "new")["level"] == "99203"
    timed = told(tmp_path, *office, "--patient", "established", "--minutes", "41")
    assert (timed["level"], timed["basis"]) == ("99215", "time")
    assert told(tmp_path, "--setting", "hospital-discharge", "--minutes", "38")["level"] == "99239"


def test_a_claimed_code_adds_its_findings(tmp_path: Path) -> None:
    options = ("--setting", "office", "--patient", "established", "--claimed", "99214")
    findings = told(tmp_path, *options)["findings"]
    assert findings[0]["message"] == "level claimed: 99214; by the note: 99213"
    assert {"rule", "severity", "place", "message", "source"} == set(findings[0])


def test_people_read_lines(tmp_path: Path) -> None:
    options = ("--setting", "office", "--on", "2026-03-02", "--claimed", "99214")
    lines = run(tmp_path, *options).stdout.splitlines()
    assert lines[0] == "99213 by mdm"
    assert "  not found: whether the patient is new; read as established" in lines
    assert any(line.startswith("  warn EM.LEVEL 99214:") for line in lines)


def test_what_cannot_be_read_is_one_line_and_status_2(tmp_path: Path) -> None:
    done = run(tmp_path, "--setting", "office", note=b"\xff\xfe")
    assert (done.exit_code, done.stderr) == (2, "cleanclaim: note.txt: not a text in UTF-8\n")
    gone = CliRunner().invoke(
        main, ["code", "level", str(tmp_path / "none.txt"), "--setting", "office"]
    )
    assert gone.exit_code == 2
    assert run(tmp_path, "--setting", "ward").exit_code == 2

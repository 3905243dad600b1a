"""Claims of other software end posted, denied or rejected, each with its reason."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from cleanclaim import x12
from cleanclaim.claims.to_837 import GUIDE, Receiver, Submitter, transaction
from cleanclaim.cli import main
from cleanclaim.edits.examples import CLEAN
from cli.other_software import NAMES, claim, text_of

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"


def _file(tmp_path: Path, count: int = 3) -> Path:
    claims = [
        msgspec.structs.replace(CLEAN, patient_control_number=f"OTHER{n}") for n in range(count)
    ]
    body = transaction(
        claims,
        submitter=Submitter("OTHER SOFTWARE", "370000009", "OFFICE", "2175550100"),
        receiver=Receiver("PAYER", "PAY01"),
        reference="1",
        created_at=AT,
    )
    path = tmp_path / "other.837"
    path.write_text(x12.write(x12.Envelope("370000009", "PAY01", 1, AT), GUIDE, [body]))
    return path


def _cycle(*paths: Path) -> tuple[int, Any]:
    answer = CliRunner().invoke(main, ["cycle", "--json", *map(str, paths)])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, json.loads(answer.stdout) if answer.stdout else {}


def test_each_claim_ends_with_an_outcome_and_the_ledger_balances(
    database: dict[str, str], tmp_path: Path
) -> None:
    _, report = _cycle(_file(tmp_path))
    (file,) = report["files"]
    assert file["claims"][0]["outcome"] == "posted"
    assert {claim["outcome"] for claim in file["claims"]} <= {"posted", "denied", "rejected"}
    assert all(claim["reason"] for claim in file["claims"])
    assert report["ledger"]["balanced"] is True
    assert CLEAN.patient.name.last not in json.dumps(report)


def test_a_truncated_file_gets_findings_and_changes_nothing(
    database: dict[str, str], tmp_path: Path
) -> None:
    from cleanclaim.store.exchanges.models import ExchangedFile

    whole = _file(tmp_path)
    text = whole.read_text()
    whole.write_text(text[: len(text) // 2])
    before = ExchangedFile.objects.count()
    status, report = _cycle(whole)
    (file,) = report["files"]
    assert status in {1, 2}
    assert file["claims"] == []
    assert file["findings"]
    assert ExchangedFile.objects.count() == before


def test_nobody_is_named(database: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "named.837"
    text = text_of([claim(n) for n in range(4)])
    path.write_text(text.replace("ABK:E119", "ABK:E11ZZ", 1))
    for more in ((), ("--json",)):
        answer = CliRunner().invoke(main, ["cycle", *more, str(path)])
        assert answer.exit_code == 1
        said = (answer.stdout + answer.stderr).upper()
        told = [name for name in (*NAMES, "Peony", "N100200", "OTHER0") if name.upper() in said]
        assert told == []


def test_what_is_no_x12_is_unusable(database: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"%PDF-1.4 nothing of X12")
    answer = CliRunner().invoke(main, ["cycle", str(path)])
    assert answer.exit_code == 2
    assert answer.stderr.splitlines() == ["cleanclaim: letter.pdf: no X12 interchange"]


def test_a_line_a_claim_names_it_by_its_position(database: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "three.837"
    path.write_text(text_of([claim(n) for n in range(3)]))
    lines = CliRunner().invoke(main, ["cycle", "--seed", "1", str(path)]).stdout.splitlines()
    assert [line.split("  ")[:2] for line in lines[:3]] == [
        ["three.837", f"claim {position}"] for position in (1, 2, 3)
    ]
    assert lines[3].startswith("3 claims: ")
    assert "balanced" in lines[4]


@pytest.mark.corpus
def test_public_files_never_crash(database: dict[str, str]) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the third-party files are not beside the repository")
    rows = [line.split("\t") for line in (CORPUS / "MANIFEST.tsv").read_text().splitlines()[1:]]
    paths = [CORPUS / row[0] for row in rows if len(row) > 2 and row[2].startswith("005010X222")]
    assert len(paths) > 20
    _, report = _cycle(*paths)
    claims = [claim for file in report["files"] for claim in file["claims"]]
    assert len(claims) > 20
    assert all(claim["outcome"] in {"posted", "denied", "rejected"} for claim in claims)
    assert all(claim["reason"] for claim in claims)
    assert report["ledger"]["balanced"] is True

"""The demo runs and proves itself, and the audit finds what was changed behind its back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg.conninfo import make_conninfo
from rich.console import Console

from cleanclaim.cli import main

DEMO = ("demo", "--seed", "11", "--claims", "12", "--no-serve")
FIGURES = [
    "patients",
    "encounters",
    "claims",
    "first_pass_paid",
    "held",
    "rejected",
    "denied",
    "corrected",
    "paid_cents",
    "adjusted_cents",
    "patient_cents",
    "open_receivable_cents",
    "suspense_cents",
    "ledger",
    "audit",
]


def run(*words: str) -> Result:
    answer = CliRunner().invoke(main, list(words))
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


@pytest.fixture(scope="module")
def first(database: dict[str, str]) -> Result:
    return run(*DEMO, "--json")


def test_the_demo_prints_one_document_of_figures(first: Result) -> None:
    figures = json.loads(first.stdout)
    assert first.exit_code == 0
    assert list(figures) == FIGURES
    assert figures["encounters"] == 12 + 10
    assert figures["paid_cents"] > 0
    assert figures["ledger"]["balanced"] is True
    assert figures["ledger"]["debits_cents"] == figures["ledger"]["credits_cents"]
    assert figures["audit"]["verified"] is True
    assert "living through" in first.stderr


def test_a_second_run_in_the_same_folder_shows_the_same_figures(first: Result) -> None:
    from cleanclaim.cli.demo_tables import figure_table
    from cleanclaim.demo.figures import Figures

    figures = msgspec.json.decode(first.stdout, type=Figures)
    console = Console(width=100)
    with console.capture() as captured:
        console.print(figure_table(figures))
    shown = run(*DEMO).stdout
    assert figures.patients >= 10
    assert [line.rstrip() for line in captured.get().splitlines()] == [
        line.rstrip() for line in shown.splitlines()[: len(captured.get().splitlines())]
    ]
    assert "Stories to look up" in shown
    assert "demo@example.com" in shown


def test_the_demo_anchors_its_record_of_events(first: Result, database: dict[str, str]) -> None:
    from cleanclaim.store.places import data_folder

    lines = (data_folder() / "anchors.jsonl").read_bytes().splitlines()
    anchors = [msgspec.json.decode(line) for line in lines]
    events = json.loads(first.stdout)["audit"]["events"]
    assert any(anchor["sequence"] == events for anchor in anchors)


def _anchored() -> dict[str, Any]:
    """Give the last anchor, which is the demo's; other tests' chains lie in the same database."""
    from cleanclaim.store.places import data_folder

    last: dict[str, Any] = json.loads(
        (data_folder() / "anchors.jsonl").read_bytes().splitlines()[-1]
    )
    return last


def _faults(organization: int) -> list[str]:
    """Verify, and give what is wrong with one organization's chain."""
    answer = run("audit", "verify", "--json")
    report = json.loads(answer.stdout)
    every = {each["organization"]: each["faults"] for each in report["organizations"]}
    assert report["verified"] is not any(every.values())
    assert answer.exit_code == int(any(every.values()))
    faults: list[str] = every[organization]
    return faults


@pytest.fixture
def behind(database: dict[str, str], first: Result) -> Iterator[psycopg.Connection[Any]]:
    """Connect past every lock, as somebody with the keys of the server could."""
    with psycopg.connect(make_conninfo(**database), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def test_a_changed_event_is_found(behind: psycopg.Connection[Any]) -> None:
    practice = _anchored()["organization"]
    assert _faults(practice) == []
    row = behind.execute(
        "SELECT id, action FROM events_event WHERE organization_id = %s ORDER BY id LIMIT 1",
        [practice],
    ).fetchone()
    assert row is not None
    behind.execute("UPDATE events_event SET action = 'nothing.happened' WHERE id = %s", [row[0]])
    try:
        assert _faults(practice) == ["event 1 was changed after it was written"]
        assert run("audit", "verify").exit_code == 1
    finally:
        behind.execute("UPDATE events_event SET action = %s WHERE id = %s", [row[1], row[0]])
    assert _faults(practice) == []


def test_a_chain_that_left_its_anchor_is_found(first: Result, database: dict[str, str]) -> None:
    from cleanclaim.store.places import data_folder

    path: Path = data_folder() / "anchors.jsonl"
    kept = path.read_bytes()
    last = _anchored()
    path.write_bytes(kept + msgspec.json.encode({**last, "digest": "0" * 64}) + b"\n")
    try:
        told = f"the anchor of event {last['sequence']} does not lie on the chain"
        assert _faults(last["organization"]) == [told]
    finally:
        path.write_bytes(kept)


def test_a_database_that_does_not_answer_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    answer = run("audit", "verify")
    assert answer.exit_code == 2
    (line,) = answer.stderr.splitlines()
    assert "does not answer" in line

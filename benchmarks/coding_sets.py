"""Coded notes and index lines for the coding benchmark, from a folder that is not in here."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

Line = tuple[str, str, str]
_COLUMNS = {
    "MalignantPrimary": "malignant primary",
    "MalignantSecondary": "malignant secondary",
    "CaInSitu": "ca in situ",
    "Benign": "benign",
    "UncertainBehavior": "uncertain",
    "UnspecifiedBehavior": "unspecified",
}


class VisitNote(msgspec.Struct, frozen=True):
    """A note of a visit and the codes that two coders agreed on."""

    text: str
    codes: frozenset[str]


def notes_folder() -> Path | None:
    """Give the folder of notes: ``CLEANCLAIM_NOTES``, or the one beside the repository."""
    named = os.environ.get("CLEANCLAIM_NOTES")
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "notes"
    folder = Path(named) if named else beside
    return folder if folder.is_dir() else None


def visit_notes(folder: Path) -> list[VisitNote]:
    """Read the visits of ACI-Bench with diagnosis codes; for judging alone."""
    text = (folder / "aci_icd_dev" / "notes.jsonl").read_text(encoding="utf-8")
    rows = (json.loads(line) for line in text.splitlines())
    return [VisitNote(row["note"], frozenset(row["icd10cm"])) for row in rows]


def index_lines(folder: Path) -> Iterator[Line]:
    """Read the alphabetic index as (code, path of terms, head of the column)."""
    within = folder / "icd10cm_index_fy2025"
    for name in ("ICD10CM_2025_Index.csv", "ICD10CM_2025_ExternalIndex.csv"):
        for row, path in _paths(within / name):
            if row["Code"]:
                yield row["Code"], path, ""
    for row, path in _paths(within / "ICD10CM_2025_neoplasms.csv"):
        for name, column in _COLUMNS.items():
            if len(row[name]) > 2:
                yield row[name], path, column


def _paths(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Give the rows with the whole path of their terms, modifiers in brackets."""
    above: list[str] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            level = int(row["Level"])
            above[level:] = [f"{row['Term']} {row['NonEssModif'] or ''}".strip()]
            yield row, ", ".join(above)

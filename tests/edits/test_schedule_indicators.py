"""The modifiers that the official fee schedule refuses, compared with its file row by row."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.codes.loaders.catalogue import know_all
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.loading import Order, load
from cleanclaim.edits import EDITS, scrub
from cleanclaim.edits.fee_schedule import billed_to_medicare

FILES = Path(__file__).resolve().parents[2] / "../shared/reference"
ON = date(2025, 11, 3)
# Columns of the file of 2025, counted from 0.
CODE, MODIFIER, PARTS, MULTIPLE, BILATERAL, ASSISTANT, CO_SURGEON, TEAM = (
    *(0, 1),
    *(13, 18, 19, 20, 21, 22),
)
MODIFIERS = ("26", "TC", "50", "51", "62", "66", "80", "AS")
# By modifier: the column, and the values of its indicator with the rule that finds it.
REFUSED = {
    "26": (PARTS, dict.fromkeys("02345", "FEE.COMPONENT")),
    "TC": (PARTS, dict.fromkeys("023458", "FEE.COMPONENT")),
    "50": (BILATERAL, dict.fromkeys("029", "FEE.BILATERAL")),
    "51": (MULTIPLE, dict.fromkeys("09", "FEE.MULTIPLE")),
    "62": (CO_SURGEON, {"0": "FEE.CO_SURGEON", "1": "FEE.CO_SURGEON_RECORDS"}),
    "66": (TEAM, {"0": "FEE.TEAM", "1": "FEE.TEAM_RECORDS"}),
    "80": (ASSISTANT, {"0": "FEE.ASSISTANT_RECORDS", "1": "FEE.ASSISTANT"}),
    "AS": (ASSISTANT, {"0": "FEE.ASSISTANT_RECORDS", "1": "FEE.ASSISTANT"}),
}


def whole_services(path: Path) -> Iterator[list[str]]:
    """Give the rows of the file that have a code and no modifier."""
    with path.open(encoding="latin-1", newline="") as file:
        for row in csv.reader(file):
            cells = [cell.strip() for cell in row]
            if len(cells) > TEAM and len(cells[CODE]) == 5 and not cells[MODIFIER]:
                yield cells


def expected(row: list[str]) -> set[tuple[str, str]]:
    return {
        (rule, f"line {number}")
        for number, modifier in enumerate(MODIFIERS, 1)
        for column, rules in (REFUSED[modifier],)
        for value, rule in rules.items()
        if row[column] == value
    }


@pytest.mark.corpus
def test_every_row_of_the_schedule_refuses_what_its_indicators_say(tmp_path: Path) -> None:
    paths = sorted(FILES.glob("rvu25d*/PPRRVU*.csv"))
    if not paths:
        pytest.skip("the official fee schedule is not beside the repository")
    know_all()
    list(load(paths, Library(tmp_path), Order(datetime(2026, 1, 1, tzinfo=UTC), None)))
    reference = Reference(library=Library(tmp_path))
    rows = list(whole_services(paths[0]))[::7]
    assert len(rows) > 2_000
    claims = [
        billed_to_medicare(*(f"{row[CODE]}-{modifier}" for modifier in MODIFIERS)) for row in rows
    ]
    claims = [
        msgspec.structs.replace(
            claim,
            lines=tuple(msgspec.structs.replace(x, starts_on=ON, ends_on=ON) for x in claim.lines),
        )
        for claim in claims
    ]
    judged = {rule for _, rules in REFUSED.values() for rule in rules.values()}
    assert judged <= set(EDITS)
    found = scrub(ClaimBatch.of(claims), reference, tell_unchecked=False)
    told = [{(f.rule, f.place) for f in own if f.rule in judged} for own in found]
    assert told == [expected(row) for row in rows]

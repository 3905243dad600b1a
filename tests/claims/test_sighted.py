"""A batch out of text is the batch of the same claims, column by column and edit by edit."""

from datetime import date
from functools import cached_property

import numpy as np
import pytest
from benchmarks.x12_files import write_file

from cleanclaim import x12
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim
from cleanclaim.claims.sighted import SightedBatch, batch_of, learning
from cleanclaim.codes.reference import bootstrapped
from cleanclaim.edits import scrub, unchecked
from cleanclaim.edits.fingerprints import fingerprints
from cleanclaim.x12.usual import reading
from cleanclaim.x12.usual.reading import Claims, read_usual
from cleanclaim.x12.usual.runs import Run
from x12.damaging import damaged
from x12.varied import varied

AS_OF = date(2026, 6, 1)
# A mark among says where to look; a batch of claims that were read marks all.
HINTS = {"patient_is_told_apart"}
COLUMNS = [
    name
    for name in dir(ClaimBatch)
    if isinstance(getattr(ClaimBatch, name), cached_property) and not name.startswith("_")
]
KNOWN = learning()


@pytest.fixture(autouse=True)
def _small_files_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SEGMENTS_LEAST", 30)
    monkeypatch.setattr(reading, "_SEGMENTS", 900)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = write_file("837P", 120, tmp_path_factory.mktemp("claims") / "clean.x12")
    return path.read_text("latin-1")


@pytest.fixture(scope="module")
def clean(plain: str) -> str:
    text = varied(plain)
    list(read_usual(text, KNOWN))
    return text


def _entries(text: str) -> list[Claim | Run]:
    """Give the claims of a text in order, those told at sight as runs."""
    entries: list[Claim | Run] = []
    for event in read_usual(text, KNOWN):
        for each in event.entries if isinstance(event, Claims) else ():
            entries.append(each if isinstance(each, Run) else read_claim(each)[0])
    return entries


def _both(text: str, history: tuple[Claim, ...] = ()) -> tuple[ClaimBatch, ClaimBatch]:
    """Give the batch out of the text, and that of the same claims read in full."""
    units = [each for each in x12.read(text) if isinstance(each, x12.Unit)]
    claims = [read_claim(unit)[0] for unit in units]
    seen = batch_of(_entries(text), AS_OF, history=history)
    return seen, ClaimBatch.of(claims, AS_OF, history=history)


def _values(column: object) -> list[object]:
    if not isinstance(column, tuple):
        told: list[object] = np.asarray(column).tolist()
        return told
    if len(column) == 2 and isinstance(column[1], np.ndarray):  # different values, and whose
        return [column[0][number] for number in column[1].tolist()]
    return list(column)


@pytest.mark.parametrize("seed", range(4))
def test_all_columns_are_those_of_the_claims(clean: str, seed: int) -> None:
    seen, read = _both(damaged(clean, seed, 2 * seed))
    assert isinstance(seen, SightedBatch)
    for name in set(COLUMNS) - HINTS:
        assert _values(getattr(seen, name)) == _values(getattr(read, name)), name
    assert list(seen.rows) == list(read.rows)


def test_a_column_that_is_wrong_would_be_seen(clean: str) -> None:
    """The control of the test above: claims that differ have other columns."""
    seen, read = _both(clean)
    other, _ = _both(clean.replace("*MI*", "*MI*9"))
    assert _values(seen.claim_member) == _values(read.claim_member)
    assert _values(other.claim_member) != _values(read.claim_member)
    assert fingerprints(other) != fingerprints(read)


@pytest.mark.parametrize("seed", range(3))
def test_all_edits_find_the_same(clean: str, seed: int) -> None:
    seen, read = _both(damaged(clean, seed + 40, 5 * seed))
    reference = bootstrapped()
    assert scrub(seen, reference) == scrub(read, reference)
    assert unchecked(seen, reference) == unchecked(read, reference)
    assert fingerprints(seen) == fingerprints(read)


def test_earlier_claims_stand_behind(clean: str) -> None:
    earlier = tuple(read_claim(each)[0] for each in x12.read(clean) if isinstance(each, x12.Unit))
    seen, read = _both(clean, earlier[:7])
    assert (len(seen), seen.judged) == (len(read), read.judged)
    assert seen.claim_patient.tolist() == read.claim_patient.tolist()
    assert _values(seen.line_starts_on) == _values(read.line_starts_on)
    assert scrub(seen, bootstrapped()) == scrub(read, bootstrapped())


def test_a_claim_is_read_only_when_it_is_asked_for(
    plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scrubbing a clean file reads hardly a claim: else the columns would be for nothing."""
    read: list[int] = []
    row = SightedBatch.read_row

    def noted(batch: SightedBatch, place: int) -> Claim:
        read.append(place)
        return row(batch, place)

    monkeypatch.setattr(SightedBatch, "read_row", noted)
    list(read_usual(plain, KNOWN))
    batch = batch_of(_entries(plain), AS_OF)
    scrub(batch, bootstrapped())
    assert len(read) < 12
    assert len(batch) == 120


def test_claims_that_were_all_read_make_a_plain_batch(clean: str) -> None:
    unit = next(each for each in x12.read(clean) if isinstance(each, x12.Unit))
    assert not isinstance(batch_of([read_claim(unit)[0]]), SightedBatch)

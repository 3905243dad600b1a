"""Claims told at sight are answered in every particular as claims that are read in full."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from benchmarks.x12_files import write_file

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.sighted import SightedBatch
from cleanclaim.engine import judging
from cleanclaim.engine.judging import Reading, judge, read_share
from cleanclaim.engine.planning import Plan
from cleanclaim.engine.shares import Answer, Share, Terms, pack_place
from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.usual import reading
from engine.claim_files import write_library
from x12.damaging import damaged
from x12.varied import varied

ON = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _small_files_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SEGMENTS_LEAST", 30)
    monkeypatch.setattr(reading, "_SEGMENTS", 900)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = write_file("837P", 120, tmp_path_factory.mktemp("claims") / "clean.x12")
    return varied(path.read_text("latin-1"))


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Terms:
    library = write_library(tmp_path_factory.mktemp("library"))
    return Terms(ON, reference=str(library))


def in_full(terms: Terms, share: Share) -> Reading:
    """Read a share as if nothing could be told at sight."""
    loose: list[X12Finding] = []
    claims = [*share.claims, *judging.read_claims(share.path, share.stretches, loose)]
    batch = ClaimBatch.of((each.claim for each in claims), terms.as_of)
    places = [pack_place(each.place) if each.place else b"" for each in claims]
    return Reading(batch, [each.found for each in claims], places, loose)


def answers(terms: Terms, path: Path) -> Iterator[tuple[bool, Answer, Answer]]:
    """Give for each share whether some of it was told at sight, and both answers."""
    for share in Plan(path, 50):
        seen = read_share(terms, share)
        is_sighted = isinstance(seen.batch, SightedBatch)
        yield is_sighted, judge(terms, share), judge(terms, share, in_full)


@pytest.mark.parametrize("seed", range(4))
def test_answers_are_the_same(terms: Terms, clean: str, seed: int, tmp_path: Path) -> None:
    text = damaged(clean, seed, (0, 2, 9)[seed % 3])
    path = tmp_path / "claims.837"
    path.write_text(text.replace("~", "~\r\n") if seed % 2 else text, "latin-1", newline="")
    told = list(answers(terms, path))
    assert any(is_sighted for is_sighted, _, _ in told)
    for _, seen, read in told:
        assert seen == read
    claims = [claim.told() for _, seen, _ in told for claim in seen.claims]
    assert any(claim.price_cents for claim in claims)
    assert any(claim.not_checked for claim in claims)


def test_answers_of_other_claims_differ(terms: Terms, clean: str, tmp_path: Path) -> None:
    """The control of the test above."""
    path, other = tmp_path / "claims.837", tmp_path / "other.837"
    path.write_text(clean, "latin-1")
    other.write_text(clean.replace("*UN*1*", "*UN*2*"), "latin-1")
    told, others = ([judge(terms, x) for x in Plan(each)] for each in (path, other))
    assert told != others

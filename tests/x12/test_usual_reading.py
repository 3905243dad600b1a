"""Claims told at sight: nothing is told that reading each claim would not tell, and no less."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.x12_files import write_file

from cleanclaim import x12
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.x12.usual import reading
from cleanclaim.x12.usual.reading import Claims, read_usual
from cleanclaim.x12.usual.runs import Run
from cleanclaim.x12.usual.sight import Learning
from x12.damaging import damaged

CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"
CLAIMS = 160

Told = tuple[list[object], list[str]]


def learning() -> Learning:
    """Learn from claims of which everything is carried."""
    return Learning(lambda unit: not read_claim(unit)[1])


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = write_file("837P", CLAIMS, tmp_path_factory.mktemp("claims") / "clean.x12")
    return path.read_text("latin-1")


@pytest.fixture(scope="module")
def learned(clean: str) -> Learning:
    """Give what a first reading of the clean file teaches."""
    known = learning()
    list(read_usual(clean, known))
    return known


@pytest.fixture(autouse=True)
def _small_files_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SEGMENTS_LEAST", 30)


def _in_full(text: str) -> Told:
    claims: list[object] = []
    others = []
    for event in x12.read(text):
        if isinstance(event, x12.Unit) and event.short == "837P":
            claims.append((event.findings, read_claim(event)))
        else:
            others.append(_said(event))
    return claims, sorted(others)


def _at_sight(text: str, known: Learning) -> tuple[Told, int]:
    claims: list[object] = []
    others, runs = [], 0
    for event in read_usual(text, known):
        if not isinstance(event, Claims):
            others.append(_said(event))
            continue
        for each in event.entries:
            claims += list(_of_run(each)) if isinstance(each, Run) else [_of_unit(each)]
            runs += len(each) if isinstance(each, Run) else 0
    return (claims, sorted(others)), runs


def _of_run(run: Run) -> Iterator[object]:
    for claim in range(run.first, run.end):
        yield (), (read_claim(run.unit(claim))[0], ())


def _of_unit(unit: x12.Unit) -> object:
    return unit.findings, read_claim(unit)


def _said(event: x12.Event) -> str:
    """Give what an event says of its own: its findings, and how many units there were."""
    found = getattr(event, "findings", ())
    return repr((type(event).__name__, sorted(map(repr, found)), getattr(event, "unit_count", 0)))


def test_nearly_all_clean_claims_are_told_at_sight(clean: str, learned: Learning) -> None:
    told, runs = _at_sight(clean, learned)
    assert told == _in_full(clean)
    assert runs > CLAIMS * 0.9


def test_nothing_is_told_at_sight_before_anything_is_learned(clean: str) -> None:
    nothing = Learning(lambda _unit: False)
    told, runs = _at_sight(clean, nothing)
    assert told == _in_full(clean)
    assert runs == 0


@pytest.mark.parametrize("seed", range(16))
def test_damaged_files_tell_the_same(
    clean: str, learned: Learning, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_SEGMENTS", (300, 2000, 90_000)[seed % 3])
    text = damaged(clean, seed, (1, 4, 20, 60)[seed % 4])
    told, _ = _at_sight(text, learned)
    assert told == _in_full(text)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_change_nothing(clean: str, end: str) -> None:
    text = clean.replace("~", f"~{end}")
    known = learning()
    list(read_usual(text, known))
    told, runs = _at_sight(text, known)
    assert told == _in_full(text)
    assert runs > CLAIMS * 0.9


def test_other_separators_are_learned_apart(clean: str, learned: Learning) -> None:
    text = clean.replace("*", "|").replace(":", ">").replace("~", "\n")
    list(read_usual(text, learned))
    told, runs = _at_sight(text, learned)
    assert told == _in_full(text)
    assert runs > CLAIMS * 0.9


def test_a_number_that_comes_again_is_told(clean: str, learned: Learning) -> None:
    text = clean.replace("CLM*P00000050*", "CLM*P00000049*")
    told, _ = _at_sight(text, learned)
    assert "X12.4.CLAIM_AGAIN" in repr(told)
    assert told == _in_full(text)


def test_other_kinds_of_claims_come_as_ever(tmp_path: Path) -> None:
    text = write_file("837I", 40, tmp_path / "stays.x12").read_text("latin-1")
    told, runs = _at_sight(text, learning())
    assert told == _in_full(text)
    assert runs == 0


@pytest.mark.corpus
def test_files_of_others_tell_the_same(learned: Learning) -> None:
    if not CORPUS.exists():
        pytest.skip("the third-party files are not beside the repository")
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file() and path.suffix != ".tsv":
            text = path.read_text("latin-1")
            assert _at_sight(text, learned)[0] == _in_full(text), path.name

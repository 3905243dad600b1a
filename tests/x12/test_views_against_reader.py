"""The typed stream, which knows no guide, says what the guide-driven reader says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.x12_files import write_file

from cleanclaim import x12

CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"
SAMPLES = Path(x12.__file__).parent / "samples"
CLAIM_SAMPLES = ("837P", "837I", "837D")


def streamed(source: x12.Source) -> list[object]:
    claims: Iterator[object] = (claim.read() for claim in x12.claims(source))
    return [*claims, *x12.remits(source), *x12.settlements(source)]


def viewed(source: x12.Source) -> list[object]:
    """Read claims, remits and settlements by the guide, in the order that ``streamed`` has."""
    claims: list[object] = []
    remits: list[object] = []
    settlements: list[object] = []
    guide = ""
    for event in x12.read(source):
        match event:
            case x12.GroupStart(header=header):
                guide = header.get(8)
            case x12.Unit() if event.short.startswith("837"):
                claims.append(x12.view(event))
            case x12.Unit() if event.short == "835":
                remits.append(x12.view(event))
            case x12.TransactionEnd(header=header) if header.segments[0].get(1) == "835":
                settlements.append(x12.view_settlement(event, guide))
            case _:
                pass
    return [*claims, *remits, *settlements]


def assert_same(source: x12.Source) -> int:
    stream, guided = streamed(source), viewed(source)
    assert len(stream) == len(guided)
    for ours, theirs in zip(stream, guided, strict=True):
        assert ours == theirs
    return len(stream)


@pytest.mark.parametrize("name", [*CLAIM_SAMPLES, "835"])
def test_samples_are_read_alike(name: str) -> None:
    assert assert_same(SAMPLES / f"{name}.x12") >= 2


@pytest.mark.parametrize("kind", ["837P", "837I", "835"])
def test_generated_files_are_read_alike(kind: str, tmp_path: Path) -> None:
    assert assert_same(write_file(kind, 150, tmp_path / kind)) >= 150


@pytest.mark.parametrize("kind", ["837P", "835"])
def test_line_ends_and_delimiters_do_not_matter(kind: str, tmp_path: Path) -> None:
    text = write_file(kind, 20, tmp_path / kind).read_text()
    plain = streamed(text)
    assert plain
    for other in (
        text.replace("~", "~\r\n"),
        text.replace("~", "\n"),
        text.replace("~", "  ~ \n").replace("  ~", "~"),
        text.translate(str.maketrans("*:~", "|>\x1c")),
    ):
        assert streamed(other) == plain
        assert assert_same(other) == len(plain)


def test_each_interchange_has_its_own_delimiters(tmp_path: Path) -> None:
    text = write_file("837P", 20, tmp_path / "claims").read_text()
    other = text.translate(str.maketrans("*:~", "|>\x1c"))
    plain = streamed(text)
    assert streamed("\ufeff noise " + text + "\r\n" + other + text) == plain * 3


@pytest.mark.corpus
def test_foreign_files_that_check_clean_are_read_alike() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the third-party files are not beside the repository")
    compared = 0
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file() and path.suffix != ".tsv" and not _broken(path):
            compared += assert_same(path)
    assert compared > 50


def _broken(path: Path) -> bool:
    """Tell whether grammar or guide are broken: then there is no one right reading."""
    return not x12.check(path, types=frozenset({1, 2})).valid


def test_a_difference_would_be_seen() -> None:
    source = (SAMPLES / "837P.x12").read_text()
    assert streamed(source) != viewed(source.replace("*150*", "*151*", 1))

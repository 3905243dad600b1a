"""The CodiEsp corpus: case reports in two languages, codes, and where the Spanish text has them."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cleanclaim.codes.icd10cm import undotted
from cleanclaim.kernel.errors import CleanclaimError

_DIAGNOSIS = "DIAGNOSTICO"


class CorpusError(CleanclaimError):
    """A folder is not a part of the corpus."""

    code = "coding.corpus"


class Evidence(msgspec.Struct, frozen=True):
    """A stretch of the Spanish text for a code, and how far down the text it stands (0 to 1)."""

    code: str
    words: str
    place: float


class CodedNote(msgspec.Struct, frozen=True):
    """A note in English and in Spanish with its ICD-10-CM codes (without dots)."""

    name: str
    english: str
    spanish: str
    codes: frozenset[str]
    evidence: tuple[Evidence, ...]


def read_corpus(folder: Path) -> list[CodedNote]:
    """Read a part of the corpus (train or dev), in the order of names."""
    tables = {path.stem[-1]: path for path in folder.glob("*[DX].tsv")}
    if set(tables) != {"D", "X"} or not (folder / "text_files_en").is_dir():
        msg = f"{folder.name}: no part of the CodiEsp corpus (tables D and X, texts)"
        raise CorpusError(msg)
    codes: dict[str, set[str]] = {}
    for name, code in _rows(tables["D"]):
        codes.setdefault(name, set()).add(undotted(code))
    spans: dict[str, list[tuple[str, ...]]] = {}
    for row in _rows(tables["X"]):
        if row[1] == _DIAGNOSIS:
            spans.setdefault(row[0], []).append(row)
    return [_note(folder, name, codes[name], spans.get(name, [])) for name in sorted(codes)]


def _rows(path: Path) -> Iterator[tuple[str, ...]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield tuple(line.split("\t"))


def _note(folder: Path, name: str, codes: set[str], spans: list[tuple[str, ...]]) -> CodedNote:
    english = (folder / "text_files_en" / f"{name}.txt").read_text(encoding="utf-8")
    spanish = (folder / "text_files" / f"{name}.txt").read_text(encoding="utf-8")
    evidence = tuple(
        Evidence(undotted(row[2]), row[3], int(re.split(r"[ ;]", row[4])[0]) / len(spanish))
        for row in spans
    )
    return CodedNote(name, english, spanish, frozenset(codes), evidence)

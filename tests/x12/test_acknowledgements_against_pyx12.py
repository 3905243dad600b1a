"""Our acknowledgement accepts and rejects what pyx12's does, but for differences explained.

``pyx12_acknowledgements.tsv`` lists each third-party file on which the two differ: what ours and
what theirs say of each transaction in turn (a accepted, r rejected), and why ours stands. A
difference that is not listed fails, and so does a listed one that is gone.
"""

import csv
import io
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import IO

import pytest

from cleanclaim import x12

AT = datetime(2026, 1, 13, 8, 30)  # noqa: DTZ001
CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"
EXPLAINED = Path(__file__).parent / "pyx12_acknowledgements.tsv"
ACKNOWLEDGED_MIN = 70  # files that pyx12 answers at all: fewer would mean that it was not asked


def explained() -> dict[str, tuple[str, str]]:
    """Give, for each file that differs, what ours and what theirs say."""
    with EXPLAINED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert all(len(row["reason"]) > 20 for row in rows)
    return {row["file"]: (row["ours"], row["theirs"]) for row in rows}


@pytest.fixture
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pyx12 parse each of its tables once instead of for every group of every file.

    It only reads the trees; the nodes with a state it makes anew from them each time.
    """
    pytest.importorskip("pyx12")
    # The reader that pyx12 takes; it comes without types.
    trees = import_module("defusedxml.ElementTree")
    parse: Callable[..., object] = trees.parse
    kept: dict[str, object] = {}

    def parse_once(file: IO[bytes], **settings: object) -> object:
        if file.name not in kept:
            kept[file.name] = parse(file, **settings)
        return kept[file.name]

    monkeypatch.setattr(trees, "parse", parse_once)


@pytest.mark.corpus
def test_acknowledgements_agree_with_pyx12(parsed_once: None) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the third-party files are not beside the repository")
    files = [path for path in sorted(CORPUS.rglob("*")) if path.is_file()]
    answers = {path: theirs(path) for path in files if path.suffix != ".tsv"}
    compared = {path: said for path, said in answers.items() if said}
    told = {path: (ours(path, len(said)), said) for path, said in compared.items()}
    differing = {
        str(path.relative_to(CORPUS)): both for path, both in told.items() if both[0] != both[1]
    }
    assert len(compared) >= ACKNOWLEDGED_MIN
    assert differing == explained()


def theirs(path: Path) -> str:
    """Give pyx12's verdicts; none where it raises or writes no acknowledgement."""
    from pyx12.params import params
    from pyx12.x12n_document import x12n_document

    answer = io.StringIO()
    logging.disable(logging.CRITICAL)
    try:
        # As text: given a path, it leaves the file open when it raises.
        x12n_document(params(), io.StringIO(path.read_text("latin-1")), answer, None)
    except Exception:  # noqa: BLE001 - what it cannot read it does not acknowledge
        return ""
    finally:
        logging.disable(logging.NOTSET)
    return "".join(verdicts(answer.getvalue()))


def ours(path: Path, transactions: int) -> str:
    """Give our verdicts; an interchange refused by a TA1 refuses all that is in it."""
    answer = x12.acknowledge(path, created_at=AT, control_number=1)
    refused = any(segment.id == "TA1" and segment.get(4) == "R" for segment in x12.tokenize(answer))
    return "".join(verdicts(answer)) or ("r" * transactions if refused else "")


def verdicts(answer: str) -> Iterator[str]:
    """Give "a" or "r" for each transaction that a 997 or 999 answers."""
    for segment in x12.tokenize(answer):
        if segment.id in ("AK5", "IK5"):
            yield "a" if segment.get(1) in ("A", "E") else "r"

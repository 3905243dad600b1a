"""Nothing that comes in raises, gives no answer, or loses a byte."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from cleanclaim import x12

AT = datetime(2026, 1, 6, 8, 30)  # noqa: DTZ001
CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"


def assert_survives(data: bytes) -> None:
    assert x12.copy(data) == data.decode("latin-1")
    report = x12.check(data)
    assert isinstance(report.valid, bool)
    answer = x12.acknowledge(data, created_at=AT, control_number=1)
    assert answer.startswith("ISA*")


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Change, cut, repeat or insert a few bytes."""
    spoilt = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(spoilt) + 1)
        match dice.randrange(4):
            case 0:
                spoilt[place : place + 1] = bytes([dice.randrange(256)])
            case 1:
                del spoilt[place : place + dice.randint(1, 40)]
            case 2:
                start = dice.randrange(len(spoilt) + 1)
                spoilt[place:place] = spoilt[start : start + dice.randint(1, 60)]
            case _:
                spoilt[place:place] = dice.choice([b"*", b"~", b":", b"^", b"\n", b"~ISA*", b"\0"])
    return bytes(spoilt)


@pytest.mark.parametrize("seed", range(8))
def test_mutated_texts_are_survived(professional: str, remittance: str, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    for _ in range(25):
        assert_survives(mutated(dice.choice([professional, remittance]).encode(), dice))


@pytest.mark.parametrize("cut", range(0, 1500, 97))
def test_a_text_may_end_anywhere(professional: str, cut: int) -> None:
    assert_survives(professional[:cut].encode())


@pytest.mark.corpus
def test_foreign_files_are_survived() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the third-party files are not beside the repository")
    dice = random.Random(5)  # noqa: S311
    files = [path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".tsv"]
    assert files
    for path in files:
        data = path.read_bytes()
        assert_survives(data)
        assert_survives(mutated(data, dice))

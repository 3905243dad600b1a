"""Fifty thousand spoilt files: nothing raises, hangs, loses a byte, or passes out of balance."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from x12.balance_oracle import unbalanced
from x12.fuzzing import failure, seeds, spoilt

MUTATIONS = 50_000
BATCHES = 50
ANSWERED_EVERY = 3  # acknowledging takes longer than checking; the long run does it every time


@pytest.mark.parametrize("batch", range(BATCHES))
def test_spoilt_files_are_survived(batch: int) -> None:
    each = MUTATIONS // BATCHES
    numbers = range(batch * each, (batch + 1) * each)
    failures = (failure(each, answered=each % ANSWERED_EVERY == 0) for each in numbers)
    assert [told for told in failures if told] == []


def test_a_number_always_gives_the_same_file() -> None:
    assert spoilt(7) == spoilt(7)
    assert len({spoilt(number) for number in range(200)}) > 190


def test_the_oracle_tells_balanced_from_unbalanced() -> None:
    clean = seeds()[0]
    assert unbalanced(clean) == ""
    for old, new, told in (
        (b"BPR*I*140*", b"BPR*I*141*", "the payment"),
        (b"*-5~", b"*5~", "the payment"),
        (b"*165*115*25*", b"*166*115*25*", "a claim"),
        (b"94*10~", b"94*11~", "a claim"),
        (b"25*165*115*", b"25*165*116*", "a line"),
        (b"CAS*PR*3*25~\n", b"", "a line"),
    ):
        assert clean.count(old) == 1
        assert unbalanced(clean.replace(old, new)) == told


def test_the_long_run_reports_what_it_found() -> None:
    """``make fuzz`` in small: its own processes, a summary, and its memory under the bound."""
    command = [sys.executable, "-m", "x12.fuzz_at_length", "2000", "--processes", "2"]
    tests = Path(__file__).resolve().parents[1]
    source = Path(sys.modules["cleanclaim"].__path__[0]).parent
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": f"{source}:{tests}"},
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    summary = json.loads(run.stdout)
    assert summary["files"] == 2000
    assert summary["failures"] == []
    assert 0 < summary["memory_mb"] < 256

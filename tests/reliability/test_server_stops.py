"""The database is stopped at once in the middle of posting, and nothing is off afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.programs import surroundings

pytestmark = pytest.mark.reliability

# The nightly run (``make reliability``) stops it many times more.
STOPS = int(os.environ.get("CLEANCLAIM_SERVER_STOPS", "3"))


def test_a_server_stopped_at_once_while_posting_leaves_nothing_off(tmp_path: Path) -> None:
    program = subprocess.run(
        [sys.executable, "-m", "reliability.stopping", str(STOPS)],
        env=surroundings(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert program.returncode == 0, program.stderr[-2000:]
    found = json.loads(program.stdout)
    assert found["stops"] == STOPS, "each stop must strike"
    assert found["left_out"] > 0, "some stop must come before the commit"
    assert found["off"] == 0

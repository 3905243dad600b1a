"""What a long run found, as JSON: what ran, how it ended, and of which commit."""

import json
import os
import subprocess
from pathlib import Path

import pytest

_FIGURES = os.environ.get("CLEANCLAIM_FIGURES", "")
_SETTINGS = ("CLEANCLAIM_KILL_STRIDE", "CLEANCLAIM_FILES_AT_ONCE", "CLEANCLAIM_LIFE_STEPS")
_found: dict[str, dict[str, object]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep how each test of these ended and how long it took."""
    if report.when == "call":
        _found[report.nodeid] = {"outcome": report.outcome, "seconds": round(report.duration, 1)}


def pytest_sessionfinish() -> None:
    """Write the figures where ``make reliability`` asks for them."""
    if not _FIGURES:
        return
    asked = ["git", "rev-parse", "HEAD"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    document = {
        "commit": told.stdout.strip(),
        "settings": {name: os.environ.get(name, "") for name in _SETTINGS},
        "tests": _found,
    }
    Path(_FIGURES).write_text(json.dumps(document, indent=2) + "\n")

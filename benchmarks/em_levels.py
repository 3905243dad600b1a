"""How often the level of a visit is the vignettes' own, by element, and how long it takes."""

import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.figures import Measure
from cleanclaim.coding.levels import Level, choose_level

_KEPT = Path(__file__).resolve().parents[1] / "../shared/corpus/notes/em_vignettes_dev"
_FILE = Path(os.environ.get("CLEANCLAIM_EM_VIGNETTES", _KEPT / "vignettes.jsonl"))
_ON = date(2026, 3, 2)
_PATIENTS = {"est": "established", "new": "new"}
_ELEMENTS = ("problems", "data", "risk", "basis")


def _setting(name: str) -> str:
    return name.replace("hosp_", "hospital-").replace("_", "-")


def vignettes() -> list[dict[str, Any]]:
    """Read the vignettes kept beside the repository; none where they are absent."""
    if not _FILE.exists():
        return []
    return [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines() if line]


def judge(vignette: dict[str, Any]) -> Level:
    """Choose the level of a vignette, told only what the note's header would tell."""
    return choose_level(
        vignette["note"],
        setting=_setting(vignette["setting"]),
        patient=_PATIENTS.get(vignette["patient"]),
        minutes=None,
        on=_ON,
    )


def measure() -> Iterator[Measure]:
    """Count exact levels and agreement per element, and take the time of a warm note."""
    every = vignettes()
    if not every:
        return
    told = [(judge(v), v["gold"]) for v in every]
    wrong = sum(level.level != gold["code"] for level, gold in told)
    yield Measure("levels other than the vignettes'", wrong, "levels", f"{len(told)} notes", 2)
    for name in _ELEMENTS:
        apart = sum(getattr(level, name) != gold[name] for level, gold in told)
        yield Measure(f"{name} other than the vignettes'", apart, "notes", f"{len(told)} notes", 4)
    start = time.process_time()
    for vignette in every:
        judge(vignette)
    spent = (time.process_time() - start) * 1_000 / len(every)
    yield Measure("the level of a note", spent, "ms", f"{len(every)} notes", 150)


def main() -> None:
    """Print the figures, and with ``--each`` every vignette that differs, by its number."""
    for figure in measure():
        print(figure.line())
    if "--each" in sys.argv:
        for vignette in vignettes():
            level, gold = judge(vignette), vignette["gold"]
            apart = [
                f"{n} {getattr(level, n)} not {gold[n]}"
                for n in _ELEMENTS
                if getattr(level, n) != gold[n]
            ]
            if apart or level.level != gold["code"]:
                print(vignette["id"], level.level, "wanted", gold["code"], *apart)


if __name__ == "__main__":
    main()

"""Reference tables as large as the official ones, of drawn numbers, where none are loaded."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.fiction import SERVICES
from cleanclaim.codes.store.arrays import fill
from cleanclaim.codes.store.held import Held
from cleanclaim.codes.store.kinds import Kind, Row
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.ncci import MUE_PRACTITIONER, PTP_PRACTITIONER

PAIRS, LIMITS = 2_500_000, 15_000
_AMONG_OURS = 150  # pairs of codes that the synthetic claims bill
_STARTS_ON = date(2026, 1, 1)
_SEED = 20261124


def tables_at(folder: Path) -> Library:
    """Give the loaded tables, else write drawn ones to the folder: pairs and unit limits."""
    if loaded := os.environ.get("CLEANCLAIM_REFERENCE"):
        return Library(Path(loaded))
    library = Library(folder)
    dice = np.random.default_rng(_SEED)
    codes = [*SERVICES, *(f"{number:05d}" for number in range(10_000, 10_000 + LIMITS))]
    codes = list(dict.fromkeys(codes))[:LIMITS]
    _add(library, PTP_PRACTITIONER, _pairs(dice, codes))
    _add(library, MUE_PRACTITIONER, _limits(dice, codes))
    return library


def _pairs(dice: np.random.Generator, codes: list[str]) -> Iterator[tuple[object, ...]]:
    """Draw pairs of different codes, few of them among those that the claims bill."""
    ours = len(SERVICES)
    drawn = np.unique(
        dice.integers(0, len(codes), PAIRS + PAIRS // 8) * len(codes)
        + dice.integers(0, len(codes), PAIRS + PAIRS // 8)
    )
    one, two = np.divmod(dice.permutation(drawn), len(codes))
    among = (one < ours) & (two < ours)
    kept = np.flatnonzero((one != two) & (~among | (np.cumsum(among) <= _AMONG_OURS)))[:PAIRS]
    indicators = dice.choice([0, 1, 1, 1], len(kept))
    rows = zip(one[kept].tolist(), two[kept].tolist(), indicators.tolist(), strict=True)
    return (
        (codes[first], codes[second], "", _STARTS_ON, None, indicator, "drawn")
        for first, second, indicator in rows
    )


def _limits(dice: np.random.Generator, codes: list[str]) -> Iterator[tuple[object, ...]]:
    units = dice.choice([1, 1, 2, 3, 4, 10], len(codes)).tolist()
    adjudication = dice.choice([1, 2, 2, 3, 3, 3], len(codes)).tolist()
    return ((*row, "drawn") for row in zip(codes, units, adjudication, strict=True))


def _add(library: Library, kind: Kind[Row], rows: Iterator[tuple[object, ...]]) -> None:
    arrays = fill(kind, rows)
    library.add(kind, arrays, Held(kind, (), _STARTS_ON, name="drawn").release(arrays))

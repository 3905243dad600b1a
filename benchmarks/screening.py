"""How fast people are screened: against comparing each with each, measured in the same run."""

import os
import random
from collections.abc import Iterator
from datetime import date
from time import process_time

from benchmarks.figures import Figure
from cleanclaim.credentialing.screening.entries import ExclusionList, ListEntry
from cleanclaim.credentialing.screening.names import jaro_winkler
from cleanclaim.credentialing.screening.runs import screen
from cleanclaim.credentialing.screening.subjects import PersonName, Subject

_PEOPLE, _ROWS, _SAMPLE = 10_000, 84_000, 20_000
_TARGET = 50


def _word(draw: random.Random) -> str:
    return "".join(draw.choice("BCDFGLMNRST") + draw.choice("AEIOU") for _ in range(3))


def _drawn(people: int) -> tuple[ExclusionList, list[Subject]]:
    draw = random.Random(7)  # noqa: S311 - fiction, not secrets
    first = date(1940, 1, 1).toordinal()
    entries = tuple(
        ListEntry(
            str(number),
            surname=_word(draw),
            given=_word(draw),
            birth_on=date.fromordinal(first + draw.randrange(20_000)),
        )
        for number in range(_ROWS)
    )
    subjects = [
        Subject(
            str(number),
            names=(PersonName(_word(draw), _word(draw)),),
            birth_on=date.fromordinal(first + draw.randrange(20_000)),
        )
        for number in range(people)
    ]
    return ExclusionList("drawn", "", _ROWS, 0, entries), subjects


def measure() -> Iterator[Figure]:
    """Screen 10,000 people, or 1,000 if CLEANCLAIM_BENCH_QUICK is set, on 84,000 rows.

    The peer compares surnames pair by pair; it is timed on a sample and scaled to all pairs.
    """
    people = 1_000 if os.environ.get("CLEANCLAIM_BENCH_QUICK") else _PEOPLE
    exclusions, subjects = _drawn(people)
    start = process_time()
    screen(exclusions, subjects, date(2026, 11, 1))
    ours = process_time() - start
    start = process_time()
    for number in range(_SAMPLE):
        jaro_winkler(subjects[number % people].names[0].surname, exclusions.entries[number].surname)
    peer = (process_time() - start) * people * _ROWS / _SAMPLE
    amount = f"{people} people, {_ROWS} rows, {ours:.1f} s of processor time"
    yield Figure("screening", "comparing each with each", ours, peer, amount, _TARGET)

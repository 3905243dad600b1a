"""Pricing 200,000 lines of a synthetic mix by columns, against our own function line by line.

Rows of the schedule are drawn, as the official file may not be shipped; their indicators are
about as frequent as in it.
"""

from datetime import date

import numpy as np

from benchmarks.figures import Figure, best_of, cpu_clock
from cleanclaim.pricing.batch import price_columns
from cleanclaim.pricing.columns import MODIFIERS_MAX, NONE, Schedule, ServiceColumns
from cleanclaim.pricing.physician import price_day
from cleanclaim.pricing.rows import LocalityIndices, RelativeValues
from cleanclaim.pricing.service import Setting

LINES, SINGLE_LINES, CODES, A_CLAIM = 200_000, 10_000, 10_000, 2
_SEED = 20261124


def measure() -> list[Figure]:
    """Price the same lines both ways; the peer's time is scaled from a part of them."""
    dice = np.random.default_rng(_SEED)
    schedule = Schedule.of(
        _rows(dice), [Setting(indices=LocalityIndices("10112", "00", 1000, 869, 575))]
    )
    services = _services(dice, LINES)
    ours = best_of(3, lambda: price_columns(services, schedule), cpu_clock)
    part = _services(np.random.default_rng(_SEED + 1), SINGLE_LINES)
    single = best_of(2, lambda: price_one_by_one(part, schedule), cpu_clock)
    rate = round(LINES / ours)
    return [
        Figure(
            "pricing by columns",
            "line by line",
            ours,
            single * LINES / SINGLE_LINES,
            f"{LINES} lines, {rate:,} lines/s on one core",
        )
    ]


def price_one_by_one(services: ServiceColumns, schedule: Schedule) -> int:
    """Price claim by claim with the function for one day; give the cents together."""
    total = 0
    for start in range(0, len(services), A_CLAIM):
        lines = [services.service(row) for row in range(start, start + A_CLAIM)]
        prices = price_day(lines, schedule.rows, schedule.settings[0])
        total += sum(price.cents or 0 for price in prices)
    return total


def _rows(dice: np.random.Generator) -> dict[tuple[str, str], RelativeValues]:
    """Draw a schedule: three payable codes in four, and tests with both parts."""
    multiple = dice.choice(list("0234567"), CODES, p=[0.55, 0.3, 0.02, 0.04, 0.03, 0.05, 0.01])
    status = dice.choice(list("ABCEIX"), CODES, p=[0.75, 0.05, 0.05, 0.05, 0.05, 0.05])
    work = dice.integers(10, 2_000, CODES)
    rows = {}
    for place in range(CODES):
        tested = multiple[place] in "467"
        row = RelativeValues(
            code=f"{place:05d}",
            status=str(status[place]),
            work=int(work[place]),
            practice_non_facility=int(work[place]) + 40,
            practice_facility=int(work[place]) // 2,
            malpractice=int(work[place]) // 10,
            multiple=str(multiple[place]),
            bilateral="1" if multiple[place] == "2" else "0",
            component="1" if tested else "0",
            endoscopic_base="00001" if multiple[place] == "3" else "",
            conversion_factor=334_009,
        )
        rows[row.code, ""] = row
        if tested:
            rows |= {(row.code, part): _part(row, part) for part in ("26", "TC")}
    return rows


def _part(row: RelativeValues, part: str) -> RelativeValues:
    return RelativeValues(
        code=row.code,
        modifier=part,
        work=row.work if part == "26" else 0,
        practice_non_facility=row.practice_non_facility // 2,
        practice_facility=row.practice_facility // 2,
        malpractice=row.malpractice // 2,
        multiple=row.multiple,
        component="1",
        conversion_factor=row.conversion_factor,
    )


def _services(dice: np.random.Generator, count: int) -> ServiceColumns:
    """Draw claims of two lines, one line in five with a modifier that matters."""
    modifiers = np.zeros((count, MODIFIERS_MAX), "S2")
    modifiers[:, 0] = dice.choice(
        [b"", b"25", b"59", b"50", b"80", b"LT"], count, p=[0.7, 0.1, 0.1, 0.03, 0.02, 0.05]
    )
    work = dice.integers(0, CODES, count)
    return ServiceColumns(
        group=np.arange(count, dtype=np.int64) // A_CLAIM,
        code=np.char.zfill(work.astype("S5"), 5),
        modifiers=modifiers,
        on=np.full(count, np.datetime64(date(2026, 3, 2))),
        units=dice.choice([1, 1, 1, 2], count).astype(np.int64),
        facility=dice.random(count) < 0.3,
        charge_cents=dice.integers(1_000, 200_000, count),
        minutes=np.full(count, NONE, np.int64),
        participating=np.ones(count, np.bool_),
        practitioner=np.zeros(count, np.int64),
        setting=np.zeros(count, np.int64),
    )

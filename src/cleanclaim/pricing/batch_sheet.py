"""The prices of a batch while they are being made, row beside row."""

from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from cleanclaim.pricing.amounts import WHOLE
from cleanclaim.pricing.columns import OUTCOMES, Flags, Integers, ServiceColumns
from cleanclaim.pricing.policy import UnknownRateError, rate
from cleanclaim.pricing.price import Outcome

_PRICED = OUTCOMES.index(Outcome.PRICED)
# Modifiers that change a price; each has a bit.
_MODIFIERS = (
    *("26", "TC", "53", "50", "51", "52", "54", "55", "56", "59", "62", "66", "78"),
    *("80", "81", "82", "AS", "LT", "RT", "XE"),
)
_BITS = {modifier: 1 << place for place, modifier in enumerate(_MODIFIERS)}


class Sheet:
    """Cents and outcome of each row; ``singly`` marks rows that columns cannot price."""

    def __init__(self, services: ServiceColumns) -> None:
        count = len(services)
        self.services = services
        self.cents: Integers = np.zeros(count, np.int64)
        self.fee_cents: Integers = self.cents
        self.adjusted_cents: Integers = self.cents
        self.outcome = np.full(count, _PRICED, np.int8)
        self.singly: Flags = np.zeros(count, np.bool_)
        self._bits = _modifier_bits(services)
        self._days, self._which = np.unique(services.on, return_inverse=True)

    @property
    def open(self) -> Flags:
        """Mark the rows that still have a price."""
        marks: Flags = self.outcome == _PRICED
        return marks

    def has(self, *modifiers: str) -> Flags:
        """Mark the rows that bear one of the modifiers."""
        wanted = np.uint32(sum(_BITS[each] for each in modifiers))
        marks: Flags = (self._bits & wanted) != 0
        return marks

    def count(self, *modifiers: str) -> Integers:
        """Count how many of the modifiers each row bears."""
        counts: Integers = np.sum([self.has(each) for each in modifiers], axis=0, dtype=np.int64)
        return counts

    def stop(self, rows: Flags, outcome: Outcome) -> None:
        """End marked rows without a price; the first outcome stands."""
        self.outcome[rows & self.open] = OUTCOMES.index(outcome)

    def rates(self, name: str, rows: Flags) -> Integers:
        """Give a rate on the day of each row; where none is known, marked rows go singly."""
        by_day = np.array([_rate(name, day) for day in self._days.tolist()], np.int64)
        found: Integers = by_day[self._which]
        self.singly |= rows & self.open & (found < 0)
        return found

    def take(self, rows: Flags, name: str) -> None:
        """Take a share of the amount of marked rows."""
        if not rows.any():
            return
        shares = half_up(self.cents * self.rates(name, rows), WHOLE)
        self.cents = np.where(rows & self.open, shares, self.cents)


def among(letters: npt.NDArray[np.uint8], wanted: str) -> Flags:
    """Mark the indicators that are one of some characters."""
    marks: Flags = _table_of(wanted)[letters]
    return marks


@cache
def _table_of(wanted: str) -> Flags:
    table = np.zeros(256, np.bool_)
    table[[ord(each) for each in wanted]] = True
    return table


def half_up(numerator: Integers, denominator: int | Integers) -> Integers:
    """Divide numbers that are not negative and round half up."""
    quotients: Integers = (2 * numerator + denominator) // (2 * denominator)
    return quotients


def _rate(name: str, day: date) -> int:
    try:
        return rate(name, day).ten_thousandths
    except UnknownRateError:
        return -1


def _modifier_bits(services: ServiceColumns) -> npt.NDArray[np.uint32]:
    """Set a bit for each modifier of a row that matters."""
    table = np.zeros(1 << 16, np.uint32)
    for modifier, bit in _BITS.items():
        table[int.from_bytes(modifier.encode(), "little")] = bit
    plain = np.ascontiguousarray(services.modifiers.astype("S2"))
    bits: npt.NDArray[np.uint32] = np.bitwise_or.reduce(table[plain.view("<u2")], axis=1)
    return bits

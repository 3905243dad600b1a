"""Numbers and days out of atoms, many at a time; what is not plainly one is marked as unread."""

from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleanclaim.x12.usual.atoms import WORD, Atoms, Flags, Integers, Words

# Longer numbers are left to those who read one at a time.
_NUMBER_MAX = 2 * WORD
_WHOLE_DIGITS_MAX = 9
_DECIMALS_MAX = 6
_DAY_LENGTH = 8
_PERIOD_LENGTH = 2 * _DAY_LENGTH + 1
_ZERO, _POINT, _MINUS = (np.uint64(ord(mark)) for mark in "0.-")
_LOW = np.uint64(0x0F0F0F0F0F0F0F0F)
_HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)
_ZEROS = np.uint64(0x3030303030303030)
_SIXES = np.uint64(0x0606060606060606)
# Days of these years are told at sight.
_FIRST_YEAR, _YEARS = 1850, 300
_MONTH, _YEAR = 32, 32 * 13


class Numbers(NamedTuple):
    """Numbers as ``digits`` without their point, with ``decimals`` digits behind it.

    ``read`` marks what is a number, of at most nine digits before the point; ``places`` are all
    characters but the sign, with ``pointed`` where one of them is the point.
    """

    read: Flags
    digits: Integers
    decimals: Integers
    negative: Flags
    places: Integers
    pointed: Flags

    def scaled(self, decimals: int) -> tuple[Integers, Flags]:
        """Give the numbers times ten to this power, and mark those that are whole then."""
        more = decimals - self.decimals
        up = self.digits * 10 ** np.maximum(more, 0)
        by = 10 ** np.maximum(-more, 0)
        whole: Flags = up % by == 0
        values: Integers = np.where(self.negative, -(up // by), up // by)
        return values, whole & self.read

    def scaled_up(self, decimals: int) -> Integers:
        """Give the numbers times ten to this power, rounded away from zero."""
        more = decimals - self.decimals
        up = self.digits * 10 ** np.maximum(more, 0)
        by = 10 ** np.maximum(-more, 0)
        values: Integers = np.where(self.negative, up // -by, -(up // -by))
        return values


def numbers(text: Atoms, atoms: Integers) -> Numbers:
    """Read numbers: digits with or without a sign before and one point among them."""
    lengths = text.length[atoms]
    words = [text.word(atoms, skip) for skip in range(0, _NUMBER_MAX, WORD)]
    digits = np.zeros(len(atoms), np.int64)
    behind = np.zeros(len(atoms), np.int64)
    points = np.zeros(len(atoms), np.int64)
    read = (lengths > 0) & (lengths <= _NUMBER_MAX)
    negative: Flags = (words[0] & np.uint64(0xFF)) == _MINUS
    for place in range(min(int(lengths.max(initial=0)), _NUMBER_MAX)):
        letter = (words[place // WORD] >> np.uint64(8 * (place % WORD))) & np.uint64(0xFF)
        within = place < lengths
        point = within & (letter == _POINT)
        digit = within & (letter - _ZERO < 10)  # what is below zero becomes very large
        read &= digit | point | ~within | (negative & (place == 0))
        digits = np.where(digit, digits * 10 + (letter - _ZERO).astype(np.int64), digits)
        behind += digit & (points > 0)
        points += point
    places = lengths - negative
    before = places - points - behind
    read &= (points <= 1) & (before <= _WHOLE_DIGITS_MAX) & (behind <= _DECIMALS_MAX)
    read &= (behind > 0) | ((points == 0) & (before > 0))
    return Numbers(read, digits, behind, negative, places, points > 0)


def counts(text: Atoms, atoms: Integers) -> tuple[Integers, Flags]:
    """Read whole numbers of digits only, and mark what is one."""
    told = numbers(text, atoms)
    return told.digits, told.read & ~told.negative & ~told.pointed


def days(text: Atoms, atoms: Integers, skip: int = 0) -> Integers:
    """Read eight digits as a day, counted from 1970; ``UNREAD`` where they are none."""
    return _days(text.word(atoms, skip))


def one_day(text: Atoms, atoms: Integers) -> Integers:
    """Read atoms that are one day and nothing else; ``UNREAD`` for others."""
    told = days(text, atoms)
    return np.where(text.length[atoms] == _DAY_LENGTH, told, UNREAD)


def period(text: Atoms, atoms: Integers) -> tuple[Integers, Integers]:
    """Read atoms that are two days with a hyphen between them; ``UNREAD`` for others."""
    hyphen = (text.word(atoms, _DAY_LENGTH) & np.uint64(0xFF)) == _MINUS
    told = hyphen & (text.length[atoms] == _PERIOD_LENGTH)
    first, last = days(text, atoms), days(text, atoms, _DAY_LENGTH + 1)
    return np.where(told, first, UNREAD), np.where(told, last, UNREAD)


# Later than any day, so that what could not be read is never "in time".
UNREAD = np.iinfo(np.int32).max


def _days(words: Words) -> Integers:
    """Turn eight digits in a word into a day, all digits at once."""
    digits = ((words & _HIGH) == _ZEROS) & (((words + _SIXES) & _HIGH) == _ZEROS)
    pairs = ((words & _LOW) * np.uint64(2561)) >> np.uint64(8)
    fours = ((pairs & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601)) >> np.uint64(16)
    year = (fours & np.uint64(0xFFFF)).astype(np.int64) - _FIRST_YEAR
    month_and_day = ((fours >> np.uint64(32)) & np.uint64(0xFFFF)).astype(np.int64)
    month, day = np.divmod(month_and_day, 100)
    known = digits & (year >= 0) & (year < _YEARS) & (month < 13) & (day < _MONTH)
    place = np.where(known, year * _YEAR + month * _MONTH + day, 0)
    return _calendar()[place]


@cache
def _calendar() -> Integers:
    """Give the number of every day of the years at hand, UNREAD in the gaps; the first is one."""
    calendar = np.full(_YEARS * _YEAR, UNREAD, np.int64)
    start = np.datetime64(date(_FIRST_YEAR, 1, 1), "D")
    end = np.datetime64(date(_FIRST_YEAR + _YEARS, 1, 1), "D")
    each = np.arange(start, end)
    months = each.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    year = each.astype("datetime64[Y]").astype(np.int64) + 1970 - _FIRST_YEAR
    day = (each - months).astype(np.int64) + 1
    calendar[year * _YEAR + month * _MONTH + day] = each.astype(np.int64)
    return calendar


def as_days(numbered: Integers) -> npt.NDArray[np.datetime64]:
    """Turn numbers of days into days; NaT where there is none."""
    days_told = np.where(numbered == UNREAD, np.iinfo(np.int64).min, numbered)
    return days_told.astype("datetime64[D]")

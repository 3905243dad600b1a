"""When a release holds: what its content says, what its name says, and that the two agree."""

import re
from datetime import date, timedelta

import msgspec

from cleanclaim.codes.store.sheets import RefusedError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = "|".join(_MONTHS)
_MONTH = rf"({_NAMED})[a-z]*"
_YEAR = r"(20\d\d)"
# ICD-10 has had updates in April since then.
_FIRST_UPDATE = 2020


class Time(msgspec.Struct, frozen=True):
    """A year, and the month or the day in it as far as they are known."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def start(self) -> date:
        """The first day of it."""
        return date(self.year, self.month or 1, self.day or 1)

    def quarter_start(self) -> date:
        """The first day of its quarter."""
        return date(self.year, ((self.month or 1) - 1) // 3 * 3 + 1, 1)

    def agrees(self, other: "Time") -> bool:
        """Tell whether the two can be the same time."""
        if self.year != other.year:
            return False
        return not (self.month and other.month) or self.month == other.month

    def __str__(self) -> str:
        if not self.month:
            return str(self.year)
        name = _MONTHS[self.month - 1].capitalize()
        return f"{name} {self.day}, {self.year}" if self.day else f"{name} {self.year}"


def time_in(words: str) -> Time | None:
    """Read a time from a name or a banner: the most exact one that is there."""
    low = words.lower()
    for read in (_full, _quarter, _month_and_year, _release_letter, _bare_year):
        if found := read(low):
            return found
    return None


def _full(low: str) -> Time | None:
    if match := re.search(rf"(?<!\d)(\d\d)[-_/](\d\d)[-_/]{_YEAR}(?!\d)", low):
        month, day, year = (int(each) for each in match.groups())
        return _checked(year, month, day)
    if match := re.search(rf"(?<!\d){_YEAR}-?([01]\d)-?([0-3]\d)(?!\d)", low):
        year, month, day = (int(each) for each in match.groups())
        return _checked(year, month, day)
    if match := re.search(rf"{_MONTH}[ -_]+(\d\d?)[ ,_-]+{_YEAR}(?!\d)", low):
        return _checked(int(match[3]), _MONTHS.index(match[1]) + 1, int(match[2]))
    return None


def _checked(year: int, month: int, day: int) -> Time | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return Time(year, month, day)


def _quarter(low: str) -> Time | None:
    if match := re.search(rf"(?<!\d){_YEAR}[ _-]?q([1-4])", low):
        return Time(int(match[1]), int(match[2]) * 3 - 2)
    if match := re.search(rf"q([1-4])[ _-]?{_YEAR}(?!\d)", low):
        return Time(int(match[2]), int(match[1]) * 3 - 2)
    return None


def _month_and_year(low: str) -> Time | None:
    if match := re.search(rf"(?<![a-z]){_MONTH}[ _,-]*{_YEAR}(?!\d)", low):
        return Time(int(match[2]), _MONTHS.index(match[1]) + 1)
    if match := re.search(rf"(?<!\d){_YEAR}[ _,-]*{_MONTH}(?![a-z])", low):
        return Time(int(match[1]), _MONTHS.index(match[2]) + 1)
    if match := re.search(rf"[a-z](\d\d)[_-]{_MONTH}(?![a-z])", low):
        return Time(2000 + int(match[1]), _MONTHS.index(match[2]) + 1)
    return None


def _release_letter(low: str) -> Time | None:
    """RVU26D, PFALL25A, PFREV25C: the letter counts the quarters."""
    if match := re.search(r"(?:rvu|pfall|pfrev)(\d\d)([a-d])(?![a-z])", low):
        return Time(2000 + int(match[1]), "abcd".index(match[2]) * 3 + 1)
    return None


def _bare_year(low: str) -> Time | None:
    if match := re.search(rf"(?<!\d){_YEAR}(?!\d)", low):
        return Time(int(match[1]))
    if match := re.match(r"(\d\d)[a-z]{4}", low):
        return Time(2000 + int(match[1]))
    return None


class Told(msgspec.Struct, frozen=True):
    """What is known about a file beside its content.

    ``effective`` is what the user said, ``licensed`` whose texts may be kept, ``told`` how
    the file is called in messages.
    """

    name: str
    within: tuple[str, ...] = ()
    effective: date | None = None
    licensed: frozenset[str] = frozenset()

    def settle(self, content: Time | None = None) -> Time | None:
        """Find the time of a file: as the user says, the content, the name, or what is around it.

        A content that contradicts the user or the name is refused: one of them is wrong, and
        a claim would be judged by the table of another year.
        """
        said = _time_of(self.effective)
        named = time_in(self.name)
        for who, other in (("the user", said), ("its name", named)):
            if content and other and not content.agrees(other):
                msg = f"its content is of {content}, {who} says {other}"
                raise RefusedError(msg)
        return said or _finer(content, named) or self._around()

    def _around(self) -> Time | None:
        return next((found for name in self.within if (found := time_in(name))), None)


def _time_of(day: date | None) -> Time | None:
    return Time(day.year, day.month, day.day) if day else None


def _finer(content: Time | None, named: Time | None) -> Time | None:
    """Take the content's time, with the month that only the name has."""
    if content and named and named.month and not content.month:
        return named
    return content or named


def quarter_of(time: Time | None) -> tuple[date | None, date | None]:
    """Give the quarter that a time lies in."""
    if time is None:
        return None, None
    start = time.quarter_start()
    return start, _months_later(start, 3) - timedelta(days=1)


def rest_of_year(time: Time | None) -> tuple[date | None, date | None]:
    """Give the days from a quarter to the end of its year."""
    if time is None:
        return None, None
    return time.quarter_start(), date(time.year, 12, 31)


def whole_year(time: Time | None) -> tuple[date | None, date | None]:
    """Give the calendar year of a time."""
    return (None, None) if time is None else (date(time.year, 1, 1), date(time.year, 12, 31))


def fiscal_year(year: int, month: int = 10) -> tuple[date, date]:
    """Give what a fiscal year's October release or its update covers.

    October's holds until 31 March, when an update may follow, an update until 30 September;
    before 2020 there were no updates.
    """
    if month != 10:
        return date(year, month, 1), date(year, 9, 30)
    ends_on = date(year, 3, 31) if year >= _FIRST_UPDATE else date(year, 9, 30)
    return date(year - 1, 10, 1), ends_on


def _months_later(day: date, months: int) -> date:
    total = day.month - 1 + months
    return date(day.year + total // 12, total % 12 + 1, 1)

"""Birth dates compared as people mistype them: two digits exchanged, one wrong, day for month."""

from datetime import date
from enum import StrEnum
from functools import lru_cache


class BirthLikeness(StrEnum):
    """How far two birth dates agree; unknown where either is not told."""

    EQUAL = "equal"
    LIKE = "like"
    UNKNOWN = "unknown"
    DIFFERS = "differs"


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


@lru_cache(50_000)
def transposed(day: date) -> frozenset[date]:
    """Give the other dates that arise by exchanging neighbouring digits, or month and day."""
    digits = _digits(day)
    forms = {
        digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        for place in range(len(digits) - 1)
    }
    forms.add(digits[:4] + digits[6:] + digits[4:6])
    return frozenset(other for other in map(_day, forms - {digits}) if other is not None)


def compare_births(ours: date | None, theirs: date | None) -> BirthLikeness:
    """Compare two birth dates; one wrong digit or an exchange is alike."""
    if ours is None or theirs is None:
        return BirthLikeness.UNKNOWN
    if ours == theirs:
        return BirthLikeness.EQUAL
    wrong = sum(a != b for a, b in zip(_digits(ours), _digits(theirs), strict=True))
    if wrong == 1 or theirs in transposed(ours):
        return BirthLikeness.LIKE
    return BirthLikeness.DIFFERS

"""Ranges of ICD-10-CM codes as notes of the tabular list name them in brackets."""

import re
from functools import lru_cache

import msgspec

_REMEMBERED_MAX = 32_768
_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
# A condition may stand behind the bracket too.
_BRACKETS = re.compile(r"\(([^()]*)\)(?:,? (with [^()]* characters? [^()]*))?")
# "E10.-", "E08-E13", "K85-K86.-", "Z90.71-".
_RANGE = re.compile(rf"({_CODE})(?:\.?-)?(?: ?- ?({_CODE})(?:\.?-)?)?", re.ASCII)
_ORDINALS = {"fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_ORDINAL = "|".join((*_ORDINALS, "[4-7]th"))
_CONDITION = re.compile(
    rf"with ({_ORDINAL})(?: or ({_ORDINAL}))?[ -]characters? ([0-9A-Z])(?:-([0-9A-Z]))?", re.ASCII
)
_FILLER = "X"


class CodeRange(msgspec.Struct, frozen=True):
    """Codes from ``first`` to ``last`` and all below them.

    Where ``places`` are told (counted from 1), the character in the last of them that is not a
    filling X is from ``low`` to ``high``.
    """

    first: str
    last: str
    places: tuple[int, ...] = ()
    low: str = ""
    high: str = ""

    def __contains__(self, code: str) -> bool:
        inside = self.first <= code[: len(self.first)] and code[: len(self.last)] <= self.last
        return inside and (not self.places or self.low <= self._character(code) <= self.high)

    def _character(self, code: str) -> str:
        told = (code[place - 1 : place] for place in reversed(self.places))
        return next((character for character in told if character not in {_FILLER, ""}), "")


@lru_cache(_REMEMBERED_MAX)
def ranges_in(words: str) -> tuple[CodeRange, ...]:
    """Give the ranges that stand in brackets; one whose form or condition is not read is left out.

    What is left out excludes nothing: a note that was not understood must not accuse anybody.
    """
    found: list[CodeRange] = []
    for inside, condition in _BRACKETS.findall(words):
        for part in re.split(r",(?! ?with )", inside):
            read = _read(f"{part} {condition}".strip().replace(", with ", " with "))
            found.extend([read] if read is not None else [])
    return tuple(found)


def _read(text: str) -> CodeRange | None:
    plain, with_, rest = text.partition(" with ")
    match = _RANGE.fullmatch(plain.strip())
    if match is None:
        return None
    first, last = (each.replace(".", "") for each in (match[1], match[2] or match[1]))
    if not with_:
        return CodeRange(first, last)
    condition = _CONDITION.fullmatch(f"with {rest.strip()}")
    if condition is None:
        return None
    places = tuple(_place(each) for each in condition.groups()[:2] if each)
    return CodeRange(first, last, places, condition[3], condition[4] or condition[3])


def _place(ordinal: str) -> int:
    return _ORDINALS.get(ordinal) or int(ordinal[0])

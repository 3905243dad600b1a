"""Conditions that the classification presumes to belong together, and codes that say less.

"With" in the classification presumes a link unless the documentation denies it (ICD-10-CM
Official Guidelines, sections I.A.15, I.C.4.a, I.C.9.a).
"""

from collections.abc import Iterable, Sequence

import msgspec

_WHY = "presumed to belong together (Official Guidelines I.A.15)"


class Combination(msgspec.Struct, frozen=True):
    """Where ``one`` stands beside a code that begins with one of ``others``, it is ``both``."""

    one: str
    others: tuple[str, ...]
    both: str


_COMBINATIONS = (
    Combination("I10", ("I50",), "I110"),
    Combination("I110", ("N18",), "I130"),
    Combination("I10", ("N18",), "I129"),
    Combination("E119", ("N18",), "E1122"),
    Combination("E119", ("L97",), "E11621"),
    Combination("E119", ("G629",), "E1142"),
    Combination("E109", ("N18",), "E1022"),
)


class Joined(msgspec.Struct, frozen=True):
    """A code that takes the place of another, because of a third."""

    code: str
    instead_of: str
    because_of: str
    reason: str


def joined(codes: Sequence[str]) -> list[Joined]:
    """Find the codes that become another one beside the rest."""
    found: list[Joined] = []
    at_hand = list(codes)
    for each in _COMBINATIONS:
        other = next((x for x in at_hand if x.startswith(each.others)), "")
        if each.one in at_hand and other:
            at_hand[at_hand.index(each.one)] = each.both
            found.append(Joined(each.both, each.one, other, _WHY))
    return found


def says_less(code: str, others: Iterable[str]) -> bool:
    """Tell whether an unspecified code stands behind a fuller one of the same category."""
    vague = code[3:4] == "9" or code.endswith("9")
    return vague and any(
        other != code and other[:3] == code[:3] and not other.endswith("9") for other in others
    )

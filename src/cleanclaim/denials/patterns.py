"""Denials that are one pattern: the same payer, reason, code, modifiers and place again."""

from collections.abc import Iterable

import msgspec

LEAST_DENIALS = 3


class Refused(msgspec.Struct, frozen=True):
    """What of a denial makes the pattern, and what was refused in cents."""

    payer: int
    group: str
    reason: str
    remark: str
    code: str
    modifiers: str
    place: str
    cause: str
    cents: int


class Pattern(msgspec.Struct, frozen=True):
    """Denials alike: what they share, how many there are, what was refused in cents in all."""

    payer: int
    group: str
    reason: str
    remark: str
    code: str
    modifiers: str
    place: str
    cause: str
    denials: int
    cents: int

    @property
    def key(self) -> tuple[int, str, str, str, str, str]:
        """Name the pattern."""
        return self.payer, self.reason, self.remark, self.code, self.modifiers, self.place


def find_patterns(denials: Iterable[Refused], least: int = LEAST_DENIALS) -> tuple[Pattern, ...]:
    """Give the patterns that came at least so often, the dearest first.

    A refusal of a whole claim without one code is in no pattern: nothing could be told apart.
    """
    alike: dict[tuple[object, ...], list[Refused]] = {}
    for each in denials:
        if each.code and each.reason:
            shared = msgspec.structs.astuple(msgspec.structs.replace(each, cents=0, cause=""))
            alike.setdefault(shared, []).append(each)
    found = (_pattern(rows) for rows in alike.values() if len(rows) >= least)
    return tuple(sorted(found, key=lambda p: (-p.cents, p.key)))


def _pattern(rows: list[Refused]) -> Pattern:
    first = rows[0]
    return Pattern(
        payer=first.payer,
        group=first.group,
        reason=first.reason,
        remark=first.remark,
        code=first.code,
        modifiers=first.modifiers,
        place=first.place,
        cause=first.cause,
        denials=len(rows),
        cents=sum(row.cents for row in rows),
    )

"""Prove that a subscriber or patient level of a claim holds nothing that many checks would tell.

As with ``usual_claims``: the checks that are registered with ``unusual_people`` explain what is
wrong, and a level that is not usual is asked about in full.
"""

from cleanclaim.x12.checks.claim_lookups import MEDICARE, billing, created_on
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.frames import NO_ELEMENTS, Record

_TOLD = frozenset(
    {
        "2000B/SBR",
        "2010BA/NM1",
        "2010BA/N3",
        "2010BA/N4",
        "2010BA/DMG",
        "2010CA/DMG",
        "2010BB/NM1",
    }
)
_PATIENT = frozenset({"2010BA/NM1", "2010BA/N3", "2010BA/N4", "2010BA/DMG"})
_People = dict[str, list[str]]  # elements by their places, the id of the segment first


def unusual_people(scope: Scope) -> bool:
    """Tell whether a level must be asked about in full; other units hold nothing of this kind."""
    usual = _LEVELS.get(scope.holder.loop_id)
    if usual is None:
        return False
    people = _read(scope.holder) if isinstance(scope.holder, Record) else None
    return people is None or not usual(scope, people)


def _read(level: Record) -> _People | None:
    """Give what is told of people; None where something comes twice or without its first."""
    people: _People = {}
    mark = level.delimiters.element
    for move, block, index, _ in level.steps:
        place = move.place
        if place in _TOLD:
            if block is None or place in people:
                return None
            people[place] = [*block.bodies[index].split(mark), *NO_ELEMENTS]
    return people


def _usual_subscriber(scope: Scope, people: _People) -> bool:
    who, name, payer = (people.get(x) for x in ("2000B/SBR", "2010BA/NM1", "2010BB/NM1"))
    if who is None or name is None or payer is None:
        return False
    if who[2] == "18" and not people.keys() >= _PATIENT:
        return False
    first = who[1] in ("P", "U") or who[9] not in MEDICARE
    identified = name[9] and scope.once(billing).get(9)
    return first and bool(identified) and _is_born(scope, people.get("2010BA/DMG"))


def _usual_patient(scope: Scope, people: _People) -> bool:
    who = scope.told("2000B", "2000B/SBR")
    return who[2] != "18" and _is_born(scope, people.get("2010CA/DMG"))


def _is_born(scope: Scope, birth: list[str] | None) -> bool:
    made_on = scope.once(created_on)
    return birth is None or not made_on or birth[2] <= made_on


_LEVELS = {"2000B": _usual_subscriber, "2000C": _usual_patient}

"""Prove that a subscriber or patient level of a claim holds nothing that many checks would tell.

As with ``usual_claims``: the checks that are registered with ``unusual_people`` explain what is
wrong, and a level that is not usual is asked about in full.
"""

from cleanclaim.x12.checks.claim_lookups import MEDICARE, billing, created_on
from cleanclaim.x12.checks.registry import Scope
from cleanclaim.x12.frames import Record, Step

# In the order of the guide; behind them what only has to be there.
_TOLD = ("2000B/SBR", "2010BA/NM1", "2010BA/DMG", "2010BB/NM1", "2010CA/DMG")
_THERE = ("2010BA/N3", "2010BA/N4")
_PATIENT = frozenset({"2010BA/DMG", *_THERE})
_PLACES = frozenset({*_TOLD, *_THERE})
_People = dict[str, str]  # texts by their places


def unusual_people(scope: Scope) -> bool:
    """Tell whether a level must be asked about in full; other units hold nothing of this kind."""
    level = scope.holder
    usual = _LEVELS.get(level.loop_id)
    if usual is None:
        return False
    if not isinstance(level, Record):
        return True
    people = _read(level.steps)
    return people is None or not usual(scope, people, level.delimiters.element)


def _read(steps: list[Step]) -> _People | None:
    """Give what is told of people; None where something comes twice or without its first."""
    people: _People = {}
    for move, block, index, _ in steps:
        place = move.place
        if place in _PLACES:
            if block is None or place in people:
                return None
            people[place] = block.bodies[index]
    return people


def _usual_subscriber(scope: Scope, people: _People, mark: str) -> bool:
    if "2000B/SBR" not in people or "2010BA/NM1" not in people:
        return False
    _, turn, relationship, _, _, _, _, _, _, filing, *_ = people["2000B/SBR"].split(mark) + _ABSENT
    if relationship == "18" and not people.keys() >= _PATIENT:
        return False
    if turn not in _FIRST and filing in MEDICARE:
        return False
    name = people["2010BA/NM1"].split(mark)
    identified = len(name) > 9 and name[9] and billing(scope).get(9)
    return bool(identified) and _is_born(scope, people.get("2010BA/DMG", ""), mark)


def _usual_patient(scope: Scope, people: _People, mark: str) -> bool:
    apart = scope.told("2000B", "2000B/SBR")[2] != "18"
    return apart and _is_born(scope, people.get("2010CA/DMG", ""), mark)


def _is_born(scope: Scope, birth: str, mark: str) -> bool:
    """Tell whether a birth (DMG) is not told, or before the day of the file."""
    made_on = created_on(scope)
    return not birth or not made_on or (birth.split(mark) + _ABSENT)[2] <= made_on


_FIRST = ("P", "U")
_ABSENT = [""] * 10
_LEVELS = {"2000B": _usual_subscriber, "2000C": _usual_patient}

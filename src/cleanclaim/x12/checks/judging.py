"""Ask the checks of a guide about a unit, its surroundings and the end of a transaction."""

from collections.abc import Iterator, Mapping
from functools import cache

from cleanclaim.x12.checks.registry import CHECKS, Broken, Check, Scope
from cleanclaim.x12.findings import X12Finding, found
from cleanclaim.x12.segments import Loop, Segment

# Segment id to loop id ("" is any loop) to the checks asked there.
Places = Mapping[str, Mapping[str, tuple[Check, ...]]]


@cache
def places_of(guide: str) -> Places:
    """Give the places of a guide at which checks are asked."""
    places: dict[str, dict[str, tuple[Check, ...]]] = {}
    for each in CHECKS.values():
        for place in each.at if each.concerns(guide) else ():
            loop, _, segment = place.rpartition("/")
            at = places.setdefault(segment, {})
            at[loop] = (*at.get(loop, ()), each)
    return places


def judge_loop(loop: Loop, scope: Scope) -> Iterator[X12Finding]:
    """Ask all checks about a loop and the loops within."""
    places = places_of(scope.guide)
    for segment in loop.segments:
        at = places.get(segment.id)
        if at is not None:
            yield from judge_segment(segment, loop, scope, at)
    for child in loop.loops:
        yield from judge_loop(child, scope)


def judge_segment(
    segment: Segment, loop: Loop, scope: Scope, at: Mapping[str, tuple[Check, ...]]
) -> Iterator[X12Finding]:
    """Ask the checks of one segment: those of any loop, then those of this one."""
    for check in at.get("", ()):
        yield from _findings(check, segment, loop, scope)
    for check in at.get(loop.id, ()):
        yield from _findings(check, segment, loop, scope)


def judge_end(header: Loop, trailer: Loop, scope: Scope) -> Iterator[X12Finding]:
    """Ask the checks that wait for the end of the transaction."""
    places = places_of(scope.guide)
    for loop in (header, trailer):
        for segment in loop.segments:
            for check in places.get(segment.id, {}).get("end", ()):
                yield from _findings(check, segment, loop, scope)


def _findings(check: Check, segment: Segment, loop: Loop, scope: Scope) -> Iterator[X12Finding]:
    for broken in check.judge(segment, loop, scope):
        yield _finding(check, broken, segment, loop)


def _finding(check: Check, broken: Broken, segment: Segment, loop: Loop) -> X12Finding:
    at = broken.at or segment
    rule = check.rule.coded(broken.code) if broken.code else check.rule
    return found(rule, at, broken.loop or loop.id, broken.element, **broken.words)

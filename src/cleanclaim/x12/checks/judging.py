"""Ask the checks of a guide about a unit, its surroundings and the end of a transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from cleanclaim.x12.checks.registry import CHECKS, Broken, Check, Scope
from cleanclaim.x12.findings import X12Finding, found
from cleanclaim.x12.segments import Loop, Segment

# Segment id to loop id ("" is any loop) to the checks asked there.
_Places = Mapping[str, Mapping[str, tuple[Check, ...]]]


class Judges:
    """The checks of one guide, by place; ``active`` tells whether there are any."""

    def __init__(self, guide: str, types: Collection[int], further: Sequence[Check] = ()) -> None:
        self._guide = guide
        asked = [each for each in (*CHECKS.values(), *further) if each.rule.type in types]
        self._places = _places([each for each in asked if each.concerns(guide)])
        self.active = bool(self._places)

    def of_loop(
        self, loop: Loop, around: tuple[Loop, ...], tally: dict[str, int]
    ) -> list[X12Finding]:
        """Ask all checks about a loop that stands on its own and the loops within."""
        findings: list[X12Finding] = []
        self._judge(loop, Scope(self._guide, loop, around, tally), findings)
        return findings

    def of_end(self, header: Loop, trailer: Loop, tally: dict[str, int]) -> Iterator[X12Finding]:
        """Ask the checks that wait for the end of the transaction."""
        scope = Scope(self._guide, trailer, (header,), tally)
        for loop in (header, trailer):
            for segment in loop.segments:
                for check in self._places.get(segment.id, {}).get("end", ()):
                    yield from _findings(check, segment, loop, scope)

    def _judge(self, loop: Loop, scope: Scope, findings: list[X12Finding]) -> None:
        places = self._places
        for segment in loop.segments:
            at = places.get(segment.id)
            if at is not None:
                for check in (*at.get("", ()), *at.get(loop.id, ())):
                    for broken in check.judge(segment, loop, scope):
                        findings.append(_finding(check, broken, segment, loop))
        for child in loop.loops:
            self._judge(child, scope, findings)


def _places(checks: Sequence[Check]) -> _Places:
    places: dict[str, dict[str, tuple[Check, ...]]] = {}
    for each in checks:
        for place in each.at:
            loop, _, segment = place.rpartition("/")
            at = places.setdefault(segment, {})
            at[loop] = (*at.get(loop, ()), each)
    return places


def _findings(check: Check, segment: Segment, loop: Loop, scope: Scope) -> Iterator[X12Finding]:
    for broken in check.judge(segment, loop, scope):
        yield _finding(check, broken, segment, loop)


def _finding(check: Check, broken: Broken, segment: Segment, loop: Loop) -> X12Finding:
    at = broken.at or segment
    rule = check.rule.coded(broken.code) if broken.code else check.rule
    return found(rule, at, broken.loop or loop.id, broken.element, **broken.words)

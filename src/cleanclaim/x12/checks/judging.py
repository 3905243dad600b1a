"""Ask the checks of a guide about a unit, its surroundings and the end of a transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from cleanclaim.x12.checks.registry import CHECKS, Broken, Check, Scope
from cleanclaim.x12.findings import X12Finding, found
from cleanclaim.x12.segments import Loop, Segment

_At = Mapping[str, tuple[Check, ...]]  # segment id to the checks asked there


class Judges:
    """The checks of one guide, by place; ``active`` tells whether there are any."""

    def __init__(self, guide: str, types: Collection[int], further: Sequence[Check] = ()) -> None:
        self._guide = guide
        asked = [each for each in (*CHECKS.values(), *further) if each.rule.type in types]
        self._checks = [each for each in asked if each.concerns(guide)]
        self._by_loop: dict[str, _At] = {}
        self.active = bool(self._checks)

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
        at = self._at("end")
        for loop in (header, trailer):
            for segment in loop.segments:
                for check in at.get(segment.id, ()):
                    for broken in check.judge(segment, loop, scope):
                        yield _finding(check, broken, segment, loop)

    def _judge(self, loop: Loop, scope: Scope, findings: list[X12Finding]) -> None:
        at = self._by_loop.get(loop.id)
        if at is None:
            at = self._by_loop[loop.id] = self._at(loop.id)
        for segment in loop.segments:
            for check in at.get(segment.id, ()):
                for broken in check.judge(segment, loop, scope):
                    findings.append(_finding(check, broken, segment, loop))
        for child in loop.loops:
            self._judge(child, scope, findings)

    def _at(self, loop_id: str) -> _At:
        """Gather what is asked in a loop: of any loop (but at the end), and of this one."""
        at: dict[str, tuple[Check, ...]] = {}
        for each in self._checks:
            for place in each.at:
                loop, _, segment = place.rpartition("/")
                if loop == loop_id or (not loop and loop_id != "end"):
                    at[segment] = (*at.get(segment, ()), each)
        return at


def _finding(check: Check, broken: Broken, segment: Segment, loop: Loop) -> X12Finding:
    at = broken.at or segment
    rule = check.rule
    if broken.code or broken.severity:
        code, severity = broken.code or rule.code, broken.severity or rule.severity
        rule = msgspec.structs.replace(rule, code=code, severity=severity)
    return found(rule, at, broken.loop or loop.id, broken.element, **broken.words)

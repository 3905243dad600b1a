"""Ask the checks of a guide about a unit, its surroundings and the end of a transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from cleanclaim.x12.checks.registry import CHECKS, Broken, Check, Scope, Screening
from cleanclaim.x12.checks.screening import Screen
from cleanclaim.x12.findings import X12Finding, found
from cleanclaim.x12.segments import Loop, Segment


class _Asked(NamedTuple):
    """What is asked about the segments of one id in one loop.

    ``screened`` are the checks that are asked only where their common look sees something.
    """

    plain: tuple[Check, ...]
    screened: tuple[tuple[Screen, tuple[Check, ...]], ...]


_At = Mapping[str, _Asked]
_NOTHING = _Asked((), ())


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
                yield from _findings(at.get(segment.id, _NOTHING).plain, segment, loop, scope)

    def _judge(self, loop: Loop, scope: Scope, findings: list[X12Finding]) -> None:
        at = self._by_loop.get(loop.id)
        if at is None:
            at = self._by_loop[loop.id] = self._at(loop.id)
        for segment in loop.segments:
            asked = at.get(segment.id)
            if asked is None:
                continue
            for check in asked.plain:
                for broken in check.judge(segment, loop, scope):
                    findings.append(_finding(check, broken, segment, loop))
            for sees, checks in asked.screened:
                if sees(segment):
                    findings += _findings(checks, segment, loop, scope)
        for child in loop.loops:
            self._judge(child, scope, findings)

    def _at(self, loop_id: str) -> _At:
        """Gather what is asked in a loop: of any loop (but at the end), and of this one."""
        at: dict[str, list[Check]] = {}
        for each in self._checks:
            for place in each.at:
                loop, _, segment = place.rpartition("/")
                if loop == loop_id or (not loop and loop_id != "end"):
                    at.setdefault(segment, []).append(each)
        return {segment: self._asked(segment, checks) for segment, checks in at.items()}

    def _asked(self, segment_id: str, checks: Sequence[Check]) -> _Asked:
        screened: dict[Screening, list[Check]] = {}
        for each in checks:
            if each.screening is not None:
                screened.setdefault(each.screening, []).append(each)
        return _Asked(
            tuple(each for each in checks if each.screening is None),
            tuple((make(self._guide, segment_id), tuple(held)) for make, held in screened.items()),
        )


def _findings(
    checks: Sequence[Check], segment: Segment, loop: Loop, scope: Scope
) -> Iterator[X12Finding]:
    for check in checks:
        for broken in check.judge(segment, loop, scope):
            yield _finding(check, broken, segment, loop)


def _finding(check: Check, broken: Broken, segment: Segment, loop: Loop) -> X12Finding:
    at = broken.at or segment
    rule = check.rule
    if broken.code or broken.severity:
        code, severity = broken.code or rule.code, broken.severity or rule.severity
        rule = msgspec.structs.replace(rule, code=code, severity=severity)
    return found(rule, at, broken.loop or loop.id, broken.element, **broken.words)

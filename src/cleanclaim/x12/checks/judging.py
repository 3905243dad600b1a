"""Ask the checks of a guide about a unit, its surroundings and the end of a transaction."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

import msgspec

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.x12.checks.registry import CHECKS, Broken, Check, Memory, Scope, Screening
from cleanclaim.x12.checks.screening import Look, Screen
from cleanclaim.x12.findings import X12Finding, found
from cleanclaim.x12.frames import Record, Whole
from cleanclaim.x12.segments import STANDARD, Delimiters, Loop, Segment

Checks = tuple[Check, ...]
_Asking = Callable[[Segment], Checks]  # gives the checks to ask about a segment
_At = Mapping[str, _Asking]  # by the id of the segment


def _asking_by_code(
    plain: Checks, by_code: Mapping[str, Checks], screened: tuple[Look, Checks] | None = None
) -> _Asking:
    """Choose by the first element, and by what a common look sees where there is one."""
    if screened is None:
        return lambda segment: by_code.get(segment.get(1), plain)
    sees, more = screened

    def asked(segment: Segment) -> Checks:
        checks = by_code.get(segment.get(1), plain)
        return checks + more if sees(segment) else checks

    return asked


def _asking(
    plain: Checks,
    by_code: Mapping[str, Checks],
    given: Sequence[tuple[int, str | None, Checks]],
    screened: Sequence[tuple[Look, Checks]],
) -> _Asking:
    """Make what chooses the checks of a segment, as little as the case needs.

    ``plain`` checks are asked about every one; those ``by_code`` where the first element is
    the code, those of ``given`` where an element (from 1) is not empty or is the text, and the
    ``screened`` ones where their common look sees something.
    """
    if not (by_code or given or screened):
        return lambda _segment: plain
    if len(screened) == 1 and not (by_code or given):
        sees, suspicious = screened[0]
        both = plain + suspicious
        return lambda segment: both if sees(segment) else plain
    merged = {code: plain + checks for code, checks in by_code.items()}
    if not given and len(screened) < 2:
        return _asking_by_code(plain, merged, *screened)

    def asked(segment: Segment) -> Checks:
        elements = segment.elements
        checks = merged.get(elements[0], plain) if elements else plain
        for place, text, more in given:
            told = elements[place - 1] if len(elements) >= place else ""
            if told and (text is None or told == text):
                checks += more
        for sees, more in screened:
            if sees(segment):
                checks += more
        return checks

    return asked


_PLACE = re.compile(
    r"(?:(?P<loop>\w+)/)?(?P<segment>\w+)"
    r"(?:\*(?P<codes>[\w,]+)|\+(?P<given>\d+)(?:=(?P<text>\w+))?)?"
)


class UnknownPlaceError(CleanclaimError):
    """A check is registered at a place that is none ("2300/CLM", "NM1*85", "SV1+7")."""

    code = "x12.check.place"


_TEXTS_MAX = 1_024
_Key = str | tuple[str, ...]


class _Place:
    """What is asked about the segments at a place, and texts about which nothing is.

    ``reads`` are the elements (from 1) on which that depends, None where it may be any; only
    their text is remembered. Texts are remembered as long as they come again more often than
    not: names of payers and days do, amounts and numbers of patients do not.
    """

    __slots__ = ("_asking", "_delimiters", "_hits", "_last", "_pick", "_quiet", "_remembers")

    def __init__(self, asking: _Asking, reads: frozenset[int] | None) -> None:
        self._asking = asking
        self._delimiters = STANDARD
        self._quiet: set[_Key] = set()
        self._hits = 0
        self._remembers = True
        # Elements stand behind the id, which is read too so that there always is one.
        self._last = max(reads, default=0) if reads is not None else -1
        self._pick: Callable[[list[str]], _Key] = itemgetter(0, *sorted(reads or ()))

    def asks(self, segment_id: str, body: str, delimiters: Delimiters) -> bool:
        """Tell whether a check is asked about a segment with this text."""
        last = self._last
        key: _Key = body
        if last >= 0:
            told = body.split(delimiters.element, last + 1)
            if len(told) <= last:
                told += [""] * (last + 1 - len(told))
            key = self._pick(told)
        if key in self._quiet and delimiters is self._delimiters:
            self._hits += 1
            return False
        elements = body.split(delimiters.element)[1:]
        if self._asking(Segment(segment_id, tuple(elements), delimiters=delimiters)):
            return True
        if self._remembers:
            self._remember(key, delimiters)
        return False

    def _remember(self, key: _Key, delimiters: Delimiters) -> None:
        if delimiters is not self._delimiters or len(self._quiet) >= _TEXTS_MAX:
            self._remembers = self._hits > len(self._quiet) or delimiters is not self._delimiters
            self._quiet.clear()
            self._hits, self._delimiters = 0, delimiters
        self._quiet.add(key)


class Docket:
    """The checks that are asked in one guide, by loop and segment.

    ``applies`` tells about a unit whether any of them is asked, None where they always are.
    """

    def __init__(
        self, guide: str, checks: Sequence[Check], applies: Callable[[Scope], bool] | None
    ) -> None:
        self.applies = applies
        self._guide = guide
        self._checks = checks
        self.by_loop: dict[str, _At] = {}
        self._places: dict[str, _Place | None] = {}
        self._reads: dict[str, frozenset[int] | None] = {}  # by the place

    def asks(self, record: Record) -> bool:
        """Tell whether any check is asked about a segment of a record, before its tree is built."""
        places, delimiters = self._places, record.delimiters
        for move, block, index, _ in record.steps:
            name = move.place
            try:
                place = places[name]
            except KeyError:
                place = self._learn(name)
            if (
                place is not None
                and block is not None
                and (move.binary or place.asks(move.node.id, block.bodies[index], delimiters))
            ):
                return True
        return False

    def _learn(self, name: str) -> _Place | None:
        loop_id, _, segment_id = name.partition("/")
        asking = self.at(loop_id).get(segment_id)
        made = None if asking is None else _Place(asking, self._reads[name])
        place = self._places[name] = made
        return place

    def at(self, loop_id: str) -> _At:
        """Give what is asked in a loop, by the id of the segment."""
        at = self.by_loop.get(loop_id)
        if at is None:
            at = self.by_loop[loop_id] = self._gathered(loop_id)
        return at

    def _gathered(self, loop_id: str) -> _At:
        """Gather what is asked in a loop: of any loop (but at the end), and of this one."""
        at: dict[str, list[tuple[re.Match[str], Check]]] = {}
        for each in self._checks:
            for place in each.at:
                match = _PLACE.fullmatch(place)
                if match is None:
                    raise UnknownPlaceError(place)
                if match["loop"] == loop_id or (match["loop"] is None and loop_id != "end"):
                    at.setdefault(match["segment"], []).append((match, each))
        return {segment: self._asked(loop_id, segment, held) for segment, held in at.items()}

    def _asked(
        self, loop_id: str, segment_id: str, held: Sequence[tuple[re.Match[str], Check]]
    ) -> _Asking:
        plain: list[Check] = []
        by_code: dict[str, list[Check]] = {}
        given: dict[tuple[int, str | None], list[Check]] = {}
        screened: dict[Screening, list[Check]] = {}
        for place, check in held:
            if check.screening is not None:
                screened.setdefault(check.screening, []).append(check)
            elif place["codes"]:
                for code in place["codes"].split(","):
                    by_code.setdefault(code, []).append(check)
            elif place["given"]:
                given.setdefault((int(place["given"]), place["text"]), []).append(check)
            else:
                plain.append(check)
        screens = [(see(self._guide, segment_id), tuple(all_)) for see, all_ in screened.items()]
        told = {1} if by_code else set()
        told |= {element for element, _ in given}
        self._reads[f"{loop_id}/{segment_id}"] = _read_by(told, [screen for screen, _ in screens])
        return _asking(
            tuple(plain),
            {code: tuple(checks) for code, checks in by_code.items()},
            [(*wanted, tuple(checks)) for wanted, checks in given.items()],
            [(screen.sees, checks) for screen, checks in screens],
        )


def _read_by(told: set[int], screens: Iterable[Screen]) -> frozenset[int] | None:
    """Give all elements that decide what is asked, None where a screen reads any."""
    reads = frozenset(told)
    for screen in screens:
        if screen.reads is None:
            return None
        reads |= screen.reads
    return reads


def conditioned(segment_id: str) -> frozenset[int]:
    """Give the elements of such segments whose text decides which checks are asked about them."""
    matches = (_PLACE.fullmatch(place) for each in CHECKS.values() for place in each.at)
    found = [match for match in matches if match and match["segment"] == segment_id]
    told = {int(match["given"]) for match in found if match["text"]}
    return frozenset(told | {1 for match in found if match["codes"]})


@lru_cache(maxsize=64)
def dockets_of(
    guide: str, types: frozenset[int], further: tuple[Check, ...] = ()
) -> tuple[Docket, ...]:
    """Give the checks of these SNIP types in a guide, those of each payer apart."""
    by_payer: dict[Callable[[Scope], bool] | None, list[Check]] = {}
    for each in (*CHECKS.values(), *further):
        if each.rule.type in types and each.concerns(guide):
            by_payer.setdefault(each.applies, []).append(each)
    return tuple(Docket(guide, checks, applies) for applies, checks in by_payer.items())


class Judges:
    """The checks of one transaction and what they remember of it.

    ``active`` tells whether there are any, ``tally`` is what they count over the transaction.
    """

    def __init__(self, guide: str, dockets: tuple[Docket, ...]) -> None:
        self._guide = guide
        self._dockets = dockets
        self.tally: dict[str, int] = {}
        self._memory: Memory = {}
        self.active = bool(dockets)

    def of_record(self, record: Record, around: tuple[Record, ...]) -> list[X12Finding]:
        """Ask all checks about a loop that stands on its own and the loops within."""
        findings: list[X12Finding] = []
        scope = Scope(self._guide, record, around, self.tally, self._memory)
        for docket in self._dockets:
            if (docket.applies is None or docket.applies(scope)) and docket.asks(record):
                _judge(docket, record.loop, scope, findings)
        return findings

    def of_end(self, header: Loop, trailer: Loop) -> Iterator[X12Finding]:
        """Ask the checks that wait for the end of the transaction."""
        ends = Whole(trailer), (Whole(header),)
        scope = Scope(self._guide, *ends, self.tally, self._memory)
        for docket in self._dockets:
            at = docket.at("end")
            for loop in (header, trailer):
                for segment in loop.segments:
                    checks = at[segment.id](segment) if segment.id in at else ()
                    yield from _findings(checks, segment, loop, scope)


def _judge(docket: Docket, loop: Loop, scope: Scope, findings: list[X12Finding]) -> None:
    at = docket.by_loop.get(loop.id)
    if at is None:
        at = docket.at(loop.id)
    if at:
        for segment in loop.segments:
            asked = at.get(segment.id)
            if asked is not None:
                for check in asked(segment):
                    for broken in check.judge(segment, loop, scope):
                        findings.append(_finding(check, broken, segment, loop))
    for child in loop.loops:
        _judge(docket, child, scope, findings)


def _findings(
    checks: Iterable[Check], segment: Segment, loop: Loop, scope: Scope
) -> Iterator[X12Finding]:
    for check in checks:
        for broken in check.judge(segment, loop, scope):
            yield _finding(check, broken, segment, loop)


def _finding(check: Check, broken: Broken, segment: Segment, loop: Loop) -> X12Finding:
    # A loop whose opener is missing has no segment to point at.
    at = broken.at if broken.at is not None and broken.at.id else segment
    rule = check.rule
    if broken.code or broken.severity:
        code, severity = broken.code or rule.code, broken.severity or rule.severity
        rule = msgspec.structs.replace(rule, code=code, severity=severity)
    return found(rule, at, broken.loop or loop.id, broken.element, **broken.words)

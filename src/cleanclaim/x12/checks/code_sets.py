"""SNIP type 5: codes and identifiers of lists outside of X12, as the table code_sets.txt says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from importlib import resources
from typing import NamedTuple

from cleanclaim.codes.code_list import CodeList, code_list
from cleanclaim.codes.status import CodeStatus
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.examples import Example, but
from cleanclaim.x12.checks.registry import CLAIMS, EVERY, Broken, Judge, Scope, check
from cleanclaim.x12.segments import Loop, Segment

# What is said of a code that the list does not simply hold.
_FAULTS: Mapping[CodeStatus, str] = {
    CodeStatus.INVALID: "it is none",
    CodeStatus.HEADER: "it is a heading that needs more characters",
    CodeStatus.ENDED: "it had ended by then",
    CodeStatus.NEWER: "our list ends before the day or number, so this could not be told",
    CodeStatus.UNKNOWN: "our list begins after the day, so this could not be told",
}
# Whom a PRV speaks of where its loop has no name yet.
_ROLES = {"BI": "85", "PE": "82"}


class Spot(NamedTuple):
    """An element (from 1, 0 for every one in turn) and a component of it (0 for none)."""

    element: int
    component: int

    def name(self, segment_id: str) -> str:
        """Name it as findings do: "CLM05-01"."""
        name = f"{segment_id}{self.element:02d}"
        return f"{name}-{self.component:02d}" if self.component else name


class Condition(NamedTuple):
    """A spot that must hold one of the texts, or none of them; "" stands for absent."""

    spot: Spot
    texts: frozenset[str]
    wanted: bool


class Row(NamedTuple):
    """One line "at": where codes stand, on what condition, and a claim's status for them."""

    guides: tuple[str, ...]
    loop: str
    spots: tuple[Spot, ...]
    conditions: tuple[Condition, ...]
    status: str

    def concerns(self, guide: str) -> bool:
        """Tell whether the line speaks of this guide."""
        return self.guides == EVERY or guide in self.guides


# Gives the spots of a segment whose code its list does not simply hold.
Screen = Callable[[Segment], Sequence[tuple[Spot, str]]]


def _screen(row: Row, holds: Callable[[str], bool]) -> Screen:
    """Make the quick look that nearly all segments pass."""
    if len(row.spots) == 1 and not row.spots[0].component and len(row.conditions) <= 1:
        return _screen_of_one(row, holds)
    if row.spots[0].element == 0:
        return _screen_of_every(row, holds)

    def screen(segment: Segment) -> Sequence[tuple[Spot, str]]:
        for spot, texts, wanted in row.conditions:
            if (segment.get(*spot) in texts) is not wanted:
                return ()
        codes = [(spot, segment.get(*spot)) for spot in row.spots]
        return [each for each in codes if each[1] and not holds(each[1])]

    return screen


def _screen_of_one(row: Row, holds: Callable[[str], bool]) -> Screen:
    """One element, on at most one condition: the case of most segments."""
    (spot,) = row.spots
    place = spot.element - 1
    condition = row.conditions[0] if row.conditions else None

    def screen(segment: Segment) -> Sequence[tuple[Spot, str]]:
        elements = segment.elements
        if place >= len(elements):
            return ()
        code = elements[place]
        if not code or holds(code):
            return ()
        if condition is not None:
            where, texts, wanted = condition
            if (segment.get(*where) in texts) is not wanted:
                return ()
        return ((spot, code),)

    return screen


def _screen_of_every(row: Row, holds: Callable[[str], bool]) -> Screen:
    """The same component of every element, told by another component of that element."""
    component = row.spots[0].component
    where, qualifiers, _ = row.conditions[0]

    def screen(segment: Segment) -> Sequence[tuple[Spot, str]]:
        mark = segment.delimiters.component
        suspects = []
        for number, element in enumerate(segment.elements, 1):
            parts = element.split(mark)
            if parts[where.component - 1] not in qualifiers or len(parts) < component:
                continue
            code = parts[component - 1]
            if code and not holds(code):
                suspects.append((Spot(number, component), code))
        return suspects

    return screen


def _judge(codes: Callable[[], CodeList], rows: Mapping[str, tuple[Row, ...]], day: str) -> Judge:
    """Make the judge of one rule; the list is opened when the first segment is asked about."""
    screens: dict[tuple[str, str], tuple[tuple[Row, Screen], ...]] = {}

    def judge(segment: Segment, loop: Loop, scope: Scope) -> Sequence[Broken]:
        key = (scope.guide, segment.id)
        screened = screens.get(key)
        if screened is None:
            holds = codes().holds
            told = [row for row in rows[segment.id] if row.concerns(scope.guide)]
            screened = screens[key] = tuple((row, _screen(row, holds)) for row in told)
        for _, screen in screened:
            if screen(segment):
                break
        else:
            return ()
        asked = _Asked(segment, loop, scope, codes(), day)
        return [broken for row, screen in screened for broken in asked.of(row, screen(segment))]

    return judge


class _Asked(NamedTuple):
    """A segment whose codes are not simply held by the list, and what is needed to say why."""

    segment: Segment
    loop: Loop
    scope: Scope
    codes: CodeList
    day: str

    def of(self, row: Row, suspects: Sequence[tuple[Spot, str]]) -> Iterator[Broken]:
        """Give what is wrong with the codes that the row's screen found."""
        if not suspects or row.loop not in ("", self.loop.id):
            return
        answer = f"STC:{row.status}" if row.status and self.scope.guide in CLAIMS else ""
        answer = answer.format(entity=_entity(self.segment, self.loop)).rstrip(":")
        on = _day(self.scope, self.day)
        for spot, code in suspects:
            status = self.codes.status(code, on)
            if status is not CodeStatus.VALID:
                words = {"fault": _FAULTS[status]}
                element = spot.name(self.segment.id)
                severity = _severity(status, self.day)
                yield Broken(element, code=answer, words=words, severity=severity)


def _severity(status: CodeStatus, day: str) -> Severity:
    """What is certainly no code blocks; what only our list cannot tell is looked at.

    A payer may quote a reason that ended when it undoes what it once decided.
    """
    certain = status in (CodeStatus.INVALID, CodeStatus.HEADER)
    certain = certain or (status is CodeStatus.ENDED and day == "service")
    return Severity.BLOCK if certain else Severity.WARN


def _entity(segment: Segment, loop: Loop) -> str:
    """Tell whom a segment speaks of: the party that its loop names."""
    name = loop.segments[0]
    return name.get(1) if name.id == "NM1" else _ROLES.get(segment.get(1), "")


def _day(scope: Scope, day: str) -> date | None:
    """Give the day for which a code must be in force, None where it does not matter."""
    if day == "any":
        return None
    text = (scope.service_on if day == "service" else "") or scope.made_on
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _register() -> None:
    """Make a check of every block of the table."""
    for card in _cards():
        rows: dict[str, tuple[Row, ...]] = {}
        for line in card["at"]:
            for segment, row in _rows(line):
                rows[segment] = (*rows.get(segment, ()), row)
        judge = _judge(partial(code_list, card["list"][0]), rows, card.get("day", ["service"])[0])
        judge.__doc__ = f"What stands in these elements is {card['what'][0]}."
        guides = {guide for held in rows.values() for row in held for guide in row.guides}
        check(
            f"X12.5.{card['rule'][0]}",
            guides=EVERY if "*" in guides else tuple(sorted(guides)),
            at=tuple(rows),
            code="IK4:7",
            source=card["source"][0],
            message=f"{{element}} should be {card['what'][0]}: {{fault}}",
            hint=card.get("hint", [""])[0],
            failing=_example(card["fails"][0]),
            passing=_example(card["passes"][0]) if "passes" in card else None,
        )(judge)


def _cards() -> Iterator[dict[str, list[str]]]:
    """Give the blocks of the table: the lines of each by their first word."""
    text = (resources.files(__package__) / "code_sets.txt").read_text("ascii")
    for block in text.split("\nrule ")[1:]:
        head, *lines = block.splitlines()
        name, codes = head.split()
        card = {"rule": [name], "list": [codes]}
        for line in lines:
            word, _, rest = line.strip().partition(" ")
            if word:
                card.setdefault(word, []).append(rest)
        yield card


def _rows(line: str) -> Iterator[tuple[str, Row]]:
    """Read a line "at": one row for each of its segments."""
    told, places, elements, *words = line.split()
    guides = tuple(_guides(told))
    conditions = tuple(_condition(word) for word in words if "=" in word)
    status = next((word for word in words if "=" not in word), "")
    spots = tuple(_spot(word) for word in elements.split(","))
    for place in places.split(","):
        loop, _, segment = place.rpartition("/")
        yield segment, Row(guides, loop, spots, conditions, status)


def _guides(told: str) -> Iterator[str]:
    for word in told.split(","):
        yield from CLAIMS if word == "claims" else (word,)


def _spot(word: str) -> Spot:
    element, _, component = word.partition("-")
    return Spot(0 if element == "*" else int(element), int(component or 0))


def _condition(word: str) -> Condition:
    spot, _, texts = word.partition("=")
    wanted = {text.replace("-", "") for text in texts.split(",")}
    return Condition(_spot(spot.rstrip("!")), frozenset(wanted), not spot.endswith("!"))


def _example(line: str) -> Example:
    """Read an example: "837P old => new | old => new"; "~|" is a new line within a text."""
    guide, _, changes = line.partition(" ")
    pairs = (change.partition(" => ") for change in changes.split(" | "))
    return but(guide, *((old, new.replace("~|", "~\n")) for old, _, new in pairs))


_register()

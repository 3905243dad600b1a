"""SNIP type 5: codes and identifiers of lists outside of X12, as the table code_sets.txt says."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from typing import NamedTuple

from cleanclaim.codes.code_list import CodeList, code_list
from cleanclaim.codes.status import CodeStatus
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.examples import Example, but
from cleanclaim.x12.checks.registry import CLAIMS, EVERY, Broken, Judge, Scope, check
from cleanclaim.x12.checks.screening import Condition, Row, Screen, Spot, screen_of
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


class _Screening:
    """The screens of all rules of the table, made when the first segment is asked about."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Row, str]]] = {}
        self._screens: dict[tuple[str, str], Screen] = {}

    def __call__(self, guide: str, segment_id: str) -> Screen:
        """Give the quick look at such segments of a guide."""
        screen = self._screens.get((guide, segment_id))
        if screen is None:
            told = [each for each in self.rows[segment_id] if each[0].concerns(guide)]
            screen = screen_of([(row, code_list(name).holds) for row, name in told])
            self._screens[guide, segment_id] = screen
        return screen


SCREENING = _Screening()


def _judge(name: str, rows: Mapping[str, Sequence[Row]], day: str) -> Judge:
    """Make the judge of one rule; the list is opened when the first segment is asked about."""

    def judge(segment: Segment, loop: Loop, scope: Scope) -> list[Broken]:
        told = [row for row in rows[segment.id] if row.concerns(scope.guide)]
        asked = _Asked(segment, loop, scope, code_list(name), day)
        return [broken for row in told for broken in asked.of(row)]

    return judge


class _Asked(NamedTuple):
    """A segment whose codes are not simply held by the list, and what is needed to say why."""

    segment: Segment
    loop: Loop
    scope: Scope
    codes: CodeList
    day: str

    def of(self, row: Row) -> Iterator[Broken]:
        """Give what is wrong with the codes of a row."""
        suspects = row.suspects(self.segment, self.codes.holds)
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
    name = loop.opener
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
        rows: dict[str, list[Row]] = {}
        for segment, row in (each for line in card["at"] for each in _rows(line)):
            rows.setdefault(segment, []).append(row)
            SCREENING.rows.setdefault(segment, []).append((row, card["list"][0]))
        judge = _judge(card["list"][0], rows, card.get("day", ["service"])[0])
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
            screening=SCREENING,
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

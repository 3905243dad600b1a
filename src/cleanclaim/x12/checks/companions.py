"""SNIP type 7: read what a payer asks beyond the guides from a line-oriented companion file.

A file opens with ``companion NAME`` and says with ``payer REFERENCE TEST`` whose claims it is
about; ``example GUIDE OLD => NEW`` lines turn the sample of a guide into a claim to this payer.
Then come rules: ``rule NAME block|warn CODE`` and, indented below, ``guides``, ``at`` (where it
is asked, as registry.py says; blanks between several), ``when REFERENCE TEST`` (all must hold),
``must REFERENCE TEST``, ``says``, ``hint``, ``source``, and examples: ``fails OLD => NEW``,
``passes OLD => NEW``.

A reference is a segment (``REF*F8``), an element (``CLM05-03``), a loop (``2320``), each with the
loop it stands in before it where that is not the one asked about (``2010BA/NM109``), codes in HI
(``HI:BE``), or one of the words below; ``|`` joins several. A test is ``present``, ``absent``,
``is``, ``has`` or ``lacks`` with a list of values (``98940-98942`` is a range, ``042*`` a
beginning), ``form`` with the name of a form, ``from`` a day or ``most`` a number. ``is`` wants
values and every one in the list, ``has`` one of them, ``lacks`` none; ``form`` and ``most`` are
about every value that is there.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from pathlib import Path

import msgspec

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.companion_terms import (
    Hit,
    Reference,
    TermError,
    Test,
    read_reference,
    read_test,
)
from cleanclaim.x12.checks.examples import Example
from cleanclaim.x12.checks.registry import CHECKS, Broken, Check, Judge, Scope
from cleanclaim.x12.findings import Rule
from cleanclaim.x12.segments import Loop, Segment

_SEVERITIES = {"block": Severity.BLOCK, "warn": Severity.WARN, "info": Severity.INFO}
_ONCE = ("guides", "at", "must", "says", "hint", "source")
_OFTEN = ("when", "fails", "passes")
_NEEDED = ("guides", "at", "must", "says", "source", "fails")

_PLACE = re.compile(r"(?:\w+/)?[A-Z]\w{1,2}(?:\*[\w,]+|\+\d+)?")

Condition = tuple[Reference, Test]
Changes = tuple[tuple[str, str], ...]


class CompanionError(CleanclaimError):
    """A companion file cannot be read: says the file, the line, what is wrong and what to do."""

    code = "x12.companion"

    def __init__(self, name: str, line: int, problem: str) -> None:
        super().__init__(f"{name}, line {line}: {problem}")


class _Line(msgspec.Struct, frozen=True):
    """A line of a file: its number, its first word and the rest."""

    number: int
    word: str
    rest: str
    inside: bool


class _Entry(msgspec.Struct):
    """A rule as it is written: its own line and those below it by their first word."""

    head: _Line
    lines: dict[str, list[_Line]] = {}


def load_companion(source: str | Path) -> tuple[Check, ...]:
    """Read the checks of a companion file, given as a path or as its text.

    Raises CompanionError at the first line that cannot be understood.
    """
    if isinstance(source, Path):
        return _Reader(source.name, source.read_text("utf-8")).checks()
    return _Reader("companion", source).checks()


def register_bundled() -> None:
    """Enter the checks of the companion files that come with the package."""
    folder = resources.files("cleanclaim.x12.checks") / "companions"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        for each in _Reader(file.name, file.read_text("utf-8")).checks():
            CHECKS[each.rule.id] = each


class _Reader:
    """One companion file and what its opening lines said."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._companion = ""
        self._applies: Callable[[Scope], bool] | None = None
        self._examples: dict[str, list[tuple[str, str]]] = {}
        self._entries: list[_Entry] = []
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and not line.lstrip().startswith("#"):
                word, _, rest = line.strip().partition(" ")
                self._take(_Line(number, word, rest.strip(), line[0].isspace()))

    def checks(self) -> tuple[Check, ...]:
        """Make the checks; each rule has its own name."""
        made = [self._check(entry) for entry in self._entries]
        for number, each in enumerate(made):
            if any(before.rule.id == each.rule.id for before in made[:number]):
                raise self._wrong(self._entries[number].head, "a rule with this name came before")
        return tuple(made)

    def _take(self, line: _Line) -> None:
        if line.inside:
            self._take_inside(line)
        elif line.word == "companion" and line.rest.isidentifier():
            self._companion = line.rest
        elif line.word == "payer" and self._companion:
            self._applies = self._whose(self._condition(line))
        elif line.word == "example":
            guide, _, change = line.rest.partition(" ")
            self._examples.setdefault(guide, []).append(self._change(line, change))
        elif line.word == "rule" and self._companion and self._applies:
            self._entries.append(_Entry(line))
        else:
            problem = (
                f"{line.word!r} cannot stand here; a file begins with 'companion NAME' and "
                "'payer REFERENCE TEST', then come lines with 'example' and 'rule'"
            )
            raise self._wrong(line, problem)

    def _take_inside(self, line: _Line) -> None:
        known = ", ".join((*_ONCE, *_OFTEN))
        if not self._entries:
            raise self._wrong(line, "an indented line belongs below a line with 'rule'")
        if line.word not in _ONCE + _OFTEN:
            raise self._wrong(line, f"{line.word!r} is none of the words of a rule: {known}")
        if not line.rest:
            raise self._wrong(line, f"something must follow {line.word!r}")
        lines = self._entries[-1].lines.setdefault(line.word, [])
        if lines and line.word in _ONCE:
            raise self._wrong(line, f"{line.word!r} stands in a rule once")
        lines.append(line)

    def _check(self, entry: _Entry) -> Check:
        for word in _NEEDED:
            if word not in entry.lines:
                raise self._wrong(entry.head, f"the rule has no line with {word!r}")
        guides = tuple(_listed(_said(entry, "guides")))
        must = entry.lines["must"][0]
        judge = _judge(
            [self._condition(each) for each in entry.lines.get("when", ())],
            self._condition(must),
        )
        judge.__doc__ = _said(entry, "says")
        base = tuple(self._examples.get(guides[0], ()))
        return Check(
            rule=self._rule(entry),
            guides=guides,
            at=self._places(entry),
            source=_said(entry, "source"),
            judge=judge,
            failing=Example(guides[0], base + self._changes(entry, "fails")),
            passing=Example(guides[0], base + self._changes(entry, "passes")),
            applies=self._applies,
        )

    def _rule(self, entry: _Entry) -> Rule:
        words = entry.head.rest.split()
        if len(words) != 3 or words[1] not in _SEVERITIES:
            raise self._wrong(entry.head, "write 'rule NAME block CODE', or warn instead of block")
        name, severity, code = words
        message = _said(entry, "says").replace("{", "{{").replace("}", "}}")
        rule_id = f"X12.7.{self._companion}_{name}"
        return Rule(rule_id, 7, _SEVERITIES[severity], code, message, _said(entry, "hint"))

    def _places(self, entry: _Entry) -> tuple[str, ...]:
        line = entry.lines["at"][0]
        places = tuple(line.rest.split())
        if not all(_PLACE.fullmatch(each) for each in places):
            problem = "'at' names segments with their loop: 2300/CLM, 2300/DTP*439,454 or CLM+11"
            raise self._wrong(line, problem)
        return places

    def _condition(self, line: _Line) -> Condition:
        reference, _, test = line.rest.partition(" ")
        try:
            return read_reference(reference), read_test(test)
        except TermError as error:
            raise self._wrong(line, str(error)) from error

    def _changes(self, entry: _Entry, word: str) -> Changes:
        return tuple(self._change(line, line.rest) for line in entry.lines.get(word, ()))

    def _change(self, line: _Line, text: str) -> tuple[str, str]:
        old, arrow, new = text.partition("=>")
        if not arrow or not old.strip():
            raise self._wrong(line, "write an example as 'OLD => NEW'")
        return old.strip().replace("\\n", "\n"), new.strip().replace("\\n", "\n")

    @staticmethod
    def _whose(condition: Condition) -> Callable[[Scope], bool]:
        reference, test = condition

        def applies(scope: Scope) -> bool:
            return test.holds(reference.hits(Segment(""), scope.unit, scope))

        return applies

    def _wrong(self, line: _Line, problem: str) -> CompanionError:
        return CompanionError(self._name, line.number, problem)


def _judge(when: Sequence[Condition], must: Condition) -> Judge:
    wanted, test = must

    def judge(segment: Segment, loop: Loop, scope: Scope) -> Iterable[Broken]:
        if not all(each.holds(place.hits(segment, loop, scope)) for place, each in when):
            return ()
        hits = wanted.hits(segment, loop, scope)
        if test.holds(hits):
            return ()
        return (_broken(test.offender(hits), wanted),)

    return judge


def _broken(hit: Hit | None, wanted: Reference) -> Broken:
    """Point to the value at fault, or say at the segment asked about what is missing there."""
    if hit is None:
        return Broken(wanted.element)
    return Broken(hit.element, hit.segment, hit.loop)


def _said(entry: _Entry, word: str) -> str:
    lines = entry.lines.get(word)
    return lines[0].rest if lines else ""


def _listed(text: str) -> list[str]:
    return [each for each in text.replace(",", " ").split() if each]


register_bundled()

"""Rules that an organization writes itself: conditions over fields, compiled to what edits are."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.rule_fields import FIELDS, UNKNOWN, Level, Measure, RuleField
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.money import AmountError, parse_cents

PREFIX = "USER."
_SLUG = re.compile(r"[A-Z0-9][A-Z0-9-]{1,33}")
_PATTERN = re.compile(r"[A-Z0-9]+\*?|[A-Z0-9]+-[A-Z0-9]+")
_NUMBER_MAX = 10**15
CONDITIONS_MAX, WORDS_MAX = 12, 200


class Operator(StrEnum):
    """How a condition compares; the last two are for numbers and amounts."""

    IS = "is"
    IS_NOT = "is not"
    ABSENT = "is absent"
    PRESENT = "is present"
    AT_LEAST = "at least"
    AT_MOST = "at most"


TEXT_OPERATORS = (Operator.IS, Operator.IS_NOT, Operator.ABSENT, Operator.PRESENT)
NUMBER_OPERATORS = (Operator.IS, Operator.AT_LEAST, Operator.AT_MOST)


class Joined(StrEnum):
    """Whether a rule speaks when all of its conditions hold, or any."""

    ALL = "all"
    ANY = "any"


class Condition(msgspec.Struct, frozen=True):
    """A field, how it is compared, and with what.

    Texts are compared with one or several codes, beginnings with a star (J*) or ranges with a
    hyphen (70010-76499), parted by spaces or commas; of a field with several values (modifiers,
    diagnoses) one is enough for "is", and "is not" wants none. Numbers that nobody knows
    meet no condition.
    """

    field: str
    operator: str
    value: str = ""


class UserRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as a person wrote it; ``mistakes_in`` tells whether it can run.

    It speaks of each line that meets it, where a field of lines is among its conditions, else
    of the claim. An empty ``payer_identifier`` is all payers. ``starts_on`` and ``expires_on``
    are days on which claims are checked, both inclusive.
    """

    slug: str
    name: str
    conditions: tuple[Condition, ...]
    message: str
    joined: Joined = Joined.ALL
    severity: Severity = Severity.WARN
    hint: str = ""
    payer_identifier: str = ""
    starts_on: date | None = None
    expires_on: date | None = None

    @property
    def rule(self) -> str:
        """Give the stable id that its findings carry."""
        return PREFIX + self.slug

    def speaks_on(self, day: date | None) -> bool:
        """Tell whether the rule is in force on a day of checking; without a day it is."""
        if day is None:
            return True
        begun = self.starts_on is None or self.starts_on <= day
        return begun and (self.expires_on is None or day <= self.expires_on)


class Mistake(msgspec.Struct, frozen=True):
    """What keeps a rule from running, and where: "name", "condition 2"."""

    place: str
    message: str


class UnfitRuleError(CleanclaimError):
    """A rule with mistakes cannot run; ``mistakes_in`` says which they are."""

    code = "rule.unfit"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(f"{each.place}: {each.message}" for each in mistakes))
        self.mistakes = tuple(mistakes)


# What is wrong with a rule


def mistakes_in(rule: UserRule) -> tuple[Mistake, ...]:
    """Say everything that keeps the rule from running."""
    return (*_mistakes_in_words(rule), *_mistakes_in_conditions(rule.conditions))


def _mistakes_in_words(rule: UserRule) -> Iterator[Mistake]:
    if not _SLUG.fullmatch(rule.slug):
        yield Mistake("id", "write 2 to 34 capital letters, digits and hyphens")
    for place, words, needed in (
        ("name", rule.name, True),
        ("message", rule.message, True),
        ("hint", rule.hint, False),
    ):
        if needed and not words.strip():
            yield Mistake(place, "write something here")
        if len(words) > WORDS_MAX:
            yield Mistake(place, f"write at most {WORDS_MAX} characters")
    if rule.starts_on and rule.expires_on and rule.expires_on < rule.starts_on:
        yield Mistake("expires on", "the rule ends before it begins")


def _mistakes_in_conditions(conditions: Sequence[Condition]) -> Iterator[Mistake]:
    if not 0 < len(conditions) <= CONDITIONS_MAX:
        yield Mistake("conditions", f"write 1 to {CONDITIONS_MAX} conditions")
    for number, condition in enumerate(conditions, 1):
        told = _mistake_in(condition)
        if told:
            yield Mistake(f"condition {number}", told)


def _mistake_in(condition: Condition) -> str:
    field = FIELDS.get(condition.field)
    if field is None:
        return "choose a field of the list"
    allowed = operators_of(field)
    if condition.operator not in allowed:
        return f"{field.title} can be compared by: {', '.join(allowed)}"
    if condition.operator in {Operator.ABSENT, Operator.PRESENT}:
        return "" if not condition.value.strip() else "leave the value empty"
    if field.measure is Measure.TEXT:
        return _mistake_in_patterns(condition.value)
    if _number(condition.value, field.measure) is None:
        return f"write a number, such as {field.example}"
    return ""


def _mistake_in_patterns(value: str) -> str:
    patterns = _patterns(value)
    if not patterns:
        return "write a value"
    unfit = [each for each in patterns if not _PATTERN.fullmatch(each)]
    if unfit:
        return f"'{unfit[0]}' is no code, no beginning (J*) and no range (70010-76499)"
    uneven = [each for each in patterns if "-" in each and len({*map(len, each.split("-"))}) > 1]
    return f"the ends of the range '{uneven[0]}' differ in length" if uneven else ""


def operators_of(field: RuleField) -> tuple[Operator, ...]:
    """Give the ways in which a field can be compared."""
    return TEXT_OPERATORS if field.measure is Measure.TEXT else NUMBER_OPERATORS


def _patterns(value: str) -> list[str]:
    # ICD-10-CM codes are kept without their dot.
    return value.upper().replace(".", "").replace(",", " ").split()


def _number(value: str, measure: Measure) -> int | None:
    """Read a number in the unit of its column; None where it is none."""
    text = value.strip().removeprefix("$").replace(",", "")
    try:
        if measure is Measure.DOLLARS:
            return parse_cents(text)
        number = Decimal(text) * (1000 if measure is Measure.UNITS else 1)
    except (AmountError, InvalidOperation):
        return None
    whole = number.is_finite() and abs(number) < _NUMBER_MAX and number == int(number)
    return int(number) if whole else None


# Running

Check = Callable[[ClaimBatch, Reference], Found]


def compile_rule(rule: UserRule) -> Check:
    """Make of a rule what edits are: a function over batch and tables.

    Raises UnfitRuleError where the rule has mistakes.
    """
    mistakes = mistakes_in(rule)
    if mistakes:
        raise UnfitRuleError(mistakes)
    level = _level_of(rule)

    def check(batch: ClaimBatch, reference: Reference) -> Found:
        if not rule.speaks_on(batch.as_of):
            return Found()
        marks = [_at(level, each, batch, reference) for each in rule.conditions]
        join = np.logical_and if rule.joined is Joined.ALL else np.logical_or
        met: Flags = join.reduce(marks)
        if rule.payer_identifier:
            met = met & _raised(batch.claim_payer_identifier == rule.payer_identifier, level, batch)
        return batch.lines(met) if level is Level.LINE else batch.claims(met)

    return check


def judge(
    rules: Sequence[UserRule], batch: ClaimBatch, reference: Reference
) -> Iterator[tuple[int, Finding]]:
    """Run rules over the judged claims of a batch; give claim index and finding."""
    for rule in rules:
        found = compile_rule(rule)(batch, reference)
        for index, place, _ in found.rows():
            if index < batch.judged:
                yield index, _finding(rule, place)


def _finding(rule: UserRule, place: str) -> Finding:
    return Finding(
        rule.rule,
        rule.severity,
        place,
        rule.message,
        rule.hint,
        f"own rule: {rule.name}"[:WORDS_MAX],
    )


def _level_of(rule: UserRule) -> Level:
    levels = {FIELDS[each.field].level for each in rule.conditions}
    return Level.LINE if Level.LINE in levels else Level.CLAIM


def _at(level: Level, condition: Condition, batch: ClaimBatch, reference: Reference) -> Flags:
    """Mark where a condition holds, at the level of the rule."""
    field = FIELDS[condition.field]
    marks = _holds(condition, field, batch, reference)
    return marks if field.level is level else _raised(marks, level, batch)


def _raised(marks: Flags, level: Level, batch: ClaimBatch) -> Flags:
    """Give the marks of claims to their lines."""
    raised: Flags = marks[batch.line_claim] if level is Level.LINE else marks
    return raised


def _holds(
    condition: Condition, field: RuleField, batch: ClaimBatch, reference: Reference
) -> Flags:
    column = field.column(batch, reference)
    if field.measure is not Measure.TEXT:
        return _compared(column, condition, field.measure)
    wants_none = condition.operator in {Operator.IS_NOT, Operator.ABSENT}
    marks = _among(column, condition)
    if field.owners is not None:
        size = len(batch) if field.level is Level.CLAIM else len(batch.line_claim)
        marks = np.bincount(field.owners(batch)[marks], minlength=size) > 0
    return ~marks if wants_none else marks


def _among(column: npt.NDArray[np.str_], condition: Condition) -> Flags:
    """Mark values that are among those of the condition, or any where it asks for presence."""
    if condition.operator in {Operator.ABSENT, Operator.PRESENT}:
        present: Flags = column != ""
        return present
    marks = np.zeros(len(column), np.bool_)
    for pattern in _patterns(condition.value):
        marks |= _matches(column, pattern)
    return marks


def _matches(column: npt.NDArray[np.str_], pattern: str) -> Flags:
    """Compare with a code, a beginning or a range; codes of a range have its length."""
    if pattern.endswith("*"):
        begun: Flags = np.char.startswith(column, pattern[:-1])
        return begun
    first, _, last = pattern.partition("-")
    inside: Flags = (column >= first) & (column <= (last or first))
    inside &= np.char.str_len(column) == len(first)
    return inside


def _compared(column: npt.NDArray[Any], condition: Condition, measure: Measure) -> Flags:
    number = _number(condition.value, measure)
    if number is None:  # the rule was found without mistakes
        raise UnfitRuleError([Mistake("condition", "no number")])
    known: Flags = column != UNKNOWN
    met: Flags
    match Operator(condition.operator):
        case Operator.AT_LEAST:
            met = column >= number
        case Operator.AT_MOST:
            met = column <= number
        case _:
            met = column == number
    both: Flags = known & met
    return both

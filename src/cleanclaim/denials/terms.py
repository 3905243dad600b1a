"""Until when a denial can be disputed: levels of appeal, each with dated terms and a source.

The clock runs from the day on which the decision was received. Asking a payer to reopen its
decision is no appeal and stops no clock.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from cleanclaim.denials.combinations import Confidence
from cleanclaim.kernel.spans import Span

FIRST_LEVEL = 1
# Medicare's contractors, by the filing indicator of their claims (SBR09).
MEDICARE_INDICATORS = frozenset({"MA", "MB"})


class AppealTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """One level of appeal for decisions received in a span of days.

    ``days`` is how long after receipt it may be asked for, None where nobody knows.
    ``least_cents`` is the amount that must be in dispute, 0 where none is asked.
    """

    level: int
    name: str
    days: int | None
    span: Span
    source: str
    confidence: Confidence
    least_cents: int = 0


class Due(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last day of a level, with the term it follows from; without a term no limit is known."""

    on: date | None = None
    level: int = FIRST_LEVEL
    name: str = ""
    source: str = ""
    confidence: Confidence = Confidence.UNCONFIRMED
    least_cents: int = 0


def due_at(level: int, received_on: date, terms: Iterable[AppealTerm]) -> Due:
    """Give the last day of a level of appeal for a decision received on a day.

    Of several terms in force on that day the shortest counts. A limit that nobody knows is
    told as such, never as "no limit".
    """
    fitting = [t for t in terms if t.level == level and received_on in t.span]
    if not fitting:
        return Due(level=level)
    lead = min(fitting, key=lambda term: (term.days is None, term.days or 0))
    on = None if lead.days is None else received_on + timedelta(lead.days)
    return Due(on, level, lead.name, lead.source, lead.confidence, lead.least_cents)


_SINCE_2006 = Span(date(2006, 1, 1))


def _level(
    level: int,
    name: str,
    days: int,
    rule: str,
    *,
    least_cents: int = 0,
    span: Span = _SINCE_2006,
    amount: str = "",
) -> AppealTerm:
    source = f"{rule}; {amount}" if amount else rule
    return AppealTerm(level, name, days, span, source, Confidence.UNCONFIRMED, least_cents)


def _hearing_and_court(year: int, hearing: int, court: int, source: str) -> tuple[AppealTerm, ...]:
    """Give the two levels whose amount in dispute is set anew each year."""
    span = Span(date(year, 1, 1), date(year, 12, 31))
    return (
        _level(3, "hearing", 60, "42 CFR 405.1014", least_cents=hearing, span=span, amount=source),
        _level(5, "court", 60, "42 CFR 405.1136", least_cents=court, span=span, amount=source),
    )


# The five levels of original Medicare. The days are as generally told and were not read in the
# regulation itself; the amounts of 2026 were read in the Federal Register.
MEDICARE_TERMS: tuple[AppealTerm, ...] = (
    _level(1, "redetermination", 120, "42 CFR 405.942"),
    _level(2, "reconsideration (QIC)", 180, "42 CFR 405.962"),
    _level(4, "Appeals Council", 60, "42 CFR 405.1102"),
    *_hearing_and_court(2025, 19_000, 190_000, "amounts of 2025 not read"),
    *_hearing_and_court(2026, 20_000, 196_000, "amounts of 2026: 90 FR 55869"),
)


def level_name(level: int, terms: Iterable[AppealTerm]) -> str:
    """Give a level's name by the terms, else its number."""
    return next((t.name for t in terms if t.level == level and t.name), f"level {level}")

"""Whether a file may be decided on the committee's day, and which element keeps it from that."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.verification.calendar import add_months, last_fresh_day
from cleanclaim.credentialing.verification.policies import Body, PolicyTerm, Term, find_term


class Element(StrEnum):
    """A part of the provider's file that is verified."""

    LICENCE = "licence"
    DEA = "dea"
    EDUCATION = "education"
    BOARD = "board"
    WORK_HISTORY = "work_history"
    MALPRACTICE_HISTORY = "malpractice_history"
    SANCTIONS = "sanctions"
    ATTESTATION = "attestation"


class Result(StrEnum):
    """What the source said."""

    VERIFIED = "verified"
    ADVERSE = "adverse"
    UNAVAILABLE = "unavailable"


class Verification(msgspec.Struct, frozen=True, omit_defaults=True):
    """One element looked up at its source by a person, with the hash of what was seen.

    ``valid_until`` is the last day of what was verified (a licence, a registration), None where
    it does not end.
    """

    element: Element
    source: str
    method: str
    verified_on: date
    evidence_sha256: str
    verifier: str
    result: Result
    valid_until: date | None = None


class Requirement(msgspec.Struct, frozen=True):
    """An element the policy asks for; ``ages`` False where it has to be valid and may be old.

    ``limit_days`` is a practice's own limit; None takes the policy's.
    """

    element: Element
    ages: bool = True
    limit_days: int | None = None


class State(StrEnum):
    """What keeps an element from a decision; only ready does not."""

    READY = "ready"
    MISSING = "missing"
    STALE = "stale"
    EXPIRED = "expired"
    ADVERSE = "adverse"
    UNAVAILABLE = "unavailable"
    NO_EVIDENCE = "no_evidence"
    FUTURE = "future"
    LIMIT_UNKNOWN = "limit_unknown"


class ElementState(msgspec.Struct, frozen=True):
    """An element on the day; ``last_on`` is the last day on which it could be decided."""

    element: Element
    state: State
    last_on: date | None = None


class Readiness(msgspec.Struct, frozen=True):
    """A file on the committee's day.

    ``last_on`` is the last day on which the file as it is can be decided, None where it cannot be
    or nothing in it ends. ``days_left`` counts to it from the committee's day.
    """

    decided_on: date
    elements: tuple[ElementState, ...]

    @property
    def is_ready(self) -> bool:
        """Tell whether every element asked for is inside its limit; an empty policy is not."""
        return bool(self.elements) and all(e.state is State.READY for e in self.elements)

    @property
    def last_on(self) -> date | None:
        """Give the first of the elements' last days."""
        days = [each.last_on for each in self.elements if each.last_on is not None]
        return min(days) if days and self.is_ready else None

    @property
    def days_left(self) -> int | None:
        """Count the days from the committee's to the last on which the file is ready."""
        return None if self.last_on is None else (self.last_on - self.decided_on).days


_RESULTS = {Result.ADVERSE: State.ADVERSE, Result.UNAVAILABLE: State.UNAVAILABLE}


def _judge(found: Verification, limit: int | None, decided_on: date, *, ages: bool) -> ElementState:
    element = found.element
    if found.result in _RESULTS:
        return ElementState(element, _RESULTS[found.result])
    if not (found.evidence_sha256 and found.verifier and found.source):
        return ElementState(element, State.NO_EVIDENCE)
    if found.verified_on > decided_on:
        return ElementState(element, State.FUTURE)
    if ages and limit is None:
        return ElementState(element, State.LIMIT_UNKNOWN)
    fresh = last_fresh_day(found.verified_on, limit) if ages and limit is not None else None
    if fresh is not None and fresh < decided_on:
        return ElementState(element, State.STALE, fresh)
    if found.valid_until is not None and found.valid_until < decided_on:
        return ElementState(element, State.EXPIRED, found.valid_until)
    ends = [day for day in (fresh, found.valid_until) if day is not None]
    return ElementState(element, State.READY, min(ends, default=None))


def judge_file(
    requirements: Iterable[Requirement],
    verifications: Iterable[Verification],
    *,
    body: Body,
    terms: Iterable[PolicyTerm],
    decided_on: date,
) -> Readiness:
    """Say of each element asked for whether it may be decided on that day.

    The latest verification of an element not after that day counts. An element whose limit
    nobody confirmed or recorded is ``limit_unknown`` and keeps the file from a decision.
    """
    held = list(verifications)
    term = find_term(terms, body, Term.VERIFICATION_DAYS, decided_on)
    usual = None if term is None else term.value
    states = []
    for each in requirements:
        found = [one for one in held if one.element is each.element]
        limit = each.limit_days if each.limit_days is not None else usual
        if not found:
            states.append(ElementState(each.element, State.MISSING))
            continue
        # Of two of one day the later told counts.
        latest = max(
            reversed(found), key=lambda one: (one.verified_on <= decided_on, one.verified_on)
        )
        states.append(_judge(latest, limit, decided_on, ages=each.ages))
    return Readiness(decided_on, tuple(states))


class Cycle(StrEnum):
    """What a decision on somebody already credentialed is."""

    RECREDENTIALING = "recredentialing"
    LATE = "late"
    INITIAL = "initial"
    UNKNOWN = "unknown"


def judge_cycle(
    credentialed_on: date, decided_on: date, *, body: Body, terms: Iterable[PolicyTerm]
) -> Cycle:
    """Say whether a decision still renews the one before or begins anew.

    Counted to the same day of the month, the stricter reading where a body may count to the
    month. Late is a decision inside the days a body still takes as renewal, scored down.
    """
    held = tuple(terms)
    months = find_term(held, body, Term.CYCLE_MONTHS, decided_on)
    if months is None:
        return Cycle.UNKNOWN
    due = add_months(credentialed_on, months.value)
    if decided_on <= due:
        return Cycle.RECREDENTIALING
    late = find_term(held, body, Term.LATE_DAYS, decided_on)
    if late is None:
        return Cycle.UNKNOWN
    return Cycle.LATE if decided_on <= due + timedelta(late.value) else Cycle.INITIAL

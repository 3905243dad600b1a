"""Finding our claim for what a payer decided; two equal candidates are never guessed between.

A claim is looked for in steps, each only if the one before found nothing:

1. our control number, as we sent it, confirmed by at least one other thing that agrees;
2. the payer's own claim number, where an earlier answer told it to us;
3. our control number as payers mangle it (case, punctuation, leading zeros, cut off), with the
   charge and the first day of service;
4. member, first day of service, charge and procedures together.

Several candidates in a step are narrowed by payer claim number, then by charge and day; if more
than one remains, the claim stays unmatched.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.claims.model import Procedure
from cleanclaim.remits.model import RemitClaim, RemitLine

# The shortest cut-off control number that still says something.
_SHORTEST_STEM = 6


class CandidateLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of one of our claims, charge in cents."""

    number: int
    procedure: Procedure
    charge_cents: int
    starts_on: date | None = None
    control_number: str = ""


class CandidateClaim(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of our claims as far as matching needs it; ``key`` is ours and opaque here."""

    key: str
    patient_control_number: str
    charge_cents: int
    member_id: str = ""
    starts_on: date | None = None
    lines: tuple[CandidateLine, ...] = ()
    payer_claim_numbers: tuple[str, ...] = ()


class MatchStep(StrEnum):
    """The step that found a claim."""

    CONTROL_NUMBER = "control_number"
    PAYER_CLAIM_NUMBER = "payer_claim_number"
    MANGLED_CONTROL_NUMBER = "mangled_control_number"
    MEMBER_AND_SERVICE = "member_and_service"


class UnmatchedReason(StrEnum):
    """Why no claim was found."""

    NO_CANDIDATE = "no_candidate"
    SEVERAL_CANDIDATES = "several_candidates"
    CONTRADICTED = "contradicted"


class Matched(msgspec.Struct, frozen=True, omit_defaults=True):
    """The claim that was found, how, and our line number for each line of the remit's claim.

    A line that could not be told is None and its money stays at claim level.
    """

    key: str
    how: MatchStep
    lines: tuple[int | None, ...] = ()


class Unmatched(msgspec.Struct, frozen=True, omit_defaults=True):
    """No claim, why, and the candidates a person should look at."""

    reason: UnmatchedReason
    candidates: tuple[str, ...] = ()


_Test = Callable[[RemitClaim, CandidateClaim], bool]


def _plain(number: str) -> str:
    """Strip what payers change in a control number."""
    return "".join(mark for mark in number.upper() if mark.isalnum()).lstrip("0")


def _same_charge(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    return abs(claim.charge_cents) == candidate.charge_cents


def _same_day(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    return claim.first_service_on is not None and claim.first_service_on == candidate.starts_on


def _same_member(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    member = _plain(candidate.member_id)
    return bool(member) and member in {_plain(claim.member_id), _plain(claim.corrected_member_id)}


def _submitted(line: RemitLine) -> Procedure:
    """Give the procedure that we sent, which the payer repeats only where it judged another."""
    return line.submitted_procedure or line.procedure


def _same_codes(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    ours = sorted(line.procedure.code for line in candidate.lines)
    return bool(ours) and ours == sorted(_submitted(line).code for line in claim.lines)


def _shares_code(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    ours = {line.procedure.code for line in candidate.lines}
    return any(_submitted(line).code in ours for line in claim.lines)


def _by_payer_number(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    number = claim.payer_claim_number
    return bool(number) and number in candidate.payer_claim_numbers


def _by_control_number(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    number = claim.patient_control_number
    return bool(number) and number == candidate.patient_control_number


def _by_mangled_number(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    theirs, ours = _plain(claim.patient_control_number), _plain(candidate.patient_control_number)
    cut = len(theirs) >= _SHORTEST_STEM and ours.startswith(theirs)
    same = bool(theirs) and (theirs == ours or cut)
    return same and _same_charge(claim, candidate) and _same_day(claim, candidate)


def _by_service(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    return (
        _same_member(claim, candidate)
        and _same_day(claim, candidate)
        and _same_charge(claim, candidate)
        and _same_codes(claim, candidate)
    )


def _is_confirmed(claim: RemitClaim, candidate: CandidateClaim) -> bool:
    """Tell whether anything beside the control number agrees."""
    tests: tuple[_Test, ...] = (_by_payer_number, _same_charge, _same_member, _shares_code)
    return any(test(claim, candidate) for test in tests)


_STEPS: tuple[tuple[MatchStep, _Test], ...] = (
    (MatchStep.CONTROL_NUMBER, _by_control_number),
    (MatchStep.PAYER_CLAIM_NUMBER, _by_payer_number),
    (MatchStep.MANGLED_CONTROL_NUMBER, _by_mangled_number),
    (MatchStep.MEMBER_AND_SERVICE, _by_service),
)


def _narrow(claim: RemitClaim, found: Sequence[CandidateClaim]) -> Sequence[CandidateClaim]:
    """Keep the better of several candidates, as long as any is left."""
    tests: tuple[_Test, ...] = (_by_payer_number, _same_charge, _same_day)
    for test in tests:
        better = [candidate for candidate in found if test(claim, candidate)]
        found = better or found
    return found


class Agreement(msgspec.Struct, frozen=True):
    """What of a candidate agrees with a decision and what does not, by name, for a person."""

    key: str
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


_COMPARED: tuple[tuple[str, _Test], ...] = (
    ("control number", _by_control_number),
    ("payer's number", _by_payer_number),
    ("day of service", _same_day),
    ("charge", _same_charge),
    ("member id", _same_member),
    ("procedures", _same_codes),
)


def compare_claim(claim: RemitClaim, candidate: CandidateClaim) -> Agreement:
    """Say what of a candidate agrees with a decision."""
    told = [(name, test(claim, candidate)) for name, test in _COMPARED]
    return Agreement(
        candidate.key,
        tuple(name for name, same in told if same),
        tuple(name for name, same in told if not same),
    )


def match_claim(claim: RemitClaim, candidates: Iterable[CandidateClaim]) -> Matched | Unmatched:
    """Find our claim for a decision of the payer among the candidates, or say why not."""
    pool = tuple(candidates)
    contradicted: tuple[str, ...] = ()
    for step, test in _STEPS:
        found: Sequence[CandidateClaim] = [row for row in pool if test(claim, row)]
        if step is MatchStep.CONTROL_NUMBER:
            confirmed = [row for row in found if _is_confirmed(claim, row)]
            contradicted = tuple(row.key for row in found if row not in confirmed)
            found = confirmed
        found = _narrow(claim, found)
        if len(found) == 1:
            return Matched(found[0].key, step, match_lines(claim.lines, found[0].lines))
        if found:
            keys = tuple(row.key for row in found)
            return Unmatched(UnmatchedReason.SEVERAL_CANDIDATES, keys)
    if contradicted:
        return Unmatched(UnmatchedReason.CONTRADICTED, contradicted)
    return Unmatched(UnmatchedReason.NO_CANDIDATE)


_LineTest = Callable[[RemitLine, CandidateLine], bool]


def _same_service(line: RemitLine, ours: CandidateLine) -> bool:
    """Compare code, day and charge; a payer that gives no day is not held to it."""
    return (
        _submitted(line).code == ours.procedure.code
        and line.starts_on in {None, ours.starts_on}
        and abs(line.charge_cents) == ours.charge_cents
    )


def _by_modifiers(line: RemitLine, ours: CandidateLine) -> bool:
    same = sorted(_submitted(line).modifiers) == sorted(ours.procedure.modifiers)
    return same and _same_service(line, ours)


def _by_dropped_modifiers(line: RemitLine, ours: CandidateLine) -> bool:
    fewer = set(_submitted(line).modifiers) <= set(ours.procedure.modifiers)
    return fewer and _same_service(line, ours)


def match_lines(
    lines: Sequence[RemitLine], candidates: Sequence[CandidateLine]
) -> tuple[int | None, ...]:
    """Give our line number for each line of the remit, None where it cannot be told.

    In steps: our line control number (a payer may split one line over several); code, modifiers,
    day and charge; the same with modifiers dropped by the payer; one line of ours that the payer
    split into several of its code and day, whose charges sum to ours. A line of ours is taken
    once but for a split, and a step takes only what it can tell apart. Lines of ours that the
    payer merged into one cannot be told: its money stays at claim level.
    """
    numbers: list[int | None] = [_by_line_control(line, candidates) for line in lines]
    for test in (_by_modifiers, _by_dropped_modifiers):
        _pair_off(lines, candidates, numbers, test)
    _join_split(lines, candidates, numbers)
    return tuple(numbers)


def _join_split(
    lines: Sequence[RemitLine], candidates: Sequence[CandidateLine], numbers: list[int | None]
) -> None:
    """Give the parts of a split line its number, where only one line of ours can be meant."""
    for ours in [row for row in candidates if row.number not in numbers]:
        alike = [row for row in candidates if row.procedure.code == ours.procedure.code]
        parts = [
            place
            for place, line in enumerate(lines)
            if numbers[place] is None
            and _submitted(line).code == ours.procedure.code
            and line.starts_on in {None, ours.starts_on}
        ]
        whole = sum(abs(lines[place].charge_cents) for place in parts) == ours.charge_cents
        if len(parts) > 1 and len(alike) == 1 and whole:
            for place in parts:
                numbers[place] = ours.number


def _by_line_control(line: RemitLine, candidates: Sequence[CandidateLine]) -> int | None:
    same = [
        row.number
        for row in candidates
        if line.control_number and row.control_number == line.control_number
    ]
    return same[0] if len(same) == 1 else None


def _pair_off(
    lines: Sequence[RemitLine],
    candidates: Sequence[CandidateLine],
    numbers: list[int | None],
    test: _LineTest,
) -> None:
    """Fill in the pairs in which each side has no other choice."""
    free = [row for row in candidates if row.number not in numbers]
    waiting = [place for place, number in enumerate(numbers) if number is None]
    choices = {place: [row for row in free if test(lines[place], row)] for place in waiting}
    wanted = [row.number for rows in choices.values() for row in rows]
    for place, rows in choices.items():
        if len(rows) == 1 and wanted.count(rows[0].number) == 1:
            numbers[place] = rows[0].number

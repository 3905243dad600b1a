"""What a payer said of each row of a roster, and which rows nobody spoke of."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.rosters.templates import RosterProblem, RosterRow, read_table

_HEADERS = ["row", "npi", "outcome", "reason"]


class Outcome(StrEnum):
    """What a payer said of a row."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PENDING = "pending"


class RowAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to one row, counted from 1."""

    number: int
    provider_npi: str
    outcome: Outcome
    reason: str = ""


class Reconciled(msgspec.Struct, frozen=True):
    """Each row with its answer; ``unanswered`` are the numbers of rows without one."""

    answers: tuple[RowAnswer, ...]
    unanswered: tuple[int, ...]

    @property
    def rejected(self) -> tuple[RowAnswer, ...]:
        """Give the rows that the payer rejected."""
        return tuple(each for each in self.answers if each.outcome is Outcome.REJECTED)


def read_answers(content: bytes) -> tuple[tuple[RowAnswer, ...], tuple[RosterProblem, ...]]:
    """Read an acknowledgement: CSV with row, npi, outcome, reason; none where one row is wrong."""
    lines, problems = read_table(content, ",")
    if problems:
        return (), problems
    if not lines or [cell.strip().lower() for cell in lines[0]] != _HEADERS:
        return (), (RosterProblem(0, "the headers are not those of an answer", _TO_DO),)
    answers = []
    for number, cells in enumerate(lines[1:], 1):
        answer = _read_answer(cells)
        if answer is None:
            problems = (*problems, RosterProblem(number, "the row cannot be read", _TO_DO))
        else:
            answers.append(answer)
    return (() if problems else tuple(answers)), problems


_TO_DO = "give row, npi, outcome (accepted, rejected or pending) and reason"


def _read_answer(cells: Sequence[str]) -> RowAnswer | None:
    if len(cells) != len(_HEADERS):
        return None
    number, npi, outcome, reason = (cell.strip() for cell in cells)
    if not (number.isascii() and number.isdecimal()) or outcome.lower() not in set(Outcome):
        return None
    return RowAnswer(int(number), npi, Outcome(outcome.lower()), reason)


def reconcile(
    rows: Sequence[RosterRow], answers: Iterable[RowAnswer]
) -> tuple[Reconciled, tuple[RosterProblem, ...]]:
    """Put answers to the rows they speak of; one about another provider or twice is a problem."""
    held: dict[int, RowAnswer] = {}
    problems: list[RosterProblem] = []
    for answer in answers:
        wrong = _mismatch(rows, held, answer)
        if wrong:
            problems.append(RosterProblem(answer.number, wrong, "ask the payer which row it means"))
        else:
            held[answer.number] = answer
    silent = tuple(number for number in range(1, len(rows) + 1) if number not in held)
    return Reconciled(tuple(held[number] for number in sorted(held)), silent), tuple(problems)


def _mismatch(rows: Sequence[RosterRow], held: Mapping[int, RowAnswer], answer: RowAnswer) -> str:
    if not 1 <= answer.number <= len(rows):
        return "the roster has no such row"
    if rows[answer.number - 1].provider_npi != answer.provider_npi:
        return "the row is about another provider"
    return "the row is answered twice" if answer.number in held else ""

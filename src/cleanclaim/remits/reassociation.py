"""Which bank line is which payment: by trace number and amount, else by amount and day alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from cleanclaim.kernel.spans import Span
from cleanclaim.remits.bank_files import StatementLine

_SATURDAY = 5


class DateWindow(msgspec.Struct, frozen=True):
    """How many business days the money may be before or after the payment's day."""

    before: int
    after: int
    span: Span
    source: str
    confidence: str


WINDOWS: tuple[DateWindow, ...] = (
    DateWindow(
        3,
        3,
        Span(date(2014, 1, 1)),
        "CAQH CORE payment and remittance (EFT/ERA re-association): released within three"
        " business days of each other",
        "read in a summary, not in the rule's own text",
    ),
)


class ExpectedPayment(msgspec.Struct, frozen=True):
    """A posted remittance whose money the bank has not confirmed; ``cents`` are in clearing."""

    key: int
    trace_number: str
    cents: int
    paid_on: date
    originating_company: str = ""


class Told(StrEnum):
    """By what a line was matched."""

    TRACE = "trace"
    AMOUNT_AND_DAY = "amount_and_day"


class Unbanked(StrEnum):
    """Why a line has no payment."""

    NO_PAYMENT = "no remittance of this amount"
    OTHER_AMOUNT = "the remittance of this trace number has another amount"
    SEVERAL = "several remittances could be meant"


class Association(msgspec.Struct, frozen=True):
    """What was found for a line: a payment and how, or the reason why none was."""

    payment: int | None = None
    how: Told | None = None
    reason: Unbanked | None = None


def _plain(number: str) -> str:
    return "".join(mark for mark in number.upper() if mark.isalnum()).lstrip("0")


def business_days_between(first: date, second: date) -> int:
    """Count the business days from one day to another, negative backwards; holidays count."""
    step = 1 if second >= first else -1
    days, count = first, 0
    while days != second:
        days += timedelta(step)
        count += step if days.weekday() < _SATURDAY else 0
    return count


def _in_window(line: StatementLine, payment: ExpectedPayment) -> bool:
    window = next((row for row in WINDOWS if payment.paid_on in row.span), None)
    if window is None or abs((line.posted_on - payment.paid_on).days) > 31:
        return False
    days = business_days_between(payment.paid_on, line.posted_on)
    return -window.before <= days <= window.after


def associate(
    lines: Mapping[int, StatementLine], payments: Sequence[ExpectedPayment]
) -> dict[int, Association]:
    """Find the payment of each line by its key; a payment and a line are taken once.

    First by trace number and amount; then by amount and day, where each side has no other choice.
    Two equal candidates are never guessed between.
    """
    found: dict[int, Association] = {}
    taken: set[int] = set()
    for key, line in lines.items():
        answer = _by_trace(line, [p for p in payments if p.key not in taken])
        if answer is not None:
            found[key] = answer
            taken |= {answer.payment} - {None}  # type: ignore[arg-type]
    rest = [payment for payment in payments if payment.key not in taken]
    choices = {
        key: [p for p in rest if p.cents == line.cents and _in_window(line, p)]
        for key, line in lines.items()
        if key not in found
    }
    for key, options in choices.items():
        found[key] = _by_amount(options, choices.values())
    return found


def _by_trace(line: StatementLine, payments: Iterable[ExpectedPayment]) -> Association | None:
    """Match by trace; None where the line names no trace that we expect."""
    told = _plain(line.reference)
    same = [p for p in payments if told and _plain(p.trace_number) == told]
    exact = [p for p in same if p.cents == line.cents]
    if len(exact) == 1:
        return Association(exact[0].key, Told.TRACE)
    if exact:
        return Association(reason=Unbanked.SEVERAL)
    return Association(reason=Unbanked.OTHER_AMOUNT) if same else None


def _by_amount(
    options: Sequence[ExpectedPayment], every: Iterable[Sequence[ExpectedPayment]]
) -> Association:
    if not options:
        return Association(reason=Unbanked.NO_PAYMENT)
    rivals = sum(options[0] in other for other in every)
    if len(options) > 1 or rivals > 1:
        return Association(reason=Unbanked.SEVERAL)
    return Association(options[0].key, Told.AMOUNT_AND_DAY)

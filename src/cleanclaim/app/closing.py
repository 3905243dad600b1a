"""Closing a month of the books, and reopening it with a reason."""

from datetime import date, datetime

from django.db import connection

from cleanclaim.app.booking import read_closed_months
from cleanclaim.app.reading.closings import check_month, fingerprint, totals_at
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.periods import last_day, month_of
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.ledger.models import Closing


class MonthNotOverError(CleanclaimError):
    """A month is closed only once it is over."""

    code = "ledger.month_not_over"

    def __init__(self) -> None:
        super().__init__("a month can be closed once it is over")


class MonthStateError(CleanclaimError):
    """The month is closed already, or is not closed."""

    code = "ledger.month_state"


class ReasonMissingError(CleanclaimError):
    """Closing with open points, and reopening, need a reason."""

    code = "ledger.reason_missing"

    def __init__(self) -> None:
        super().__init__("give a reason; it is kept with the month")


class UnprovenMonthError(CleanclaimError):
    """The books of the month do not prove themselves; it stays open."""

    code = "ledger.unproven"

    def __init__(self, checks: tuple[str, ...]) -> None:
        super().__init__(f"the month cannot be closed: {', '.join(checks)}")


def close_month(
    *, organization: int, actor: Actor, at: datetime, month: date, reason: str = ""
) -> Closing:
    """Close the month a day is in, and with it all before it that was never spoken of.

    What the checklist warns of (suspense, money not matched) needs a reason; what it blocks
    raises UnprovenMonthError. Raises MonthNotOverError, MonthStateError, ReasonMissingError.
    """
    first, reason = month_of(month), reason.strip()
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        _close_alone(organization)
        if work.today <= last_day(first):
            raise MonthNotOverError
        if read_closed_months(organization).holds(first):
            msg = "the month is closed already"
            raise MonthStateError(msg)
        checks = check_month(organization, first)
        blocking = tuple(check.title for check in checks if check.blocks)
        if blocking:
            raise UnprovenMonthError(blocking)
        if not reason and any(check.warns for check in checks):
            raise ReasonMissingError
        return _speak(work, first, "closed", reason or "nothing open")


def reopen_month(
    *, organization: int, actor: Actor, at: datetime, month: date, reason: str
) -> Closing:
    """Reopen a closed month for a reason; it takes entries until it is closed again.

    Raises MonthStateError and ReasonMissingError.
    """
    if not reason.strip():
        raise ReasonMissingError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        _close_alone(organization)
        if not read_closed_months(organization).holds(month):
            msg = "the month is not closed"
            raise MonthStateError(msg)
        return _speak(work, month_of(month), "reopened", reason.strip())


def _close_alone(organization: int) -> None:
    """Wait until nobody is booking; the lock that every writer of entries shares."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('ledger_month', %s))", [organization]
        )


def _speak(work: UnitOfWork, month: date, action: str, reason: str) -> Closing:
    entries, digest = fingerprint(work.organization, month)
    word = Closing.objects.create(
        organization_id=work.organization,
        month=month,
        action=action,
        reason=reason[:200],
        actor=work.actor.name[:120],
        at=work.at,
        entries=entries,
        digest=digest,
        totals=totals_at(work.organization, last_day(month)),
    )
    work.tell(f"month.{action}", ("closing", word.pk), month=f"{month:%Y-%m}", entries=entries)
    return word

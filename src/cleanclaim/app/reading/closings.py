"""The checklist of a month, what was closed and reopened, and the proof that nothing changed."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from cleanclaim.app.booking import read_closed_months
from cleanclaim.app.reading.reports import REPORTS, Asked, recompute_figures, sum_figures
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.ledger.periods import digest_month, last_day, month_of
from cleanclaim.store.ledger.models import Closing, Entry, Posting
from cleanclaim.store.remits.models import RemitRecord

# Beyond this many entries the checklist leaves the second computation to the command line.
PROVED_MAX = 50_000


class Check(msgspec.Struct, frozen=True):
    """One point of the checklist: how many, how much, and whether it blocks or warns.

    ``report`` is where its figures are; ``unknown`` tells that it was not looked at.
    """

    name: str
    title: str
    count: int
    cents: int = 0
    severity: str = "warn"
    report: str = ""
    unknown: bool = False

    @property
    def blocks(self) -> bool:
        """Tell whether the month must stay open for it."""
        return self.severity == "block" and self.count > 0

    @property
    def warns(self) -> bool:
        """Tell whether closing needs a reason for it."""
        return not self.blocks and (self.count > 0 or self.unknown)


class MonthView(msgspec.Struct, frozen=True):
    """One month: its entries, whether it is closed, and whether it is as it was closed."""

    month: date
    entries: int
    closed: bool
    words: tuple["Word", ...] = ()
    changed: bool = False


class Word(msgspec.Struct, frozen=True):
    """One closing or reopening."""

    action: str
    reason: str
    actor: str
    at: datetime
    entries: int


def check_month(organization: int, month: date) -> tuple[Check, ...]:
    """Go through what should be looked at before a month is closed."""
    end = last_day(month)
    return (
        _earlier_open(organization, month),
        *(_held(organization, end, *row) for row in _HELD),
        _quarantined(organization, end),
        _unbalanced_days(organization, end),
        _unproven_reports(organization, end),
    )


_HELD = (
    (AccountKind.SUSPENSE, "money in suspense", "suspense"),
    (AccountKind.CASH_CLEARING, "cash that no bank line confirms", "clearing"),
    (AccountKind.UNAPPLIED, "patients' money not used", "credits"),
    (AccountKind.REFUNDS_PAYABLE, "refunds not paid", "credits"),
)


def _earlier_open(organization: int, month: date) -> Check:
    """Count the months before it that hold entries and are open."""
    closed = read_closed_months(organization)
    rows = Entry.objects.of(organization).filter(on__lt=month_of(month))
    reopened = {first for first in rows.dates("on", "month") if closed.spoken.get(first) is False}
    return Check("reopened", "earlier months reopened and not closed again", len(reopened))


def _held(organization: int, end: date, kind: AccountKind, title: str, report: str) -> Check:
    rows = Posting.objects.of(organization).filter(account__kind=kind.value, entry__on__lte=end)
    sums = rows.values("account").annotate(cents=Sum("cents")).exclude(cents=0)
    found = sums.aggregate(count=Count("account"), total=Sum("cents"))
    return Check(kind.value, title, found["count"], int(found["total"] or 0), report=report)


def _quarantined(organization: int, end: date) -> Check:
    rows = RemitRecord.objects.of(organization).filter(status="quarantined", paid_on__lte=end)
    found = rows.aggregate(count=Count("pk"), total=Sum("paid_cents"))
    return Check(
        "quarantined", "payments that failed a gate", found["count"], int(found["total"] or 0)
    )


def _unbalanced_days(organization: int, end: date) -> Check:
    """Count the days whose debits and credits differ; the database lets none come to be."""
    rows = Posting.objects.of(organization).filter(entry__on__lte=end).values("entry__on")
    days = rows.annotate(cents=Sum("cents")).exclude(cents=0)
    return Check("unbalanced", "days whose debits and credits differ", days.count(), 0, "block")


def _unproven_reports(organization: int, end: date) -> Check:
    """Count the reports that a second computation does not bear out."""
    title = "reports that two computations do not agree on"
    if Entry.objects.of(organization).filter(on__lte=end).count() > PROVED_MAX:
        return Check("unproven", f"{title} (too many entries to prove here)", 0, unknown=True)
    return Check("unproven", title, len(unproven_reports(organization, end)), 0, "block")


def unproven_reports(organization: int, day: date) -> tuple[str, ...]:
    """Name the reports of a day whose two computations differ by a cent or more."""
    asked = Asked.on(day)
    return tuple(
        name
        for name in REPORTS
        if sum_figures(organization, name, asked) != recompute_figures(organization, name, asked)
    )


def list_months(organization: int) -> tuple[MonthView, ...]:
    """Give every month that holds entries or was spoken of, the latest first."""
    counted = _entries_by_month(organization)
    words: dict[date, list[Closing]] = {}
    for word in Closing.objects.of(organization).order_by("pk"):
        words.setdefault(word.month, []).append(word)
    closed = read_closed_months(organization)
    return tuple(
        MonthView(
            month,
            counted.get(month, 0),
            closed.holds(month),
            tuple(Word(w.action, w.reason, w.actor, w.at, w.entries) for w in words.get(month, ())),
            _changed(organization, words.get(month, [])),
        )
        for month in sorted({*counted, *words}, reverse=True)
    )


def _entries_by_month(organization: int) -> Mapping[date, int]:
    rows = Entry.objects.of(organization).annotate(month=TruncMonth("on")).order_by("month")
    return dict(rows.values_list("month").annotate(count=Count("pk")))


def _changed(organization: int, words: list[Closing]) -> bool:
    """Tell whether a closed month's entries are no longer those that it was closed with."""
    if not words or words[-1].action != "closed":
        return False
    last = words[-1]
    return fingerprint(organization, last.month) != (last.entries, last.digest)


def fingerprint(organization: int, month: date) -> tuple[int, str]:
    """Count and hash the entries of a month as they stand."""
    rows = Entry.objects.of(organization).filter(on__range=(month_of(month), last_day(month)))
    listed = rows.order_by("transfer_id").values_list("transfer_id", "digest")
    return digest_month(listed.iterator(chunk_size=5_000))


def totals_at(organization: int, day: date) -> Mapping[str, int]:
    """Give the balance of each kind of account at the end of a day, in cents."""
    rows = Posting.objects.of(organization).filter(entry__on__lte=day)
    sums = rows.values_list("account__kind").annotate(cents=Sum("cents")).order_by("account__kind")
    return {kind: int(cents) for kind, cents in sums if cents}

"""The bank's side and ours: lines without a remittance, remittances without a line, by age."""

from datetime import date

import msgspec

from cleanclaim.app.banking import OPEN, expected_payments
from cleanclaim.store.bank.models import BankLine, BankMatch
from cleanclaim.store.remits.models import RemitRecord

_LATEST = 50


class OpenLine(msgspec.Struct, frozen=True):
    """A bank line that no remittance explains yet, and why."""

    id: int
    account: str
    posted_on: date
    cents: int
    reference: str
    reason: str
    days: int


class OpenPayment(msgspec.Struct, frozen=True):
    """A posted remittance whose money the bank has not shown yet."""

    id: int
    payer: str
    trace_number: str
    method: str
    paid_on: date
    cents: int
    days: int


class MatchedLine(msgspec.Struct, frozen=True):
    """A bank line with the remittance that it confirms, and by what it was told."""

    id: int
    posted_on: date
    cents: int
    remit: int
    trace_number: str
    how: str


class BankView(msgspec.Struct, frozen=True):
    """Both sides, the oldest first, and the latest matches."""

    lines: tuple[OpenLine, ...]
    payments: tuple[OpenPayment, ...]
    matched: tuple[MatchedLine, ...]

    @property
    def line_cents(self) -> int:
        """Sum the lines without a remittance."""
        return sum(line.cents for line in self.lines)

    @property
    def payment_cents(self) -> int:
        """Sum the remittances without a line."""
        return sum(payment.cents for payment in self.payments)


def read_bank(organization: int, on: date) -> BankView:
    """Give what the bank and the remittances do not confirm of each other."""
    rows = BankLine.objects.of(organization).filter(status=OPEN).order_by("posted_on", "pk")
    lines = tuple(
        OpenLine(
            row.pk,
            row.account,
            row.posted_on,
            row.cents,
            row.reference,
            row.reason,
            (on - row.posted_on).days,
        )
        for row in rows
    )
    return BankView(lines, _payments(organization, on), _matched(organization))


def _payments(organization: int, on: date) -> tuple[OpenPayment, ...]:
    expected = {payment.key: payment for payment in expected_payments(organization)}
    rows = RemitRecord.objects.of(organization).filter(pk__any_of=list(expected))
    return tuple(
        OpenPayment(
            row.pk,
            row.payer.name if row.payer else "unknown payer",
            row.trace_number,
            row.method,
            row.paid_on,
            expected[row.pk].cents,
            (on - row.paid_on).days,
        )
        for row in rows.select_related("payer").defer("content").order_by("paid_on", "pk")
    )


def _matched(organization: int) -> tuple[MatchedLine, ...]:
    rows = BankMatch.objects.of(organization).select_related("line", "remit").order_by("-pk")
    return tuple(
        MatchedLine(
            row.line_id,
            row.line.posted_on,
            row.line.cents,
            row.remit_id,
            row.remit.trace_number,
            row.how,
        )
        for row in rows[:_LATEST]
    )

"""What was done: the day sheet, net collection by month, deposits, and the trial balance.

Every transfer counts in exactly one column (``activity_of``), so the columns of a day hold all
that was entered on it.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from cleanclaim.ledger.accounts import RECEIVABLES, AccountKey, AccountKind, LinkKind, Transfer
from cleanclaim.ledger.figures import Booked, Figures, Part

CASH = frozenset(
    {
        AccountKind.CASH_CLEARING,
        AccountKind.BANK,
        AccountKind.SUSPENSE,
        AccountKind.PAYER_RECOUP,
        AccountKind.REFUNDS_PAYABLE,
        AccountKind.UNAPPLIED,
    }
)
ADJUSTING = frozenset(
    {
        AccountKind.CONTRACTUAL,
        AccountKind.WRITE_OFF,
        AccountKind.SEQUESTRATION,
        AccountKind.WITHHOLD,
    }
)


class Activity(StrEnum):
    """What a transfer is to the office; each one is exactly one of these."""

    CHARGES = "charges"
    PAYMENTS = "payments"
    ADJUSTMENTS = "adjustments"
    MOVED = "moved"
    HELD = "held"
    DEPOSITED = "deposited"
    REFUNDED = "refunded"
    OTHER = "other"


def activity_of(transfer: Transfer) -> tuple[Activity, int]:
    """Tell what a transfer is and how much of it, in signed cents.

    Charges raise a receivable; payments and adjustments lower it; held money came in without
    lowering one (suspense, credits, interest, recoupments); a deposit reaches the bank and a
    refund leaves it. What moves between receivables, and what is none of these, is counted as
    it stands.
    """
    debit, credit = transfer.debit.kind, transfer.credit.kind
    if debit in RECEIVABLES and credit in RECEIVABLES:
        return Activity.MOVED, transfer.cents
    if debit in RECEIVABLES:
        kind, sign = _beside_receivable(credit)
        return kind, -sign * transfer.cents
    if credit in RECEIVABLES:
        kind, sign = _beside_receivable(debit)
        return kind, sign * transfer.cents
    return _without_receivable(debit, credit, transfer.cents)


def _beside_receivable(other: AccountKind) -> tuple[Activity, int]:
    """Name what stands against a receivable; the sign is of lowering the receivable."""
    if other is AccountKind.REVENUE:
        return Activity.CHARGES, -1
    if other in CASH:
        return Activity.PAYMENTS, 1
    return (Activity.ADJUSTMENTS if other in ADJUSTING else Activity.OTHER), 1


def _without_receivable(
    debit: AccountKind, credit: AccountKind, cents: int
) -> tuple[Activity, int]:
    pair = {debit, credit}
    if AccountKind.BANK in pair and AccountKind.CASH_CLEARING in pair:
        return Activity.DEPOSITED, cents if debit is AccountKind.BANK else -cents
    if AccountKind.BANK in pair:
        return Activity.REFUNDED, cents if credit is AccountKind.BANK else -cents
    if AccountKind.CASH_CLEARING in pair and debit is not credit:
        return Activity.HELD, cents if debit is AccountKind.CASH_CLEARING else -cents
    return Activity.OTHER, cents


def batch_of(transfer: Transfer) -> str:
    """Name the batch: the remittance or receipt whose cash moved, else the one it names, or ""."""
    for side in (transfer.debit, transfer.credit):
        if side.kind is AccountKind.CASH_CLEARING:
            return side.reference
    return transfer.link(LinkKind.REMIT)


def list_day(booked: Iterable[Booked], *, as_of: date) -> tuple[Part, ...]:
    """Give the day sheet: what was entered on a day, by who entered it and by batch."""
    parts = []
    for each in booked:
        if each.recorded_on == as_of:
            activity, cents = activity_of(each.transfer)
            row = f"{each.actor}|{batch_of(each.transfer)}"
            parts.append(Part(row, activity.value, each.entry, cents))
    return tuple(parts)


def list_collections(booked: Iterable[Booked], *, as_of: date, starts_on: date) -> tuple[Part, ...]:
    """Give charges, payments and adjustments by month of their business day (``YYYY-MM``).

    Contractual adjustments stand apart, for net collection leaves them out of what could have
    been collected (``net_collection``).
    """
    parts = []
    for each in booked:
        transfer = each.transfer
        activity, cents = activity_of(transfer)
        if activity not in _COLLECTED or not starts_on <= transfer.on <= as_of:
            continue
        column = activity.value
        if AccountKind.CONTRACTUAL in {transfer.debit.kind, transfer.credit.kind}:
            column = "contractual"
        parts.append(Part(f"{transfer.on:%Y-%m}", column, each.entry, cents))
    return tuple(parts)


_COLLECTED = frozenset({Activity.CHARGES, Activity.PAYMENTS, Activity.ADJUSTMENTS})


def net_collection(figures: Figures, row: str | None = None) -> float | None:
    """Give payments as a share of charges less contractual adjustments, of a row or of all.

    None where nothing could have been collected.
    """
    sums = {
        column: sum(c for (r, k), c in figures.items() if k == column and row in {None, r})
        for column in ("charges", "payments", "contractual")
    }
    possible = sums["charges"] - sums["contractual"]
    return sums["payments"] / possible if possible > 0 else None


def list_deposits(booked: Iterable[Booked], *, as_of: date, starts_on: date) -> tuple[Part, ...]:
    """Give what reached the bank and what left it, by business day and bank reference."""
    parts = []
    for each in booked:
        transfer = each.transfer
        activity, cents = activity_of(transfer)
        bank = _bank_side(transfer)
        if bank is not None and starts_on <= transfer.on <= as_of:
            row = f"{transfer.on.isoformat()}|{bank.reference}"
            parts.append(Part(row, activity.value, each.entry, cents))
    return tuple(parts)


def _bank_side(transfer: Transfer) -> AccountKey | None:
    sides = (transfer.debit, transfer.credit)
    return next((side for side in sides if side.kind is AccountKind.BANK), None)


def try_balance(booked: Iterable[Booked], *, as_of: date) -> tuple[Part, ...]:
    """Give debits and credits by kind of account; both columns have one total."""
    parts: list[Part] = []
    for each in booked:
        transfer = each.transfer
        if transfer.on <= as_of:
            sides = ((transfer.debit, "debits"), (transfer.credit, "credits"))
            parts.extend(Part(k.kind.value, c, each.entry, transfer.cents) for k, c in sides)
    return tuple(parts)

"""Accounts and transfers: one debit, one credit, one positive number of cents."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

import msgspec


class AccountKind(StrEnum):
    """What an account stands for; the chart of the receivables of a practice."""

    BANK = "bank"
    CASH_CLEARING = "cash_clearing"
    AR_UNBILLED = "ar_unbilled"
    AR_INSURANCE = "ar_insurance"
    AR_PATIENT = "ar_patient"
    REVENUE = "revenue"
    CONTRACTUAL = "contractual"
    WRITE_OFF = "write_off"
    SEQUESTRATION = "sequestration"
    WITHHOLD = "withhold"
    INTEREST = "interest"
    CAPITATION = "capitation"
    PAYER_RECOUP = "payer_recoup"
    UNAPPLIED = "unapplied"
    REFUNDS_PAYABLE = "refunds_payable"
    SUSPENSE = "suspense"
    CARD_FEES = "card_fees"


RECEIVABLES = frozenset({AccountKind.AR_UNBILLED, AccountKind.AR_INSURANCE, AccountKind.AR_PATIENT})
# A claim's receivable may not fall below zero: what is too much goes to an account that says so.
DEBIT_FLOOR = RECEIVABLES
# Nor may more leave these than came in.
CREDIT_FLOOR = frozenset({AccountKind.UNAPPLIED, AccountKind.REFUNDS_PAYABLE, AccountKind.SUSPENSE})


class AccountKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """One account: its kind and whom, what claim or what document it is about.

    ``payer``, ``patient`` and ``claim`` are our own keys; ``reference`` is a remit, a receipt,
    a write-off reason or a payer's reference, by kind.
    """

    kind: AccountKind
    payer: str = ""
    patient: str = ""
    claim: str = ""
    reference: str = ""


class LinkKind(StrEnum):
    """What a transfer points at."""

    REMIT = "remit"
    CLAIM_EVENT = "claim_event"
    LINE = "line"
    REVERSES = "reverses"
    RECEIPT = "receipt"
    APPROVER = "approver"
    CORRELATION = "correlation"
    # The day it would have counted on, had its month not been closed (an ISO date).
    BUSINESS_DAY = "business_day"


class Link(msgspec.Struct, frozen=True):
    """A pointer from a transfer to what it came from."""

    kind: LinkKind
    target: str


class Transfer(msgspec.Struct, frozen=True, omit_defaults=True):
    """``cents`` (always positive) moved from ``credit`` to ``debit`` on a business day.

    ``id`` is derived from what happened (``transfer_id``), so the same event posts once
    however often it is tried.
    """

    id: str
    debit: AccountKey
    credit: AccountKey
    cents: int
    reason: str
    on: date
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no movement of money."""
        if self.cents <= 0:
            msg = "a transfer moves a positive number of cents"
            raise ValueError(msg)
        if self.debit == self.credit:
            msg = "a transfer moves money between two accounts"
            raise ValueError(msg)

    def link(self, kind: LinkKind) -> str:
        """Give the first target of a kind, "" where there is none."""
        return next((link.target for link in self.links if link.kind is kind), "")


def transfer_id(*parts: str | int) -> str:
    """Derive an id (64 hexadecimal digits) from what happened; the same parts, the same id."""
    texts = [str(part).encode() for part in parts]
    return hashlib.sha256(b"".join([b"%d:%b" % (len(text), text) for text in texts])).hexdigest()


def balances(transfers: Iterable[Transfer]) -> Mapping[AccountKey, int]:
    """Sum debits minus credits by account, in cents; the values sum to zero."""
    totals: dict[AccountKey, int] = {}
    for transfer in transfers:
        totals[transfer.debit] = totals.get(transfer.debit, 0) + transfer.cents
        totals[transfer.credit] = totals.get(transfer.credit, 0) - transfer.cents
    return totals


def totals_by_kind(transfers: Iterable[Transfer]) -> Mapping[AccountKind, int]:
    """Sum debits minus credits by kind of account, in cents."""
    totals: dict[AccountKind, int] = {}
    for account, cents in balances(transfers).items():
        totals[account.kind] = totals.get(account.kind, 0) + cents
    return totals


def reverse(transfer: Transfer, *, reason: str, on: date) -> Transfer:
    """Undo a transfer by its mirror image; a transfer can be reversed once, by its own id.

    A reversal is a transfer too, so it can itself be reversed.
    """
    return Transfer(
        id=transfer_id("reverse", transfer.id),
        debit=transfer.credit,
        credit=transfer.debit,
        cents=transfer.cents,
        reason=reason,
        on=on,
        links=(Link(LinkKind.REVERSES, transfer.id), *transfer.links),
    )

"""Writing transfers to the ledger: what exists is success, what contradicts stops everything."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec
from django.db.models import Sum

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKey, AccountKind, LinkKind, Transfer
from cleanclaim.ledger.periods import ClosedMonths, closed_months
from cleanclaim.store.bulk import insert_rows
from cleanclaim.store.ledger.models import Account, Closing, Entry, Posting

_encoder = msgspec.json.Encoder(order="deterministic")


class LedgerConflictError(CleanclaimError):
    """An entry with this id but other content stands in the ledger; nothing was booked."""

    code = "ledger.conflict"

    def __init__(self, transfers: Sequence[str]) -> None:
        super().__init__(f"{len(transfers)} entries contradict what the ledger already holds")
        self.transfers = tuple(transfers)


class ClosedMonthError(CleanclaimError):
    """The month of an entry is closed, and so is today's; nothing was booked."""

    code = "ledger.closed_month"

    def __init__(self) -> None:
        super().__init__("the present month of the ledger is closed; reopen it first")


def read_closed_months(organization: int) -> ClosedMonths:
    """Give which months of the books are closed."""
    rows = Closing.objects.of(organization).order_by("pk").values_list("month", "action")
    return closed_months((month, action == "closed") for month, action in rows)


def book(transfers: Iterable[Transfer], *, organization: int, at: datetime) -> int:
    """Book the transfers in the open transaction and give how many were new.

    What belongs to a closed month counts today and names its own day. Raises
    LedgerConflictError where an id is known with other content, ClosedMonthError where today's
    month is closed too.
    """
    wanted: dict[str, Transfer] = {}
    for transfer in transfers:
        if wanted.setdefault(transfer.id, transfer) != transfer:
            raise LedgerConflictError([transfer.id])
    if not wanted:
        return 0
    closed = read_closed_months(organization)
    rows = [_entry_row(transfer, organization, at, closed) for transfer in wanted.values()]
    entries = dict(
        insert_rows(Entry, _ENTRY, rows, returning=("transfer_id", "id"), skip_existing=True)
    )
    _refuse_contradictions([wanted[key] for key in wanted if key not in entries], organization)
    new = [wanted[key] for key in entries]
    accounts = _open_accounts(new, organization)
    insert_rows(Posting, _POSTING, _posting_rows(new, entries, accounts, organization))
    return len(new)


_ENTRY = (
    "organization_id",
    "transfer_id",
    "digest",
    "reason",
    "on",
    "recorded_at",
    "links",
    "reverses_id",
)
_ACCOUNT = (
    "organization_id",
    "key",
    "kind",
    "payer_id",
    "patient_id",
    "claim_id",
    "reference",
)
_POSTING = ("organization_id", "entry_id", "account_id", "cents")


def _digest(transfer: Transfer) -> str:
    return hashlib.sha256(_encoder.encode(transfer)).hexdigest()


def _entry_row(
    transfer: Transfer, organization: int, at: datetime, closed: ClosedMonths
) -> tuple[object, ...]:
    links = {link.kind.value: link.target for link in transfer.links}
    day = _day_of(transfer, at.date(), closed)
    if day != transfer.on:
        links[LinkKind.BUSINESS_DAY.value] = transfer.on.isoformat()
    return (
        organization,
        transfer.id,
        _digest(transfer),
        transfer.reason,
        day,
        at,
        _encoder.encode(links).decode(),
        transfer.link(LinkKind.REVERSES),
    )


def _day_of(transfer: Transfer, today: date, closed: ClosedMonths) -> date:
    """Give the day an entry counts on; its id and digest keep to its own day, so it posts once."""
    day = closed.day_for(transfer.on, today)
    if closed.holds(day):
        raise ClosedMonthError
    return day


def _refuse_contradictions(known: Sequence[Transfer], organization: int) -> None:
    digests = dict(
        Entry.objects.of(organization)
        .filter(transfer_id__any_of=[transfer.id for transfer in known])
        .values_list("transfer_id", "digest")
    )
    others = [t.id for t in known if digests.get(t.id) != _digest(t)]
    if others:
        raise LedgerConflictError(others)


def account_key(key: AccountKey) -> str:
    """Write an account as the text that is unique in an organization."""
    # A StrEnum joins as its value, and asking for the value takes longer than the rest.
    return "|".join((key.kind, key.payer, key.patient, key.claim, key.reference))


def _open_accounts(transfers: Sequence[Transfer], organization: int) -> Mapping[str, int]:
    """Give the ids of every account touched, opening those that are new."""
    keys = {account_key(key): key for t in transfers for key in (t.debit, t.credit)}
    known = _find_accounts(keys, organization)
    new = [
        (
            organization,
            text,
            key.kind.value,
            *(int(part) if part else None for part in (key.payer, key.patient, key.claim)),
            key.reference,
        )
        for text, key in keys.items()
        if text not in known
    ]
    if not new:
        return known
    insert_rows(Account, _ACCOUNT, new, skip_existing=True)
    return _find_accounts(keys, organization)


def _find_accounts(keys: Iterable[str], organization: int) -> Mapping[str, int]:
    rows = Account.objects.of(organization).filter(key__any_of=keys)
    return dict(rows.values_list("key", "id"))


def _posting_rows(
    transfers: Sequence[Transfer],
    entries: Mapping[str, int],
    accounts: Mapping[str, int],
    organization: int,
) -> Iterable[tuple[object, ...]]:
    for transfer in transfers:
        entry = entries[transfer.id]
        yield organization, entry, accounts[account_key(transfer.debit)], transfer.cents
        yield organization, entry, accounts[account_key(transfer.credit)], -transfer.cents


def balance(key: AccountKey, *, organization: int) -> int:
    """Give an account's balance in cents, debits positive; an account never opened holds 0."""
    return _sum(organization, key=account_key(key))


def balance_of_kind(kind: AccountKind, *, organization: int, **links: int) -> int:
    """Give the balance of all accounts of a kind, narrowed by payer_id, patient_id, claim_id."""
    return _sum(organization, kind=kind.value, **links)


def _sum(organization: int, **account: object) -> int:
    rows = Posting.objects.of(organization).filter(
        account__in=Account.objects.of(organization).filter(**account)
    )
    return int(rows.aggregate(cents=Sum("cents"))["cents"] or 0)

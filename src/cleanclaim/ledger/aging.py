"""How old what is open is: receivables from the service or the bill, held money since it is held.

Each open account falls into one bucket by its age on the day of the report, with every entry
that made its balance. Accounts at zero are in no report.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.ledger.accounts import RECEIVABLES, AccountKey, AccountKind
from cleanclaim.ledger.figures import Booked, ClaimFacts, Part

UNKNOWN, UNBILLED = "unknown", "not billed"


class Bucket(msgspec.Struct, frozen=True):
    """A stretch of ages in days, both ends inside; ``to_days`` None has no end."""

    name: str
    from_days: int
    to_days: int | None = None


# The usual buckets of an aging report; a practice may have others.
BUCKETS = (
    Bucket("0-30", 0, 30),
    Bucket("31-60", 31, 60),
    Bucket("61-90", 61, 90),
    Bucket("91-120", 91, 120),
    Bucket("over 120", 121),
)


class Since(StrEnum):
    """From which day an age counts."""

    SERVICE = "service"
    BILLING = "billing"


class Grouping(StrEnum):
    """Whose receivables make a row."""

    PAYER = "payer"
    PATIENT = "patient"
    PROVIDER = "provider"


_KINDS: Mapping[Grouping, frozenset[AccountKind]] = {
    Grouping.PAYER: frozenset({AccountKind.AR_INSURANCE}),
    Grouping.PATIENT: frozenset({AccountKind.AR_PATIENT}),
    Grouping.PROVIDER: RECEIVABLES,
}


class _Open(msgspec.Struct):
    """One account while its entries are read: what they did to it, in order of the day."""

    sides: list[tuple[date, int, int]]

    @property
    def cents(self) -> int:
        return sum(cents for _, _, cents in self.sides)

    @property
    def first_debit_on(self) -> date | None:
        return min((on for on, _, cents in self.sides if cents > 0), default=None)

    @property
    def open_since(self) -> date | None:
        """Give the first day after the last one at whose end nothing was open."""
        balance, since = 0, None
        by_day: dict[date, int] = {}
        for on, _, cents in self.sides:
            by_day[on] = by_day.get(on, 0) + cents
        for on in sorted(by_day):
            since = on if balance == 0 else since
            balance += by_day[on]
        return since


def _open_accounts(
    booked: Iterable[Booked], as_of: date, kinds: Collection[AccountKind]
) -> Mapping[AccountKey, _Open]:
    found: dict[AccountKey, _Open] = {}
    for each in booked:
        transfer = each.transfer
        if transfer.on > as_of:
            continue
        for key, cents in ((transfer.debit, transfer.cents), (transfer.credit, -transfer.cents)):
            if key.kind in kinds:
                sides = found.setdefault(key, _Open([])).sides
                sides.append((transfer.on, each.entry, cents))
    return {key: account for key, account in found.items() if account.cents}


def bucket_of(since: date | None, as_of: date, buckets: Sequence[Bucket] = BUCKETS) -> str:
    """Name the bucket of what is open since a day; what lies ahead of the first counts to it."""
    if since is None:
        return UNKNOWN
    days = max((as_of - since).days, buckets[0].from_days)
    for bucket in buckets:
        if bucket.from_days <= days and (bucket.to_days is None or days <= bucket.to_days):
            return bucket.name
    return UNKNOWN


def age_receivables(
    booked: Iterable[Booked],
    facts: Mapping[str, ClaimFacts],
    *,
    as_of: date,
    grouping: Grouping,
    since: Since = Since.SERVICE,
    buckets: Sequence[Bucket] = BUCKETS,
) -> tuple[Part, ...]:
    """Age what is owed on a day by payer, patient or rendering provider.

    A row is our own key of the payer, patient or provider ("" is none known). From the billing
    an age counts from the first day on which this debtor was asked; what nobody was asked for
    is "not billed". From the service it counts from the claim's first day.
    """
    parts: list[Part] = []
    for key, account in _open_accounts(booked, as_of, _KINDS[grouping]).items():
        known = facts.get(key.claim)
        if since is Since.SERVICE:
            column = bucket_of(known.service_on if known else None, as_of, buckets)
        elif key.kind is AccountKind.AR_UNBILLED:
            column = UNBILLED
        else:
            column = bucket_of(account.first_debit_on, as_of, buckets)
        row = _row(grouping, key, known)
        parts.extend(Part(row, column, entry, cents) for _, entry, cents in account.sides)
    return tuple(parts)


def _row(grouping: Grouping, key: AccountKey, known: ClaimFacts | None) -> str:
    if grouping is Grouping.PAYER:
        return key.payer
    if grouping is Grouping.PATIENT:
        return key.patient
    return known.provider if known else ""


def age_held_money(
    booked: Iterable[Booked],
    *,
    as_of: date,
    kinds: Collection[AccountKind],
    buckets: Sequence[Bucket] = BUCKETS,
) -> tuple[Part, ...]:
    """Age what is held: suspense, credits, cash in clearing, recoupments announced.

    Ages count from the day since which the account was never at zero. Credits count positive,
    but clearing and recoupments, which are debits. A row is the kind with the payer's or
    patient's own key ("suspense:payer-7").
    """
    parts: list[Part] = []
    for key, account in _open_accounts(booked, as_of, kinds).items():
        column = bucket_of(account.open_since, as_of, buckets)
        sign = 1 if key.kind in _DEBITS else -1
        row = f"{key.kind}:{_whose(key)}"
        parts.extend(Part(row, column, entry, sign * cents) for _, entry, cents in account.sides)
    return tuple(parts)


def _whose(key: AccountKey) -> str:
    if key.payer:
        return f"payer-{key.payer}"
    return f"patient-{key.patient}" if key.patient else ""


_DEBITS = frozenset({AccountKind.CASH_CLEARING, AccountKind.PAYER_RECOUP})

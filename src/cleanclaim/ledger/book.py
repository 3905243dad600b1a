"""A ledger in memory: it appends, recognises what it has, and refuses what cannot be."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from cleanclaim.ledger.accounts import CREDIT_FLOOR, DEBIT_FLOOR, AccountKey, LinkKind, Transfer


class Outcome(StrEnum):
    """What became of an attempt to append."""

    APPENDED = "appended"
    EXISTS = "exists"
    CONFLICT = "conflict"
    REFUSED = "refused"


class Appended(msgspec.Struct, frozen=True, omit_defaults=True):
    """The outcome, the ids newly in the book, and those that conflict or break a floor."""

    outcome: Outcome
    ids: tuple[str, ...] = ()
    offending: tuple[str, ...] = ()
    reason: str = ""


def breaks_floor(account: AccountKey, balance_cents: int) -> bool:
    """Tell whether a balance (debits minus credits) is on the wrong side of zero.

    A claim's receivable below zero would hide a credit balance; suspense, unapplied money and
    refunds above zero would give out money that never came in.
    """
    if account.kind in DEBIT_FLOOR:
        return balance_cents < 0
    return account.kind in CREDIT_FLOOR and balance_cents > 0


class Book:
    """Transfers in the order they were appended; all of a chain or none of it.

    The same transfer again changes nothing; the same id with other content is a conflict for a
    person. A refused id stays refused, so that nothing slips in when a balance changes later.
    """

    def __init__(self, transfers: Iterable[Transfer] = ()) -> None:
        self._transfers: dict[str, Transfer] = {}
        self._balances: dict[AccountKey, int] = {}
        self._refused: set[str] = set()
        self._reversed: dict[str, str] = {}
        # One chain: what was admitted together must be admitted again.
        self.append_all(tuple(transfers))

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """Give every transfer in the order of appending."""
        return tuple(self._transfers.values())

    @property
    def balances(self) -> Mapping[AccountKey, int]:
        """Give debits minus credits by account, in cents."""
        return dict(self._balances)

    def balance(self, account: AccountKey) -> int:
        """Give one account's debits minus credits, in cents; 0 if it was never touched."""
        return self._balances.get(account, 0)

    def append(self, transfer: Transfer) -> Appended:
        """Append one transfer."""
        return self.append_all((transfer,))

    def append_all(self, chain: Sequence[Transfer]) -> Appended:
        """Append a chain as one; floors are judged by the balances at its end."""
        fresh: dict[str, Transfer] = {}
        conflicting = []
        for transfer in chain:
            known = self._transfers.get(transfer.id, fresh.get(transfer.id))
            if known is None:
                fresh[transfer.id] = transfer
            elif known != transfer:
                conflicting.append(transfer.id)
        if conflicting:
            return Appended(
                Outcome.CONFLICT, offending=tuple(conflicting), reason="same id, other content"
            )
        if not fresh:
            return Appended(Outcome.EXISTS)
        return self._admit(fresh)

    def _admit(self, fresh: Mapping[str, Transfer]) -> Appended:
        """Take the new transfers of a chain in, or refuse all of them."""
        reason, offending = self._objection(fresh)
        if reason:
            self._refused.update(fresh)
            return Appended(Outcome.REFUSED, offending=offending, reason=reason)
        for transfer in fresh.values():
            self._post(transfer)
        return Appended(Outcome.APPENDED, ids=tuple(fresh))

    def _objection(self, fresh: Mapping[str, Transfer]) -> tuple[str, tuple[str, ...]]:
        """Say why the new transfers may not enter, and which of them; "" if they may."""
        refused = tuple(id_ for id_ in fresh if id_ in self._refused)
        if refused:
            return "refused before", refused
        twice = self._reversed_twice(fresh.values())
        if twice:
            return "reversed before", twice
        broken = self._broken_floors(fresh.values())
        touching = tuple(t.id for t in fresh.values() if {t.debit, t.credit} & broken)
        return ("an account would pass zero", touching) if broken else ("", ())

    def _reversed_twice(self, fresh: Iterable[Transfer]) -> tuple[str, ...]:
        """Name the transfers that reverse what another one has reversed."""
        seen = dict(self._reversed)
        twice = []
        for transfer in fresh:
            target = transfer.link(LinkKind.REVERSES)
            if target and seen.setdefault(target, transfer.id) != transfer.id:
                twice.append(transfer.id)
        return tuple(twice)

    def _broken_floors(self, fresh: Iterable[Transfer]) -> set[AccountKey]:
        """Name the accounts that the transfers together would push past zero."""
        after: dict[AccountKey, int] = {}
        for transfer in fresh:
            for account, cents in (
                (transfer.debit, transfer.cents),
                (transfer.credit, -transfer.cents),
            ):
                after[account] = after.get(account, self.balance(account)) + cents
        return {account for account, cents in after.items() if breaks_floor(account, cents)}

    def _post(self, transfer: Transfer) -> None:
        self._transfers[transfer.id] = transfer
        self._balances[transfer.debit] = self.balance(transfer.debit) + transfer.cents
        self._balances[transfer.credit] = self.balance(transfer.credit) - transfer.cents
        target = transfer.link(LinkKind.REVERSES)
        if target:
            self._reversed[target] = transfer.id

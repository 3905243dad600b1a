"""What a payer's decision does to the books: allocations turned into transfers."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from cleanclaim.ledger.accounts import (
    AccountKey,
    AccountKind,
    Link,
    LinkKind,
    Transfer,
    transfer_id,
)
from cleanclaim.ledger.entries import (
    Occasion,
    Owed,
    apply_contractual,
    apply_payment,
    apply_sequestration,
    apply_withhold,
    book_interest,
    book_overpayment,
    move_to_patient,
    move_to_payer,
    park_in_suspense,
    take_back,
)
from cleanclaim.remits.adjustment_reasons import PATIENT_KINDS, STANDING_KINDS, AllocationKind
from cleanclaim.remits.allocation import Allocation


class Decision(msgspec.Struct, frozen=True):
    """One decision to be booked: which event, whose money, who is asked next (none: "").

    ``next_payer`` is the key of the payer whose turn comes after this one.
    """

    event_key: str
    owed: Owed
    payer: str
    remit: str
    on: date
    next_payer: str = ""

    def occasion(self, *parts: str | int) -> Occasion:
        """Name one booking of this decision."""
        links = (Link(LinkKind.REMIT, self.remit), Link(LinkKind.CLAIM_EVENT, self.event_key))
        return Occasion((self.event_key, *parts), self.on, links)

    def receivable(self, payer: str) -> AccountKey:
        """Name what a payer owes on the claim."""
        return self.owed.account(AccountKind.AR_INSURANCE, payer=payer)

    @property
    def patient_receivable(self) -> AccountKey:
        """Name what the patient owes on the claim."""
        return self.owed.account(AccountKind.AR_PATIENT)


class Balances:
    """Balances in cents as they stand with the transfers made so far, loaded once."""

    def __init__(self, known: Mapping[AccountKey, int]) -> None:
        self._cents = dict(known)
        self.transfers: list[Transfer] = []

    def __getitem__(self, key: AccountKey) -> int:
        return self._cents.get(key, 0)

    def add(self, transfers: Iterable[Transfer]) -> None:
        """Count transfers in."""
        for transfer in transfers:
            self.transfers.append(transfer)
            self._cents[transfer.debit] = self[transfer.debit] + transfer.cents
            self._cents[transfer.credit] = self[transfer.credit] - transfer.cents


def settle(decision: Decision, allocations: Iterable[Allocation], books: Balances) -> None:
    """Book each allocation of a decision; what stands or only informs moves nothing."""
    for allocation in allocations:
        if allocation.kind not in STANDING_KINDS:
            books.add(_transfers(decision, allocation, books))


def _transfers(decision: Decision, row: Allocation, books: Balances) -> list[Transfer]:
    occasion = decision.occasion(row.kind.value, row.ordinal)
    owed, payer, cents = decision.owed, decision.payer, row.cents
    reason = f"{row.group}-{row.reason}" if row.group else ""
    match row.kind:
        case AllocationKind.PAYMENT:
            return [apply_payment(occasion, cents, owed=owed, payer=payer, remit=decision.remit)]
        case AllocationKind.OVERPAYMENT:
            return [book_overpayment(occasion, cents, owed=owed, payer=payer, remit=decision.remit)]
        case AllocationKind.CONTRACTUAL:
            return [apply_contractual(occasion, cents, owed=owed, payer=payer, reason=reason)]
        case AllocationKind.SEQUESTRATION:
            return [apply_sequestration(occasion, cents, owed=owed, payer=payer, reason=reason)]
        case AllocationKind.WITHHOLD:
            return [apply_withhold(occasion, cents, owed=owed, payer=payer, reason=reason)]
        case kind if kind in PATIENT_KINDS and cents > 0:
            return [_pass_on(decision, occasion, cents, reason)]
        case kind if kind in PATIENT_KINDS:
            return _call_back(decision, row, books, reason)
        case kind:
            msg = f"{kind} does not belong to a claim"
            raise ValueError(msg)


def _pass_on(decision: Decision, occasion: Occasion, cents: int, reason: str) -> Transfer:
    """Let the next payer, or the patient where there is none, owe what this payer left."""
    if decision.next_payer:
        return move_to_payer(
            occasion,
            cents,
            owed=decision.owed,
            payer=decision.payer,
            next_payer=decision.next_payer,
            reason=reason,
        )
    return move_to_patient(occasion, cents, owed=decision.owed, payer=decision.payer, reason=reason)


def _call_back(decision: Decision, row: Allocation, books: Balances, reason: str) -> list[Transfer]:
    """Undo a share that a reversed decision had left to others.

    What the next payer or the patient has paid on it meanwhile is theirs: it becomes a credit
    (refund payable, unapplied), so that no receivable falls below zero.
    """
    wanted = -row.cents
    found: list[Transfer] = []
    payers = [decision.receivable(decision.next_payer)] if decision.next_payer else []
    debtors = [*payers, decision.patient_receivable]
    for place, debtor in enumerate(debtors):
        share = min(wanted, books[debtor])
        if share > 0:
            parts = (row.kind.value, row.ordinal, place)
            found.append(_take_from(decision, debtor, share, parts, reason))
            wanted -= share
    if wanted:
        # It was paid: by the next payer where there is one, else by the patient.
        paid = (row.kind.value, row.ordinal, "paid")
        found.append(_credit(decision, debtors[0], wanted, paid))
        found.append(_take_from(decision, debtors[0], wanted, paid, reason))
    return found


def _credit(
    decision: Decision, debtor: AccountKey, cents: int, parts: tuple[str | int, ...]
) -> Transfer:
    """Turn what was paid on a share that is no more into a credit of who paid it."""
    patient = debtor.kind is AccountKind.AR_PATIENT
    credit = (
        AccountKey(AccountKind.UNAPPLIED, patient=debtor.patient)
        if patient
        else decision.owed.account(AccountKind.REFUNDS_PAYABLE, payer=debtor.payer)
    )
    return _between(decision, "free_payment", debtor, credit, cents, parts)


def _take_from(
    decision: Decision,
    debtor: AccountKey,
    cents: int,
    parts: tuple[str | int, ...],
    reason: str,
) -> Transfer:
    own = decision.receivable(decision.payer)
    return _between(decision, reason or "call_back", own, debtor, cents, parts)


def _between(
    decision: Decision,
    reason: str,
    debit: AccountKey,
    credit: AccountKey,
    cents: int,
    parts: tuple[str | int, ...],
) -> Transfer:
    occasion = decision.occasion(reason, *parts)
    return Transfer(
        id=transfer_id("settle", *occasion.parts),
        debit=debit,
        credit=credit,
        cents=cents,
        reason=reason,
        on=decision.on,
        links=occasion.links,
    )


def settle_provider_level(
    remit: str, payer: str, on: date, allocations: Iterable[Allocation], books: Balances
) -> None:
    """Book what belongs to no claim of the remit, on the payer's own sub-ledger."""
    for row in allocations:
        occasion = Occasion((remit, "provider", row.ordinal), on, (Link(LinkKind.REMIT, remit),))
        if row.kind is AllocationKind.INTEREST:
            books.add(
                [book_interest(occasion, row.cents, payer=payer, remit=remit, reason=row.reason)]
            )
        else:
            books.add(
                [
                    take_back(
                        occasion,
                        -row.cents,
                        payer=payer,
                        remit=remit,
                        reference=row.reference or row.reason,
                        reason=row.reason,
                    )
                ]
            )


def suspend(
    event_key: str, cents: int, *, payer: str, remit: str, on: date, books: Balances
) -> None:
    """Hold the money of a decision that has no claim of ours, under a reference of its own.

    Money taken back for a claim we cannot tell is no money to hold: it stands as a claim on the
    payer's sub-ledger.
    """
    occasion = Occasion((event_key, "suspense"), on, (Link(LinkKind.REMIT, remit),))
    place = {"payer": payer, "remit": remit, "reference": event_key[:16]}
    if cents > 0:
        books.add([park_in_suspense(occasion, cents, **place)])
    elif cents < 0:
        books.add([take_back(occasion, -cents, **place)])

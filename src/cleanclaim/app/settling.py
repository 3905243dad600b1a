"""What a payer's decision does to the books: allocations turned into transfers."""

from collections.abc import Collection, Iterable, Mapping
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
    bill_payer,
    book_interest,
    book_overpayment,
    move_to_patient,
    move_to_payer,
    park_in_suspense,
    record_charge,
    take_back,
)
from cleanclaim.ledger.payer_entries import book_capitation
from cleanclaim.remits.adjustment_reasons import PATIENT_KINDS, STANDING_KINDS, AllocationKind
from cleanclaim.remits.allocation import Allocation


class Decision(msgspec.Struct, frozen=True):
    """One decision to be booked: which event, whose money, who is asked next (none: "").

    ``next_payer`` is the key of the payer whose turn comes after this one; ``is_reversal``
    tells that the payer takes an earlier decision back.
    """

    event_key: str
    owed: Owed
    payer: str
    remit: str
    on: date
    next_payer: str = ""
    is_reversal: bool = False

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
    """Balances in cents as they stand with the transfers made so far, loaded once.

    ``flows`` are the cents that moved so far, by the account credited and the one debited.
    """

    def __init__(
        self,
        known: Mapping[AccountKey, int],
        flows: Mapping[tuple[AccountKey, AccountKey], int] | None = None,
    ) -> None:
        self._cents = dict(known)
        self._flows = dict(flows or {})
        self.transfers: list[Transfer] = []

    def __getitem__(self, key: AccountKey) -> int:
        return self._cents.get(key, 0)

    def add(self, transfers: Iterable[Transfer]) -> None:
        """Count transfers in."""
        for transfer in transfers:
            self.transfers.append(transfer)
            self._cents[transfer.debit] = self[transfer.debit] + transfer.cents
            self._cents[transfer.credit] = self[transfer.credit] - transfer.cents
            way = (transfer.credit, transfer.debit)
            self._flows[way] = self._flows.get(way, 0) + transfer.cents

    def flow(self, source: AccountKey, target: AccountKey) -> int:
        """Give what moved from one account to another, less what came back."""
        return self._flows.get((source, target), 0) - self._flows.get((target, source), 0)

    def targets(self, source: AccountKey, kinds: Collection[AccountKind]) -> list[AccountKey]:
        """Give the accounts of some kinds to which more went from the source than came back."""
        met = dict.fromkeys(
            other
            for way in self._flows
            for here, other in (way, way[::-1])
            if here == source and other.kind in kinds
        )
        return [other for other in met if self.flow(source, other) > 0]


def settle(decision: Decision, allocations: Iterable[Allocation], books: Balances) -> None:
    """Book each allocation of a decision; what stands or only informs moves nothing.

    Shares that are called back come last, for they can only come from where others went.
    """
    moving = [row for row in allocations if row.kind not in STANDING_KINDS]
    for row in sorted(moving, key=lambda row: row.kind in PATIENT_KINDS and row.cents < 0):
        if decision.is_reversal and row.cents < 0:
            _give_back(decision, row, books)
        elif row.kind in PATIENT_KINDS and row.cents < 0:
            _call_back(decision, row, books)
        else:
            books.add(_transfers(decision, row))
            _use_held_credit(decision, row, books)


_ADJUSTMENTS = {
    AllocationKind.CONTRACTUAL: (apply_contractual, AccountKind.CONTRACTUAL),
    AllocationKind.SEQUESTRATION: (apply_sequestration, AccountKind.SEQUESTRATION),
    AllocationKind.WITHHOLD: (apply_withhold, AccountKind.WITHHOLD),
}


def _transfers(decision: Decision, row: Allocation) -> list[Transfer]:
    occasion = decision.occasion(row.kind.value, row.ordinal)
    owed, payer, cents = decision.owed, decision.payer, row.cents
    if row.kind is AllocationKind.PAYMENT:
        return [apply_payment(occasion, cents, owed=owed, payer=payer, remit=decision.remit)]
    if row.kind is AllocationKind.OVERPAYMENT:
        return [book_overpayment(occasion, cents, owed=owed, payer=payer, remit=decision.remit)]
    if row.kind in PATIENT_KINDS:
        return _pass_on(decision, occasion, cents, _reason(row))
    if row.kind in _ADJUSTMENTS:
        enter, _ = _ADJUSTMENTS[row.kind]
        return [enter(occasion, cents, owed=owed, payer=payer, reason=_reason(row))]
    msg = f"{row.kind} does not belong to a claim"
    raise ValueError(msg)


def _reason(row: Allocation) -> str:
    return f"{row.group}-{row.reason}" if row.group else ""


def _pass_on(decision: Decision, occasion: Occasion, cents: int, reason: str) -> list[Transfer]:
    """Let the next payer, or the patient where there is none, owe what this payer left.

    A payer that is its own next one, by a second coverage, goes on owing it: nothing moves.
    """
    owed, payer, next_payer = decision.owed, decision.payer, decision.next_payer
    if next_payer == payer:
        return []
    if next_payer:
        return [
            move_to_payer(
                occasion, cents, owed=owed, payer=payer, next_payer=next_payer, reason=reason
            )
        ]
    return [move_to_patient(occasion, cents, owed=owed, payer=payer, reason=reason)]


def _use_held_credit(decision: Decision, row: Allocation, books: Balances) -> None:
    """Let the next payer's money that is held for this claim pay what it owes on it again."""
    if row.kind not in PATIENT_KINDS or decision.next_payer in {"", decision.payer}:
        return
    credit = decision.owed.account(AccountKind.REFUNDS_PAYABLE, payer=decision.next_payer)
    debtor = decision.receivable(decision.next_payer)
    share = min(row.cents, -books[credit])
    if share > 0:
        parts = (row.kind.value, row.ordinal)
        books.add([_between(decision, "use_credit", credit, debtor, share, parts)])


def _give_back(decision: Decision, row: Allocation, books: Balances) -> None:
    """Undo a part of an earlier decision: never more than was booked of it.

    What the earlier decision stated beyond the open amount was not booked, so it is not undone.
    """
    if row.kind is AllocationKind.PAYMENT:
        _give_back_payment(decision, row, books)
    elif row.kind in PATIENT_KINDS:
        _call_back(decision, row, books)
    elif row.kind in _ADJUSTMENTS:
        kind = _ADJUSTMENTS[row.kind][1]
        booked = max(0, books[decision.owed.account(kind, payer=decision.payer)])
        cents = max(row.cents, -booked)
        if cents:
            books.add(_transfers(decision, msgspec.structs.replace(row, cents=cents)))
    else:
        books.add(_transfers(decision, row))


def _give_back_payment(decision: Decision, row: Allocation, books: Balances) -> None:
    """Take a payment back: first from what is held for the payer, then off the receivable.

    What was never paid here stands as a claim on the payer's sub-ledger.
    """
    owed, payer, remit = decision.owed, decision.payer, decision.remit
    wanted = -row.cents
    held = min(wanted, -books[owed.account(AccountKind.REFUNDS_PAYABLE, payer=payer)])
    if held > 0:
        occasion = decision.occasion("held", row.ordinal)
        books.add([book_overpayment(occasion, -held, owed=owed, payer=payer, remit=remit)])
        wanted -= held
    receivable = decision.receivable(payer)
    sources = books.targets(receivable, _MONEY)
    paid = min(wanted, sum(books.flow(receivable, source) for source in sources))
    if paid > 0:
        occasion = decision.occasion(row.kind.value, row.ordinal)
        books.add([apply_payment(occasion, -paid, owed=owed, payer=payer, remit=remit)])
        wanted -= paid
    if wanted:
        occasion = decision.occasion("unknown", row.ordinal)
        reference = decision.event_key[:16]
        books.add([take_back(occasion, wanted, payer=payer, remit=remit, reference=reference)])


_MONEY = frozenset({AccountKind.CASH_CLEARING, AccountKind.SUSPENSE})
_DEBTORS = frozenset({AccountKind.AR_INSURANCE, AccountKind.AR_PATIENT})


def _call_back(decision: Decision, row: Allocation, books: Balances) -> None:
    """Undo a share that a decision had left to others, as far as it went to them.

    What the next payer or the patient has paid on it meanwhile is theirs: it becomes a credit
    (refund payable, unapplied), so that no receivable falls below zero.
    """
    wanted = -row.cents
    own, patient = decision.receivable(decision.payer), decision.patient_receivable
    parts = (row.kind.value, row.ordinal)
    wanted -= _recall(decision, own, wanted, parts, books)
    if wanted and not decision.is_reversal:
        # The payer pays more than was charged, for the patient: theirs to have back.
        books.add([_between(decision, _reason(row), own, patient, wanted, parts)])
        books.add([_credit(decision, patient, wanted, parts)])


def _recall(
    decision: Decision,
    owner: AccountKey,
    wanted: int,
    parts: tuple[str | int, ...],
    books: Balances,
) -> int:
    """Bring back to a receivable what it had passed on, and give the cents that came.

    A later payer that is short first calls back what it had passed on itself.
    """
    came = 0
    for debtor in books.targets(owner, _DEBTORS):
        share = min(wanted - came, books.flow(owner, debtor))
        if share <= 0:
            continue
        here = (*parts, debtor.kind.value, debtor.payer)
        if share > books[debtor] and debtor.kind is AccountKind.AR_INSURANCE:
            _recall(decision, debtor, share - books[debtor], here, books)
        if share > books[debtor]:
            books.add([_credit(decision, debtor, share - books[debtor], here)])
        books.add([_between(decision, "call_back", owner, debtor, share, here)])
        came += share
    return came


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


def lower_charge(
    occasion: Occasion, cents: int, *, owed: Owed, payer: str, books: Balances
) -> None:
    """Take charges off that a correction gave up, as far as nobody has paid them yet.

    What is not billed goes first; what the payer still owes follows. The rest waits for the
    payer to reverse its earlier decision.
    """
    unbilled = min(cents, books[owed.account(AccountKind.AR_UNBILLED)])
    billed = min(cents - unbilled, books[owed.account(AccountKind.AR_INSURANCE, payer=payer)])
    if billed > 0:
        books.add([bill_payer(occasion, -billed, owed=owed, payer=payer)])
    if unbilled + max(0, billed) > 0:
        books.add([record_charge(occasion, -unbilled - max(0, billed), owed=owed)])


def settle_provider_level(
    remit: str, payer: str, on: date, allocations: Iterable[Allocation], books: Balances
) -> None:
    """Book what belongs to no claim of the remit, on the payer's own sub-ledger."""
    for row in allocations:
        links = [Link(LinkKind.REMIT, remit)]
        if row.claim:
            links.append(Link(LinkKind.CORRELATION, row.claim))
        occasion = Occasion((remit, "provider", row.ordinal), on, tuple(links))
        books.add([_provider_transfer(occasion, row, payer, remit)])


def _provider_transfer(occasion: Occasion, row: Allocation, payer: str, remit: str) -> Transfer:
    if row.kind is AllocationKind.INTEREST:
        return book_interest(occasion, row.cents, payer=payer, remit=remit, reason=row.reason)
    if row.kind is AllocationKind.CAPITATION:
        return book_capitation(occasion, row.cents, payer=payer, remit=remit)
    return take_back(
        occasion,
        -row.cents,
        payer=payer,
        remit=remit,
        reference=row.reference or row.reason,
        reason=row.reason,
        claim=row.claim,
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

"""A patient's money used: over claims and visits, oldest first, and back again."""

from collections.abc import Iterable, Mapping

from cleanclaim.app.booking import balance, book
from cleanclaim.app.collecting import close_settled
from cleanclaim.app.crediting import explain_credits
from cleanclaim.app.planning import credit_plan
from cleanclaim.app.reading.debts import open_accounts, read_debts
from cleanclaim.app.reading.ledger import patient_transfers
from cleanclaim.app.work import UnitOfWork
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer
from cleanclaim.ledger.entries import Occasion
from cleanclaim.ledger.patient_balances import share_out
from cleanclaim.ledger.patient_entries import (
    keep_unapplied,
    patient_refunds,
    pay_share,
    receipt_clearing,
    return_payment,
    return_unapplied,
    returned_receivable,
    send_refund,
    unapplied,
    use_credit,
)
from cleanclaim.store.patients.models import Patient


def lock_patient(work: UnitOfWork, patient: int) -> None:
    """Let two programs that move one patient's money do so one after the other."""
    Patient.objects.of(work.organization).select_for_update().get(pk=patient)


def apply_receipt(
    work: UnitOfWork,
    patient: int,
    cents: int,
    *,
    receipt: str,
    only_hold: bool = False,
    ordinal: int = 0,
) -> int:
    """Use a receipt's money for the oldest debts and hold the rest; give what is held, in cents.

    With ``only_hold`` all of it is held, for a person to decide. ``ordinal`` tells apart the
    times that money comes under one receipt.
    """
    account = read_debts(work.organization, patient)
    owed = {} if only_hold else open_accounts(account)
    shares, left = share_out(cents, owed)
    transfers = [
        pay_share(_occasion(work, receipt, ordinal, key), share, receivable=key, receipt=receipt)
        for key, share in shares
    ]
    if left:
        occasion = Occasion(
            (work.organization, "patient receipt", receipt, ordinal, "held"), work.today
        )
        transfers.append(keep_unapplied(occasion, left, patient=str(patient), receipt=receipt))
    _finish(work, patient, transfers)
    credit_plan(work, patient, cents - left)
    return left


def _occasion(work: UnitOfWork, receipt: str, ordinal: int, key: AccountKey) -> Occasion:
    subject = (key.claim, key.reference)
    return Occasion((work.organization, "patient receipt", receipt, ordinal, *subject), work.today)


def apply_held_money(work: UnitOfWork, patient: int, *, ordinal: int, only: str = "") -> int:
    """Use held money for the oldest debts, or for one subject alone; give the cents used."""
    account = read_debts(work.organization, patient)
    chosen = account.debt(only)
    owed = open_accounts(account)
    if only:
        owed = {chosen.debt.account: chosen.debt.owed_cents} if chosen else {}
    shares, left = share_out(account.unapplied_cents, owed)
    transfers = [
        use_credit(
            Occasion((work.organization, "held", ordinal, key.claim, key.reference), work.today),
            share,
            receivable=key,
        )
        for key, share in shares
    ]
    _finish(work, patient, transfers)
    used = account.unapplied_cents - left
    credit_plan(work, patient, used)
    return used


def _finish(work: UnitOfWork, patient: int, transfers: Iterable[Transfer]) -> None:
    booked = list(transfers)
    book(booked, organization=work.organization, at=work.at)
    close_settled(work, patient)
    explain_credits(work, booked)


def take_money_back(
    work: UnitOfWork,
    patient: int,
    cents: int,
    *,
    receipt: str,
    parts: tuple[str | int, ...],
    reason: str,
) -> int:
    """Let money that left a receipt leave the books the way it came; give the cents owed again.

    What was set aside as a refund goes first (for refunds), then what is held for the patient,
    then the debts that this receipt paid, then those that held money paid. What is left (the
    patient had it back already) is owed under no claim.
    """
    who, left = str(patient), cents
    transfers: list[Transfer] = []
    occasion = Occasion((work.organization, *parts), work.today)
    if reason == "refund":
        aside = min(left, -_balance(work, patient_refunds(who)))
        if aside > 0:
            source = receipt_clearing(receipt)
            transfers.append(send_refund(occasion, aside, patient=who, source=source))
            left -= aside
    held = min(left, -_balance(work, unapplied(who)))
    if held > 0:
        transfers.append(
            return_unapplied(occasion, held, patient=who, receipt=receipt, reason=reason)
        )
        left -= held
    debts, rest = share_out(left, _paid_debts(work, patient, receipt))
    again = [*debts, *([(returned_receivable(who), rest)] if rest else [])]
    for key, share in again:
        here = Occasion((*occasion.parts, key.claim, key.reference), work.today)
        transfers.append(
            return_payment(here, share, receivable=key, receipt=receipt, reason=reason)
        )
    book(transfers, organization=work.organization, at=work.at)
    explain_credits(work, transfers)
    credit_plan(work, patient, -left)
    return left


def _balance(work: UnitOfWork, key: AccountKey) -> int:
    return balance(key, organization=work.organization)


def _paid_debts(work: UnitOfWork, patient: int, receipt: str) -> Mapping[AccountKey, int]:
    """Give what a receipt, and then held money, has paid by debt, the latest first."""
    clearing = receipt_clearing(receipt)
    own: dict[AccountKey, int] = {}
    held: dict[AccountKey, int] = {}
    for transfer in reversed(patient_transfers(work.organization, patient)):
        for debt, source, sign in (
            (transfer.credit, transfer.debit, 1),
            (transfer.debit, transfer.credit, -1),
        ):
            if debt.kind is not AccountKind.AR_PATIENT:
                continue
            if source == clearing:
                own[debt] = own.get(debt, 0) + sign * transfer.cents
            elif source.kind is AccountKind.UNAPPLIED:
                held[debt] = held.get(debt, 0) + sign * transfer.cents
    return {key: own.get(key, 0) + held.get(key, 0) for key in [*own, *held]}

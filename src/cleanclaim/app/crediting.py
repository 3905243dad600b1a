"""Credits: money held for a payer or a patient, each with a task of its present value."""

from collections.abc import Iterable

from cleanclaim.app.access import access_claim, access_patient
from cleanclaim.app.booking import account_key, balance
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer

_HELD = frozenset({AccountKind.UNAPPLIED, AccountKind.REFUNDS_PAYABLE})


def explain_credits(work: UnitOfWork, transfers: Iterable[Transfer]) -> None:
    """Open, restate or close the task of every credit that the booked transfers touched."""
    touched = {key for transfer in transfers for key in (transfer.debit, transfer.credit)}
    for key in sorted((key for key in touched if key.kind in _HELD), key=account_key):
        held = -balance(key, organization=work.organization)
        if key.kind is AccountKind.UNAPPLIED:
            _explain_unapplied(work, key, held)
        else:
            _explain_refund(work, key, held)


def _explain_unapplied(work: UnitOfWork, key: AccountKey, held: int) -> None:
    if not held:
        close_tasks(work, f"credit:{key.patient}", outcome="credit used")
        return
    open_task(
        work,
        f"credit:{key.patient}",
        kind="credit",
        title="The patient has paid more than is owed",
        next_step="Apply the credit to the next visit or refund it",
        patient=access_patient(int(key.patient), organization=work.organization),
        value_cents=held,
    )


def _explain_refund(work: UnitOfWork, key: AccountKey, held: int) -> None:
    if not key.claim:
        return  # a patient's money on its way back has its refund to tell of it
    if not held:
        close_tasks(work, f"refund:{key.payer}:{key.claim}", outcome="credit used")
        return
    open_task(
        work,
        f"refund:{key.payer}:{key.claim}",
        kind="credit",
        title="A payer has paid more than it owed on the claim",
        next_step="Compare the payer's decisions, then refund the payer or wait for its recoupment",
        claim=access_claim(int(key.claim), organization=work.organization),
        value_cents=held,
    )

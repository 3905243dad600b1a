"""Entries between a payer and us that belong to no claim: capitation, suspense given back.

| event | debit | credit |
|---|---|---|
| book_capitation | cash_clearing (payer, remit) | capitation (payer) |
| refund_suspense | suspense (payer, reference) | cash_clearing (payer, refund) |
| await_recoupment | suspense (payer, reference) | payer_recoup (payer, its reference) |
"""

from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer, transfer_id
from cleanclaim.ledger.entries import Occasion


def _move(
    name: str, occasion: Occasion, cents: int, debit: AccountKey, credit: AccountKey
) -> Transfer:
    """Make the transfer, turned round where the amount is negative."""
    if cents < 0:
        debit, credit = credit, debit
    return Transfer(
        id=transfer_id(name, *occasion.parts),
        debit=debit,
        credit=credit,
        cents=abs(cents),
        reason=name,
        on=occasion.on,
        links=occasion.links,
    )


def book_capitation(occasion: Occasion, cents: int, *, payer: str, remit: str) -> Transfer:
    """Enter what a payer pays by the head: income of the practice, of no claim."""
    clearing = AccountKey(AccountKind.CASH_CLEARING, payer=payer, reference=remit)
    income = AccountKey(AccountKind.CAPITATION, payer=payer)
    return _move("book_capitation", occasion, cents, clearing, income)


def refund_suspense(
    occasion: Occasion, cents: int, *, payer: str, reference: str, refund: str
) -> Transfer:
    """Send suspended money back: it is on its way until the bank's line of ``refund`` is there."""
    held = AccountKey(AccountKind.SUSPENSE, payer=payer, reference=reference)
    clearing = AccountKey(AccountKind.CASH_CLEARING, payer=payer, reference=refund)
    return _move("refund_suspense", occasion, cents, held, clearing)


def await_recoupment(
    occasion: Occasion, cents: int, *, payer: str, reference: str, theirs: str
) -> Transfer:
    """Leave suspended money for the payer to take back under its own reference."""
    held = AccountKey(AccountKind.SUSPENSE, payer=payer, reference=reference)
    owed = AccountKey(AccountKind.PAYER_RECOUP, payer=payer, reference=theirs[:80])
    return _move("await_recoupment", occasion, cents, held, owed)

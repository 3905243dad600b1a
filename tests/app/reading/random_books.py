"""Random books: transfers between any two accounts that the floors allow."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cleanclaim.ledger.accounts import AccountKey, AccountKind, Link, LinkKind, Transfer
from cleanclaim.ledger.book import Book, Outcome

FIRST_DAY = date(2026, 1, 1)
_OF_CLAIM = frozenset(
    {
        AccountKind.AR_UNBILLED,
        AccountKind.AR_INSURANCE,
        AccountKind.AR_PATIENT,
        AccountKind.REVENUE,
        AccountKind.CONTRACTUAL,
        AccountKind.WRITE_OFF,
        AccountKind.SEQUESTRATION,
        AccountKind.WITHHOLD,
        AccountKind.REFUNDS_PAYABLE,
    }
)


def random_account(
    chance: random.Random, claims: Sequence[tuple[str, str]], payers: Sequence[str]
) -> AccountKey:
    """Give any account of any kind; a claim comes with its patient."""
    kind = chance.choice(list(AccountKind))
    claim, patient = chance.choice(claims)
    payer = chance.choice(payers)
    if kind in _OF_CLAIM:
        of_payer = kind not in {
            AccountKind.AR_UNBILLED,
            AccountKind.AR_PATIENT,
            AccountKind.REVENUE,
        }
        return AccountKey(kind, payer if of_payer else "", patient, claim)
    if kind is AccountKind.UNAPPLIED:
        return AccountKey(kind, patient=patient)
    if kind is AccountKind.BANK:
        return AccountKey(kind, reference=chance.choice(("", "B1")))
    return AccountKey(kind, payer, reference=chance.choice(("R1", "R2")))


def random_transfers(
    seed: int, claims: Sequence[tuple[str, str]], payers: Sequence[str], *, days: int = 400
) -> Iterator[Transfer]:
    """Give transfers without end that a book takes, on any day, some of them exact returns."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    book, number = Book(), 0
    while True:
        number += 1
        debit = random_account(chance, claims, payers)
        credit = random_account(chance, claims, payers)
        if debit == credit:
            continue
        # Accounts come back to exactly zero now and then, which ages must notice.
        there = abs(book.balance(credit))
        cents = there if there and chance.random() < 0.3 else chance.randint(1, 30_000)
        links = (Link(LinkKind.REMIT, f"remit {number % 3}"),) if number % 2 else ()
        on = FIRST_DAY + timedelta(chance.randrange(days))
        transfer = Transfer(f"{seed}-{number}", debit, credit, cents, "random", on, links)
        if book.append(transfer).outcome is Outcome.APPENDED:
            yield transfer

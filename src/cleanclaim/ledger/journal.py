"""The journal as text for an accountant, in the manner of beancount: opened, moved, asserted.

Each account is opened on the day of its first entry, each transfer is a transaction of two
postings, and at the end the balance of every account is asserted. Names hold our own keys only,
never who a patient is.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from cleanclaim.ledger.accounts import AccountKey, AccountKind
from cleanclaim.ledger.figures import Booked

_ROOTS = {
    AccountKind.BANK: "Assets:Bank",
    AccountKind.CASH_CLEARING: "Assets:Clearing",
    AccountKind.AR_UNBILLED: "Assets:Receivable:Unbilled",
    AccountKind.AR_INSURANCE: "Assets:Receivable:Insurance",
    AccountKind.AR_PATIENT: "Assets:Receivable:Patient",
    AccountKind.PAYER_RECOUP: "Assets:Recoupments",
    AccountKind.WITHHOLD: "Assets:Withhold",
    AccountKind.REVENUE: "Income:Charges",
    AccountKind.INTEREST: "Income:Interest",
    AccountKind.CONTRACTUAL: "Expenses:Contractual",
    AccountKind.SEQUESTRATION: "Expenses:Sequestration",
    AccountKind.WRITE_OFF: "Expenses:WriteOff",
    AccountKind.UNAPPLIED: "Liabilities:Unapplied",
    AccountKind.REFUNDS_PAYABLE: "Liabilities:Refunds",
    AccountKind.SUSPENSE: "Liabilities:Suspense",
}
_UNFIT = re.compile(r"[^A-Za-z0-9-]")


def account_name(key: AccountKey) -> str:
    """Name an account as beancount writes it; different accounts have different names."""
    root = _ROOTS.get(key.kind) or f"Equity:{key.kind.value.title().replace('_', '')}"
    parts = (("Y", key.payer), ("P", key.patient), ("C", key.claim), ("R", _fit(key.reference)))
    return ":".join((root, *(mark + part for mark, part in parts if part)))


def _fit(reference: str) -> str:
    """Write a reference in the letters that a name may have, so that none meets another."""
    return _UNFIT.sub(lambda letter: f"-{ord(letter[0]):x}-", reference.replace("-", "--"))


def write_journal(booked: Iterable[Booked], *, until: date, title: str = "") -> Iterator[str]:
    """Write the transfers up to a business day, line by line, with every balance asserted.

    Transactions stand in the order of their days, as accountants read them.
    """
    yield f'option "title" "{_quoted(title)}"'
    yield 'option "operating_currency" "USD"'
    balances: dict[str, int] = {}
    kept = sorted((b for b in booked if b.transfer.on <= until), key=lambda b: b.transfer.on)
    for each in kept:
        yield ""
        transfer = each.transfer
        sides = ((transfer.debit, transfer.cents), (transfer.credit, -transfer.cents))
        names = [(account_name(key), cents) for key, cents in sides]
        for name, cents in names:
            if name not in balances:
                yield f"{transfer.on} open {name} USD"
            balances[name] = balances.get(name, 0) + cents
        yield f'{transfer.on} * "{_quoted(transfer.reason)}"'
        yield f'  entry: "{each.entry}"'
        yield f'  transfer: "{transfer.id}"'
        yield from (f"  {name}  {_amount(cents)} USD" for name, cents in names)
    yield ""
    # Beancount asserts at the beginning of a day.
    after = until + timedelta(days=1)
    yield from (f"{after} balance {n}  {_amount(c)} USD" for n, c in sorted(balances.items()))


def _amount(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')

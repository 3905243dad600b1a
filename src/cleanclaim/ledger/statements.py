"""The patient's statement: what was charged, who paid what, what is left to pay."""

from collections.abc import Iterable

import msgspec

from cleanclaim.ledger.accounts import RECEIVABLES, AccountKey, AccountKind, Transfer

_INSURANCE_CASH = frozenset(
    {
        AccountKind.CASH_CLEARING,
        AccountKind.BANK,
        AccountKind.SUSPENSE,
        AccountKind.PAYER_RECOUP,
        AccountKind.REFUNDS_PAYABLE,
    }
)
_PATIENT_CASH = _INSURANCE_CASH | {AccountKind.UNAPPLIED}
_ADJUSTING = frozenset(
    {
        AccountKind.CONTRACTUAL,
        AccountKind.SEQUESTRATION,
        AccountKind.WITHHOLD,
        AccountKind.WRITE_OFF,
    }
)


class StatementClaim(msgspec.Struct, frozen=True, omit_defaults=True):
    """One claim of a statement, in cents.

    ``charged_cents`` is always the sum of the others: what insurance paid, what was taken off,
    what the patient paid, what insurance still has to answer for, what the patient owes.
    """

    claim: str
    charged_cents: int = 0
    insurance_paid_cents: int = 0
    adjusted_cents: int = 0
    patient_paid_cents: int = 0
    insurance_pending_cents: int = 0
    patient_owes_cents: int = 0


class Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one patient sees: a row a claim, money not yet used, and what to pay, in cents."""

    patient: str
    claims: tuple[StatementClaim, ...] = ()
    unapplied_cents: int = 0

    @property
    def patient_owes_cents(self) -> int:
        """Give what the patient owes on all claims, before money not yet used."""
        return sum(claim.patient_owes_cents for claim in self.claims)

    @property
    def due_cents(self) -> int:
        """Give what is to be paid now: what is owed less money not yet used, never below zero."""
        return max(0, self.patient_owes_cents - self.unapplied_cents)


def _column(receivable: AccountKey, other: AccountKey) -> str:
    """Name the column that an entry between a receivable and another account belongs to."""
    if other.kind is AccountKind.REVENUE:
        return "charged_cents"
    if other.kind in _ADJUSTING:
        return "adjusted_cents"
    if receivable.kind is AccountKind.AR_PATIENT and other.kind in _PATIENT_CASH:
        return "patient_paid_cents"
    if other.kind in _INSURANCE_CASH:
        return "insurance_paid_cents"
    msg = f"no statement column for an entry between {receivable.kind} and {other.kind}"
    raise ValueError(msg)


def _tally(columns: dict[str, int], account: AccountKey, other: AccountKey, cents: int) -> None:
    """Add one side of a transfer, ``cents`` being its debit, to the columns of a claim."""
    owner = "patient_owes_cents"
    if account.kind is not AccountKind.AR_PATIENT:
        owner = "insurance_pending_cents"
    columns[owner] = columns.get(owner, 0) + cents
    if other.kind in RECEIVABLES:
        return
    column = _column(account, other)
    sign = 1 if column == "charged_cents" else -1
    columns[column] = columns.get(column, 0) + sign * cents


def make_statement(patient: str, transfers: Iterable[Transfer]) -> Statement:
    """Build a patient's statement from the ledger's transfers (those of others are skipped)."""
    claims: dict[str, dict[str, int]] = {}
    unapplied = 0
    for transfer in transfers:
        sides = (
            (transfer.debit, transfer.credit, transfer.cents),
            (transfer.credit, transfer.debit, -transfer.cents),
        )
        for account, other, cents in sides:
            if account.patient != patient:
                continue
            if account.kind is AccountKind.UNAPPLIED:
                unapplied -= cents
            elif account.kind in RECEIVABLES:
                _tally(claims.setdefault(account.claim, {}), account, other, cents)
    rows = tuple(StatementClaim(claim, **columns) for claim, columns in sorted(claims.items()))
    return Statement(patient, rows, unapplied)

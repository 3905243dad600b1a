"""What a patient owes and why, each debt with what it waits for, and the same sum a second way."""

from collections.abc import Mapping
from datetime import date

import msgspec

from cleanclaim.app.booking import balance_of_kind
from cleanclaim.app.reading.ledger import patient_transfers
from cleanclaim.claims.workflow import ClaimState
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer
from cleanclaim.ledger.patient_balances import Debt, Standing, judge_standing, tell_debts
from cleanclaim.ledger.statements import make_statement
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.remits.models import Denial
from cleanclaim.store.statements.models import Dispute


class SumsDisagreeError(CleanclaimError):
    """Two computations of one balance differ; nothing is sent or asked on such a balance."""

    code = "statement.sums"

    def __init__(self) -> None:
        super().__init__("two computations of the balance differ; tell whoever runs the system")


class OpenDebt(msgspec.Struct, frozen=True):
    """One debt as people speak of it; ``subject`` is ``claim:ID``, ``visit:ID`` or ``returned``."""

    debt: Debt
    standing: Standing
    subject: str
    number: str
    service_on: date
    provider: str
    provider_id: int | None
    payers: tuple[str, ...]

    @property
    def is_due(self) -> bool:
        """Tell whether it may be asked of the patient now."""
        return self.standing is Standing.DUE and self.debt.owed_cents > 0


class Account(msgspec.Struct, frozen=True):
    """A patient's debts, oldest service first, and money that is not used yet."""

    patient: int
    debts: tuple[OpenDebt, ...]
    unapplied_cents: int

    @property
    def owed_cents(self) -> int:
        """Give what may be asked now, before money not yet used."""
        return sum(each.debt.owed_cents for each in self.debts if each.is_due)

    @property
    def due_cents(self) -> int:
        """Give what is to be paid now, never below zero."""
        return max(0, self.owed_cents - self.unapplied_cents)

    def debt(self, subject: str) -> OpenDebt | None:
        """Find a debt by its subject."""
        return next((each for each in self.debts if each.subject == subject), None)


def read_debts(organization: int, patient: int) -> Account:
    """Tell a patient's debts from the ledger. Raises SumsDisagreeError.

    What all debts sum to is computed three ways: from each debt's shares and payments, from the
    statement's columns, and by the database's own sum over the accounts.
    """
    transfers = patient_transfers(organization, patient)
    debts = tell_debts(str(patient), transfers)
    told = sum(debt.owed_cents for debt in debts)
    stated = make_statement(str(patient), transfers).patient_owes_cents
    summed = balance_of_kind(AccountKind.AR_PATIENT, organization=organization, patient_id=patient)
    if not told == stated == summed:
        raise SumsDisagreeError
    held = -balance_of_kind(AccountKind.UNAPPLIED, organization=organization, patient_id=patient)
    return Account(patient, _describe(organization, patient, debts, transfers), held)


def _describe(
    organization: int, patient: int, debts: tuple[Debt, ...], transfers: tuple[Transfer, ...]
) -> tuple[OpenDebt, ...]:
    claims = _Chains(organization, patient)
    found = []
    for debt in debts:
        if debt.account.claim:
            found.append(claims.describe(debt))
        else:
            found.append(_visit(organization, debt, _first_day(debt.account, transfers), claims))
    return tuple(sorted(found, key=lambda each: (each.service_on, each.subject)))


def _first_day(account: AccountKey, transfers: tuple[Transfer, ...]) -> date:
    return min(each.on for each in transfers if account in (each.debit, each.credit))


class _Chains:
    """A patient's claims by the first of each chain, with who disputes or denies what."""

    def __init__(self, organization: int, patient: int) -> None:
        rows = ClaimRecord.objects.of(organization).filter(patient_id=patient).order_by("pk")
        self.chains: dict[str, list[ClaimRecord]] = {}
        for row in rows.select_related("payer", "rendering", "root"):
            self.chains.setdefault(row.ledger_claim, []).append(row)
        denials = Denial.objects.of(organization).filter(claim__in=rows, status="open")
        self.denied = set(denials.values_list("claim_id", flat=True))
        disputes = Dispute.objects.of(organization).filter(patient_id=patient, resolved_at=None)
        self.disputed = {str(claim or "") for claim in disputes.values_list("claim", flat=True)}

    def describe(self, debt: Debt) -> OpenDebt:
        """Describe the debt of a claim."""
        chain = self.chains[debt.account.claim]
        first = chain[0]
        standing = judge_standing(
            states={ClaimState(row.state) for row in chain},
            pending_cents=debt.pending_cents,
            has_open_denial=any(row.pk in self.denied for row in chain),
            is_disputed=bool({"", debt.account.claim} & self.disputed),
        )
        return OpenDebt(
            debt,
            standing,
            f"claim:{debt.account.claim}",
            first.control_number,
            first.service_on,
            str(first.rendering or ""),
            first.rendering_id,
            tuple(dict.fromkeys(row.payer.name for row in chain)),
        )


def _visit(organization: int, debt: Debt, first_on: date, claims: _Chains) -> OpenDebt:
    """Describe a debt that stands under no claim."""
    subject = debt.account.reference
    visit = _find_visit(organization, subject)
    standing = Standing.DISPUTED if "" in claims.disputed else Standing.DUE
    return OpenDebt(
        debt,
        standing,
        subject,
        "",
        visit.service_on if visit else first_on,
        str(visit.provider) if visit else "",
        visit.provider_id if visit else None,
        (),
    )


def _find_visit(organization: int, subject: str) -> Encounter | None:
    kind, _, number = subject.partition(":")
    if kind != "visit":
        return None
    rows = Encounter.objects.of(organization).select_related("provider")
    return rows.filter(pk=int(number)).first()


def open_accounts(account: Account) -> Mapping[AccountKey, int]:
    """Give what is owed by account: first what may be asked now, then what waits."""
    ordered = sorted(account.debts, key=lambda each: not each.is_due)
    return {each.debt.account: each.debt.owed_cents for each in ordered if each.debt.owed_cents > 0}

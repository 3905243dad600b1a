"""Balances, the entries behind them, and the transfers that a statement is made of."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import BigIntegerField, Case, Count, F, QuerySet, Sum, Value, When, Window
from django.db.models.functions import Coalesce

from cleanclaim.app.access import access
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer
from cleanclaim.ledger.statements import Statement, make_statement
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.ledger.models import Account, Entry, Posting
from cleanclaim.store.remits.models import RemitRecord


class KindBalance(msgspec.Struct, frozen=True):
    """One kind of account: how many there are and debits minus credits, in cents."""

    kind: str
    accounts: int
    debit_cents: int
    credit_cents: int

    @property
    def cents(self) -> int:
        """Give debits minus credits."""
        return self.debit_cents - self.credit_cents


class AccountBalance(msgspec.Struct, frozen=True):
    """One account and its balance (debits minus credits, in cents)."""

    id: int
    kind: str
    payer: str
    patient: int | None
    claim: int | None
    control_number: str
    reference: str
    cents: int


class LedgerLine(msgspec.Struct, frozen=True):
    """One posting on an account with the balance after it and the account on the other side."""

    id: int
    entry: int
    on: date
    recorded_at: datetime
    reason: str
    cents: int
    balance_cents: int
    other: int | None
    other_kind: str
    claim: int | None
    remit: int | None
    reverses: bool


def kind_balances(organization: int) -> tuple[KindBalance, ...]:
    """Give debits, credits and the number of accounts by kind, in the order of the chart."""
    postings = Posting.objects.of(organization)
    rows = postings.values("account__kind").annotate(
        accounts=Count("account", distinct=True),
        debit=_sum_where(cents__gt=0),
        credit=_sum_where(cents__lt=0),
    )
    found = {
        row["account__kind"]: KindBalance(
            row["account__kind"], row["accounts"], int(row["debit"]), -int(row["credit"])
        )
        for row in rows
    }
    return tuple(found[kind.value] for kind in AccountKind if kind.value in found)


def _sum_where(**condition: int) -> Sum:
    chosen = Case(When(**condition, then=F("cents")), default=Value(0))
    return Sum(chosen, output_field=BigIntegerField())


def totals_by_kind(organization: int) -> Mapping[AccountKind, int]:
    """Give debits minus credits by kind, in cents."""
    return {AccountKind(row.kind): row.cents for row in kind_balances(organization)}


def list_accounts(
    organization: int, kind: AccountKind, after: int | None = None, *, all_of_them: bool = False
) -> Sheet[AccountBalance]:
    """Give the accounts of a kind with their balances; those at zero only on request."""
    known = Account.objects.of(organization).annotate(
        balance=Coalesce(_posting_sum(), 0, output_field=BigIntegerField())
    )
    rows = known.filter(kind=kind)
    if not all_of_them:
        rows = rows.exclude(balance=0)
    cut, following = cut_sheet(rows, known, ("-balance",), after)
    return Sheet(_account_values(organization, cut), following)


def _posting_sum() -> Any:  # noqa: ANN401 - a subquery expression
    from django.db.models import OuterRef, Subquery

    of_account = Posting.objects.filter(
        organization_id=OuterRef("organization_id"), account_id=OuterRef("pk")
    )
    summed = of_account.order_by().values("account_id").annotate(cents=Sum("cents"))
    return Subquery(summed.values("cents"), output_field=BigIntegerField())


def _account_values(organization: int, rows: list[Any]) -> tuple[AccountBalance, ...]:
    payers = dict(Payer.objects.of(organization).values_list("pk", "name"))
    claims = dict(
        ClaimRecord.objects.of(organization)
        .filter(pk__in=[row.claim_id for row in rows if row.claim_id])
        .values_list("pk", "control_number")
    )
    return tuple(
        AccountBalance(
            id=row.pk,
            kind=row.kind,
            payer=payers.get(row.payer_id, ""),
            patient=row.patient_id,
            claim=row.claim_id,
            control_number=claims.get(row.claim_id, ""),
            reference=row.reference,
            cents=row.balance,
        )
        for row in rows
    )


def read_account(organization: int, account: int) -> AccountBalance:
    """Give one account with its balance."""
    access(Account, account, organization=organization)
    rows = Account.objects.of(organization).filter(pk=account)
    balance = Coalesce(_posting_sum(), 0, output_field=BigIntegerField())
    return _account_values(organization, list(rows.annotate(balance=balance)))[0]


def list_lines(organization: int, account: int, after: int | None = None) -> Sheet[LedgerLine]:
    """Give the postings of an account, newest first, each with the balance after it."""
    of_account = Posting.objects.of(organization).filter(account_id=account)
    cut, following = cut_sheet(of_account.select_related("entry"), of_account, (), after)
    running = (
        dict(
            of_account.annotate(running=Window(Sum("cents"), order_by=[F("pk").asc()])).values_list(
                "pk", "running"
            )
        )
        if cut
        else {}
    )
    others = _other_sides(organization, account, [posting.entry_id for posting in cut])
    remits = _remits_named(organization, cut)
    return Sheet(tuple(_line(p, int(running[p.pk]), others, remits) for p in cut), following)


def _remits_named(organization: int, postings: list[Any]) -> Mapping[str, int]:
    """Find the remittances whose identity the entries name."""
    named = {posting.entry.links.get("remit", "") for posting in postings} - {""}
    rows = RemitRecord.objects.of(organization).filter(identity__in=named, status="posted")
    return dict(rows.values_list("identity", "pk"))


def _other_sides(organization: int, account: int, entries: list[int]) -> Mapping[int, Any]:
    rows = (
        Posting.objects.of(organization)
        .filter(entry_id__in=entries)
        .exclude(account_id=account)
        .select_related("account")
    )
    return {posting.entry_id: posting.account for posting in rows}


def _line(
    posting: Any,  # noqa: ANN401 - a posting row
    balance: int,
    others: Mapping[int, Any],
    remits: Mapping[str, int],
) -> LedgerLine:
    entry, other = posting.entry, others.get(posting.entry_id)
    return LedgerLine(
        id=posting.pk,
        entry=entry.pk,
        on=entry.on,
        recorded_at=entry.recorded_at,
        reason=entry.reason,
        cents=posting.cents,
        balance_cents=balance,
        other=other.pk if other else None,
        other_kind=other.kind if other else "",
        claim=other.claim_id if other else None,
        remit=remits.get(entry.links.get("remit", "")),
        reverses=bool(entry.reverses_id),
    )


def patient_transfers(organization: int, patient: int) -> tuple[Transfer, ...]:
    """Give every transfer that touches an account of the patient, oldest first."""
    postings = Posting.objects.of(organization)
    entries = postings.filter(account__patient_id=patient).values("entry_id")
    sides: dict[int, list[Any]] = {}
    rows: QuerySet[Any] = postings.filter(entry_id__in=entries).select_related("entry", "account")
    for posting in rows.order_by("entry_id", "-cents"):
        sides.setdefault(posting.entry_id, []).append(posting)
    return tuple(_transfer(*pair) for pair in sides.values() if len(pair) == 2)


def _transfer(debit: Any, credit: Any) -> Transfer:  # noqa: ANN401 - two posting rows
    entry: Entry = debit.entry
    return Transfer(
        id=entry.transfer_id,
        debit=_key(debit.account),
        credit=_key(credit.account),
        cents=debit.cents,
        reason=entry.reason,
        on=entry.on,
    )


def _key(account: Any) -> AccountKey:  # noqa: ANN401 - an account row
    return AccountKey(
        AccountKind(account.kind),
        str(account.payer_id or ""),
        str(account.patient_id or ""),
        str(account.claim_id or ""),
        account.reference,
    )


def read_statement(organization: int, patient: int) -> Statement:
    """Give the patient's statement as the ledger makes it."""
    return make_statement(str(patient), patient_transfers(organization, patient))

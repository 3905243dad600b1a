"""What each payer took or left with us, by claim or reference, paired or not, and why."""

from collections import defaultdict
from datetime import date

import msgspec

from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.ledger.models import Posting


class HeldBalance(msgspec.Struct, frozen=True):
    """One account of a payer's sub-ledger.

    ``cents`` positive: the payer took more than any decision gave back, and owes it or its
    explanation; negative: we still hold what a decision took back, until the payer takes it;
    zero: both halves have come. ``days`` is the age of the oldest half.
    """

    account: int
    payer: str
    claim: int | None
    control_number: str
    reference: str
    cents: int
    reasons: tuple[str, ...]
    since: date
    days: int
    entries: int

    @property
    def paired(self) -> bool:
        """Tell whether both halves have come."""
        return self.cents == 0

    @property
    def why(self) -> str:
        """Say what is missing."""
        if self.paired:
            return "both halves came"
        if self.cents > 0:
            return "taken back, and no decision here explains it"
        return "given back by a decision, and not yet taken"


class PayerBalance(msgspec.Struct, frozen=True):
    """A payer's sub-ledger: the sum and its accounts, the oldest open one first."""

    payer: str
    cents: int
    rows: tuple[HeldBalance, ...]


def payer_balances(organization: int, on: date, *, every: bool = False) -> list[PayerBalance]:
    """Give each payer's open balances, with ``every`` the paired ones too."""
    rows = Posting.objects.of(organization).filter(account__kind=AccountKind.PAYER_RECOUP.value)
    names = ("account_id", "account__payer_id", "account__claim_id", "account__reference")
    told = rows.order_by("entry_id").values_list(*names, "cents", "entry__on", "entry__reason")
    found: dict[tuple[int, int, int | None, str], list[tuple[int, date, str]]] = defaultdict(list)
    for account, payer, claim, reference, *entry in told:
        found[account, payer, claim, reference].append((entry[0], entry[1], entry[2]))
    payers = dict(Payer.objects.of(organization).values_list("pk", "name"))
    claims = ClaimRecord.objects.of(organization).filter(
        pk__any_of=[claim for _, _, claim, _ in found if claim]
    )
    numbers = dict(claims.values_list("pk", "control_number"))
    by_payer: dict[str, list[HeldBalance]] = defaultdict(list)
    for (account, payer, claim, reference), entries in found.items():
        row = HeldBalance(
            account=account,
            payer=payers.get(payer, "unknown payer"),
            claim=claim,
            control_number=numbers.get(claim or 0, ""),
            reference=reference,
            cents=sum(cents for cents, _, _ in entries),
            reasons=tuple(dict.fromkeys(reason for _, _, reason in entries)),
            since=min(day for _, day, _ in entries),
            days=(on - min(day for _, day, _ in entries)).days,
            entries=len(entries),
        )
        if every or not row.paired:
            by_payer[row.payer].append(row)
    return [
        PayerBalance(
            name,
            sum(row.cents for row in rows),
            tuple(sorted(rows, key=lambda row: (row.paired, row.since, row.account))),
        )
        for name, rows in sorted(by_payer.items())
    ]


def list_payer_choices(organization: int) -> tuple[tuple[int, str], ...]:
    """Give id and name of the organization's payers."""
    rows = Payer.objects.of(organization).order_by("name", "pk")
    return tuple(rows.values_list("pk", "name"))

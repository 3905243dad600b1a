"""What a patient owes and why: each debt told from its transfers, and whether it may be billed."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

import msgspec

from cleanclaim.claims.workflow import ClaimState
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer


class ShareKind(StrEnum):
    """Why an amount is the patient's, in words that a patient can be told."""

    DEDUCTIBLE = "deductible"
    COINSURANCE = "coinsurance"
    COPAY = "copay"
    NOT_COVERED = "not_covered"
    SELF_PAY = "self_pay"
    RETURNED = "returned"


# Claim adjustment reason codes 1, 2, 3, and 66, 247, 248, 241 of like meaning.
_REASONS: Mapping[str, ShareKind] = {
    "PR-1": ShareKind.DEDUCTIBLE,
    "PR-66": ShareKind.DEDUCTIBLE,
    "PR-2": ShareKind.COINSURANCE,
    "PR-247": ShareKind.DEDUCTIBLE,
    "PR-248": ShareKind.COINSURANCE,
    "PR-3": ShareKind.COPAY,
    "PR-241": ShareKind.COPAY,
}
# What came back from the payer or went on to it belongs to the shares, not to payments.
_PASSING = frozenset({AccountKind.AR_INSURANCE, AccountKind.AR_UNBILLED, AccountKind.REVENUE})


class Standing(StrEnum):
    """Whether a debt may be billed to the patient, and if not, what it waits for."""

    DUE = "due"
    INSURANCE_PENDING = "insurance_pending"
    DENIAL_OPEN = "denial_open"
    DISPUTED = "disputed"


_DONE = frozenset(
    {
        ClaimState.PAID,
        ClaimState.PARTLY_PAID,
        ClaimState.DENIED,
        ClaimState.REPLACED,
        ClaimState.VOIDED,
        ClaimState.CLOSED,
    }
)


class Debt(msgspec.Struct, frozen=True):
    """One receivable from a patient, in cents: what was charged, who paid, what is left and why.

    ``charged_cents`` is what insurance paid, what was taken off, and the patient's ``shares``
    together; the shares are what the patient paid, what was given up and ``owed_cents``.
    What insurance has still to answer for is ``pending_cents``.
    """

    account: AccountKey
    charged_cents: int
    insurance_paid_cents: int
    adjusted_cents: int
    pending_cents: int
    shares: Mapping[ShareKind, int]
    patient_paid_cents: int
    given_up_cents: int

    @property
    def share_cents(self) -> int:
        """Give what of the charge became the patient's to pay."""
        return sum(self.shares.values())

    @property
    def owed_cents(self) -> int:
        """Give what the patient has still to pay."""
        return self.share_cents - self.patient_paid_cents - self.given_up_cents


def judge_standing(
    *,
    states: Collection[ClaimState],
    pending_cents: int,
    has_open_denial: bool,
    is_disputed: bool,
) -> Standing:
    """Say whether a debt may be billed: only once every payer asked has decided for good."""
    if is_disputed:
        return Standing.DISPUTED
    if has_open_denial:
        return Standing.DENIAL_OPEN
    if pending_cents or not set(states) <= _DONE:
        return Standing.INSURANCE_PENDING
    return Standing.DUE


def tell_debts(patient: str, transfers: Iterable[Transfer]) -> tuple[Debt, ...]:
    """Tell each of a patient's debts from the transfers that touch it, in the order they began.

    A claim's accounts at payers and its unbilled one are told with the patient's own.
    """
    told: dict[tuple[str, str], _Tally] = {}
    for transfer in transfers:
        for account, other, cents in (
            (transfer.debit, transfer.credit, transfer.cents),
            (transfer.credit, transfer.debit, -transfer.cents),
        ):
            if account.patient == patient and account.kind in _TOLD:
                subject = (account.claim, account.reference if not account.claim else "")
                told.setdefault(subject, _Tally()).add(account, other, cents, transfer.reason)
    return tuple(tally.debt(patient, *subject) for subject, tally in told.items())


_TOLD = frozenset({AccountKind.AR_PATIENT, AccountKind.AR_INSURANCE, AccountKind.AR_UNBILLED})
_TAKEN_OFF = frozenset(
    {
        AccountKind.CONTRACTUAL,
        AccountKind.SEQUESTRATION,
        AccountKind.WITHHOLD,
        AccountKind.WRITE_OFF,
    }
)


class _Tally:
    """The sums of one debt while its transfers are read."""

    def __init__(self) -> None:
        self.charged = self.paid = self.adjusted = self.pending = 0
        self.patient_paid = self.given_up = 0
        self.shares: dict[ShareKind, int] = {}

    def add(self, account: AccountKey, other: AccountKey, cents: int, reason: str) -> None:
        """Count one side of a transfer in, ``cents`` being its debit."""
        if other.kind is AccountKind.REVENUE:
            self.charged += cents
        if account.kind is AccountKind.AR_PATIENT:
            self._add_own(account, other, cents, reason)
        else:
            self._add_insurance(other, cents)

    def _add_own(self, account: AccountKey, other: AccountKey, cents: int, reason: str) -> None:
        if account.reference == "returned":
            self._share(ShareKind.RETURNED, cents, is_share=cents > 0)
        elif other.kind in _PASSING:
            self._share(_share_kind(other, reason), cents, is_share=True)
        elif other.kind is AccountKind.WRITE_OFF:
            self.given_up -= cents
        else:
            self.patient_paid -= cents

    def _share(self, kind: ShareKind, cents: int, *, is_share: bool) -> None:
        if is_share:
            self.shares[kind] = self.shares.get(kind, 0) + cents
        else:
            self.patient_paid -= cents

    def _add_insurance(self, other: AccountKey, cents: int) -> None:
        self.pending += cents
        if other.kind in _TAKEN_OFF:
            self.adjusted -= cents
        elif other.kind not in _TOLD and other.kind is not AccountKind.REVENUE:
            self.paid -= cents

    def debt(self, patient: str, claim: str, reference: str) -> Debt:
        """Give the sums as they stand."""
        account = AccountKey(AccountKind.AR_PATIENT, "", patient, claim, reference)
        shares = _without_negatives(self.shares)
        return Debt(
            account,
            self.charged,
            self.paid,
            self.adjusted,
            self.pending,
            shares,
            self.patient_paid,
            self.given_up,
        )


def _share_kind(other: AccountKey, reason: str) -> ShareKind:
    if other.kind is not AccountKind.AR_INSURANCE:
        return ShareKind.SELF_PAY
    return _REASONS.get(reason, ShareKind.NOT_COVERED)


def _without_negatives(shares: Mapping[ShareKind, int]) -> Mapping[ShareKind, int]:
    """Take what went back to a payer off the shares it had come as, the last kind first."""
    back = -sum(cents for cents in shares.values() if cents < 0)
    left: dict[ShareKind, int] = {}
    for kind in reversed(ShareKind):
        cents = max(0, shares.get(kind, 0))
        taken = min(back, cents)
        back -= taken
        left[kind] = cents - taken
    if back:
        left[ShareKind.NOT_COVERED] = -back
    return {kind: left[kind] for kind in ShareKind if left[kind]}


def share_out(
    cents: int, owed: Mapping[AccountKey, int]
) -> tuple[tuple[tuple[AccountKey, int], ...], int]:
    """Share money out over debts in their order; give what each takes and what is left over."""
    left, shares = cents, []
    for account, open_cents in owed.items():
        taken = min(left, max(0, open_cents))
        if taken:
            shares.append((account, taken))
            left -= taken
    return tuple(shares), left

"""Our claims that a remittance may speak of, loaded once for all of its decisions."""

from collections.abc import Mapping
from typing import Self

from django.db.models import Q, Sum

from cleanclaim.app.values import read_claim_content
from cleanclaim.claims.model import Claim
from cleanclaim.ledger.accounts import AccountKey, AccountKind
from cleanclaim.remits.matching import (
    CandidateClaim,
    CandidateLine,
    Matched,
    Unmatched,
    match_claim,
)
from cleanclaim.remits.model import Remit, RemitClaim
from cleanclaim.store.claims.models import ClaimRecord, ClaimVersion
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.ledger.models import Account, Posting
from cleanclaim.store.remits.models import RemitClaimRecord

_RELATED = (
    "patient",
    "payer",
    "coverage",
    "coverage__payer",
    "coverage__patient",
    "encounter",
    "root",
)
_NEVER_SENT = ("draft", "held", "ready")


class Candidates:
    """The claims of one payer that could be meant, with their balances and what they match."""

    def __init__(
        self,
        claims: Mapping[str, ClaimRecord],
        values: tuple[CandidateClaim, ...],
        twins: frozenset[str],
    ) -> None:
        self._claims = claims
        self._values = values
        self._twins = twins

    @classmethod
    def load(cls, organization: int, payer: Payer, remit: Remit) -> Self:
        """Load the payer's claims that share a number, or day and charge, with a decision."""
        numbers = {c.patient_control_number for c in remit.claims} - {""}
        theirs = {c.payer_claim_number for c in remit.claims} - {""}
        days = {c.first_service_on for c in remit.claims} - {None}
        charges = {abs(c.charge_cents) for c in remit.claims}
        meant = (
            Q(control_number__in=numbers)
            | Q(payer_claim_number__in=theirs)
            | Q(service_on__in=days, total_charge_cents__in=charges)
        )
        found = (
            ClaimRecord.objects.of(organization)
            .filter(meant, payer=payer)
            .exclude(state__in=_NEVER_SENT)
            .select_related(*_RELATED)
            .order_by("pk")
            # Two remittances about one claim are posted one after the other.
            .select_for_update(of=("self",))
        )
        claims = {str(claim.pk): claim for claim in found}
        contents = _latest_contents(organization, claims.values())
        values = tuple(_candidate(claims[key], contents[key]) for key in claims)
        return cls(claims, values, _known_twins(organization, remit))

    def match(self, decision: RemitClaim) -> Matched | Unmatched:
        """Find the claim that a decision is about."""
        return match_claim(decision, self._values)

    def has_twin(self, key: str) -> bool:
        """Tell whether the same decision stands in another remittance."""
        return key in self._twins

    def claim(self, key: str) -> ClaimRecord:
        """Give the claim of a match."""
        return self._claims[key]

    def numbers(self) -> dict[str, str]:
        """Give our keys by our control numbers and the payer's claim numbers."""
        ours = {c.control_number: key for key, c in self._claims.items()}
        theirs = {c.payer_claim_number: k for k, c in self._claims.items() if c.payer_claim_number}
        return ours | theirs

    def balances(self) -> dict[AccountKey, int]:
        """Give what is owed on the claims, by account, in cents."""
        roots = {int(claim.ledger_claim) for claim in self._claims.values()}
        organization = next((c.organization_id for c in self._claims.values()), 0)
        accounts = Account.objects.of(organization).filter(claim_id__in=roots)
        sums = dict(
            Posting.objects.of(organization)
            .filter(account__in=accounts)
            .values_list("account")
            .annotate(cents=Sum("cents"))
        )
        return {_key(account): int(sums.get(account.pk, 0)) for account in accounts}


def _key(account: Account) -> AccountKey:
    parts = (account.payer_id, account.patient_id, account.claim_id)
    payer, patient, claim = ("" if part is None else str(part) for part in parts)
    return AccountKey(AccountKind(account.kind), payer, patient, claim, account.reference)


def _latest_contents(organization: int, claims: object) -> dict[str, Claim]:
    wanted = {(claim.pk, claim.version_number) for claim in claims}  # type: ignore[attr-defined]
    rows = ClaimVersion.objects.of(organization).filter(claim__in=[pk for pk, _ in wanted])
    return {
        str(row.claim_id): read_claim_content(row.content)
        for row in rows
        if (row.claim_id, row.number) in wanted
    }


def _candidate(record: ClaimRecord, claim: Claim) -> CandidateClaim:
    return CandidateClaim(
        key=str(record.pk),
        patient_control_number=record.control_number,
        charge_cents=record.total_charge_cents,
        member_id=claim.subscriber.member_id,
        starts_on=record.service_on,
        lines=tuple(
            CandidateLine(
                line.number,
                line.procedure,
                line.charge_cents,
                line.starts_on,
                line.control_number,
            )
            for line in claim.lines
        ),
        payer_claim_numbers=(record.payer_claim_number,) if record.payer_claim_number else (),
    )


def _known_twins(organization: int, remit: Remit) -> frozenset[str]:
    """Find decisions that another remittance told before; a copy of one is never posted twice.

    What the payer has reversed since may come again with the same amounts.
    """
    keys = [remit.claim_twin(claim) for claim in remit.claims]
    rows = RemitClaimRecord.objects.of(organization).filter(remit__status="posted")
    told = list(rows.filter(twin_key__in=keys).values_list("twin_key", "claim_id", "pk"))
    reversals = rows.filter(status_code="22", claim__in=[claim for _, claim, _ in told if claim])
    last = dict(reversals.order_by("pk").values_list("claim_id", "pk"))
    return frozenset(key for key, claim, pk in told if pk >= last.get(claim, 0))

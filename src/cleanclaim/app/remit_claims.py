"""Our claims that a remittance may speak of, loaded once for all of its decisions."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

from django.db.models import Q, QuerySet

from cleanclaim.app.settling import Balances
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
from cleanclaim.store.patients.models import Patient
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
    """The claims of one payer that could be meant, with their balances and what they match.

    Their patients and they themselves stay locked until the transaction ends.
    """

    def __init__(
        self,
        claims: Mapping[str, ClaimRecord],
        values: tuple[CandidateClaim, ...],
        decided: "Decided",
    ) -> None:
        self._claims = claims
        self._values = values
        self.decided = decided

    @classmethod
    def load(cls, organization: int, payer: Payer, remit: Remit) -> Self:
        """Load the payer's claims that share a number, or day and charge, with a decision."""
        found = (
            ClaimRecord.objects.of(organization)
            .filter(_meant(remit), payer=payer)
            .exclude(state__in=_NEVER_SENT)
        )
        _lock(organization, found)
        claims = {str(claim.pk): claim for claim in found.select_related(*_RELATED).order_by("pk")}
        contents = _latest_contents(organization, claims.values())
        values = tuple(_candidate(claims[key], contents[key]) for key in claims)
        return cls(claims, values, Decided.load(organization, remit, claims))

    def match(self, decision: RemitClaim) -> Matched | Unmatched:
        """Find the claim that a decision is about."""
        return match_claim(decision, self._values)

    def claim(self, key: str) -> ClaimRecord:
        """Give the claim of a match."""
        return self._claims[key]

    def numbers(self) -> dict[str, str]:
        """Give our keys by our control numbers and the payer's claim numbers."""
        ours = {c.control_number: key for key, c in self._claims.items()}
        theirs = {c.payer_claim_number: k for k, c in self._claims.items() if c.payer_claim_number}
        return ours | theirs

    def books(self) -> Balances:
        """Give what is owed on the claims by account, and how it came to be, in cents."""
        roots = {int(claim.ledger_claim) for claim in self._claims.values()}
        organization = next((c.organization_id for c in self._claims.values()), 0)
        # Step by step: nested in one query, the planner reads the whole ledger for each remit.
        accounts = Account.objects.of(organization).filter(claim_id__in=roots)
        touched = Posting.objects.of(organization).filter(account__in=_keys(accounts, "pk"))
        rows = (
            Posting.objects.of(organization)
            .filter(entry__in=_keys(touched, "entry"))
            .select_related("account")
        )
        balances: Counter[AccountKey] = Counter()
        sides: dict[int, list[tuple[AccountKey, int]]] = {}
        for row in rows:
            key = _key(row.account)
            sides.setdefault(row.entry_id, []).append((key, row.cents))
            if row.account.claim_id in roots:
                balances[key] += row.cents
        flows: Counter[tuple[AccountKey, AccountKey]] = Counter()
        for (first, cents), (second, _) in sides.values():
            way = (second, first) if cents > 0 else (first, second)
            flows[way] += abs(cents)
        return Balances(balances, flows)


def _keys(rows: QuerySet[Any], name: str) -> list[int]:
    return list(rows.values_list(name, flat=True).distinct())


def _meant(remit: Remit) -> Q:
    """Choose the claims that a decision or a provider-level reference may name."""
    words = {w for a in remit.provider_adjustments for w in (a.reference, *a.reference.split())}
    numbers = {c.patient_control_number for c in remit.claims} | words
    theirs = {c.payer_claim_number for c in remit.claims} | words
    days = {c.first_service_on for c in remit.claims} - {None}
    charges = {abs(c.charge_cents) for c in remit.claims}
    return (
        Q(control_number__in=numbers - {""})
        | Q(payer_claim_number__in=theirs - {""})
        | Q(service_on__in=days, total_charge_cents__in=charges)
    )


def _lock(organization: int, claims: QuerySet[ClaimRecord]) -> None:
    """Lock the patients, then the claims: the order in which a patient's payment locks them."""
    patients = Patient.objects.of(organization).filter(pk__in=claims.values("patient"))
    list(patients.select_for_update().order_by("pk").values_list("pk"))
    list(claims.select_for_update().order_by("pk").values_list("pk"))


class Decided:
    """What was decided about the claims before, in this remittance and in others.

    A decision told again is held, unless the payer took the first one back in between.
    """

    def __init__(self, twins: Mapping[str, str], standing: Mapping["Measure", int]) -> None:
        self._twins = dict(twins)
        self._standing = Counter(standing)
        self._claims = {claim for claim, *_ in standing}

    @classmethod
    def load(cls, organization: int, remit: Remit, claims: Mapping[str, ClaimRecord]) -> Self:
        """Load the decisions of other remittances about the claims or told in the same words."""
        keys = {remit.claim_twin(claim) for claim in remit.claims}
        rows = RemitClaimRecord.objects.of(organization).filter(
            Q(twin_key__in=keys) | Q(claim__in=[int(key) for key in claims]),
            remit__status="posted",
        )
        twins: dict[str, str] = {}
        standing: Counter[Measure] = Counter()
        for row in rows.values_list("twin_key", "claim", "charge_cents", "paid_cents"):
            twin, claim, charge, paid = row
            twins[twin] = "" if claim is None else str(claim)
            if claim is not None:
                standing[_measure(str(claim), charge, paid)] += 1 if charge >= 0 else -1
        return cls(twins, standing)

    def has_twin(self, key: str, decision: RemitClaim) -> bool:
        """Tell whether the same decision stands in another remittance."""
        claim = self._twins.get(key)
        if not claim:
            return claim is not None
        net = self._standing[_measure(claim, decision.charge_cents, decision.paid_cents)]
        return net <= 0 if decision.is_reversal else net > 0

    def knows(self, claim: str) -> bool:
        """Tell whether anything was decided about a claim."""
        return claim in self._claims

    def add(self, claim: str, decision: RemitClaim) -> None:
        """Count a decision in."""
        measure = _measure(claim, decision.charge_cents, decision.paid_cents)
        self._standing[measure] += -1 if decision.is_reversal else 1
        self._claims.add(claim)


Measure = tuple[str, int, int]


def _measure(claim: str, charge_cents: int, paid_cents: int) -> Measure:
    """Name a decision and its reversal alike: the claim and the amounts without their sign."""
    return claim, abs(charge_cents), abs(paid_cents)


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

"""What became of a claim that was taken over: an outcome, the reason, and its money."""

from collections.abc import Mapping

import msgspec
from django.db.models import Q, Sum

from cleanclaim.app.cycle_reading import ReadClaim
from cleanclaim.claims.workflow import ClaimState
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.claims.models import ClaimFinding, ClaimRecord, Hold
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.remits.models import Denial, RemitClaimRecord, RemitRecord
from cleanclaim.store.tenancy import within

POSTED, DENIED, REJECTED = "posted", "denied", "rejected"
_OUTCOMES = {
    ClaimState.PAID: POSTED,
    ClaimState.PARTLY_PAID: POSTED,
    ClaimState.CLOSED: POSTED,
    ClaimState.DENIED: DENIED,
}
_ADJUSTED = (
    AccountKind.CONTRACTUAL,
    AccountKind.SEQUESTRATION,
    AccountKind.WITHHOLD,
    AccountKind.WRITE_OFF,
)


class ClaimOutcome(msgspec.Struct, frozen=True):
    """What became of the claim at ``position`` of its file, in cents.

    ``outcome`` is posted, denied or rejected; a rejected claim never counted with the payer.
    Of a decided claim the charge is what was paid, adjusted, left to the patient (or a later
    payer), and ``open_cents``, which the payer refused and nobody has written off.
    """

    position: int
    outcome: str
    reason: str
    charge_cents: int
    paid_cents: int = 0
    adjusted_cents: int = 0
    patient_cents: int = 0
    open_cents: int = 0


class Money(msgspec.Struct, frozen=True):
    """Sums in cents."""

    charge_cents: int = 0
    paid_cents: int = 0
    adjusted_cents: int = 0
    patient_cents: int = 0
    open_cents: int = 0


class LedgerSides(msgspec.Struct, frozen=True):
    """Both sides of the ledgers, and what waits in suspense, in cents."""

    debits_cents: int
    credits_cents: int
    balanced: bool
    suspense_cents: int


def refused(read: ReadClaim, finding: Finding) -> ClaimOutcome:
    """Give the outcome of a claim that was not taken over."""
    return ClaimOutcome(read.position, REJECTED, _say(finding), read.claim.total_charge_cents)


def _say(finding: Finding) -> str:
    return f"{finding.rule}: {finding.message} ({finding.place})"


def outcome_of(position: int, record: ClaimRecord) -> ClaimOutcome:
    """Read the outcome of a claim from its records and the ledger."""
    with within(record.organization_id):
        record.refresh_from_db()
        decisions = RemitClaimRecord.objects.of(record.organization_id).filter(claim=record)
        outcome = _OUTCOMES.get(ClaimState(record.state), REJECTED)
        if outcome == REJECTED:
            why = _refusal(record)
            return ClaimOutcome(position, REJECTED, why, record.total_charge_cents)
        paid = int(decisions.aggregate(cents=Sum("paid_cents"))["cents"] or 0)
        kinds = _by_kind(record)
        own = kinds.get(f"{AccountKind.AR_INSURANCE}|{record.payer_id}", 0)
        receivables = sum(c for k, c in kinds.items() if k.startswith(("ar_insurance", "ar_pat")))
        return ClaimOutcome(
            position,
            outcome,
            _decision(record, decisions.order_by("pk").last(), own),
            record.total_charge_cents,
            paid,
            sum(c for k, c in kinds.items() if k.split("|")[0] in _ADJUSTED),
            receivables - own,
            own,
        )


def _by_kind(record: ClaimRecord) -> Mapping[str, int]:
    """Sum the postings of a claim by kind of account and payer."""
    rows = (
        Posting.objects.of(record.organization_id)
        .filter(account__claim_id=int(record.ledger_claim))
        .values_list("account__kind", "account__payer_id")
        .annotate(cents=Sum("cents"))
    )
    return {f"{kind}|{payer}": int(cents) for kind, payer, cents in rows}


def _refusal(record: ClaimRecord) -> str:
    """Say why a claim did not come through: what holds it, or who sent it back."""
    hold = (
        Hold.objects.of(record.organization_id)
        .filter(claim=record, released_at__isnull=True)
        .order_by("pk")
        .first()
    )
    if hold is not None:
        return f"{hold.reason}: {hold.message}"
    finding = (
        ClaimFinding.objects.of(record.organization_id)
        .filter(claim=record, resolved_at__isnull=True, severity=Severity.BLOCK.value)
        .order_by("-pk")
        .first()
    )
    if finding is not None:
        return f"{finding.rule}: {finding.message} ({finding.place})"
    return _not_decided(record)


def _not_decided(record: ClaimRecord) -> str:
    """Say why nothing was posted for a claim that the payer took in."""
    parked = RemitRecord.objects.of(record.organization_id).filter(
        payer=record.payer, status="quarantined"
    )
    remit = parked.order_by("pk").first()
    if remit is None:
        return f"CYCLE.UNDECIDED: the payer took the claim in and did not decide ({record.state})"
    blocking = [f for f in remit.findings if f["severity"] == Severity.BLOCK]
    return f"{blocking[0]['rule']}: the remittance was not posted: {blocking[0]['message']}"


def _decision(record: ClaimRecord, last: RemitClaimRecord | None, open_cents: int) -> str:
    """Say what the payer said: why it refused, or that it processed the claim."""
    denial = Denial.objects.of(record.organization_id).filter(claim=record).order_by("pk").last()
    if denial is not None:
        return ", ".join(denial.reasons)
    rest = ", a part stays open for a reason without a rule" if open_cents else ""
    return "" if last is None else f"processed, claim status {last.status_code}{rest}"


def sides_of(organizations: list[int]) -> LedgerSides:
    """Add the ledgers of organizations up."""
    debits = credits_ = suspense = 0
    for organization in organizations:
        with within(organization):
            sums = Posting.objects.of(organization).aggregate(
                debits=Sum("cents", filter=Q(cents__gt=0)),
                credits=Sum("cents", filter=Q(cents__lt=0)),
                suspense=Sum("cents", filter=Q(account__kind=AccountKind.SUSPENSE.value)),
            )
        debits += int(sums["debits"] or 0)
        credits_ -= int(sums["credits"] or 0)
        suspense -= int(sums["suspense"] or 0)
    return LedgerSides(debits, credits_, debits == credits_, suspense)

"""What follows from a decision for the claim: its state, a denial's task, the next payer."""

from weakref import WeakKeyDictionary

import msgspec
from django.db.models import Q

from cleanclaim.app.denial_terms import combinations_of
from cleanclaim.app.denying import open_case
from cleanclaim.app.lifecycle import advance_if_allowed
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork
from cleanclaim.claims.model import Adjustment
from cleanclaim.claims.workflow import ClaimEvent
from cleanclaim.denials.classify import Denial as DenialValue
from cleanclaim.denials.classify import classify
from cleanclaim.denials.combinations import Combinations
from cleanclaim.kernel.money import format_dollars
from cleanclaim.remits.adjustment_reasons import AllocationKind
from cleanclaim.remits.allocation import Allocation
from cleanclaim.remits.model import RemitClaim, RemitLine
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.patients.models import Coverage
from cleanclaim.store.remits.models import Denial, RemitClaimRecord


class Posted(msgspec.Struct, frozen=True):
    """A decision as it was booked; ``claim`` None is one that waits in suspense."""

    row: RemitClaimRecord
    decision: RemitClaim
    claim: ClaimRecord | None
    allocations: tuple[Allocation, ...]


def next_coverage(claim: ClaimRecord, decision: RemitClaim) -> Coverage | None:
    """Give the coverage whose turn comes after this payer's, in force on the day of service.

    A denied service goes back to the payer first, never on to the next one.
    """
    if decision.paid_cents == 0 and decision.status == "4":
        return None
    later = (
        Coverage.objects.of(claim.organization_id)
        .filter(patient=claim.patient, rank__gt=claim.coverage.rank)
        .filter(starts_on__lte=claim.service_on)
        .select_related("payer", "patient")
        .order_by("rank")
    )
    return next((c for c in later if c.ends_on is None or c.ends_on >= claim.service_on), None)


def apply_outcome(work: UnitOfWork, posted: Posted) -> None:
    """Let the claim live through the decision."""
    if posted.claim is None:
        _explain_suspense(work, posted)
        return
    _learn_payer_number(posted.claim, posted.decision)
    refusal = _refusal(posted, _combinations(work))
    event, outcome = _judge(posted, refusal)
    detail = {"remit": posted.row.remit_id, "cents": posted.decision.paid_cents}
    if event is not None and not advance_if_allowed(work, posted.claim, event, **detail):
        _surprise(work, posted, event)
    posted.row.outcome = outcome
    posted.row.save(update_fields=["outcome"])
    if refusal is not None and outcome in {"denied", "partly_paid"}:
        _open_denial(work, posted, refusal)
    elif outcome in {"paid", "reversed"}:
        settle_denials(work, posted.claim, outcome)
    _explain_open_rest(work, posted)


def _learn_payer_number(claim: ClaimRecord, decision: RemitClaim) -> None:
    """Keep the payer's own number as its decision gives it: a replacement must name it."""
    number = decision.payer_claim_number[:50]
    if not number or number == claim.payer_claim_number:
        return
    if decision.is_reversal and claim.payer_claim_number:
        return
    claim.payer_claim_number = number
    claim.save(update_fields=["payer_claim_number"])


def settle_denials(work: UnitOfWork, claim: ClaimRecord, outcome: str) -> None:
    """Let a claim's open denials and their task end: it was paid, taken back, or nothing is owed.

    What was taken back is open again, so a person is no longer asked to appeal it.
    """
    if outcome == "reversed":
        of_claim = Q(claim=claim)
    else:
        first = int(claim.ledger_claim)
        of_claim = Q(claim=first) | Q(claim__root=first)
    Denial.objects.of(work.organization).filter(of_claim, status="open").update(status=outcome)
    close_tasks(work, f"denied:{claim.ledger_claim}", outcome=_SETTLED[outcome])


_SETTLED = {
    "paid": "paid after all",
    "reversed": "the payer took its decision back",
    "closed": "nothing is owed",
}


class _Refusal(msgspec.Struct, frozen=True):
    """What was refused in all, and the line that leads, None where the claim as a whole was."""

    denial: DenialValue
    line: RemitLine | None


# The rows do not change within a unit of work, and a remittance may hold thousands of claims.
_known: WeakKeyDictionary[UnitOfWork, Combinations] = WeakKeyDictionary()


def _combinations(work: UnitOfWork) -> Combinations:
    if work not in _known:
        _known[work] = combinations_of(work.organization)
    return _known[work]


def _judge(posted: Posted, refusal: _Refusal | None) -> tuple[ClaimEvent | None, str]:
    if posted.decision.is_reversal:
        return ClaimEvent.REVERSED, "reversed"
    if posted.decision.status == "25":
        return None, "information"
    if refusal is None:
        return ClaimEvent.PAID, "paid"
    if refusal.denial.partial:
        return ClaimEvent.PARTLY_PAID, "partly_paid"
    return ClaimEvent.DENIED, "denied"


def _refusal(posted: Posted, rows: Combinations) -> _Refusal | None:
    """Classify line by line, for a paid line may stand beside a denied one."""
    decision, on = posted.decision, posted.row.remit.paid_on
    parts: list[tuple[tuple[Adjustment, ...], tuple[str, ...], int, RemitLine | None]] = [
        (line.adjustments, line.remarks, line.paid_cents, line) for line in decision.lines
    ]
    if decision.adjustments or not parts:
        parts.append((decision.every_adjustment, decision.remarks, decision.paid_cents, None))
    status = decision.status if len(parts) == 1 else "1"
    found = [
        _Refusal(denial, line)
        for adjustments, remarks, paid, line in parts
        if (denial := classify(adjustments, remarks, paid, status, on=on, rows=rows))
    ]
    if not found:
        return None
    lead = max(found, key=lambda each: each.denial.cents)
    total = sum(each.denial.cents for each in found)
    partial = decision.paid_cents > 0
    denial = msgspec.structs.replace(lead.denial, cents=total, partial=partial)
    return _Refusal(denial, lead.line)


def _open_denial(work: UnitOfWork, posted: Posted, refusal: _Refusal) -> None:
    """Keep the denial, open its case, and give a person the task."""
    claim, told = posted.claim, refusal.denial
    if claim is None:
        return
    denial = Denial.objects.create(
        organization_id=work.organization,
        claim=claim,
        remit_claim=posted.row,
        cause=told.cause.value,
        reasons=[f"{told.group}-{told.reason}", *told.remarks],
        cents=told.cents,
        denied_on=posted.row.remit.paid_on,
        status="open",
    )
    case = open_case(work, denial, told, refusal.line)
    open_task(
        work,
        f"denied:{claim.ledger_claim}",
        kind="denial",
        title=f"Denied {told.group}-{told.reason}: {told.label}"[:120],
        next_step=_STEPS.get(told.cause.value, "Read the reason, then correct or appeal"),
        claim=claim,
        value_cents=told.cents,
        due_on=case.due_on,
    )


_STEPS = {
    "coding": "Correct the code or modifier and send a replacement claim",
    "authorization": "Get the authorization number and send a replacement claim",
    "eligibility": "Ask the patient for the present coverage and bill it",
    "registration": "Compare the patient's data with the card and send a replacement claim",
    "credentialing": "Prove the enrollment with its effective date, or appeal",
    "timely": "Send the proof of filing: the acknowledgements kept with the claim",
    "duplicate": "Find the first claim's payment; close this one if it was paid",
    "documentation": "Send the note that supports the service",
}


def _surprise(work: UnitOfWork, posted: Posted, event: ClaimEvent) -> None:
    """Say that the payer did what the claim's life has no place for; the money is booked."""
    claim = posted.claim
    open_task(
        work,
        f"surprise:{posted.row.pk}",
        kind="remit",
        title=f"{event.value} came for a claim that is {claim.state if claim else ''}"[:120],
        next_step="Compare the remittance with the claim and ask the payer",
        claim=claim,
        value_cents=abs(posted.decision.paid_cents),
    )


def _explain_suspense(work: UnitOfWork, posted: Posted) -> None:
    open_task(
        work,
        f"suspense:{posted.row.event_key}",
        kind="suspense",
        title=f"{format_dollars(posted.row.paid_cents)} in suspense: {posted.row.reason}"[:120],
        next_step="Find the claim that was meant, or send the money back",
        value_cents=abs(posted.row.paid_cents),
    )
    work.tell(
        "money.suspended",
        ("remit_claim", posted.row.pk),
        cents=posted.row.paid_cents,
        reason=posted.row.reason,
    )


_STAYS_OPEN = {AllocationKind.UNEXPLAINED}


def _explain_open_rest(work: UnitOfWork, posted: Posted) -> None:
    """Ask a person about amounts that the payer took off for a reason without a rule here."""
    rest = [row for row in posted.allocations if row.kind in _STAYS_OPEN]
    if rest and posted.claim is not None and not posted.decision.is_reversal:
        reasons = ", ".join(sorted({f"{row.group}-{row.reason}" for row in rest}))
        open_task(
            work,
            f"unexplained:{posted.row.pk}",
            kind="remit",
            title=f"Stays open: {reasons} has no rule"[:120],
            next_step="Decide what the reason means and record the rule",
            claim=posted.claim,
            value_cents=sum(row.cents for row in rest),
        )

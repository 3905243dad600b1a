"""Money in suspense: given to the claim that was meant, sent back, or left to be taken back."""

from datetime import date, datetime

import msgspec
from django.db.models import Q

from cleanclaim.app.access import access, access_claim
from cleanclaim.app.booking import book
from cleanclaim.app.claim_outcomes import Outcomes, Posted
from cleanclaim.app.claiming import owed_for
from cleanclaim.app.crediting import explain_credits
from cleanclaim.app.posting import post_alone, settle_decision
from cleanclaim.app.remit_claims import Decided, Share
from cleanclaim.app.settling import Balances, Decision, suspend
from cleanclaim.app.tasking import close_tasks
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import Link, LinkKind, Transfer, reverse
from cleanclaim.ledger.entries import Occasion
from cleanclaim.ledger.payer_entries import await_recoupment, refund_suspense
from cleanclaim.remits.model import RemitClaim
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.remits.models import RemitClaimRecord

SUSPENDED = "suspended"
_MOST_CANDIDATES = 200


class NotSuspendedError(CleanclaimError):
    """The decision does not wait in suspense (any more)."""

    code = "suspense.settled"

    def __init__(self) -> None:
        super().__init__("this money is not in suspense any more")


class UnfitClaimError(CleanclaimError):
    """The claim cannot be the one that was meant."""

    code = "suspense.unfit_claim"

    def __init__(self, why: str) -> None:
        super().__init__(f"the claim cannot be meant: {why}")


class NoMoneyError(CleanclaimError):
    """Only money that the payer sent can be sent back or left to it."""

    code = "suspense.no_money"

    def __init__(self) -> None:
        super().__init__("the decision brought no money that could go back")


class NoRefundNumberError(CleanclaimError):
    """A refund is told by the number of its check or transfer."""

    code = "suspense.no_refund_number"

    def __init__(self) -> None:
        super().__init__("give the number of the refund's check or transfer")


def _suspended(work: UnitOfWork, remit_claim: int) -> RemitClaimRecord:
    """Fetch a suspended decision, alone on it. Raises NotSuspendedError."""
    post_alone(work.organization)
    rows = RemitClaimRecord.objects.of(work.organization)
    rows.select_for_update().filter(pk=remit_claim).first()
    row = access(RemitClaimRecord, remit_claim, organization=work.organization, related=("remit",))
    if row.outcome != SUSPENDED:
        raise NotSuspendedError
    return row


def assign_suspended(
    *, organization: int, actor: Actor, at: datetime, remit_claim: int, claim: int
) -> RemitClaimRecord:
    """Give a suspended decision to the claim that a person found, and post it there.

    What was parked is undone by its mirror image and the decision is booked as if it had been
    matched, on the day of the work. Raises NotSuspendedError, UnfitClaimError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = _suspended(work, remit_claim)
        record = _fit_claim(work, row, claim)
        decision = msgspec.convert(row.content, RemitClaim, strict=False)
        share = Share(
            organization, {record.pk: record}, {decision.ordinal: (record.pk,)}, Decided({}, {})
        )
        row.claim, row.matched_by, row.reason = record, "person", ""
        share.books.add(_unpark(work, row))
        terms = Decision(
            event_key=row.event_key,
            owed=owed_for(record),
            payer=str(record.payer_id),
            remit=row.remit.identity,
            on=work.today,
            next_payer=share.next_payer(record, decision),
            is_reversal=decision.is_reversal,
        )
        allocations = settle_decision(terms, decision, share, record, on=row.remit.paid_on)
        book(share.books.transfers, organization=organization, at=at)
        posted = Posted(row, decision, record, allocations)
        Outcomes(work, row.remit, record.payer).apply([posted], kept=True)
        explain_credits(work, share.books.transfers)
        close_tasks(work, f"suspense:{row.event_key}", outcome="given to its claim")
        work.tell(
            "suspense.assigned",
            ("remit_claim", row.pk),
            patient=record.patient_id,
            claim=record.pk,
            cents=row.paid_cents,
        )
    return row


def _fit_claim(work: UnitOfWork, row: RemitClaimRecord, claim: int) -> ClaimRecord:
    """Lock the claim behind its patient; UnfitClaimError where it is another payer's or unsent."""
    record = access_claim(claim, organization=work.organization)
    Patient.objects.of(work.organization).select_for_update().get(pk=record.patient_id)
    record = access_claim(claim, organization=work.organization, lock=True)
    if record.payer_id != row.remit.payer_id:
        why = "it was sent to another payer"
        raise UnfitClaimError(why)
    if record.submitted_at is None:
        why = "it was never sent"
        raise UnfitClaimError(why)
    return record


def _unpark(work: UnitOfWork, row: RemitClaimRecord) -> list[Transfer]:
    """Undo what held the decision's money."""
    parked = Balances({})
    suspend(
        row.event_key,
        row.paid_cents,
        payer=str(row.remit.payer_id),
        remit=row.remit.identity,
        on=row.remit.paid_on,
        books=parked,
    )
    return [reverse(each, reason="found its claim", on=work.today) for each in parked.transfers]


def refund_suspended(
    *, organization: int, actor: Actor, at: datetime, remit_claim: int, refund: str
) -> int:
    """Send suspended money back to the payer under a refund number; give the cents.

    They are on their way until the bank's line clears them. Raises NotSuspendedError,
    NoMoneyError, NoRefundNumberError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = _suspended(work, remit_claim)
        if not refund.strip():
            raise NoRefundNumberError
        occasion = _occasion(row, "refund", work.today)
        place = {"payer": str(row.remit.payer_id), "reference": row.event_key[:16]}
        transfer = refund_suspense(
            occasion, _money(row), refund=f"refund {refund.strip()}"[:80], **place
        )
        _end(work, row, transfer, "refunded", "sent back to the payer")
    return row.paid_cents


def leave_to_payer(
    *, organization: int, actor: Actor, at: datetime, remit_claim: int, reference: str
) -> int:
    """Leave suspended money for the payer to take back under its reference; give the cents.

    It stands on the payer's account until a remittance takes it. Raises NotSuspendedError,
    NoMoneyError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = _suspended(work, remit_claim)
        occasion = _occasion(row, "await", work.today)
        place = {"payer": str(row.remit.payer_id), "reference": row.event_key[:16]}
        theirs = reference.strip() or row.event_key[:16]
        transfer = await_recoupment(occasion, _money(row), theirs=theirs, **place)
        _end(work, row, transfer, "left_to_payer", "the payer will take it back")
    return row.paid_cents


def _money(row: RemitClaimRecord) -> int:
    if row.paid_cents <= 0:
        raise NoMoneyError
    return int(row.paid_cents)


def _occasion(row: RemitClaimRecord, what: str, on: date) -> Occasion:
    links = (Link(LinkKind.REMIT, row.remit.identity), Link(LinkKind.CLAIM_EVENT, row.event_key))
    return Occasion((row.event_key, what), on, links)


def _end(
    work: UnitOfWork, row: RemitClaimRecord, transfer: Transfer, outcome: str, words: str
) -> None:
    book([transfer], organization=work.organization, at=work.at)
    row.outcome = outcome
    row.save(update_fields=["outcome"])
    close_tasks(work, f"suspense:{row.event_key}", outcome=words)
    work.tell(f"suspense.{outcome}", ("remit_claim", row.pk), cents=row.paid_cents)


def possible_claims(organization: int, row: RemitClaimRecord, decision: RemitClaim) -> list[int]:
    """Give the ids of the payer's claims that share a number, the day or the charge."""
    same = Q(control_number=decision.patient_control_number)
    if decision.payer_claim_number:
        same |= Q(payer_claim_number=decision.payer_claim_number)
    if decision.first_service_on is not None:
        same |= Q(service_on=decision.first_service_on)
    same |= Q(total_charge_cents=abs(decision.charge_cents))
    rows = ClaimRecord.objects.of(organization).filter(same, payer=row.remit.payer_id)
    return list(
        rows.exclude(submitted_at=None)
        .order_by("-service_on", "pk")
        .values_list("pk", flat=True)[:_MOST_CANDIDATES]
    )

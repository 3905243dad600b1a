"""Prompt-pay interest: due on late payments by the term that somebody decided for the payer."""

from datetime import date, datetime, timedelta

import msgspec
from django.db.models import Exists, OuterRef

from cleanclaim.app.access import access
from cleanclaim.app.filing import proof_of
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.pricing.prompt_pay import interest_cents, late_days
from cleanclaim.remits.model import RemitClaim
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.followup.models import InterestDue, PromptPayTerm
from cleanclaim.store.remits.models import RemitClaimRecord

CONFIDENCES = ("confirmed", "conflicting", "unverified")


class NotATermError(CleanclaimError):
    """A prompt-pay term is days, a rate, a source and how well that is known."""

    code = "prompt_pay.not_a_term"

    def __init__(self) -> None:
        super().__init__("write the days, the yearly rate, and who says so, and how sure that is")


def record_prompt_pay(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    payer: int,
    days: int,
    thousandths_percent: int,
    source: str,
    confidence: str,
    starts_on: date,
) -> PromptPayTerm:
    """Decide which prompt-pay rule holds for a payer's claims received from a day on.

    The term before ends the day before. Raises NotATermError.
    """
    sound = 0 < days <= 365 and 0 < thousandths_percent <= 100_000
    if not (sound and source.strip() and confidence in CONFIDENCES):
        raise NotATermError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        who = access(Payer, payer, organization=organization)
        rows = PromptPayTerm.objects.of(organization).filter(payer=who, ends_on=None)
        rows.filter(starts_on__lt=starts_on).update(ends_on=starts_on - timedelta(1))
        term, _ = PromptPayTerm.objects.update_or_create(
            organization_id=organization,
            payer=who,
            starts_on=starts_on,
            defaults={
                "days": days,
                "thousandths_percent": thousandths_percent,
                "source": source.strip()[:200],
                "confidence": confidence,
            },
        )
        work.tell("prompt_pay.recorded", ("payer", who.pk), days=days)
    return term


def find_interest(*, organization: int, actor: Actor, at: datetime) -> int:
    """Find what late payments owe, from the payer's own day of receipt (277CA); give the cents.

    A payment whose receipt is not proven owes nothing that we could show. Safe to run again.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        known = InterestDue.objects.of(organization).filter(remit_claim=OuterRef("pk"))
        found = 0
        for term in PromptPayTerm.objects.of(organization).order_by("pk"):
            rows = RemitClaimRecord.objects.of(organization).filter(
                ~Exists(known),
                claim__payer=term.payer_id,
                claim__submitted_at__isnull=False,
                paid_cents__gt=0,
                remit__status="posted",
            )
            for row in rows.select_related("claim", "remit").order_by("pk"):
                found += _judge(work, row, term)
    return found


def _judge(work: UnitOfWork, row: RemitClaimRecord, term: PromptPayTerm) -> int:
    """Keep the interest of one payment; 0 where it was in time or nobody can tell."""
    sent_on, paid_on = row.claim.submitted_at.date(), row.remit.paid_on
    if not late_days(sent_on, paid_on, term.days):
        return 0  # received after it was sent: nothing to read the proof for
    received_on = proof_of(row.claim.pk, organization=work.organization).received_on
    if received_on is None or not _holds(term, received_on):
        return 0
    late = late_days(received_on, paid_on, term.days)
    cents = interest_cents(row.paid_cents, late, term.thousandths_percent)
    if not cents:
        return 0
    due = InterestDue.objects.create(
        organization_id=work.organization,
        remit_claim=row,
        claim=row.claim,
        payer_id=term.payer_id,
        term=term,
        received_on=received_on,
        paid_on=paid_on,
        late_days=late,
        principal_cents=row.paid_cents,
        cents=cents,
        paid_cents=_paid_interest(row),
    )
    work.tell(
        "interest.found",
        ("interest", due.pk),
        patient=row.claim.patient_id,
        claim=row.claim_id,
        cents=cents,
        days=late,
    )
    return cents


def _holds(term: PromptPayTerm, on: date) -> bool:
    return term.starts_on <= on and (term.ends_on is None or on <= term.ends_on)


def _paid_interest(row: RemitClaimRecord) -> int:
    decision = msgspec.convert(row.content, RemitClaim, strict=False)
    return decision.interest_cents or 0

"""A remittance before it is posted: what it would move, the approval it needs, its dismissal."""

from datetime import date, datetime

from django.db import transaction

from cleanclaim.app.access import access_remit
from cleanclaim.app.examining import approvals_missing
from cleanclaim.app.posting import (
    DISMISSED,
    QUARANTINED,
    WAITING,
    PostResult,
    post_alone,
    post_now,
    read_content,
    retry_remit,
)
from cleanclaim.app.reading.remits import RemitView, read_remit
from cleanclaim.app.tasking import close_tasks
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.remits.policy import ApprovalKind
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.remits.models import PayeeNumber, PostingRuleRecord, RemitApproval
from cleanclaim.store.tenancy import within


class NotStoppedError(CleanclaimError):
    """Only a stopped remittance can be approved, dismissed or shown as it would post."""

    code = "remit.not_stopped"

    def __init__(self, status: str) -> None:
        super().__init__(f"a remittance that is {status} does not wait for a person")


class ReasonMissingError(CleanclaimError):
    """What a person decides against the usual way is kept with the reason."""

    code = "remit.reason_missing"

    def __init__(self) -> None:
        super().__init__("say why, without names or numbers of patients")


def preview_remit(*, organization: int, at: datetime, actor: Actor, remit: int) -> RemitView | None:
    """Give the page of a stopped remittance as it would be once posted; nothing is kept.

    It is posted in earnest and undone, so that the preview cannot differ from the posting. None
    where no payer of ours is known. Raises NotStoppedError.
    """
    with within(organization):
        post_alone(organization)
        record = access_remit(remit, organization=organization)
        if record.status not in {QUARANTINED, WAITING}:
            raise NotStoppedError(record.status)
        if record.payer is None:
            return None
        point = transaction.savepoint()
        try:
            # Its events are never chained: this unit of work ends with the savepoint.
            post_now(UnitOfWork(organization, actor, at), record)
            return read_remit(organization, remit)
        finally:
            transaction.savepoint_rollback(point)


def missing_approvals(*, organization: int, at: datetime, remit: int) -> tuple[ApprovalKind, ...]:
    """Give the kinds that a person must still approve before a waiting remittance posts."""
    with within(organization):
        record = access_remit(remit, organization=organization)
        if record.status != WAITING:
            return ()
        work = UnitOfWork(organization, Actor("system", "reading"), at)
        return approvals_missing(work, read_content(record), record.file, record)


def approve_remit(
    *, organization: int, actor: Actor, at: datetime, remit: int, reason: str = ""
) -> PostResult:
    """Approve what the policy names of a waiting remittance, and post it.

    Raises NotStoppedError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        post_alone(organization)
        record = access_remit(remit, organization=organization)
        if record.status != WAITING:
            raise NotStoppedError(record.status)
        missing = approvals_missing(work, read_content(record), record.file, record)
        kinds = [kind.value for kind in missing]
        RemitApproval.objects.create(
            organization_id=organization,
            remit=record,
            decision="approved",
            kinds=kinds,
            reason=reason.strip()[:200],
            actor_name=actor.name,
            decided_at=at,
        )
        work.tell("remit.approved", ("remit", remit), kinds=kinds, cents=record.paid_cents)
    return retry_remit(organization=organization, actor=actor, at=at, remit=remit)


def dismiss_remit(
    *, organization: int, actor: Actor, at: datetime, remit: int, reason: str
) -> None:
    """Take a stopped remittance off the desk for good, with the reason; it moves nothing.

    Raises NotStoppedError, ReasonMissingError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        post_alone(organization)
        record = access_remit(remit, organization=organization)
        if record.status not in {QUARANTINED, WAITING}:
            raise NotStoppedError(record.status)
        if not reason.strip():
            raise ReasonMissingError
        record.status = DISMISSED
        record.save(update_fields=["status"])
        RemitApproval.objects.create(
            organization_id=organization,
            remit=record,
            decision="dismissed",
            reason=reason.strip()[:200],
            actor_name=actor.name,
            decided_at=at,
        )
        close_tasks(work, f"remit:{remit}", outcome="dismissed")
        work.tell("remit.dismissed", ("remit", remit), cents=record.paid_cents)


def record_posting_rule(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    kind: ApprovalKind,
    starts_on: date,
    above_cents: int = 0,
    ends_on: date | None = None,
    source: str,
) -> PostingRuleRecord:
    """Let remittances of a kind wait for a person from a day on, above an amount."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row, _ = PostingRuleRecord.objects.update_or_create(
            organization_id=organization,
            kind=kind.value,
            starts_on=starts_on,
            defaults={"above_cents": above_cents, "ends_on": ends_on, "source": source[:200]},
        )
        work.tell("posting_rule.recorded", ("posting_rule", row.pk), kind=kind.value)
    return row


def record_payee_number(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    kind: str,
    number: str,
    starts_on: date,
    ends_on: date | None = None,
    source: str,
) -> PayeeNumber:
    """Record a further NPI or tax id (``kind`` NPI, TIN) under which payers pay, and since when."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row, _ = PayeeNumber.objects.update_or_create(
            organization_id=organization,
            kind=kind,
            number=number,
            starts_on=starts_on,
            defaults={"ends_on": ends_on, "source": source[:120]},
        )
        work.tell("payee_number.recorded", ("payee_number", row.pk), kind=kind)
    return row

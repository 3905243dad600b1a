"""Posting a remittance: gates, matching, books, all in one transaction or not at all."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from django.db import connection

from cleanclaim.app.access import access_remit
from cleanclaim.app.booking import book
from cleanclaim.app.claim_outcomes import Outcomes, Posted
from cleanclaim.app.claiming import owed_for
from cleanclaim.app.connecting import mark
from cleanclaim.app.crediting import explain_credits
from cleanclaim.app.examining import approvals_missing, examine
from cleanclaim.app.memory import without_collector
from cleanclaim.app.remit_claims import Candidates, Decided, Share
from cleanclaim.app.settling import (
    Balances,
    Decision,
    lower_charge,
    settle,
    settle_provider_level,
    suspend,
)
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.values import plain
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.model import Frequency
from cleanclaim.kernel.findings import Finding, Severity, blocks
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.remits.allocation import Allocation, allocate_claim, allocate_provider
from cleanclaim.remits.from_835 import read_remits
from cleanclaim.remits.matching import Matched, Unmatched, match_lines
from cleanclaim.remits.model import Remit, RemitClaim
from cleanclaim.remits.policy import ApprovalKind
from cleanclaim.remits.provider_level import find_reason
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.remits.models import RemitClaimRecord, RemitRecord

VOID = Frequency.VOID.value
POSTED, QUARANTINED, DUPLICATE = "posted", "quarantined", "duplicate"
WAITING, DISMISSED = "waiting", "dismissed"


class PostResult(msgspec.Struct, frozen=True):
    """What became of one remittance; ``remit`` is its record, of a duplicate the first one's."""

    outcome: str
    remit: int
    findings: tuple[Finding, ...] = ()


def read_remittance_file(
    *, organization: int, actor: Actor, at: datetime, file: ExchangedFile
) -> list[PostResult]:
    """Post every remittance of a kept 835, each in its own transaction.

    Safe to run again after a crash: what is posted is met as a duplicate and does nothing.
    """
    with without_collector():
        remits, findings = read_remits(bytes(file.content))
        results = [
            post_remit(organization=organization, actor=actor, at=at, file=file, remit=remit)
            for remit in remits
        ]
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        if remits:
            mark(work, file, "processed")
        else:
            mark(work, file, "parked", findings[0].message if findings else "holds no remittance")
        if not remits or any(finding.rule == "REMIT.GUIDE" for finding in findings):
            _task_for_file(work, file)
    return results


def post_remit(
    *, organization: int, actor: Actor, at: datetime, file: ExchangedFile, remit: Remit
) -> PostResult:
    """Post one remittance once: the same again is a duplicate, another of its name a conflict.

    One that a gate stops is kept quarantined; one that the posting policy wants a person to
    approve is kept waiting. Neither moves a cent.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        post_alone(organization)
        known = RemitRecord.objects.of(organization).filter(identity=remit.key)
        same = known.filter(digest=remit.digest).first()
        if same is not None:
            # A stopped one stays out too, until a person takes it up (``retry_remit``).
            work.tell("remit.repeated", ("remit", same.pk), file=file.pk)
            return PostResult(DUPLICATE, same.pk)
        payer, findings = examine(work, remit, file)
        missing = approvals_missing(work, remit, file)
        status = _status(payer, findings, missing)
        record = _record(work, remit, file, payer, findings, status)
        return _carry_on(work, remit, record, findings, missing)


def retry_remit(*, organization: int, actor: Actor, at: datetime, remit: int) -> PostResult:
    """Put a stopped remittance before the gates again, after a person mended the cause."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        post_alone(organization)
        record = access_remit(remit, organization=organization)
        if record.status not in {QUARANTINED, WAITING}:
            return PostResult(DUPLICATE, record.pk)
        content = read_content(record)
        payer, findings = examine(work, content, record.file)
        missing = approvals_missing(work, content, record.file, record)
        before = record.status
        record.payer, record.findings = payer, [msgspec.to_builtins(f) for f in findings]
        record.status = _status(payer, findings, missing)
        record.content = _content(content, record.status)
        record.save(update_fields=["payer", "findings", "status", "content"])
        if record.status != before:
            ended = "posted after all" if record.status == POSTED else "looked at again"
            close_tasks(work, f"remit:{record.pk}", outcome=ended)
        return _carry_on(work, content, record, findings, missing)


def read_content(record: RemitRecord) -> Remit:
    """Read a remittance as it is kept; of a posted one the claims stand in rows of their own."""
    return msgspec.convert(record.content, Remit, strict=False)


def post_now(work: UnitOfWork, record: RemitRecord) -> PostResult:
    """Post a kept remittance whatever still speaks against it: for a preview that is undone."""
    if record.payer is None:
        msg = "a remittance without a payer cannot be posted"
        raise ValueError(msg)
    findings = msgspec.convert(tuple(record.findings), tuple[Finding, ...], strict=False)
    RemitRecord.objects.of(work.organization).filter(pk=record.pk).update(status=POSTED)
    return _post(work, read_content(record), record, record.payer, findings)


def _status(
    payer: Payer | None, findings: Sequence[Finding], missing: Sequence[ApprovalKind]
) -> str:
    if payer is None or blocks(findings):
        return QUARANTINED
    return WAITING if missing else POSTED


def _carry_on(
    work: UnitOfWork,
    remit: Remit,
    record: RemitRecord,
    findings: tuple[Finding, ...],
    missing: Sequence[ApprovalKind],
) -> PostResult:
    """Post a remittance, or leave it for a person, as its status says."""
    if record.status == QUARANTINED or record.payer is None:
        return _quarantine(work, record, findings)
    if record.status == WAITING:
        return _wait(work, record, findings, missing)
    return _post(work, remit, record, record.payer, findings)


def post_alone(organization: int) -> None:
    """Let the posters of one practice queue up; the lock ends with the transaction.

    One lock for all of its remittances: two that hold the same decision must see each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('cleanclaim.posting'), %s)", [organization]
        )


def _record(
    work: UnitOfWork,
    remit: Remit,
    file: ExchangedFile,
    payer: Payer | None,
    findings: Sequence[Finding],
    status: str,
) -> RemitRecord:
    return RemitRecord.objects.create(
        organization_id=work.organization,
        payer=payer,
        file=file,
        identity=remit.key,
        digest=remit.digest,
        trace_number=remit.trace_number[:50],
        method=remit.payment_method[:3],
        paid_cents=remit.paid_cents,
        paid_on=remit.paid_on or work.today,
        status=status,
        findings=[msgspec.to_builtins(finding) for finding in findings],
        content=_content(remit, status),
        received_at=work.at,
    )


def _content(remit: Remit, status: str) -> object:
    """Give what is kept of a remittance: of a posted one each claim stands in a row of its own."""
    return plain(msgspec.structs.replace(remit, claims=()) if status == POSTED else remit)


def _quarantine(work: UnitOfWork, record: RemitRecord, findings: tuple[Finding, ...]) -> PostResult:
    """Keep a remittance that failed a gate out of the books, whole, with a task for a person."""
    first = next((f for f in findings if f.severity is Severity.BLOCK), findings[0])
    open_task(
        work,
        f"remit:{record.pk}",
        kind="remit",
        title=f"Remittance not posted: {first.message}"[:120],
        next_step=first.hint[:200],
        value_cents=record.paid_cents,
    )
    rules = sorted({f.rule for f in findings if f.severity is Severity.BLOCK})
    work.tell("remit.quarantined", ("remit", record.pk), rules=rules, cents=record.paid_cents)
    return PostResult(QUARANTINED, record.pk, findings)


def _wait(
    work: UnitOfWork,
    record: RemitRecord,
    findings: tuple[Finding, ...],
    missing: Sequence[ApprovalKind],
) -> PostResult:
    """Keep a remittance out of the books until a person approves what the policy names."""
    kinds = ", ".join(kind.value.replace("_", " ") for kind in missing)
    open_task(
        work,
        f"remit:{record.pk}",
        kind="remit",
        title=f"Remittance waits for approval: {kinds}"[:120],
        next_step="Open it, see what it would move, and approve or dismiss it",
        value_cents=record.paid_cents,
    )
    names = [kind.value for kind in missing]
    work.tell("remit.waiting", ("remit", record.pk), kinds=names, cents=record.paid_cents)
    return PostResult(WAITING, record.pk, findings)


# Decisions that are loaded, settled and written together: memory stays that of one share.
_SHARE = 500


def _post(
    work: UnitOfWork,
    remit: Remit,
    record: RemitRecord,
    payer: Payer,
    findings: tuple[Finding, ...],
) -> PostResult:
    candidates = Candidates.load(work.organization, payer, remit)
    for first in range(0, len(remit.claims), _SHARE):
        decisions = remit.claims[first : first + _SHARE]
        share = candidates.share(remit, decisions)
        posted = [_post_claim(remit, record, claim, share) for claim in decisions]
        _book(work, share.books)
        Outcomes(work, record, payer).apply(posted)
    _post_provider_level(work, remit, record, candidates)
    work.tell(
        "remit.posted",
        ("remit", record.pk),
        cents=remit.paid_cents,
        claims=len(remit.claims),
        payer=payer.pk,
    )
    return PostResult(POSTED, record.pk, findings)


def _book(work: UnitOfWork, books: Balances) -> None:
    book(books.transfers, organization=work.organization, at=work.at)
    explain_credits(work, books.transfers)


def _post_provider_level(
    work: UnitOfWork, remit: Remit, record: RemitRecord, candidates: Candidates
) -> None:
    """Book what belongs to no claim of the remittance."""
    allocations = allocate_provider(remit, candidates.numbers())
    books = Balances({})
    settle_provider_level(remit.key, str(record.payer_id), record.paid_on, allocations, books)
    _book(work, books)
    _explain_provider_level(work, record, allocations)


def _post_claim(remit: Remit, record: RemitRecord, decision: RemitClaim, share: Share) -> Posted:
    match = share.match(decision)
    row = _claim_row(remit, record, decision)
    reason = _reason_to_hold(match, row.twin_key, decision, share.decided)
    if reason or isinstance(match, Unmatched):
        return _suspend_claim(row, decision, reason, share.books)
    claim = share.claim(match.key)
    terms = Decision(
        event_key=row.event_key,
        owed=owed_for(claim),
        payer=str(claim.payer_id),
        remit=record.identity,
        on=record.paid_on,
        next_payer=share.next_payer(claim, decision),
        is_reversal=decision.is_reversal,
    )
    allocations = settle_decision(
        terms, decision, share, claim, on=record.paid_on, lines=match.lines
    )
    share.decided.add(match.key, decision)
    row.claim, row.matched_by = claim, match.how.value
    return Posted(row, decision, claim, allocations)


def settle_decision(
    terms: Decision,
    decision: RemitClaim,
    share: Share,
    claim: ClaimRecord,
    *,
    on: date,
    lines: Sequence[int | None] | None = None,
) -> tuple[Allocation, ...]:
    """Make the transfers of a decision on its claim and give what each part of it does.

    ``on`` is the payment's day, whose reason rules count. ``lines`` are our line numbers by the
    payer's; without them they are told here.
    """
    if lines is None:
        lines = match_lines(decision.lines, share.lines(claim))
    allocations = allocate_claim(
        decision,
        lines,
        on=on,
        open_cents=share.books[terms.receivable(terms.payer)],
        patient_reasons=share.patient_reasons(on),
    )
    settle(terms, allocations, share.books)
    _follow_correction(terms, share.latest(claim), share.books)
    return allocations


def _reason_to_hold(
    match: Matched | Unmatched, twin: str, decision: RemitClaim, decided: Decided
) -> str:
    """Say why a decision is held in suspense; "" if it is not."""
    if decided.has_twin(twin, decision):
        return "the same decision came in another remittance"
    if isinstance(match, Unmatched):
        return match.reason.value
    if decision.is_reversal and not decided.knows(match.key):
        return "nothing was posted here that it could reverse"
    return ""


def _follow_correction(terms: Decision, latest: ClaimRecord, books: Balances) -> None:
    """Take off what a correction lowered the charge by, once the payer's decision lets it."""
    if latest.replaces_id is None:
        return
    charged = -books[terms.owed.account(AccountKind.REVENUE)]
    excess = charged - (0 if latest.frequency == VOID else latest.total_charge_cents)
    if excess > 0:
        occasion = terms.occasion("lower_charge")
        lower_charge(occasion, excess, owed=terms.owed, payer=terms.payer, books=books)


def _suspend_claim(
    row: RemitClaimRecord, decision: RemitClaim, reason: str, books: Balances
) -> Posted:
    suspend(
        row.event_key,
        decision.paid_cents,
        payer=str(row.remit.payer_id),
        remit=row.remit.identity,
        on=row.remit.paid_on,
        books=books,
    )
    row.outcome, row.reason = "suspended", reason.replace("_", " ")
    return Posted(row, decision, None, ())


def _claim_row(remit: Remit, record: RemitRecord, decision: RemitClaim) -> RemitClaimRecord:
    return RemitClaimRecord(
        organization_id=record.organization_id,
        remit=record,
        ordinal=decision.ordinal,
        event_key=remit.claim_event(decision, record.identity),
        twin_key=remit.claim_twin(decision),
        status_code=decision.status[:2],
        charge_cents=decision.charge_cents,
        paid_cents=decision.paid_cents,
        patient_cents=decision.patient_responsibility_cents,
        matched_by="unmatched",
        outcome="matched",
    )


def _explain_provider_level(
    work: UnitOfWork, record: RemitRecord, allocations: Sequence[Allocation]
) -> None:
    """Ask a person about adjustments that no row explains, or that always need a look."""
    for row in allocations:
        known = find_reason(row.reason, record.paid_on)
        if known is None or known.asks:
            words = f" ({known.label})" if known else ""
            open_task(
                work,
                f"provider-level:{record.pk}:{row.ordinal}",
                kind="remit",
                title=f"The payer adjusted the payment: reason {row.reason}{words}"[:120],
                next_step="Ask the payer what the adjustment is for",
                value_cents=abs(row.cents),
            )


def _task_for_file(work: UnitOfWork, file: ExchangedFile) -> None:
    open_task(
        work,
        f"file:{file.pk}",
        kind="exchange",
        title="A file that should hold remittances could not be read",
        next_step="Open the file's findings and ask the payer to send it again",
    )

"""Posting a remittance: gates, matching, books, all in one transaction or not at all."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import connection
from django.db.models import Q

from cleanclaim.app.access import access_remit
from cleanclaim.app.booking import book
from cleanclaim.app.claim_outcomes import Outcomes, Posted
from cleanclaim.app.claiming import owed_for
from cleanclaim.app.connecting import mark
from cleanclaim.app.crediting import explain_credits
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
from cleanclaim.kernel.findings import Finding, Severity, blocks
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.remits.allocation import Allocation, allocate_claim, allocate_provider
from cleanclaim.remits.from_835 import read_remits
from cleanclaim.remits.gates import check
from cleanclaim.remits.matching import Matched, Unmatched
from cleanclaim.remits.model import Remit, RemitClaim
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.remits.models import RemitClaimRecord, RemitRecord

POSTED, QUARANTINED, DUPLICATE = "posted", "quarantined", "duplicate"


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
    """Post one remittance once: the same again is a duplicate, another of its name a conflict."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        _post_alone(organization)
        known = RemitRecord.objects.of(organization).filter(identity=remit.key)
        same = known.filter(digest=remit.digest).first()
        if same is not None:
            # A quarantined one stays out too, until a person takes it up (``retry_remit``).
            work.tell("remit.repeated", ("remit", same.pk), file=file.pk)
            return PostResult(DUPLICATE, same.pk)
        payer, findings = _examine(work, remit, file)
        if payer is None or blocks(findings):
            record = _record(work, remit, file, payer, findings, QUARANTINED)
            return _quarantine(work, record, findings)
        record = _record(work, remit, file, payer, findings, POSTED)
        return _post(work, remit, record, payer, findings)


def retry_remit(*, organization: int, actor: Actor, at: datetime, remit: int) -> PostResult:
    """Put a quarantined remittance before the gates again, after a person mended the cause."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        _post_alone(organization)
        record = access_remit(remit, organization=organization)
        if record.status != QUARANTINED:
            return PostResult(DUPLICATE, record.pk)
        content = msgspec.convert(record.content, Remit, strict=False)
        payer, findings = _examine(work, content, record.file)
        record.payer, record.findings = payer, [msgspec.to_builtins(f) for f in findings]
        record.status = QUARANTINED if payer is None or blocks(findings) else POSTED
        record.save(update_fields=["payer", "findings", "status"])
        if payer is None or record.status == QUARANTINED:
            return _quarantine(work, record, findings)
        close_tasks(work, f"remit:{record.pk}", outcome="posted after all")
        return _post(work, content, record, payer, findings)


def _post_alone(organization: int) -> None:
    """Let the posters of one practice queue up; the lock ends with the transaction.

    One lock for all of its remittances: two that hold the same decision must see each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('cleanclaim.posting'), %s)", [organization]
        )


def _examine(
    work: UnitOfWork, remit: Remit, file: ExchangedFile
) -> tuple[Payer | None, tuple[Finding, ...]]:
    """Find the payer, and everything that speaks against posting."""
    practice = Organization.objects.get(pk=work.organization)
    payer = _find_payer(work, remit, file)
    findings = (
        *check(remit, (practice.npi,), (practice.tax_id,)),
        *_more_findings(remit, payer, conflict=_conflicts(work, remit, payer)),
    )
    return payer, findings


def _conflicts(work: UnitOfWork, remit: Remit, payer: Payer | None) -> bool:
    """Tell whether another content of this payment is posted.

    A payer gives a payment's number once (X12 interpretations 217, 654), but for those that send
    nothing but zeros (604, 1847): there only the whole identity counts.
    """
    posted = RemitRecord.objects.of(work.organization).filter(status=POSTED)
    same = Q(identity=remit.key)
    if remit.trace_number.strip("0 ") and remit.paid_on is not None:
        same |= Q(payer=payer, trace_number=remit.trace_number, paid_on=remit.paid_on)
    return bool(posted.filter(same).exclude(identity=remit.key, digest=remit.digest).exists())


def _find_payer(work: UnitOfWork, remit: Remit, file: ExchangedFile) -> Payer | None:
    payers = Payer.objects.of(work.organization)
    named: Payer | None = payers.filter(identifier=remit.payer_identifier).first()
    return named or file.payer


def _more_findings(remit: Remit, payer: Payer | None, *, conflict: bool) -> list[Finding]:
    found = []
    if payer is None:
        found.append(
            _finding(
                "REMIT.PAYER",
                "1000A",
                "no payer of ours has this identifier",
                "record the payer, then post it again",
            )
        )
    if remit.paid_on is None:
        found.append(
            _finding("REMIT.DATE", "BPR16", "the payment has no date", "ask the payer for it")
        )
    if conflict:
        found.append(
            _finding(
                "REMIT.CONFLICT",
                "TRN02",
                "another payment of this number and day is posted",
                "compare the two and ask the payer which one counts",
            )
        )
    return found


def _finding(rule: str, place: str, message: str, hint: str) -> Finding:
    return Finding(rule, Severity.BLOCK, place, message, hint, "identity of a remittance")


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
        content=plain(remit),
        received_at=work.at,
    )


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
        posted = [_post_claim(work, remit, record, claim, share) for claim in decisions]
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


def _post_claim(
    work: UnitOfWork, remit: Remit, record: RemitRecord, decision: RemitClaim, share: Share
) -> Posted:
    match = share.match(decision)
    reason = _reason_to_hold(match, remit.claim_twin(decision), decision, share.decided)
    if reason or isinstance(match, Unmatched):
        return _suspend_claim(work, remit, record, decision, reason, share.books)
    claim = share.claim(match.key)
    terms = Decision(
        event_key=remit.claim_event(decision),
        owed=owed_for(claim),
        payer=str(claim.payer_id),
        remit=remit.key,
        on=record.paid_on,
        next_payer=share.next_payer(claim, decision),
        is_reversal=decision.is_reversal,
    )
    allocations = allocate_claim(
        decision,
        match.lines,
        on=record.paid_on,
        open_cents=share.books[terms.receivable(terms.payer)],
    )
    settle(terms, allocations, share.books)
    _follow_correction(terms, share.latest(claim), share.books)
    share.decided.add(match.key, decision)
    row = _claim_row(work, remit, record, decision, claim)
    row.matched_by = match.how.value
    return Posted(row, decision, claim, allocations)


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
    excess = charged - latest.total_charge_cents
    if excess > 0:
        occasion = terms.occasion("lower_charge")
        lower_charge(occasion, excess, owed=terms.owed, payer=terms.payer, books=books)


def _suspend_claim(
    work: UnitOfWork,
    remit: Remit,
    record: RemitRecord,
    decision: RemitClaim,
    reason: str,
    books: Balances,
) -> Posted:
    suspend(
        remit.claim_event(decision),
        decision.paid_cents,
        payer=str(record.payer_id),
        remit=remit.key,
        on=record.paid_on,
        books=books,
    )
    row = _claim_row(work, remit, record, decision, None)
    row.outcome, row.reason = "suspended", reason.replace("_", " ")
    return Posted(row, decision, None, ())


def _claim_row(
    work: UnitOfWork,
    remit: Remit,
    record: RemitRecord,
    decision: RemitClaim,
    claim: ClaimRecord | None,
) -> RemitClaimRecord:
    return RemitClaimRecord(
        organization_id=work.organization,
        remit=record,
        ordinal=decision.ordinal,
        claim=claim,
        event_key=remit.claim_event(decision),
        twin_key=remit.claim_twin(decision),
        status_code=decision.status[:2],
        charge_cents=decision.charge_cents,
        paid_cents=decision.paid_cents,
        patient_cents=decision.patient_responsibility_cents,
        matched_by="unmatched",
        outcome="matched",
    )


_EXPLAINED = {"interest", "recoupment", "forwarding_balance"}


def _explain_provider_level(
    work: UnitOfWork, record: RemitRecord, allocations: Sequence[Allocation]
) -> None:
    """Ask a person about adjustments of a kind that nobody here has met."""
    for row in allocations:
        if row.kind.value not in _EXPLAINED:
            open_task(
                work,
                f"provider-level:{record.pk}:{row.ordinal}",
                kind="remit",
                title=f"The payer adjusted the payment: reason {row.reason}"[:120],
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

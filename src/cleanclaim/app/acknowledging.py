"""Reading acknowledgements: a 999 about the file, a 277CA about each claim in it."""

from datetime import datetime

from cleanclaim import x12
from cleanclaim.app.booking import balance, book
from cleanclaim.app.claiming import keep_findings, owed_for
from cleanclaim.app.connecting import mark
from cleanclaim.app.lifecycle import advance_if_allowed
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.from_277ca import ClaimStatus, read_claim_statuses
from cleanclaim.claims.workflow import ClaimEvent
from cleanclaim.edits import find_mending
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.ledger.entries import Occasion, bill_payer
from cleanclaim.store.claims.models import ClaimFile, ClaimRecord
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import ExchangedFile

_ACCEPTED_SETS = {"A", "E"}  # IK501: accepted, accepted with errors noted


def read_file_acknowledgement(
    *, organization: int, actor: Actor, at: datetime, file: ExchangedFile
) -> int:
    """Read a 999: the claims of refused transactions are rejected; give how many were told of."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        told = 0
        for unit in x12.read(bytes(file.content)):
            if isinstance(unit, x12.Unit) and unit.loop.id == "2000":
                told += _apply_set(work, file, unit)
        mark(work, file, "processed")
    return told


def _apply_set(work: UnitOfWork, file: ExchangedFile, unit: x12.Unit) -> int:
    head = unit.ancestors[0].find("AK1")
    verdict = unit.loop.find("IK5")
    group = head.get(2) if head else ""
    accepted = verdict is not None and verdict.get(1) in _ACCEPTED_SETS
    claims = claims_of(work, file, group)
    for claim in claims:
        link(work, claim, file)
        if accepted:
            advance_if_allowed(work, claim, ClaimEvent.RECEIVED, file=file.pk)
        else:
            finding = _refused_set(unit)
            reject(work, claim, (finding,), file, origin="999")
    return len(claims)


def claims_of(work: UnitOfWork, file: ExchangedFile, group: str) -> list[ClaimRecord]:
    """Give the claims of the file that is answered; none where it held none, as a 270 does not."""
    sent = ExchangedFile.objects.of(work.organization).filter(
        direction="out",
        payer=file.payer,
        control_number=int(group) if group.isdecimal() else -1,
    )
    # Asked one after the other: as one join the planner reads every claim for each answer.
    files = list(sent.values_list("pk", flat=True))
    if not files:
        return []
    carried = ClaimFile.objects.of(work.organization).filter(file__in=files)
    pks = list(carried.values_list("claim", flat=True))
    rows = ClaimRecord.objects.of(work.organization).filter(pk__in=pks)
    return list(rows.select_related("patient", "payer").order_by("pk"))


def _refused_set(unit: x12.Unit) -> Finding:
    spots = [child.find("IK3") for child in unit.loop.children("2100")]
    places = ", ".join(f"{s.get(1)} (segment {s.get(2)})" for s in spots if s)
    return Finding(
        "X12.999",
        Severity.BLOCK,
        places[:80] or "transaction",
        "the payer's system refused the transaction as not in form",
        "mend what the place names; no claim of this file was taken in",
        "999 of the payer, IK5",
    )


def link(work: UnitOfWork, claim: ClaimRecord, file: ExchangedFile) -> None:
    """Keep with the claim that a file speaks of it."""
    ClaimFile.objects.get_or_create(
        organization_id=work.organization,
        claim=claim,
        file=file,
        defaults={"version_number": claim.version_number},
    )


def read_claim_acknowledgement(
    *, organization: int, actor: Actor, at: datetime, file: ExchangedFile
) -> int:
    """Read a 277CA: each claim is accepted with the payer's number, or rejected and told why."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        statuses = read_claim_statuses(bytes(file.content))
        numbers = {status.patient_control_number for status in statuses}
        rows = ClaimRecord.objects.of(organization).filter(control_number__in=numbers)
        claims = {c.control_number: c for c in rows.select_related("patient", "payer")}
        for status in statuses:
            claim = claims.get(status.patient_control_number)
            if claim is None:
                _unknown_claim(work, file)
            else:
                _apply_status(work, claim, status, file)
        if not statuses:
            _no_claim_named(work, file)
        mark(work, file, "processed")
    return len(statuses)


def _apply_status(
    work: UnitOfWork, claim: ClaimRecord, status: ClaimStatus, file: ExchangedFile
) -> None:
    link(work, claim, file)
    if not status.accepted:
        reject(work, claim, tuple(_refusals(status)), file, origin="277CA")
        return
    if status.payer_claim_number:
        claim.payer_claim_number = status.payer_claim_number
        claim.save(update_fields=["payer_claim_number"])
    advance_if_allowed(work, claim, ClaimEvent.ACCEPTED, file=file.pk)


def _refusals(status: ClaimStatus) -> list[Finding]:
    return [
        Finding(
            f"STATUS.{code.category}.{code.code}",
            Severity.BLOCK,
            f"entity {code.entity}" if code.entity else "claim",
            f"the payer refused the claim: category {code.category}, status {code.code}",
            "mend what the status names and send the claim again",
            "277CA of the payer, STC",
        )
        for code in status.statuses
    ]


def reject(
    work: UnitOfWork,
    claim: ClaimRecord,
    findings: tuple[Finding, ...],
    file: ExchangedFile,
    *,
    origin: str,
) -> None:
    """Take the claim back: it never was in the payer's system, so the payer owes nothing on it."""
    keep_findings(work, claim, findings, origin=origin)
    billed = claim.state in {"submitted", "accepted"}
    rules = [finding.rule for finding in findings]
    if not advance_if_allowed(work, claim, ClaimEvent.REJECTED, file=file.pk, reasons=rules):
        return
    if billed and claim.root_id is None:
        _unbill(work, claim, file)
    open_task(
        work,
        f"rejected:{claim.pk}",
        kind="rejected",
        title=findings[0].message[:120] if findings else "the payer refused the claim",
        next_step=_next_step(findings),
        claim=claim,
        value_cents=claim.total_charge_cents,
        due_on=claim.filing_due_on,
    )


def _next_step(findings: tuple[Finding, ...]) -> str:
    """Name the desk that can mend the refusal, and the fields that usually do."""
    if not findings:
        return "Open the claim at the finding, mend it and release it again"
    mending = find_mending(findings[0].rule)
    fields = " or ".join(str(field) for field in mending.fields[:2])
    what = f"the {fields}" if fields else "what the finding names"
    desk = mending.mender.whom
    return f"{desk[:1].upper()}{desk[1:]} mends {what}; then release the claim again"[:200]


def _unbill(work: UnitOfWork, claim: ClaimRecord, file: ExchangedFile) -> None:
    owed, payer = owed_for(claim), str(claim.payer_id)
    receivable = owed.account(AccountKind.AR_INSURANCE, payer=payer)
    cents = min(claim.total_charge_cents, balance(receivable, organization=work.organization))
    if cents > 0:
        occasion = Occasion((work.organization, "unbill", claim.pk, file.pk), work.today)
        back = bill_payer(occasion, -cents, owed=owed, payer=payer)
        book([back], organization=work.organization, at=work.at)


def _unknown_claim(work: UnitOfWork, file: ExchangedFile) -> None:
    open_task(
        work,
        f"unknown-status:{file.pk}",
        kind="exchange",
        title="An acknowledgement names a claim that we did not send",
        next_step="Ask the payer or clearinghouse whose claim this is",
    )


def _no_claim_named(work: UnitOfWork, file: ExchangedFile) -> None:
    """A whole batch may be answered, or refused, without a word about its claims."""
    open_task(
        work,
        f"batch-status:{file.pk}",
        kind="exchange",
        title="An acknowledgement answers a batch and names no claim",
        next_step="Open the file and see whether the batch was taken in; send it again if not",
    )

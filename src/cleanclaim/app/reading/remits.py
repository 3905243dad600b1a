"""Remittances: the list, and one payment with its claims, adjustments and postings."""

from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from cleanclaim.app.access import access
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.kernel.findings import Finding
from cleanclaim.remits.model import ProviderAdjustment, Remit, RemitClaim
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.remits.models import RemitClaimRecord, RemitRecord

STATUS_WORDS = {
    "1": "processed as primary",
    "2": "processed as secondary",
    "3": "processed as tertiary",
    "4": "denied",
    "19": "processed as primary, forwarded",
    "20": "processed as secondary, forwarded",
    "21": "processed as tertiary, forwarded",
    "22": "reversal",
    "23": "not our claim, forwarded",
    "25": "predetermination, no payment",
}


class RemitRow(msgspec.Struct, frozen=True):
    """One payment in the list."""

    id: int
    trace_number: str
    payer: str
    method: str
    paid_cents: int
    paid_on: date
    status: str
    claims: int
    suspended: int
    received_at: datetime


class DecidedClaim(msgspec.Struct, frozen=True):
    """One claim of the payment: the payer's decision and what became of it."""

    ordinal: int
    claim: int | None
    control_number: str
    status_code: str
    status: str
    charge_cents: int
    paid_cents: int
    patient_cents: int
    matched_by: str
    outcome: str
    reason: str
    content: RemitClaim


class RemitPosting(msgspec.Struct, frozen=True):
    """One entry that the payment made: what it moved between which accounts."""

    entry: int
    reason: str
    on: date
    cents: int
    debit: int
    debit_kind: str
    credit: int
    credit_kind: str
    claim: int | None


class RemitView(msgspec.Struct, frozen=True):
    """Everything the remittance page shows; the sums are of this payment's own claims."""

    row: RemitRow
    file: int
    identity: str
    claims: tuple[DecidedClaim, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...]
    findings: tuple[Finding, ...]
    postings: tuple[RemitPosting, ...]
    claims_paid_cents: int
    provider_level_cents: int
    suspense_cents: int


def list_remits(organization: int, status: str = "", after: int | None = None) -> Sheet[RemitRow]:
    """Give payments, the latest first."""
    known = _counted(organization)
    rows = known.filter(status=status) if status else known
    cut, following = cut_sheet(rows, known, ("-paid_on",), after)
    return Sheet(tuple(_remit_row(row) for row in cut), following)


def _counted(organization: int) -> Any:  # noqa: ANN401 - an annotated query
    claims = RemitClaimRecord.objects.of(organization).filter(remit_id=OuterRef("pk")).order_by()
    counts = claims.values("remit_id").annotate(
        rows=Count("pk"), stuck=Count("pk", filter=Q(outcome="suspended"))
    )
    return (
        RemitRecord.objects.of(organization)
        .select_related("payer")
        .defer("content")
        .annotate(
            claim_count=Coalesce(Subquery(counts.values("rows")), 0),
            stuck_count=Coalesce(Subquery(counts.values("stuck")), 0),
        )
    )


def _remit_row(row: Any) -> RemitRow:  # noqa: ANN401 - an annotated row
    return RemitRow(
        id=row.pk,
        trace_number=row.trace_number,
        payer=row.payer.name if row.payer else "unknown payer",
        method=row.method,
        paid_cents=row.paid_cents,
        paid_on=row.paid_on,
        status=row.status,
        claims=row.claim_count,
        suspended=row.stuck_count,
        received_at=row.received_at,
    )


def read_remit(organization: int, remit: int) -> RemitView:
    """Give one payment as its page shows it."""
    record = access(RemitRecord, remit, organization=organization)
    row = _remit_row(_counted(organization).get(pk=remit))
    content = msgspec.convert(record.content, Remit, strict=False)
    decided = tuple(_decided(found) for found in _claims_of(organization, record))
    claims = decided or tuple(_undecided(claim) for claim in content.claims)
    postings = _postings(organization, record.identity) if record.status == "posted" else ()
    return RemitView(
        row=row,
        file=record.file_id,
        identity=record.identity,
        claims=claims,
        provider_adjustments=content.provider_adjustments,
        findings=msgspec.convert(tuple(record.findings), tuple[Finding, ...], strict=False),
        postings=postings,
        claims_paid_cents=sum(claim.paid_cents for claim in claims),
        provider_level_cents=sum(change.cents for change in content.provider_adjustments),
        suspense_cents=sum(p.cents for p in postings if p.credit_kind == "suspense"),
    )


def _claims_of(organization: int, record: RemitRecord) -> Any:  # noqa: ANN401 - a query
    rows = RemitClaimRecord.objects.of(organization).filter(remit=record)
    return rows.select_related("claim").order_by("ordinal")


def _decided(row: Any) -> DecidedClaim:  # noqa: ANN401 - a remit claim row
    content = msgspec.convert(row.content, RemitClaim, strict=False)
    return DecidedClaim(
        ordinal=row.ordinal,
        claim=row.claim_id,
        control_number=row.claim.control_number if row.claim else content.patient_control_number,
        status_code=row.status_code,
        status=STATUS_WORDS.get(row.status_code, "unknown status"),
        charge_cents=row.charge_cents,
        paid_cents=row.paid_cents,
        patient_cents=row.patient_cents,
        matched_by=row.matched_by,
        outcome=row.outcome,
        reason=row.reason,
        content=content,
    )


def _undecided(content: RemitClaim) -> DecidedClaim:
    """Show a claim of a quarantined payment: read, and nothing done with it."""
    return DecidedClaim(
        ordinal=content.ordinal,
        claim=None,
        control_number=content.patient_control_number,
        status_code=content.status,
        status=STATUS_WORDS.get(content.status, "unknown status"),
        charge_cents=content.charge_cents,
        paid_cents=content.paid_cents,
        patient_cents=content.patient_responsibility_cents,
        matched_by="",
        outcome="quarantined",
        reason="",
        content=content,
    )


def _postings(organization: int, identity: str) -> tuple[RemitPosting, ...]:
    rows = (
        Posting.objects.of(organization)
        .filter(entry__links__remit=identity)
        .select_related("entry", "account")
        .order_by("entry_id", "-cents")
    )
    sides: dict[int, list[Any]] = {}
    for posting in rows:
        sides.setdefault(posting.entry_id, []).append(posting)
    return tuple(_remit_posting(*pair) for pair in sides.values())


def _remit_posting(debit: Any, credit: Any) -> RemitPosting:  # noqa: ANN401 - posting rows
    return RemitPosting(
        entry=debit.entry_id,
        reason=debit.entry.reason,
        on=debit.entry.on,
        cents=debit.cents,
        debit=debit.account_id,
        debit_kind=debit.account.kind,
        credit=credit.account_id,
        credit_kind=credit.account.kind,
        claim=debit.account.claim_id or credit.account.claim_id,
    )

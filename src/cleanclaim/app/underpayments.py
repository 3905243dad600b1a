"""Underpayments: found line by line, worked in a queue, disputed, and counted when they come."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from django.db.models import Q, QuerySet, Sum

from cleanclaim.app.access import access
from cleanclaim.app.expecting import Compared, undecided_prices
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.pricing.variances import Cause, explain
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.followup.models import Variance

OPEN, DISPUTED, RECOVERED, CLOSED = "open", "disputed", "recovered", "closed"
EXPLAINED = "explained"
STANDING = (OPEN, DISPUTED)


class Comparison(msgspec.Struct, frozen=True):
    """What a pass found: lines as agreed, underpaid, overpaid, recovered, and not priced."""

    as_agreed: int = 0
    under: int = 0
    over: int = 0
    recovered: int = 0
    unpriced: int = 0
    denied: int = 0


class NotDisputableError(CleanclaimError):
    """Only what is open and missing can be disputed, and with a word why."""

    code = "variance.not_disputable"

    def __init__(self) -> None:
        super().__init__("choose open underpayments, and say what the dispute rests on")


def compare_payments(*, organization: int, actor: Actor, at: datetime) -> Comparison:
    """Hold every newly posted decision against its price; safe to run again.

    A line that the payer denied is work of denials and no underpayment; a line without a price
    is counted as such, never as right.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        ends = [_compare(work, each) for each in undecided_prices(organization, at, actor)]
        counts = {name: ends.count(name) for name in Comparison.__struct_fields__}
        if ends:
            work.tell("payments.compared", ("organization", organization), **counts)
            _tell_payers(work)
    return Comparison(**counts)


def _compare(work: UnitOfWork, line: Compared) -> str:
    row, paid = line.row, line.paid
    if row.cents is None:
        return "unpriced"
    if paid.is_denied and row.cents:
        return "denied"
    if paid.sequestered_cents > 0:
        _keep(work, line, Cause.SEQUESTRATION, paid.sequestered_cents, EXPLAINED)
    if (before := _standing_before(line)) is not None:
        return _recover(work, before, line)
    cause = explain(row.cents, paid, line.elsewhere)
    if cause is None:
        return "as_agreed"
    _keep(work, line, cause, row.cents - row.allowed_cents, OPEN)
    return "over" if cause is Cause.OVER else "under"


def _keep(work: UnitOfWork, line: Compared, cause: Cause, cents: int, state: str) -> None:
    row = line.row
    variance, new = Variance.objects.get_or_create(
        organization_id=work.organization,
        expected=row,
        cause=cause.value,
        defaults={
            "claim": row.claim,
            "payer": row.payer,
            "code": row.code,
            "cents": cents,
            "state": state,
            "found_on": work.today,
        },
    )
    if new and state == OPEN:
        _tell(work, "variance.found", variance, cause=cause.value, cents=cents)


def _tell(work: UnitOfWork, action: str, variance: Variance, **detail: object) -> None:
    work.tell(
        action,
        ("variance", variance.pk),
        patient=variance.claim.patient_id,
        claim=variance.claim_id,
        **detail,
    )


def _standing_before(line: Compared) -> Variance | None:
    """Find what is missing on the same line since an earlier decision on the claim."""
    row, first = line.row, int(line.row.claim.ledger_claim)
    chain = Q(claim=first) | Q(claim__root=first)
    rows = Variance.objects.of(row.organization_id).filter(
        chain,
        state__in=STANDING,
        cents__gt=0,
        code=row.code,
        payer=row.payer_id,
        expected__line_number=row.line_number,
    )
    earlier = rows.exclude(expected__remit_claim=row.remit_claim_id)
    found: Variance | None = earlier.select_related("expected", "claim").order_by("pk").last()
    return found


def _recover(work: UnitOfWork, before: Variance, line: Compared) -> str:
    """Count what a later decision allows more than the first; what is still missing stands."""
    gained = line.row.allowed_cents - before.expected.allowed_cents
    recovered = min(before.cents, max(0, gained))
    more = recovered - before.recovered_cents
    before.recovered_cents = recovered
    before.state = RECOVERED if recovered == before.cents else before.state
    before.save(update_fields=["recovered_cents", "state"])
    if more:
        _tell(work, "variance.recovered", before, cents=more)
    return "recovered" if before.state == RECOVERED else "under"


def _tell_payers(work: UnitOfWork) -> None:
    """Keep one task a payer with what it owes by its contract, and end those that owe nothing."""
    missing = _missing_by_payer(work)
    for payer in Payer.objects.of(work.organization):
        cents = missing.get(payer.pk, 0)
        if cents > 0:
            open_task(
                work,
                f"underpaid:{payer.pk}",
                kind="underpaid",
                title=f"{payer.name} paid less than its contract says"[:120],
                next_step="Open Underpayments, check the cause, dispute what is missing",
                value_cents=cents,
            )
        else:
            close_tasks(work, f"underpaid:{payer.pk}", outcome="nothing is open any more")


def _missing_by_payer(work: UnitOfWork) -> dict[int, int]:
    rows = Variance.objects.of(work.organization).filter(state=OPEN, cents__gt=0)
    sums = rows.values_list("payer").annotate(cents=Sum("cents"))
    return {payer: int(cents) for payer, cents in sums}


def dispute_variances(
    *, organization: int, actor: Actor, at: datetime, variances: Sequence[int], note: str
) -> int:
    """Note that underpayments are disputed with the payer; give the cents in dispute.

    Raises NotDisputableError where one of them is not open, or without a note.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        rows = list(_open_ones(organization, variances))
        if not note.strip() or not rows or len(rows) != len(set(variances)):
            raise NotDisputableError
        for row in rows:
            row.state, row.disputed_on, row.note = DISPUTED, work.today, note.strip()[:200]
            row.save(update_fields=["state", "disputed_on", "note"])
            _tell(work, "variance.disputed", row, cents=row.cents)
        _tell_payers(work)
    return sum(row.cents for row in rows)


def _open_ones(organization: int, variances: Iterable[int]) -> QuerySet[Variance]:
    rows = Variance.objects.of(organization).filter(pk__in=list(variances), state=OPEN)
    return rows.filter(cents__gt=0).select_related("claim").select_for_update(of=("self",))


def close_variance(
    *, organization: int, actor: Actor, at: datetime, variance: int, note: str
) -> Variance:
    """Close a variance that is no underpayment, or that was lost; the note says why.

    Nothing moves in the books: what the payer took off is off already. Raises
    NotDisputableError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access(Variance, variance, organization=organization, related=("claim",))
        if row.state not in STANDING or not note.strip():
            raise NotDisputableError
        row.state, row.note = CLOSED, note.strip()[:200]
        row.save(update_fields=["state", "note"])
        _tell(work, "variance.closed", row, cents=row.cents)
        _tell_payers(work)
    return row

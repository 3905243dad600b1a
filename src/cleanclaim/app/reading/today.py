"""The worklist and the money it is about."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from cleanclaim.app.reading.ledger import totals_by_kind
from cleanclaim.app.reading.sheets import Sheet, cut_sheet
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.remits.models import Denial, RemitRecord
from cleanclaim.store.tasks.models import Task


class Due(StrEnum):
    """A filter of the worklist by due day."""

    LATE = "late"
    WEEK = "week"
    LATER = "later"


class WorkItem(msgspec.Struct, frozen=True):
    """One open task with what it is about; ``score`` is its value in cents times its urgency."""

    id: int
    kind: str
    title: str
    next_step: str
    value_cents: int
    due_on: date | None
    claim: int | None
    control_number: str
    claim_state: str
    payer: str
    patient: int | None
    assignee: str
    opened_at: datetime
    score: int


class KindCount(msgspec.Struct, frozen=True):
    """How many open tasks of a kind there are and what they are worth."""

    kind: str
    tasks: int
    cents: int


class Standing(msgspec.Struct, frozen=True):
    """Where the money is that somebody must move, in cents and counts."""

    held_cents: int
    held: int
    denied_cents: int
    denied: int
    unposted_cents: int
    quarantined: int
    insurance_cents: int
    patient_cents: int
    unbilled_cents: int

    @property
    def receivable_cents(self) -> int:
        """Give everything that is owed to the practice."""
        return self.insurance_cents + self.patient_cents + self.unbilled_cents


def read_standing(organization: int) -> Standing:
    """Sum held and denied claims, money without a claim, and the open receivables."""
    held = _sum(ClaimRecord.objects.of(organization).filter(state="held"), "total_charge_cents")
    denied = _sum(Denial.objects.of(organization).filter(status="open"), "cents")
    stopped = _sum(RemitRecord.objects.of(organization).filter(status="quarantined"), "paid_cents")
    totals = totals_by_kind(organization)
    return Standing(
        held_cents=held[0],
        held=held[1],
        denied_cents=denied[0],
        denied=denied[1],
        unposted_cents=stopped[0] - totals.get(AccountKind.SUSPENSE, 0),
        quarantined=stopped[1],
        insurance_cents=totals.get(AccountKind.AR_INSURANCE, 0),
        patient_cents=totals.get(AccountKind.AR_PATIENT, 0),
        unbilled_cents=totals.get(AccountKind.AR_UNBILLED, 0),
    )


def _sum(rows: QuerySet[Any], field: str) -> tuple[int, int]:
    found = rows.aggregate(
        cents=Coalesce(Sum(field), 0, output_field=BigIntegerField()), rows=Count("pk")
    )
    return int(found["cents"]), int(found["rows"])


def list_work(
    organization: int,
    on: date,
    *,
    kind: str = "",
    due: Due | None = None,
    after: int | None = None,
) -> Sheet[WorkItem]:
    """Give open tasks by value times urgency, the dearest and most urgent first."""
    known = _scored(Task.objects.of(organization), on)
    rows = known.filter(closed_at__isnull=True)
    if kind:
        rows = rows.filter(kind=kind)
    if due is not None:
        rows = rows.filter(_due_condition(due, on))
    cut, following = cut_sheet(rows, known, ("-score",), after)
    return Sheet(tuple(_work_item(task) for task in cut), following)


def count_kinds(organization: int) -> tuple[KindCount, ...]:
    """Count the open tasks by kind, the dearest kind first."""
    rows = (
        Task.objects.of(organization)
        .filter(closed_at__isnull=True)
        .values("kind")
        .annotate(tasks=Count("pk"), cents=Sum("value_cents"))
        .order_by("-cents")
    )
    return tuple(KindCount(row["kind"], row["tasks"], row["cents"]) for row in rows)


def _scored(rows: QuerySet[Any], on: date) -> QuerySet[Any]:
    """Add the score: late work counts eight times, this week's four, this month's twice."""
    weight = Case(
        When(due_on__lt=on, then=Value(8)),
        When(due_on__lte=on + timedelta(days=7), then=Value(4)),
        When(due_on__lte=on + timedelta(days=30), then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    # Work without a value still has its urgency.
    worth = Greatest(F("value_cents"), Value(100), output_field=BigIntegerField())
    scored: QuerySet[Any] = rows.annotate(score=worth * weight)
    return scored.select_related("claim__payer", "assignee")


def _due_condition(due: Due, on: date) -> Q:
    week = on + timedelta(days=7)
    match due:
        case Due.LATE:
            return Q(due_on__lt=on)
        case Due.WEEK:
            return Q(due_on__gte=on, due_on__lte=week)
        case Due.LATER:
            return Q(due_on__gt=week) | Q(due_on__isnull=True)


def _work_item(task: Any) -> WorkItem:  # noqa: ANN401 - a scored row
    claim = task.claim
    return WorkItem(
        id=task.pk,
        kind=task.kind,
        title=task.title,
        next_step=task.next_step,
        value_cents=task.value_cents,
        due_on=task.due_on,
        claim=task.claim_id,
        control_number=claim.control_number if claim else "",
        claim_state=claim.state if claim else "",
        payer=claim.payer.name if claim else "",
        patient=task.patient_id or (claim.patient_id if claim else None),
        assignee=task.assignee.name if task.assignee else "",
        opened_at=task.opened_at,
        score=task.score,
    )

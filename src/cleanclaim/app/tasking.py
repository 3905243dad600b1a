"""Opening and closing tasks, one a cause however often it is met."""

from datetime import date

from cleanclaim.app.work import UnitOfWork
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tasks.models import Task


def open_task(
    work: UnitOfWork,
    key: str,
    *,
    kind: str,
    title: str,
    next_step: str,
    claim: ClaimRecord | None = None,
    patient: Patient | None = None,
    value_cents: int = 0,
    due_on: date | None = None,
) -> Task:
    """Open a task, or open again the closed one of the same cause.

    An open one stays as it is, but for its value, which is what is at stake now.
    """
    fields = {
        "kind": kind,
        "title": title,
        "next_step": next_step,
        "claim": claim,
        "patient": patient or (claim.patient if claim else None),
        "value_cents": value_cents,
        "due_on": due_on,
        "opened_at": work.at,
    }
    task, created = Task.objects.get_or_create(
        organization_id=work.organization, key=key, defaults=fields
    )
    if created or task.closed_at is not None:
        Task.objects.of(work.organization).filter(pk=task.pk).update(
            **fields, closed_at=None, outcome=""
        )
        work.tell(
            "task.opened",
            ("task", task.pk),
            patient=task.patient_id,
            claim=claim.pk if claim else None,
            kind=kind,
        )
    elif task.value_cents != value_cents:
        Task.objects.of(work.organization).filter(pk=task.pk).update(value_cents=value_cents)
    return task


def close_tasks(work: UnitOfWork, *keys: str, outcome: str) -> int:
    """Close the open tasks of these causes and give how many there were."""
    tasks = Task.objects.of(work.organization).filter(key__in=keys, closed_at__isnull=True)
    found = list(tasks)
    tasks.update(closed_at=work.at, outcome=outcome)
    for task in found:
        work.tell(
            "task.closed",
            ("task", task.pk),
            patient=task.patient_id,
            claim=task.claim_id,
            outcome=outcome,
        )
    return len(found)

"""Access functions: the only doors to one record, tenancy checked once."""

from typing import TypeVar

from django.db import models

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.remits.models import RemitRecord
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenants import TenantModel

Record = TypeVar("Record", bound=TenantModel)


class NotFoundError(CleanclaimError):
    """There is no such record in the organization; that another has one is not told."""

    code = "record.not_found"

    def __init__(self, kind: str) -> None:
        super().__init__(f"there is no such {kind}")


def access(
    model: type[Record], record: int, *, organization: int, related: tuple[str, ...] = ()
) -> Record:
    """Fetch one record of the organization; NotFoundError where it has none of this id."""
    query: models.QuerySet[Record] = model.objects.of(organization).filter(pk=record)
    # Without a name Django would join every table that the record points to.
    found = next(iter(query.select_related(*related) if related else query), None)
    if found is None:
        raise NotFoundError(str(model._meta.verbose_name))
    return found


def access_patient(patient: int, *, organization: int) -> Patient:
    """Fetch a patient account."""
    return access(Patient, patient, organization=organization)


def access_claim(claim: int, *, organization: int, lock: bool = False) -> ClaimRecord:
    """Fetch a claim with its patient, payer and coverage; ``lock`` keeps others off it."""
    rows = ClaimRecord.objects.of(organization).filter(pk=claim)
    if lock:
        list(rows.select_for_update().values_list("pk"))
    related = ("patient", "payer", "coverage", "rendering")
    found = access(ClaimRecord, claim, organization=organization, related=related)
    coverage = found.coverage
    # The same rows as the claim's own, mostly: a join more would be planned for each claim.
    if coverage.patient_id == found.patient_id:
        coverage.patient = found.patient
    if coverage.payer_id == found.payer_id:
        coverage.payer = found.payer
    return found


def access_remit(remit: int, *, organization: int) -> RemitRecord:
    """Fetch a remittance."""
    return access(RemitRecord, remit, organization=organization)


def access_task(task: int, *, organization: int) -> Task:
    """Fetch a task."""
    return access(Task, task, organization=organization)

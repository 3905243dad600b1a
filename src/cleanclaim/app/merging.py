"""Two accounts of one person: joined by a link that moves nothing, so that it can be undone."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from cleanclaim.app.access import access, access_patient
from cleanclaim.app.booking import balance_of_kind
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.messages.models import Message, PatientMerge, SenderNumber


class MergeRefusedError(CleanclaimError):
    """The accounts cannot be joined, or are joined no more."""

    code = "merge.refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"this was not done: {why}")


def merge_patients(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    survivor: int,
    merged: int,
    reason: str,
    message: Message | None = None,
) -> PatientMerge:
    """Join an account to the one that goes on; visits, claims and entries stay where they are.

    What is told of the merged number from now on goes to the survivor. Raises MergeRefusedError
    where they are joined already in another way.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        kept = access_patient(
            survivor_of(survivor, organization=organization), organization=organization
        )
        gone = access_patient(merged, organization=organization)
        if gone.pk == kept.pk:
            why = "an account cannot be joined to itself"
            raise MergeRefusedError(why)
        known = _open_merges(organization).filter(merged=gone).first()
        if known is not None and known.survivor_id == kept.pk:
            return known
        if known is not None:
            why = "the account is joined to another one"
            raise MergeRefusedError(why)
        merge = PatientMerge.objects.create(
            organization_id=organization,
            survivor=kept,
            merged=gone,
            message=message,
            reason=reason[:120],
            merged_at=at,
        )
        work.tell("patient.merged", ("merge", merge.pk), patient=kept.pk, merged=gone.pk)
    return merge


def undo_merge(*, organization: int, actor: Actor, at: datetime, merge: int) -> PatientMerge:
    """Take a merge back; what came meanwhile under the merged account's numbers is a task."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access(PatientMerge, merge, organization=organization, related=("survivor", "merged"))
        if row.undone_at is not None:
            why = "it is undone already"
            raise MergeRefusedError(why)
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        strays = _strays(row)
        work.tell(
            "patient.unmerged", ("merge", row.pk), patient=row.survivor_id, visits=len(strays)
        )
        _ask_whose(work, row, strays)
    return row


def _strays(row: PatientMerge) -> list[int]:
    """Give the visits that came under a number of the merged account and went to the survivor."""
    rows = SenderNumber.objects.of(row.organization_id).filter(
        kind="visit", patient=row.merged, encounter__patient=row.survivor
    )
    return list(rows.values_list("encounter_id", flat=True))


def _ask_whose(work: UnitOfWork, row: PatientMerge, strays: Sequence[int]) -> None:
    if strays:
        open_task(
            work,
            f"unmerged:{row.pk}",
            kind="patient",
            title=f"{len(strays)} visits came while two accounts were joined",
            next_step="Look whose each visit is; void and bill again what went wrong",
            patient=row.survivor,
        )


def _open_merges(organization: int) -> QuerySet[PatientMerge]:
    return PatientMerge.objects.of(organization).filter(undone_at__isnull=True)


def survivor_of(patient: int, *, organization: int) -> int:
    """Follow the merges of an account to the one that goes on."""
    links = dict(_open_merges(organization).values_list("merged_id", "survivor_id"))
    seen = {patient}
    while (following := links.get(patient)) is not None and following not in seen:
        seen.add(following)
        patient = following
    return patient


def joined_accounts(patient: int, *, organization: int) -> tuple[int, ...]:
    """Give the accounts that are one person's, the one that goes on first."""
    links = list(_open_merges(organization).values_list("merged_id", "survivor_id"))
    found = [survivor_of(patient, organization=organization)]
    for account in found:
        found.extend(merged for merged, kept in links if kept == account and merged not in found)
    return tuple(found)


def joined_balance(patient: int, *, organization: int) -> int:
    """Give in cents what the person owes over all joined accounts."""
    accounts = joined_accounts(patient, organization=organization)
    return sum(
        balance_of_kind(AccountKind.AR_PATIENT, organization=organization, patient_id=account)
        for account in accounts
    )

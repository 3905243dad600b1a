"""Disputes: what a patient says is wrong pauses the collection until a person has answered."""

from datetime import datetime

from cleanclaim.app.access import access_claim, access_patient
from cleanclaim.app.forgiving import need_person
from cleanclaim.app.reading.debts import read_debts
from cleanclaim.app.refusing import NotAllowedError, Refusal
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import unit_of_work
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.statements.models import Dispute

ABOUT = ("not_mine", "insurance", "amount", "already_paid", "estimate", "other")
OUTCOMES = ("corrected", "explained", "withdrawn")


def open_dispute(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    about: str,
    words: str = "",
    subject: str = "",
) -> Dispute:
    """Keep what a patient says is wrong with a debt (or with all) and open a task for it."""
    if about not in ABOUT:
        raise NotAllowedError(Refusal.DISPUTE_ABOUT)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        person = access_patient(patient, organization=organization)
        account = read_debts(organization, patient)
        debt = account.debt(subject)
        claim = debt.debt.account.claim if debt else ""
        record = Dispute.objects.create(
            organization_id=organization,
            patient=person,
            claim=access_claim(int(claim), organization=organization) if claim else None,
            about=about,
            words=words.strip()[:1000],
            opened_at=at,
        )
        open_task(
            work,
            f"dispute:{record.pk}",
            kind="dispute",
            title="A patient says that a bill is wrong",
            next_step="Read what the patient wrote, look at the claim, then answer the patient",
            patient=person,
            value_cents=debt.debt.owed_cents if debt else account.owed_cents,
        )
        work.tell("dispute.opened", ("dispute", record.pk), patient=patient, about=about)
    return record


def resolve_dispute(
    *, organization: int, actor: Actor, at: datetime, dispute: int, outcome: str
) -> Dispute:
    """Answer a dispute; what is still owed may be asked for again."""
    need_person(actor)
    if outcome not in OUTCOMES:
        raise NotAllowedError(Refusal.DISPUTE_OUTCOME)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = Dispute.objects.of(organization).select_for_update().get(pk=dispute)
        if record.resolved_at is not None:
            raise NotAllowedError(Refusal.ANSWERED)
        record.resolved_at, record.outcome = at, outcome
        record.save(update_fields=["resolved_at", "outcome"])
        close_tasks(work, f"dispute:{dispute}", outcome=outcome)
        work.tell(
            "dispute.resolved", ("dispute", dispute), patient=record.patient_id, outcome=outcome
        )
    return record


def list_disputes(organization: int) -> list[Dispute]:
    """Give the disputes that wait for an answer, oldest first."""
    rows = Dispute.objects.of(organization).filter(resolved_at=None)
    return list(rows.select_related("patient", "claim").order_by("opened_at", "pk"))

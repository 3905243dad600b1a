"""Payment plans: made within the policy, paid by whatever the patient pays, watched for gaps."""

from collections.abc import Sequence
from datetime import date, datetime

from cleanclaim.app.access import access, access_patient
from cleanclaim.app.reading.debts import read_debts
from cleanclaim.app.refusing import Refusal
from cleanclaim.app.setting_terms import find_policy, need_policy
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.plans import (
    Instalment,
    PlanFault,
    cut_plan,
    find_missed,
    find_plan_fault,
    pay_instalments,
)
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.statements.models import PaymentPlan, PlanInstalment


class PlanRefusedError(CleanclaimError):
    """The plan is outside the policy, or there is one already."""

    code = "plan.refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"no plan was made: {why}")


def make_plan(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    count: int,
    first_on: date,
) -> PaymentPlan:
    """Cut what is due now into monthly instalments. Raises NoPolicyError, PlanRefusedError."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        access_patient(patient, organization=organization)
        Patient.objects.of(organization).select_for_update().get(pk=patient)
        _, policy = need_policy(organization, as_of=work.today)
        total = read_debts(organization, patient).due_cents
        fault = find_plan_fault(total, count, policy)
        if fault:
            raise PlanRefusedError(fault.value)
        if first_on < work.today:
            raise PlanRefusedError(Refusal.PLAN_PAST)
        if active_plan(organization, patient):
            raise PlanRefusedError(Refusal.PLAN_EXISTS)
        plan = PaymentPlan.objects.create(
            organization_id=organization,
            patient_id=patient,
            total_cents=total,
            state="active",
            agreed_by=actor.kind,
            made_at=at,
        )
        _keep_instalments(plan, cut_plan(total, count, first_on))
        work.tell("plan.made", ("plan", plan.pk), patient=patient, cents=total, count=count)
    return plan


def _keep_instalments(plan: PaymentPlan, parts: Sequence[Instalment]) -> None:
    for part in parts:
        PlanInstalment.objects.create(
            organization_id=plan.organization_id,
            plan=plan,
            number=part.number,
            due_on=part.due_on,
            cents=part.cents,
        )


def active_plan(organization: int, patient: int) -> PaymentPlan | None:
    """Give the plan that a patient is paying, None where there is none."""
    rows = PaymentPlan.objects.of(organization).filter(patient_id=patient, state="active")
    return rows.first()


def plan_instalments(plan: PaymentPlan) -> tuple[Instalment, ...]:
    """Give the instalments of a plan as they stand."""
    rows = PlanInstalment.objects.of(plan.organization_id).filter(plan=plan).order_by("number")
    return tuple(Instalment(row.number, row.due_on, row.cents, row.paid_cents) for row in rows)


def credit_plan(work: UnitOfWork, patient: int, cents: int) -> None:
    """Count money that paid debts (negative: that went back) on the patient's plan."""
    rows = PaymentPlan.objects.of(work.organization).filter(patient_id=patient)
    known = rows.filter(state__in=["active", "completed"] if cents < 0 else ["active"])
    plan = known.order_by("pk").last()
    if plan is None or not cents:
        return
    before = plan_instalments(plan)
    after, _ = pay_instalments(before, cents)
    for old, new in zip(before, after, strict=True):
        if old != new:
            PlanInstalment.objects.of(work.organization).filter(
                plan=plan, number=new.number
            ).update(paid_cents=new.paid_cents)
    done = all(part.open_cents == 0 for part in after)
    rows.filter(pk=plan.pk).update(state="completed" if done else "active")
    if done:
        work.tell("plan.completed", ("plan", plan.pk), patient=patient)
    _close_if_caught_up(work, plan, after)


def _close_if_caught_up(work: UnitOfWork, plan: PaymentPlan, parts: Sequence[Instalment]) -> None:
    found = find_policy(work.organization, as_of=work.today)
    grace = found[1].grace_days if found else 0
    if not find_missed(parts, as_of=work.today, grace_days=grace):
        close_tasks(work, f"plan:{plan.pk}", outcome="caught up")


def watch_plans(*, organization: int, actor: Actor, at: datetime) -> int:
    """Open a task for each plan with an instalment missed beyond grace; give how many there are."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        _, policy = need_policy(organization, as_of=work.today)
        behind = 0
        plans = PaymentPlan.objects.of(organization).filter(state="active")
        for plan in plans.select_related("patient").order_by("pk"):
            missed = find_missed(
                plan_instalments(plan), as_of=work.today, grace_days=policy.grace_days
            )
            if not missed:
                continue
            behind += 1
            open_task(
                work,
                f"plan:{plan.pk}",
                kind="plan",
                title="An instalment of a payment plan was missed",
                next_step="Call the patient; stop the plan if it cannot go on",
                patient=plan.patient,
                value_cents=sum(part.open_cents for part in missed),
            )
    return behind


def stop_plan(*, organization: int, actor: Actor, at: datetime, plan: int) -> PaymentPlan:
    """Stop a plan: what is open of it is due as any other balance."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access(PaymentPlan, plan, organization=organization)
        if record.state != "active":
            raise PlanRefusedError(PlanFault.NOTHING_OWED.value)
        record.state = "stopped"
        record.card_token = ""
        record.save(update_fields=["state", "card_token"])
        close_tasks(work, f"plan:{plan}", outcome="stopped")
        work.tell("plan.stopped", ("plan", plan), patient=record.patient_id)
    return record

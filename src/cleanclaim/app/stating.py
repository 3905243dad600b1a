"""Statements: made from the ledger once insurance is done, held where the estimate says so."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec

from cleanclaim.app.access import access, access_patient
from cleanclaim.app.numbering import next_number
from cleanclaim.app.reading.debts import Account, read_debts
from cleanclaim.app.reading.statement_sheets import make_sheet
from cleanclaim.app.refusing import Refusal
from cleanclaim.app.setting_terms import need_policy, preference_of
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.legal_terms import LegalTerm, find_term
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.ledger.models import Account as AccountRecord
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.statements.models import Estimate, StatementRecord

OVER_ESTIMATE = "over_estimate"


class NothingToStateError(CleanclaimError):
    """There is nothing that the patient may be asked for."""

    code = "statement.nothing"

    def __init__(self, why: str) -> None:
        super().__init__(f"no statement was made: {why}")


def issue_statement(
    *, organization: int, actor: Actor, at: datetime, patient: int
) -> StatementRecord:
    """Make a statement and send it, or hold it where it goes beyond an estimate.

    Raises NothingToStateError where nothing is due or mail comes back, SumsDisagreeError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        Patient.objects.of(organization).select_for_update().get(pk=patient)
        preference = preference_of(organization, patient)
        if preference.returned_on is not None and preference.channel == "paper":
            raise NothingToStateError(Refusal.MAIL_RETURNED)
        number = f"T{next_number('statement', organization=organization):07d}"
        sheet = make_sheet(organization, patient, on=work.today, number=number)
        if not sheet.due_cents:
            raise NothingToStateError(Refusal.NOTHING_DUE)
        over = find_over_estimate(organization, read_debts(organization, patient))
        record = StatementRecord.objects.create(
            organization_id=organization,
            patient_id=patient,
            number=number,
            issued_on=work.today,
            language=preference.language,
            channel=preference.channel,
            state="held" if over else "sent",
            held_for=OVER_ESTIMATE if over else "",
            due_cents=sheet.due_cents,
            content=msgspec.to_builtins(sheet),
            made_at=at,
        )
        if over:
            _open_hold(work, record, over)
        action = "statement.held" if over else "statement.sent"
        stamp = ("statement", record.pk)
        work.tell(action, stamp, patient=patient, cents=sheet.due_cents)
    return record


def find_over_estimate(organization: int, account: Account) -> int:
    """Give by how many cents a self-pay bill is beyond what its estimates allow; 0 if it is not.

    By provider and day the charge may not reach the latest estimate plus the tolerance in
    force on that day (45 CFR 149.620). Visits without an estimate are not judged.
    """
    billed: dict[tuple[int, date], int] = {}
    for each in account.debts:
        alone = each.subject.startswith("visit:") and each.provider_id is not None
        if alone and each.is_due and each.provider_id is not None:
            key = (each.provider_id, each.service_on)
            billed[key] = billed.get(key, 0) + each.debt.charged_cents
    return sum(
        max(0, _beyond(organization, account.patient, *key, cents)) for key, cents in billed.items()
    )


def _beyond(organization: int, patient: int, provider: int, service_on: date, cents: int) -> int:
    rows = Estimate.objects.of(organization).filter(
        patient_id=patient, provider_id=provider, service_on=service_on
    )
    estimate = rows.order_by("-given_on", "-pk").first()
    term = find_term(LegalTerm.ESTIMATE_TOLERANCE_CENTS, as_of=service_on)
    if estimate is None or term is None or cents < estimate.cents + term.value:
        return 0
    return cents - estimate.cents


def _open_hold(work: UnitOfWork, record: StatementRecord, over_cents: int) -> None:
    open_task(
        work,
        f"statement:{record.pk}",
        kind="statement",
        title="A bill is far above the estimate that the patient was given",
        next_step="Compare charges and estimate; lower the bill, or release it with your reason",
        patient=access_patient(record.patient_id, organization=work.organization),
        value_cents=over_cents,
    )


def release_statement(
    *, organization: int, actor: Actor, at: datetime, statement: int, reason: str
) -> StatementRecord:
    """Let a held statement go, by the decision of a person who says why."""
    if not reason.strip() or actor.kind != "person":
        raise NothingToStateError(Refusal.NO_REASON)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access(StatementRecord, statement, organization=organization)
        if record.state == "held":
            record.state = "sent"
            record.save(update_fields=["state"])
            close_tasks(work, f"statement:{record.pk}", outcome="released by a person")
            stamp = ("statement", record.pk)
            work.tell("statement.released", stamp, patient=record.patient_id)
    return record


def run_statements(*, organization: int, actor: Actor, at: datetime) -> Mapping[str, int]:
    """Make the statements that the policy's cycle asks for; count them by what became of each.

    sent, held, small (under the smallest balance), recent (within the cycle), returned (mail
    came back), waiting (nothing due yet). Raises NoPolicyError.
    """
    counts: dict[str, int] = {}
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        _, policy = need_policy(organization, as_of=work.today)
        for patient in _debtors(organization):
            due = read_debts(organization, patient).due_cents
            outcome = _skip(work, patient, due, policy.cycle_days, policy.minimum_balance_cents)
            if not outcome:
                record = issue_statement(
                    organization=organization, actor=actor, at=at, patient=patient
                )
                outcome = record.state
            counts[outcome] = counts.get(outcome, 0) + 1
        work.tell("statements.run", ("organization", organization), counts=counts)
    return counts


def _debtors(organization: int) -> list[int]:
    rows = AccountRecord.objects.of(organization).filter(kind="ar_patient")
    return sorted({row for row in rows.values_list("patient_id", flat=True) if row is not None})


def _skip(work: UnitOfWork, patient: int, due: int, cycle_days: int, least_cents: int) -> str:
    """Say why a patient gets no statement in this run; "" where they do."""
    if not due:
        return "waiting"
    if due < least_cents:
        return "small"
    if preference_of(work.organization, patient).returned_on is not None:
        return "returned"
    last = StatementRecord.objects.of(work.organization).filter(patient_id=patient)
    since = work.today - timedelta(cycle_days)
    recent = last.filter(issued_on__gt=since).exists() or last.filter(state="held").exists()
    return "recent" if recent else ""

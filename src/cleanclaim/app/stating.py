"""Statements: made from the ledger once insurance is done, held where the estimate says so."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec

from cleanclaim.app.access import access, access_patient
from cleanclaim.app.numbering import next_number
from cleanclaim.app.planning import active_plan, plan_instalments
from cleanclaim.app.reading.debts import Account, OpenDebt, read_debts
from cleanclaim.app.refusing import Refusal
from cleanclaim.app.setting_terms import find_policy, need_policy, preference_of
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.legal_terms import LegalTerm, find_term
from cleanclaim.ledger.patient_policy import take_share
from cleanclaim.printing.statements import PromptOffer, SheetVisit, StatementSheet
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.ledger.models import Account as AccountRecord
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.statements.models import Estimate, StatementRecord

OVER_ESTIMATE = "over_estimate"


class NothingToStateError(CleanclaimError):
    """There is nothing that the patient may be asked for."""

    code = "statement.nothing"

    def __init__(self, why: str) -> None:
        super().__init__(f"no statement was made: {why}")


def make_sheet(organization: int, patient: int, *, on: date, number: str = "") -> StatementSheet:
    """Make what a statement of a day says. Raises SumsDisagreeError."""
    account = read_debts(organization, patient)
    person = access_patient(patient, organization=organization)
    practice = Organization.objects.get(pk=organization)
    tolerance = find_term(LegalTerm.ESTIMATE_TOLERANCE_CENTS, as_of=on)
    dispute = find_term(LegalTerm.ESTIMATE_DISPUTE_DAYS, as_of=on)
    return StatementSheet(
        practice=practice.name,
        practice_lines=_address_lines(practice.address),
        phone=_phone(practice.contact_phone),
        recipient=(str(_names(person)), *_address_lines(person.address)),
        account_number=person.account_number,
        number=number,
        issued_on=on,
        visits=tuple(_visit(each) for each in account.debts if each.is_due),
        waiting=tuple(_visit(each) for each in account.debts if _waits(each)),
        unapplied_cents=account.unapplied_cents,
        due_cents=account.due_cents,
        instalments=_instalments(organization, patient),
        prompt=find_prompt_offer(organization, account, on),
        estimate_tolerance_cents=tolerance.value if tolerance else 0,
        estimate_dispute_days=dispute.value if dispute else 0,
    )


def _names(person: Patient) -> str:
    return f"{person.first_name} {person.last_name}"


def _address_lines(address: Mapping[str, str]) -> tuple[str, ...]:
    place = f"{address.get('city', '')}, {address.get('state', '')}"
    code = address.get("postal_code", "")
    return (address.get("line", ""), f"{place} {code[:5]}".strip())


def _phone(digits: str) -> str:
    whole = len(digits) == 10 and digits.isdecimal()
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if whole else digits


def _visit(each: OpenDebt) -> SheetVisit:
    debt = each.debt
    return SheetVisit(
        subject=each.subject,
        service_on=each.service_on,
        provider=each.provider,
        payers=each.payers,
        charged_cents=debt.charged_cents,
        insurance_paid_cents=debt.insurance_paid_cents,
        adjusted_cents=debt.adjusted_cents,
        shares=tuple((kind.value, cents) for kind, cents in debt.shares.items()),
        patient_paid_cents=debt.patient_paid_cents,
        given_up_cents=debt.given_up_cents,
        owed_cents=debt.owed_cents,
        standing=each.standing.value,
    )


def _waits(each: OpenDebt) -> bool:
    return not each.is_due and bool(each.debt.owed_cents or each.debt.pending_cents)


def _instalments(organization: int, patient: int) -> tuple[tuple[date, int], ...]:
    plan = active_plan(organization, patient)
    parts = plan_instalments(plan) if plan else ()
    return tuple((part.due_on, part.open_cents) for part in parts if part.open_cents)


def find_prompt_offer(organization: int, account: Account, on: date) -> PromptOffer | None:
    """Give the policy's discount on all that is due, for a while and to whom has no plan."""
    found = find_policy(organization, as_of=on)
    if found is None or active_plan(organization, account.patient):
        return None
    policy = found[1]
    saved = take_share(account.due_cents, policy.prompt_pay_basis_points)
    until = prompt_pay_until(organization, account, on, policy.prompt_pay_days)
    if saved <= 0 or until < on:
        return None
    return PromptOffer(account.due_cents - saved, saved, until)


def prompt_pay_until(organization: int, account: Account, on: date, days: int) -> date:
    """Give the last day of the offer: so many days from the first statement of what is due.

    A later statement on the same debts does not begin the days anew.
    """
    due = {each.subject for each in account.debts if each.is_due}
    rows = StatementRecord.objects.of(organization).filter(patient_id=account.patient, state="sent")
    issued = [
        row.issued_on
        for row in rows.only("issued_on", "content")
        if due & {visit["subject"] for visit in row.content["visits"]}
    ]
    return min(issued, default=on) + timedelta(days)


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

"""What a statement says of a day: sender, recipient, debts in order, and the offers that hold."""

from collections.abc import Mapping
from datetime import date, timedelta

from cleanclaim.app.access import access_patient
from cleanclaim.app.planning import active_plan, plan_instalments
from cleanclaim.app.reading.debts import Account, OpenDebt, read_debts
from cleanclaim.app.setting_terms import find_policy
from cleanclaim.ledger.legal_terms import LegalTerm, find_term
from cleanclaim.ledger.patient_policy import take_share
from cleanclaim.printing.statements import PromptOffer, SheetVisit, StatementSheet
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.statements.models import StatementRecord


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

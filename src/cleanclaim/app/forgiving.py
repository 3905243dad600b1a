"""Giving a patient's debt up: under a policy, by a person, and each cent on record."""

from datetime import date, datetime

from cleanclaim.app.access import access_patient
from cleanclaim.app.booking import balance, book
from cleanclaim.app.collecting import close_settled
from cleanclaim.app.numbering import next_number
from cleanclaim.app.paying import lock_patient
from cleanclaim.app.planning import active_plan
from cleanclaim.app.reading.debts import Account, read_debts
from cleanclaim.app.reading.statement_sheets import find_prompt_offer
from cleanclaim.app.refusing import NotAllowedError, Refusal
from cleanclaim.app.setting_terms import POVERTY, find_local_term, find_policy, need_policy
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.ledger.accounts import AccountKey, Transfer
from cleanclaim.ledger.entries import Occasion
from cleanclaim.ledger.patient_balances import share_out
from cleanclaim.ledger.patient_entries import GivenUp, give_up, write_off_account
from cleanclaim.ledger.patient_policy import discount_for_income, percent_of_poverty, take_share
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Membership
from cleanclaim.store.statements.models import (
    AssistanceApplication,
    Placement,
    StatementRecord,
)

_LARGEST_LISTED = 8


def need_person(actor: Actor) -> int:
    """Give the person who acts; NotAllowedError where it is a program or a patient."""
    if actor.kind != "person" or actor.user is None:
        raise NotAllowedError(Refusal.NEEDS_MEMBER)
    return actor.user


def need_second_person(
    work: UnitOfWork, first: int | None, cents: int, *, second_person_cents: int
) -> int:
    """Give the person who approves; NotAllowedError where a second one is needed and is not there.

    A practice of one member decides alone: there is nobody else.
    """
    person = need_person(work.actor)
    members = Membership.objects.filter(organization_id=work.organization, is_active=True)
    if cents >= second_person_cents and first == person and members.count() > 1:
        raise NotAllowedError(Refusal.NEEDS_SECOND)
    return person


def give_debts_up(
    work: UnitOfWork,
    patient: int,
    shares: tuple[tuple[AccountKey, int], ...],
    *,
    why: GivenUp,
    policy: str,
    approver: str,
) -> int:
    """Book that shares of debts are given up; give their sum in cents."""
    number = next_number("forgiven", organization=work.organization)
    transfers: list[Transfer] = []
    for key, cents in shares:
        occasion = Occasion((work.organization, why.value, number, *_parts(key)), work.today)
        transfers.append(
            give_up(occasion, cents, receivable=key, why=why, policy=policy, approver=approver)
        )
    book(transfers, organization=work.organization, at=work.at)
    close_settled(work, patient)
    total = sum(cents for _, cents in shares)
    work.tell("debt.given_up", ("patient", patient), patient=patient, why=why.value, cents=total)
    return total


def _parts(key: AccountKey) -> tuple[str, str]:
    return key.claim, key.reference


def due_debts(account: Account) -> dict[AccountKey, int]:
    """Give what may be asked now by account, oldest first."""
    return {each.debt.account: each.debt.owed_cents for each in account.debts if each.is_due}


def grant_prompt_pay(work: UnitOfWork, patient: int, cents: int) -> int:
    """Take the policy's discount off where ``cents`` is what it asks; give what was taken off."""
    account = read_debts(work.organization, patient)
    offer = find_prompt_offer(work.organization, account, work.today)
    found = find_policy(work.organization, as_of=work.today)
    if offer is None or found is None or offer.pay_cents != cents:
        return 0
    latest_first = dict(reversed(due_debts(account).items()))
    shares, _ = share_out(offer.saved_cents, latest_first)
    record = found[0]
    return give_debts_up(
        work,
        patient,
        shares,
        why=GivenUp.PROMPT_PAY,
        policy=record.name,
        approver=f"policy {record.pk}",
    )


def apply_for_assistance(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    household: int,
    income_cents: int,
) -> AssistanceApplication:
    """Keep a household's application and what the policy would offer; a person decides.

    Without a poverty guideline for the day, nothing is offered and the percentage is unknown.
    """
    if household < 1 or income_cents < 0:
        raise NotAllowedError(Refusal.HOUSEHOLD)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        person = access_patient(patient, organization=organization)
        record, policy = need_policy(organization, as_of=work.today)
        guideline = find_guideline(organization, household, as_of=work.today)
        percent = percent_of_poverty(income_cents, guideline) if guideline else None
        offered = discount_for_income(policy, percent) if percent is not None else 0
        application = AssistanceApplication.objects.create(
            organization_id=organization,
            patient=person,
            household=household,
            income_cents=income_cents,
            received_on=work.today,
            percent_of_poverty=percent,
            offered_basis_points=offered,
            state="open",
            policy=record,
        )
        open_task(
            work,
            f"assistance:{application.pk}",
            kind="assistance",
            title="A patient asks for financial help",
            next_step="Check the proof of income, then decide",
            patient=person,
            value_cents=read_debts(organization, patient).owed_cents,
        )
        stamp = ("assistance", application.pk)
        work.tell("assistance.applied", stamp, patient=patient)
    return application


def find_guideline(organization: int, household: int, *, as_of: date) -> int:
    """Give the poverty guideline of a household in cents a year, 0 where none is entered.

    Households larger than those listed add the amount entered under ``more`` for each person.
    """
    direct = find_local_term(organization, POVERTY, str(household), as_of=as_of)
    if direct is not None:
        return direct.value
    largest = find_local_term(organization, POVERTY, str(_LARGEST_LISTED), as_of=as_of)
    more = find_local_term(organization, POVERTY, "more", as_of=as_of)
    if household <= _LARGEST_LISTED or largest is None or more is None:
        return 0
    return largest.value + (household - _LARGEST_LISTED) * more.value


def decide_assistance(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    application: int,
    basis_points: int,
) -> int:
    """Grant a share of what is due (0 refuses); give the cents taken off. A person decides."""
    person = need_person(actor)
    if not 0 <= basis_points <= 10_000:
        raise NotAllowedError(Refusal.DISCOUNT)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        rows = AssistanceApplication.objects.of(organization).select_for_update()
        record = rows.get(pk=application)
        if record.state != "open":
            raise NotAllowedError(Refusal.DECIDED)
        lock_patient(work, record.patient_id)
        debts = due_debts(read_debts(organization, record.patient_id))
        shares = tuple((key, take_share(cents, basis_points)) for key, cents in debts.items())
        given = tuple(share for share in shares if share[1])
        total = 0
        if given:
            name = record.policy.name if record.policy else ""
            total = give_debts_up(
                work,
                record.patient_id,
                given,
                why=GivenUp.ASSISTANCE,
                policy=name,
                approver=str(person),
            )
        record.state = "granted" if basis_points else "refused"
        record.granted_basis_points, record.decided_by, record.decided_at = basis_points, person, at
        record.save()
        close_tasks(work, f"assistance:{application}", outcome=record.state)
        work.tell("assistance.decided", ("assistance", application), patient=record.patient_id)
    return total


def propose_placement(
    *, organization: int, actor: Actor, at: datetime, patient: int, agency: str
) -> Placement:
    """Propose to give a debt up as bad, once the policy's notices and days are over."""
    person = need_person(actor)
    if not agency.strip():
        raise NotAllowedError(Refusal.AGENCY)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_patient(work, patient)
        account = read_debts(organization, patient)
        why = find_placement_bar(work, account)
        if why:
            raise NotAllowedError(why)
        record = Placement.objects.create(
            organization_id=organization,
            patient_id=patient,
            agency=agency.strip()[:80],
            cents=account.due_cents,
            state="proposed",
            proposed_by=person,
            proposed_on=work.today,
        )
        open_task(
            work,
            f"placement:{record.pk}",
            kind="placement",
            title="A debt is proposed for collection",
            next_step="Look once more for help, plan or dispute, then approve or refuse",
            patient=access_patient(patient, organization=organization),
            value_cents=account.due_cents,
        )
        work.tell("placement.proposed", ("placement", record.pk), patient=patient)
    return record


def find_placement_bar(work: UnitOfWork, account: Account) -> Refusal | None:
    """Say what keeps a debt from collection; None where nothing does."""
    _, policy = need_policy(work.organization, as_of=work.today)
    mine = {"organization_id": work.organization, "patient_id": account.patient}
    sent = StatementRecord.objects.filter(**mine, state="sent").order_by("issued_on")
    dates = list(sent.values_list("issued_on", flat=True))
    if not account.due_cents:
        return Refusal.NOTHING_DUE
    if any(each.standing.value == "disputed" for each in account.debts):
        return Refusal.IS_DISPUTED
    if active_plan(work.organization, account.patient):
        return Refusal.HAS_PLAN
    if AssistanceApplication.objects.filter(**mine, state="open").exists():
        return Refusal.ASKS_HELP
    if len(dates) < max(1, policy.notices_before_bad_debt):
        return Refusal.TOO_FEW_NOTICES
    if (work.today - dates[0]).days < policy.days_before_bad_debt:
        return Refusal.TOO_EARLY
    return None


def approve_placement(
    *, organization: int, actor: Actor, at: datetime, placement: int
) -> Placement:
    """Give what is due up as bad debt and place it. Asks again all that could forbid it."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = Placement.objects.of(organization).select_for_update().get(pk=placement)
        if record.state != "proposed":
            raise NotAllowedError(Refusal.NOT_PROPOSED)
        lock_patient(work, record.patient_id)
        account = read_debts(organization, record.patient_id)
        named, policy = need_policy(organization, as_of=work.today)
        why = find_placement_bar(work, account)
        if why:
            raise NotAllowedError(why)
        person = need_second_person(
            work,
            record.proposed_by,
            account.due_cents,
            second_person_cents=policy.second_person_cents,
        )
        shares, _ = share_out(account.due_cents, due_debts(account))
        record.cents = give_debts_up(
            work,
            record.patient_id,
            shares,
            why=GivenUp.BAD_DEBT,
            policy=named.name,
            approver=str(person),
        )
        record.state, record.approved_by, record.placed_on = "placed", person, work.today
        record.save()
        close_tasks(work, f"placement:{placement}", outcome="placed")
        stamp = ("placement", record.pk)
        work.tell("placement.placed", stamp, patient=record.patient_id, cents=record.cents)
    return record


def return_placement(*, organization: int, actor: Actor, at: datetime, placement: int) -> Placement:
    """Take a debt back from an agency: the patient owes it again, as before."""
    person = need_person(actor)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = Placement.objects.of(organization).select_for_update().get(pk=placement)
        if record.state not in ("proposed", "placed"):
            raise NotAllowedError(Refusal.NOT_PLACED)
        if record.state == "placed":
            _reinstate(work, record, str(person))
        record.state, record.returned_on = "returned", work.today
        record.save()
        close_tasks(work, f"placement:{placement}", outcome="returned")
        work.tell("placement.returned", ("placement", record.pk), patient=record.patient_id)
    return record


def _reinstate(work: UnitOfWork, record: Placement, approver: str) -> None:
    """Let the patient owe again what was given up as bad and not reinstated yet."""
    account = read_debts(work.organization, record.patient_id)
    left, shares = record.cents, []
    for each in account.debts:
        taken = min(left, _given_up_as_bad(work, each.debt.account))
        if taken > 0:
            shares.append((each.debt.account, -taken))
            left -= taken
    give_debts_up(
        work,
        record.patient_id,
        tuple(shares),
        why=GivenUp.BAD_DEBT,
        policy="returned from the agency",
        approver=approver,
    )


def _given_up_as_bad(work: UnitOfWork, debt: AccountKey) -> int:
    return balance(write_off_account(debt, GivenUp.BAD_DEBT), organization=work.organization)


def list_open_decisions(organization: int) -> tuple[list[AssistanceApplication], list[Placement]]:
    """Give the applications and placements that wait for a person."""
    applications = AssistanceApplication.objects.of(organization).filter(state="open")
    placements = Placement.objects.of(organization).filter(state__in=["proposed", "placed"])
    return (
        list(applications.select_related("patient", "policy").order_by("pk")),
        list(placements.select_related("patient").order_by("pk")),
    )

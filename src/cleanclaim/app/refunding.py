"""Credits given back: to whom they belong, by when, and by whose decision."""

from datetime import date, datetime, timedelta

import msgspec

from cleanclaim.app.access import access, access_claim, access_patient
from cleanclaim.app.booking import balance, book
from cleanclaim.app.crediting import explain_credits
from cleanclaim.app.forgiving import need_person, need_second_person
from cleanclaim.app.numbering import next_number
from cleanclaim.app.paying import apply_held_money, lock_patient
from cleanclaim.app.refusing import NotAllowedError, Refusal
from cleanclaim.app.setting_terms import UNCLAIMED, find_local_term, need_policy
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer
from cleanclaim.ledger.entries import Occasion, Owed, pay_refund
from cleanclaim.ledger.legal_terms import LegalTerm, find_term
from cleanclaim.ledger.patient_entries import (
    hand_over_unclaimed,
    send_refund,
    set_refund_aside,
    unapplied,
)
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.ledger.models import Account, Posting
from cleanclaim.store.statements.models import CardPayment, RefundRecord
from cleanclaim.store.tasks.models import Task

# Filing indicators (SBR09) of programs whose overpayments have the federal clock.
FEDERAL_INDICATORS = frozenset({"MA", "MB", "MC", "16", "OF", "CH", "VA"})
PRACTICE_SOURCE = "refund"


class Credit(msgspec.Struct, frozen=True):
    """Money that is another's: a patient's, unapplied, or a payer's on a claim."""

    patient: int
    payer: int | None
    claim: int | None
    cents: int
    since_on: date


def list_credits(organization: int) -> tuple[Credit, ...]:
    """Give every credit that the ledger holds, with the day of its latest movement upwards."""
    kinds = [AccountKind.UNAPPLIED.value, AccountKind.REFUNDS_PAYABLE.value]
    sums: dict[int, int] = {}
    days: dict[int, date] = {}
    rows = Posting.objects.of(organization).filter(account__kind__in=kinds)
    for account, cents, on in rows.values_list("account_id", "cents", "entry__on"):
        sums[account] = sums.get(account, 0) - cents
        if cents < 0:
            days[account] = max(days.get(account, on), on)
    held = {account for account, cents in sums.items() if cents > 0}
    found = Account.objects.of(organization).filter(pk__in=held)
    listed = [
        Credit(row.patient_id, row.payer_id, row.claim_id, sums[row.pk], days[row.pk])
        for row in found
        if row.patient_id is not None and (row.kind == "unapplied" or row.claim_id is not None)
    ]
    return tuple(sorted(listed, key=lambda credit: (credit.since_on, credit.patient)))


def refund_due_on(record: RefundRecord) -> date | None:
    """Give the last day to give money back, None where no term is known.

    For federal programs the days run from identification; a good-faith inquiry stops them,
    for no longer than the law allows (42 CFR 401.305).
    """
    term = find_term(LegalTerm.OVERPAYMENT_RETURN_DAYS, as_of=record.identified_on)
    if not record.is_federal or term is None:
        return None
    due = record.identified_on + timedelta(term.value)
    return due + timedelta(_stopped_days(record))


def _stopped_days(record: RefundRecord) -> int:
    limit = find_term(LegalTerm.OVERPAYMENT_INQUIRY_DAYS, as_of=record.identified_on)
    if record.inquiry_from is None or limit is None:
        return 0
    if record.inquiry_to is None:
        return limit.value
    return min(limit.value, (record.inquiry_to - record.inquiry_from).days)


def identify_payer_credit(
    *, organization: int, actor: Actor, at: datetime, payer: int, claim: int, reason: str
) -> RefundRecord:
    """Record that a payer has paid too much on a claim; for federal ones the clock starts today."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = access_claim(claim, organization=organization)
        owner = access(Payer, payer, organization=organization)
        key = _payer_credit(found.ledger_claim, str(found.patient_id), str(payer))
        cents = -balance(key, organization=organization)
        rows = RefundRecord.objects.of(organization).filter(payer=owner, claim=found)
        known = rows.filter(state__in=["identified", "requested", "approved"]).first()
        if known is not None:
            return known
        if cents <= 0:
            raise NotAllowedError(Refusal.NO_CREDIT)
        record = RefundRecord(
            organization_id=organization,
            payer=owner,
            patient=found.patient,
            claim=found,
            cents=cents,
            is_federal=owner.filing_indicator in FEDERAL_INDICATORS,
            identified_on=work.today,
            reason=reason.strip()[:120],
            state="identified",
            recorded_at=at,
        )
        record.due_on = refund_due_on(record)
        record.save()
        _open_refund_task(work, record)
        work.tell("refund.identified", ("refund", record.pk), claim=found.pk, cents=cents)
    return record


def _payer_credit(claim: str, patient: str, payer: str) -> AccountKey:
    return Owed(claim, patient).account(AccountKind.REFUNDS_PAYABLE, payer=payer)


def _open_refund_task(work: UnitOfWork, record: RefundRecord) -> None:
    open_task(
        work,
        f"clock:{record.pk}",
        kind="refund",
        title="Money is to be given back to a payer" if record.payer_id else "A refund is asked",
        next_step="Check what was paid and why, then approve and send the refund",
        patient=record.patient,
        claim=record.claim,
        value_cents=record.cents,
        due_on=record.due_on,
    )


def begin_inquiry(*, organization: int, actor: Actor, at: datetime, refund: int) -> RefundRecord:
    """Stop the clock while the practice looks into an overpayment in good faith."""
    return _stop_clock(organization, actor, at, refund, begins=True)


def end_inquiry(*, organization: int, actor: Actor, at: datetime, refund: int) -> RefundRecord:
    """Let the clock run again once the inquiry is over."""
    return _stop_clock(organization, actor, at, refund, begins=False)


def _stop_clock(
    organization: int, actor: Actor, at: datetime, refund: int, *, begins: bool
) -> RefundRecord:
    need_person(actor)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = RefundRecord.objects.of(organization).select_for_update().get(pk=refund)
        stopped = record.inquiry_from is not None
        over = not record.is_federal or record.state in ("sent", "refused")
        if over or stopped == begins or record.inquiry_to is not None:
            raise NotAllowedError(Refusal.CLOCK)
        if begins:
            record.inquiry_from = work.today
        else:
            record.inquiry_to = work.today
        record.due_on = refund_due_on(record)
        record.save()
        _move_due(work, record)
        action = "refund.inquiry_begun" if begins else "refund.inquiry_ended"
        work.tell(action, ("refund", record.pk), claim=record.claim_id)
    return record


def _move_due(work: UnitOfWork, record: RefundRecord) -> None:
    Task.objects.of(work.organization).filter(key=f"clock:{record.pk}").update(due_on=record.due_on)


def request_patient_refund(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    cents: int,
    reason: str,
    card_payment: int | None = None,
) -> RefundRecord:
    """Ask that a patient's held money goes back to them; it is set aside until decided."""
    person = need_person(actor)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_patient(work, patient)
        held = -balance(unapplied(str(patient)), organization=organization)
        if not 0 < cents <= held or not reason.strip():
            raise NotAllowedError(Refusal.MORE_THAN_HELD)
        card = (
            access(CardPayment, card_payment, organization=organization) if card_payment else None
        )
        if card is not None and (card.patient_id != patient or card.paid_cents < cents):
            raise NotAllowedError(Refusal.OTHER_CARD)
        record = RefundRecord.objects.create(
            organization_id=organization,
            patient=access_patient(patient, organization=organization),
            card_payment=card,
            cents=cents,
            is_federal=False,
            identified_on=work.today,
            reason=reason.strip()[:120],
            state="requested",
            requested_by=person,
            recorded_at=at,
        )
        _set_aside(work, record, cents)
        _open_refund_task(work, record)
        work.tell("refund.requested", ("refund", record.pk), patient=patient, cents=cents)
    return record


def _set_aside(work: UnitOfWork, record: RefundRecord, cents: int) -> None:
    step = "aside" if cents > 0 else "back"
    occasion = Occasion((work.organization, "refund", record.pk, step), work.today)
    entry = set_refund_aside(occasion, cents, patient=str(record.patient_id))
    book([entry], organization=work.organization, at=work.at)
    explain_credits(work, [entry])


def refuse_refund(*, organization: int, actor: Actor, at: datetime, refund: int) -> RefundRecord:
    """Refuse a patient's refund; the money is held for them as before."""
    need_person(actor)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = RefundRecord.objects.of(organization).select_for_update().get(pk=refund)
        if record.payer_id is not None or record.state not in ("requested", "approved"):
            raise NotAllowedError(Refusal.NOT_REFUSABLE)
        _set_aside(work, record, -record.cents)
        record.state = "refused"
        record.save(update_fields=["state"])
        close_tasks(work, f"clock:{refund}", outcome="refused")
        work.tell("refund.refused", ("refund", refund), patient=record.patient_id)
    return record


def approve_refund(*, organization: int, actor: Actor, at: datetime, refund: int) -> RefundRecord:
    """Approve a refund: from the policy's amount on by another person than who asked for it."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = RefundRecord.objects.of(organization).select_for_update().get(pk=refund)
        _, policy = need_policy(organization, as_of=work.today)
        if record.state not in ("identified", "requested"):
            raise NotAllowedError(Refusal.DECIDED)
        person = need_second_person(
            work,
            record.requested_by,
            record.cents,
            second_person_cents=policy.second_person_cents,
        )
        record.state, record.approved_by = "approved", person
        record.save(update_fields=["state", "approved_by"])
        work.tell("refund.approved", ("refund", refund), cents=record.cents)
    return record


def record_refund_sent(
    *, organization: int, actor: Actor, at: datetime, refund: int, reference: str
) -> RefundRecord:
    """Record that an approved refund left the bank under a check or transfer number."""
    need_person(actor)
    if not reference.strip():
        raise NotAllowedError(Refusal.NO_REFERENCE)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = RefundRecord.objects.of(organization).select_for_update().get(pk=refund)
        if record.state != "approved":
            raise NotAllowedError(Refusal.NOT_APPROVED)
        if record.card_payment_id is not None:
            raise NotAllowedError(Refusal.BY_CARD)
        entry = _payment(work, record)
        book([entry], organization=organization, at=at)
        explain_credits(work, [entry])
        record.state, record.sent_on, record.reference = "sent", work.today, reference.strip()[:60]
        record.save(update_fields=["state", "sent_on", "reference"])
        close_tasks(work, f"clock:{refund}", outcome="sent")
        work.tell("refund.sent", ("refund", refund), cents=record.cents)
    return record


def _payment(work: UnitOfWork, record: RefundRecord) -> Transfer:
    occasion = Occasion((work.organization, "refund", record.pk, "sent"), work.today)
    if record.claim is None:
        bank = AccountKey(AccountKind.BANK, reference=PRACTICE_SOURCE)
        return send_refund(occasion, record.cents, patient=str(record.patient_id), source=bank)
    owed = Owed(record.claim.ledger_claim, str(record.claim.patient_id))
    payer = str(record.payer_id)
    held = -balance(_payer_credit(owed.claim, owed.patient, payer), organization=work.organization)
    if held < record.cents:
        raise NotAllowedError(Refusal.TAKEN_BACK)
    return pay_refund(occasion, record.cents, owed=owed, payer=payer, reference=PRACTICE_SOURCE)


def use_patient_credit(
    *, organization: int, actor: Actor, at: datetime, patient: int, subject: str = ""
) -> int:
    """Use held money for the oldest debts, or for the one a person chose; give the cents used."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_patient(work, patient)
        number = next_number("credit", organization=organization)
        used = apply_held_money(work, patient, ordinal=number, only=subject)
        if used:
            work.tell("credit.applied", ("patient", patient), patient=patient, cents=used)
    return used


def list_unclaimed(organization: int, *, as_of: date) -> tuple[tuple[Credit, date | None], ...]:
    """Give patients' credits with the day from which the state may ask for them.

    None where nobody has entered the state's days: unknown is not "never".
    """
    listed = []
    for credit in list_credits(organization):
        if credit.payer is None:
            state = access_patient(credit.patient, organization=organization).address["state"]
            term = find_local_term(organization, UNCLAIMED, state, as_of=as_of)
            listed.append((credit, credit.since_on + timedelta(term.value) if term else None))
    return tuple(listed)


def hand_over_credit(*, organization: int, actor: Actor, at: datetime, patient: int) -> int:
    """Hand a patient's unclaimed credit over to their state, once its days are over."""
    person = need_person(actor)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_patient(work, patient)
        due = [
            credit
            for credit, day in list_unclaimed(organization, as_of=work.today)
            if credit.patient == patient and day is not None and day <= work.today
        ]
        if not due:
            raise NotAllowedError(Refusal.NOT_UNCLAIMED)
        state = access_patient(patient, organization=organization).address["state"]
        number = next_number("unclaimed", organization=organization)
        occasion = Occasion((organization, "unclaimed", number), work.today)
        entry = hand_over_unclaimed(
            occasion, due[0].cents, patient=str(patient), state=state, approver=str(person)
        )
        book([entry], organization=organization, at=at)
        explain_credits(work, [entry])
        work.tell("credit.handed_over", ("patient", patient), patient=patient, cents=due[0].cents)
    return due[0].cents

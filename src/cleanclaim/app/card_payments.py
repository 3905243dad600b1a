"""Card payments: asked under a reference of our own, booked by what the processor tells, once."""

import hashlib
import secrets
from datetime import datetime

import msgspec
from django.conf import settings

from cleanclaim.app.access import access_patient
from cleanclaim.app.booking import balance, book
from cleanclaim.app.forgiving import grant_prompt_pay
from cleanclaim.app.paying import apply_receipt, lock_patient, take_money_back
from cleanclaim.app.planning import active_plan, plan_instalments
from cleanclaim.app.reading.debts import read_debts
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.entries import Occasion, deposit
from cleanclaim.ledger.patient_entries import receipt_clearing, take_card_fee
from cleanclaim.payers.cards.events import CardEventKind, CardNotice, read_event
from cleanclaim.payers.cards.practising import PractisingProcessor, SignedEvent, practice_secret
from cleanclaim.payers.cards.signatures import find_signature_fault
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.statements.models import CardEvent, CardPayment, PaymentPlan
from cleanclaim.store.tenancy import within

PROCESSOR = Actor("system", "Card processor")
BALANCE, PLAN, PROMPT = "balance", "plan", "prompt"


class CardAmountError(CleanclaimError):
    """The amount is not one that can be asked for now."""

    code = "cards.amount"

    def __init__(self) -> None:
        super().__init__("the amount is more than what is due, or nothing")


class NoCardsError(CleanclaimError):
    """The organization has no card processor."""

    code = "cards.none"

    def __init__(self) -> None:
        super().__init__("this practice takes no cards here; please call the office")


class SignatureError(CleanclaimError):
    """An event is not proved to come from the processor; nothing of it was kept."""

    code = "cards.signature"

    def __init__(self, why: str) -> None:
        super().__init__(f"the event's signature is {why}")


def takes_cards(organization: int) -> bool:
    """Tell whether cards are taken: so far by synthetic practices only, for practice."""
    with within(organization):
        rows = Organization.objects.filter(pk=organization, synthetic_today__isnull=False)
        return rows.exists()


def event_secret(organization: int) -> bytes:
    """Give the secret that the organization's processor signs with. Raises NoCardsError."""
    if not takes_cards(organization):
        raise NoCardsError
    return practice_secret(settings.SECRET_KEY, organization)


def open_processor(organization: int, *, seconds: int) -> PractisingProcessor:
    """Open the organization's processor at a moment in real time. Raises NoCardsError."""
    secret = event_secret(organization)
    return PractisingProcessor(secret, seconds=seconds, page="/portal/card/")


def ask_card_payment(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    patient: int,
    cents: int,
    purpose: str = BALANCE,
) -> CardPayment:
    """Ask for a payment, up to what is due. Raises CardAmountError and NoCardsError."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        access_patient(patient, organization=organization)
        if not takes_cards(organization):
            raise NoCardsError
        if not 0 < cents <= read_debts(organization, patient).due_cents:
            raise CardAmountError
        return _ask(work, patient, cents, purpose, secrets.token_hex(16))


def _ask(work: UnitOfWork, patient: int, cents: int, purpose: str, reference: str) -> CardPayment:
    payment, created = CardPayment.objects.get_or_create(
        organization_id=work.organization,
        reference=reference,
        defaults={
            "patient_id": patient,
            "purpose": purpose,
            "asked_cents": cents,
            "state": "asked",
            "asked_at": work.at,
        },
    )
    if created:
        record = ("card_payment", payment.pk)
        work.tell("card.asked", record, patient=patient, cents=cents)
    return payment


def charge_due_instalments(
    *, organization: int, actor: Actor, at: datetime, seconds: int
) -> list[SignedEvent]:
    """Ask the saved cards of plans for what has fallen due; a plan is asked once a day.

    Gives what the practising processor answered; a real one answers later, by itself.
    """
    processor = open_processor(organization, seconds=seconds)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        plans = PaymentPlan.objects.of(organization).filter(state="active").exclude(card_token="")
        for plan in plans.order_by("pk"):
            parts = plan_instalments(plan)
            due = sum(part.open_cents for part in parts if part.due_on <= work.today)
            cents = min(due, read_debts(organization, plan.patient_id).due_cents)
            if cents <= 0:
                continue
            reference = f"plan-{plan.pk}-{work.today:%Y%m%d}"
            payment = _ask(work, plan.patient_id, cents, PLAN, reference)
            if payment.state == "asked":
                processor.charge_saved(
                    reference=reference, token=plan.card_token, cents=payment.asked_cents
                )
    return processor.events


def receive_card_event(
    *, organization: int, at: datetime, body: bytes, signature: str, seconds: int
) -> str:
    """Take an event in and say what became of it: booked, known, early, unmatched, ignored.

    ``seconds`` is the real time (since 1970) that the signature is judged by. The same event
    again changes nothing. One that comes before what it builds on waits for it. Raises
    SignatureError and UnreadableEventError; then nothing of it is kept.
    """
    fault = find_signature_fault(
        body, signature, secret=event_secret(organization), seconds=seconds
    )
    if fault is not None:
        raise SignatureError(fault.value)
    notice = read_event(body)
    with unit_of_work(organization=organization, actor=PROCESSOR, at=at) as work:
        event, created = CardEvent.objects.get_or_create(
            organization_id=organization,
            event=notice.id,
            defaults={
                "digest": hashlib.sha256(body).hexdigest(),
                "kind": notice.kind.value,
                "content": msgspec.to_builtins(notice),
                "outcome": "new",
                "received_at": at,
            },
        )
        if not created:
            return _meet_again(work, event, body)
        return _take_in(work, event, notice)


def _meet_again(work: UnitOfWork, event: CardEvent, body: bytes) -> str:
    """Let a repeat be; the same id with other words is for a person."""
    if event.digest != hashlib.sha256(body).hexdigest():
        _open_card_task(work, f"event:{event.pk}", "A card event came twice with different content")
    return "known"


def _take_in(work: UnitOfWork, event: CardEvent, notice: CardNotice) -> str:
    payment = _lock_payment(work, notice.reference)
    if notice.kind is CardEventKind.OTHER:
        outcome = "ignored"
    elif payment is None:
        outcome = "unmatched"
        _open_card_task(work, f"event:{event.pk}", "A card event names no payment of ours")
    else:
        outcome = _apply(work, payment, notice)
    _keep_outcome(event, payment, outcome)
    if payment is not None and outcome == "booked":
        _take_in_early(work, payment)
    return outcome


def _lock_payment(work: UnitOfWork, reference: str) -> CardPayment | None:
    rows = CardPayment.objects.of(work.organization)
    payment = rows.filter(reference=reference).first() if reference else None
    if payment is None:
        return None
    lock_patient(work, payment.patient_id)
    return rows.select_for_update().get(pk=payment.pk)


def _keep_outcome(event: CardEvent, payment: CardPayment | None, outcome: str) -> None:
    CardEvent.objects.of(event.organization_id).filter(pk=event.pk).update(
        payment=payment, outcome=outcome
    )


def _take_in_early(work: UnitOfWork, payment: CardPayment) -> None:
    """Take up what had come before the payment it builds on."""
    waiting = CardEvent.objects.of(work.organization).filter(payment=payment, outcome="early")
    for event in waiting.order_by("pk"):
        notice = msgspec.convert(event.content, CardNotice)
        _keep_outcome(event, payment, _apply(work, payment, notice))


def _apply(work: UnitOfWork, payment: CardPayment, notice: CardNotice) -> str:
    if notice.kind is CardEventKind.PAID:
        return _book_payment(work, payment, notice)
    if notice.kind is CardEventKind.FAILED:
        return _note_failure(work, payment)
    if payment.state != "paid":
        return "early"
    if notice.kind is CardEventKind.REFUNDED:
        return _book_refund(work, payment, notice)
    if notice.kind is CardEventKind.CHARGED_BACK:
        return _book_chargeback(work, payment, notice)
    return _book_chargeback_won(work, payment)


def _book_payment(work: UnitOfWork, payment: CardPayment, notice: CardNotice) -> str:
    """Book what was paid; another amount or currency than asked is held for a person."""
    if payment.state == "paid":
        return "known"
    if notice.cents <= 0 or notice.currency not in ("", "usd"):
        _open_card_task(work, f"card:{payment.pk}", "A card payment is not an amount of dollars")
        return "unmatched"
    other = notice.cents != payment.asked_cents
    payment.state, payment.paid_cents = "paid", notice.cents
    payment.processor_payment, payment.paid_at = notice.payment[:80], work.at
    payment.save(update_fields=["state", "paid_cents", "processor_payment", "paid_at"])
    if payment.purpose == PROMPT and not other:
        grant_prompt_pay(work, payment.patient_id, notice.cents)
    apply_receipt(work, payment.patient_id, notice.cents, receipt=payment.receipt, only_hold=other)
    if other:
        _open_card_task(
            work,
            f"card:{payment.pk}",
            "A card payment is not the amount that was asked",
            payment,
            notice.cents,
        )
    work.tell(
        "card.paid", ("card_payment", payment.pk), patient=payment.patient_id, cents=notice.cents
    )
    _save_card(work, payment, notice.token)
    return "booked"


def _save_card(work: UnitOfWork, payment: CardPayment, token: str) -> None:
    """Keep the processor's name of the card for the plan that the patient lets it pay."""
    plan = active_plan(work.organization, payment.patient_id)
    if token and plan is not None and payment.purpose == PLAN:
        PaymentPlan.objects.of(work.organization).filter(pk=plan.pk).update(card_token=token[:80])


def _note_failure(work: UnitOfWork, payment: CardPayment) -> str:
    """Note that a card was declined; a payment that came through after all stays."""
    if payment.state == "paid":
        return "known"
    payment.state = "failed"
    payment.save(update_fields=["state"])
    work.tell("card.declined", ("card_payment", payment.pk), patient=payment.patient_id)
    if payment.purpose == PLAN and payment.reference.startswith("plan-"):
        _open_card_task(
            work,
            f"card:{payment.pk}",
            "The saved card of a payment plan was declined",
            payment,
            payment.asked_cents,
        )
    return "booked"


def _book_refund(work: UnitOfWork, payment: CardPayment, notice: CardNotice) -> str:
    """Book what went back beyond what is booked; the processor tells the sum so far."""
    fresh = min(notice.cents, payment.paid_cents) - payment.refunded_cents
    if fresh <= 0:
        return "known"
    parts = ("card refund", payment.reference, notice.cents)
    take_money_back(
        work, payment.patient_id, fresh, receipt=payment.receipt, parts=parts, reason="refund"
    )
    payment.refunded_cents += fresh
    payment.save(update_fields=["refunded_cents"])
    work.tell(
        "card.refunded", ("card_payment", payment.pk), patient=payment.patient_id, cents=fresh
    )
    return "booked"


def _book_chargeback(work: UnitOfWork, payment: CardPayment, notice: CardNotice) -> str:
    """Let the patient owe again what the card's issuer took back, and tell a person."""
    most = payment.paid_cents - payment.refunded_cents
    fresh = min(notice.cents, most) - payment.charged_back_cents
    if fresh <= 0:
        return "known"
    parts = ("chargeback", payment.reference, notice.id)
    take_money_back(
        work, payment.patient_id, fresh, receipt=payment.receipt, parts=parts, reason="chargeback"
    )
    payment.charged_back_cents += fresh
    payment.save(update_fields=["charged_back_cents"])
    title = "A card's issuer took a payment back"
    _open_card_task(work, f"chargeback:{payment.pk}", title, payment, fresh)
    record = ("card_payment", payment.pk)
    work.tell("card.charged_back", record, patient=payment.patient_id, cents=fresh)
    return "booked"


def _book_chargeback_won(work: UnitOfWork, payment: CardPayment) -> str:
    """Use money again that a won chargeback brought back."""
    cents = payment.charged_back_cents
    if not cents:
        return "early"
    number = CardEvent.objects.of(work.organization).filter(payment=payment).count()
    apply_receipt(work, payment.patient_id, cents, receipt=payment.receipt, ordinal=number)
    payment.charged_back_cents = 0
    payment.save(update_fields=["charged_back_cents"])
    record = ("card_payment", payment.pk)
    work.tell("card.chargeback_won", record, patient=payment.patient_id, cents=cents)
    return "booked"


def _open_card_task(
    work: UnitOfWork, key: str, title: str, payment: CardPayment | None = None, cents: int = 0
) -> None:
    open_task(
        work,
        key,
        kind="card",
        title=title,
        next_step="Compare with the processor's own list, then apply, refund or answer it",
        patient=payment.patient if payment else None,
        value_cents=cents,
    )


def record_card_payout(
    *, organization: int, actor: Actor, at: datetime, payment: int, fee_cents: int
) -> int:
    """Clear a card payment once the bank has it less the processor's fee; give what came."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = CardPayment.objects.of(organization).select_for_update().get(pk=payment)
        kept = balance(receipt_clearing(record.receipt), organization=organization)
        if not 0 <= fee_cents <= kept:
            raise CardAmountError
        occasion = Occasion((organization, "card payout", record.reference), work.today)
        transfers = []
        if fee_cents:
            transfers.append(take_card_fee(occasion, fee_cents, receipt=record.receipt))
        if kept > fee_cents:
            transfers.append(deposit(occasion, kept - fee_cents, payer="", remit=record.receipt))
        book(transfers, organization=organization, at=at)
        work.tell("card.paid_out", ("card_payment", payment), cents=kept - fee_cents)
    return kept - fee_cents

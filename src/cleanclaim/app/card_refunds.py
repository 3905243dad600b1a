"""Refunds to the card that paid: asked of the processor, booked when it tells."""

from datetime import datetime

from cleanclaim.app.card_payments import open_processor
from cleanclaim.app.forgiving import need_person
from cleanclaim.app.refusing import NotAllowedError, Refusal
from cleanclaim.app.tasking import close_tasks
from cleanclaim.app.work import unit_of_work
from cleanclaim.payers.cards.practising import SignedEvent
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.statements.models import CardPayment, RefundRecord


def send_card_refund(
    *, organization: int, actor: Actor, at: datetime, refund: int, seconds: int
) -> list[SignedEvent]:
    """Ask the processor to give an approved refund back to its card.

    The money leaves the books when the processor tells that it went; until then it is set
    aside. Gives what the practising processor answered. Raises NotAllowedError.
    """
    need_person(actor)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = RefundRecord.objects.of(organization).select_for_update().get(pk=refund)
        if record.state != "approved" or record.card_payment_id is None:
            raise NotAllowedError(Refusal.NOT_APPROVED)
        rows = CardPayment.objects.of(organization).select_for_update()
        card = rows.get(pk=record.card_payment_id)
        total = card.refunded_cents + record.cents
        if total > card.paid_cents - card.charged_back_cents:
            raise NotAllowedError(Refusal.OTHER_CARD)
        processor = open_processor(organization, seconds=seconds)
        processor.refund(reference=card.reference, payment=card.processor_payment, cents=total)
        record.state, record.sent_on, record.reference = "sent", work.today, "card"
        record.save(update_fields=["state", "sent_on", "reference"])
        close_tasks(work, f"clock:{refund}", outcome="sent to the card")
        work.tell("refund.sent", ("refund", refund), patient=record.patient_id, cents=record.cents)
    return processor.events

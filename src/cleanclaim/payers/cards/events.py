"""A processor's events read into what they mean for one payment.

The shape is Stripe's: ``id``, ``type``, ``created`` and ``data.object``, where the object names
our reference (``client_reference_id`` or ``metadata.reference``) and amounts in cents.
"""

from enum import StrEnum
from typing import Any

import msgspec

from cleanclaim.kernel.errors import CleanclaimError


class CardEventKind(StrEnum):
    """What happened to a payment."""

    PAID = "paid"
    FAILED = "failed"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"
    CHARGEBACK_WON = "chargeback_won"
    OTHER = "other"


class CardNotice(msgspec.Struct, frozen=True):
    """One event: its id, what it tells, of which of our payments, and how many cents.

    ``cents`` of a refund is all that went back so far, of a payment what was paid, of a
    chargeback what was taken. ``token`` names a card that the patient let the processor save.
    """

    id: str
    kind: CardEventKind
    reference: str
    cents: int
    payment: str = ""
    token: str = ""
    currency: str = ""


class UnreadableEventError(CleanclaimError):
    """The body is no event."""

    code = "cards.event"

    def __init__(self) -> None:
        super().__init__("the body is not an event of a card processor")


class _Envelope(msgspec.Struct):
    id: str
    type: str
    data: dict[str, Any]


_AMOUNTS = {
    "checkout.session.completed": (CardEventKind.PAID, "amount_total"),
    "payment_intent.succeeded": (CardEventKind.PAID, "amount_received"),
    "payment_intent.payment_failed": (CardEventKind.FAILED, "amount"),
    "charge.refunded": (CardEventKind.REFUNDED, "amount_refunded"),
    "charge.dispute.created": (CardEventKind.CHARGED_BACK, "amount"),
    "charge.dispute.closed": (CardEventKind.CHARGEBACK_WON, "amount"),
}


def read_event(body: bytes) -> CardNotice:
    """Read an event; one whose kind means nothing to us is OTHER. Raises UnreadableEventError."""
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
        told = envelope.data["object"]
        kind, amount = _AMOUNTS.get(envelope.type, (CardEventKind.OTHER, "amount"))
        kind = _narrowed(kind, told)
        cents = told.get(amount, 0) if kind is CardEventKind.OTHER else told[amount]
        return msgspec.convert(
            {
                "id": envelope.id,
                "kind": kind,
                "reference": _reference(told),
                "cents": cents,
                "payment": told.get("payment_intent") or told.get("id") or "",
                "token": told.get("payment_method") or "",
                "currency": told.get("currency") or "",
            },
            CardNotice,
        )
    except (msgspec.MsgspecError, KeyError, AttributeError, TypeError) as error:
        raise UnreadableEventError from error


def _narrowed(kind: CardEventKind, told: dict[str, Any]) -> CardEventKind:
    """Keep only those completions that were paid and those disputes that were won."""
    unpaid = kind is CardEventKind.PAID and told.get("payment_status", "paid") != "paid"
    lost = kind is CardEventKind.CHARGEBACK_WON and told.get("status") != "won"
    return CardEventKind.OTHER if unpaid or lost else kind


def _reference(told: dict[str, Any]) -> str:
    metadata = told.get("metadata") or {}
    return str(told.get("client_reference_id") or metadata.get("reference") or "")

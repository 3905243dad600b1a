"""A processor to practise with: it moves no money and speaks as a real one does.

Its events are signed as a real one's, so that what is tried with it is what runs with another.
"""

import hashlib
import hmac

import msgspec

from cleanclaim.payers.cards.connection import Checkout
from cleanclaim.payers.cards.signatures import sign_event

# The numbers that real processors give out for trying things: one is taken, one declined.
TAKEN = "4242424242424242"
DECLINED = "4000000000000002"


class SignedEvent(msgspec.Struct, frozen=True):
    """An event as it arrives: the body and its signature."""

    body: bytes
    signature: str


def practice_secret(key: str, organization: int) -> bytes:
    """Derive the secret of an organization's practising processor from the installation's."""
    return hmac.new(key.encode(), b"cards:%d" % organization, hashlib.sha256).digest()


class PractisingProcessor:
    """Answers at once: what it is asked becomes a signed event in ``events``."""

    def __init__(self, secret: bytes, *, seconds: int, page: str = "") -> None:
        self._secret = secret
        self._seconds = seconds
        self._page = page
        self.events: list[SignedEvent] = []

    def open_checkout(self, *, reference: str, cents: int, back: str) -> Checkout:  # noqa: ARG002
        """Give its own page, which asks for the amount of the reference."""
        return Checkout(f"cs_{reference}", f"{self._page}{reference}")

    def answer_card(self, *, reference: str, cents: int, number: str) -> SignedEvent:
        """Tell what became of a card that was typed in: only the number to try with is taken."""
        digits = "".join(letter for letter in number if letter.isdecimal())
        if digits != TAKEN:
            return self._failed(reference, cents)
        return self._paid(reference, cents)

    def charge_saved(self, *, reference: str, token: str, cents: int) -> None:
        """Charge the saved card if it is one of ours."""
        paid = token.startswith("pm_practice")
        self.events.append(self._paid(reference, cents) if paid else self._failed(reference, cents))

    def refund(self, *, reference: str, payment: str, cents: int) -> None:
        """Give money back; ``cents`` is all that has gone back of the payment by then."""
        told = {"id": payment, "amount_refunded": cents, "currency": "usd"}
        self.events.append(self.tell("charge.refunded", reference, told, f"re{cents}"))

    def take_back(self, *, reference: str, cents: int) -> SignedEvent:
        """Tell that the card's issuer took a payment back."""
        told = {"id": f"du_{reference}", "amount": cents, "currency": "usd"}
        return self.tell("charge.dispute.created", reference, told, "du")

    def tell(self, kind: str, reference: str, told: dict[str, object], ordinal: str) -> SignedEvent:
        """Make a signed event about a payment; the same one has the same id and bytes."""
        body = msgspec.json.encode(
            {
                "id": f"evt_{reference}_{ordinal}",
                "type": kind,
                "created": self._seconds,
                "data": {"object": {**told, "metadata": {"reference": reference}}},
            }
        )
        return SignedEvent(body, sign_event(body, secret=self._secret, seconds=self._seconds))

    def _paid(self, reference: str, cents: int) -> SignedEvent:
        told: dict[str, object] = {
            "id": f"pi_{reference}",
            "amount_received": cents,
            "currency": "usd",
            "payment_method": f"pm_practice_{reference[:12]}",
        }
        return self.tell("payment_intent.succeeded", reference, told, "paid")

    def _failed(self, reference: str, cents: int) -> SignedEvent:
        told: dict[str, object] = {"id": f"pi_{reference}", "amount": cents, "currency": "usd"}
        return self.tell("payment_intent.payment_failed", reference, told, f"failed{self._seconds}")

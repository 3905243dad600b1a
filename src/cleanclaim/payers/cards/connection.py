"""What the product asks of a card processor, whoever it is."""

from typing import Protocol

import msgspec


class Checkout(msgspec.Struct, frozen=True):
    """A payment page at the processor: its id there and where the patient goes to pay."""

    id: str
    address: str


class CardProcessor(Protocol):
    """A card processor. Every call carries our own key, so that a repeat does nothing twice."""

    def open_checkout(self, *, reference: str, cents: int, back: str) -> Checkout:
        """Make a payment page for an amount; ``back`` is where the patient returns to."""
        ...

    def charge_saved(self, *, reference: str, token: str, cents: int) -> None:
        """Ask a saved card for an amount; whether it paid comes as an event."""
        ...

    def refund(self, *, reference: str, payment: str, cents: int) -> None:
        """Ask that money of a payment goes back to its card; that it went comes as an event."""
        ...

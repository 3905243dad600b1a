"""A price while it is being made: the cents so far and each step that changed them."""

from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.amounts import WHOLE, share
from cleanclaim.pricing.policy import Rate
from cleanclaim.pricing.price import Outcome, Price, Step, unpriced


class Worksheet:
    """The cents so far; every change is a step, rounded half up to the cent.

    ``stop`` ends it without a price; what is asked of it afterwards does nothing.
    """

    def __init__(self) -> None:
        self.cents = 0
        self.steps: list[Step] = []
        self.stopped: Price | None = None

    def set(self, cents: int, what: str, source: str) -> None:
        """Bring the price to an amount."""
        self.steps.append(Step(what, cents - self.cents, source))
        self.cents = cents

    def note(self, what: str, source: str) -> None:
        """Remark on something that leaves the amount as it is."""
        self.steps.append(Step(what, 0, source))

    def take(self, rate: Rate, what: str = "") -> None:
        """Take a share of the amount."""
        told = f"{what or rate.name}: {percent(rate.ten_thousandths)}"
        self.set(share(self.cents, rate.ten_thousandths), told, rate.source)

    def limit(self, cents: int | None, what: str, source: str) -> None:
        """Lower the price to a limit where it is above it."""
        if cents is not None and cents < self.cents:
            self.set(cents, f"{what} {format_dollars(cents)}", source)

    def stop(self, outcome: Outcome, reason: str) -> None:
        """End without a price; the first reason stands."""
        if self.stopped is None:
            self.stopped = unpriced(outcome, reason)

    def price(self) -> Price:
        """Give the price as it stands."""
        return self.stopped or Price(self.cents, Outcome.PRICED, tuple(self.steps))


def percent(ten_thousandths: int) -> str:
    """Write a rate for people: ``62.5 %``."""
    whole, rest = divmod(ten_thousandths * 100, WHOLE)
    digits = f"{rest:04d}".rstrip("0")
    return f"{whole}.{digits} %" if digits else f"{whole} %"

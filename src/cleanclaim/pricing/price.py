"""What a price is: whole cents, or why there are none, and the steps that lead there."""

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """How pricing ended; only ``PRICED`` has an amount."""

    PRICED = "priced"
    # Nothing is paid for the service itself, and that is known.
    BUNDLED = "bundled"  # within the price of another service
    PACKAGED = "packaged"  # within the price of an outpatient hospital service
    NOT_COVERED = "not covered"
    NOT_VALID = "not valid"  # the payer has another code, or the code has ended
    REPORTING = "reporting only"
    NOT_PAYABLE = "not payable"  # in this place, with this modifier or beside these services
    # Somebody else's amount is needed, or a fact that was not given.
    CONTRACTOR = "contractor priced"
    BY_REPORT = "by report"
    OTHER_SCHEDULE = "other schedule"
    NEEDS_FACT = "needs a fact"
    MODIFIER = "modifier does not fit"
    NOT_LISTED = "not listed"
    NO_TERM = "no term covers"
    NOT_PRICED = "not priced"

    @property
    def pays_nothing(self) -> bool:
        """Tell whether it is known that nothing is paid for the service itself."""
        return self in _NOTHING


_NOTHING = {
    Outcome.BUNDLED,
    Outcome.PACKAGED,
    Outcome.NOT_COVERED,
    Outcome.NOT_VALID,
    Outcome.REPORTING,
    Outcome.NOT_PAYABLE,
}


class Step(msgspec.Struct, frozen=True):
    """One step to a price: what was done, the cents it adds (or takes), and who says so."""

    what: str
    cents: int
    source: str


class Price(msgspec.Struct, frozen=True):
    """A price in cents with its steps, which sum up to it; None where there is no price.

    ``outcome`` says which; ``reason`` says why there is none.
    """

    cents: int | None
    outcome: Outcome
    steps: tuple[Step, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a price that its steps do not explain, and an amount without a price."""
        if (self.cents is None) is (self.outcome is Outcome.PRICED):
            msg = f"the outcome {self.outcome.value} cannot stand with {self.cents} cents"
            raise ValueError(msg)
        if self.cents is not None and self.cents != sum(step.cents for step in self.steps):
            msg = f"the steps do not sum up to {self.cents} cents"
            raise ValueError(msg)

    @property
    def expected_cents(self) -> int | None:
        """The cents to expect: 0 where it is known that nothing is paid, None if not known."""
        return 0 if self.outcome.pays_nothing else self.cents


def unpriced(outcome: Outcome, reason: str) -> Price:
    """Say that there is no price, and why."""
    return Price(None, outcome, (), reason)

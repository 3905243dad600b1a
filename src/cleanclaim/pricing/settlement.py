"""From what Medicare allows to what it pays: deductible, coinsurance and sequestration."""

from datetime import date

import msgspec

from cleanclaim.pricing.amounts import share
from cleanclaim.pricing.policy import rate
from cleanclaim.pricing.price import Step


class Settlement(msgspec.Struct, frozen=True):
    """Who bears an allowed amount, in cents; ``steps`` sum up to what the payer pays.

    Sequestration lowers the payment and never the patient's share: what it takes is lost.
    """

    allowed_cents: int
    deductible_cents: int
    coinsurance_cents: int
    sequestration_cents: int
    paid_cents: int
    steps: tuple[Step, ...]

    @property
    def patient_cents(self) -> int:
        """Give what the patient owes."""
        return self.deductible_cents + self.coinsurance_cents


def settle(
    allowed_cents: int,
    on: date,
    *,
    deductible_left_cents: int = 0,
    coinsurance: int | None = None,
) -> Settlement:
    """Divide an allowed amount of a service of a day.

    ``coinsurance`` (ten-thousandths) is the law's where it is None; 0 for what has none, such
    as laboratory tests. UnknownRateError for a day whose rates are not known.
    """
    law, cut = rate("coinsurance", on), rate("sequestration", on)
    deductible = min(allowed_cents, max(0, deductible_left_cents))
    patients = law.ten_thousandths if coinsurance is None else coinsurance
    coinsured = share(allowed_cents - deductible, patients)
    due = allowed_cents - deductible - coinsured
    sequestered = share(due, cut.ten_thousandths)
    steps = (
        Step("allowed", allowed_cents, "price"),
        Step("deductible", -deductible, "42 U.S.C. 1395l(b)"),
        Step("coinsurance", -coinsured, law.source),
        Step("sequestration", -sequestered, cut.source),
    )
    paid = due - sequestered
    return Settlement(allowed_cents, deductible, coinsured, sequestered, paid, steps)

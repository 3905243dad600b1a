"""Medicare's clinical laboratory fee schedule: one national fee a test."""

from collections.abc import Mapping

from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.price import Outcome, Price
from cleanclaim.pricing.rows import LaboratoryFee
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.worksheet import Worksheet

# A test that a laboratory with a waiver may do has a row of its own where its fee differs.
_WAIVED = "QW"
_CHARGE = "42 U.S.C. 1395l(a)(1)(D)"


def price_laboratory(
    service: Service, fees: Mapping[tuple[str, str], LaboratoryFee], source: str
) -> Price:
    """Price a test; it has neither deductible nor coinsurance."""
    sheet = Worksheet()
    fee = _fee(service, fees)
    if fee is None:
        sheet.stop(Outcome.NOT_LISTED, "the schedule has no such code")
    elif not fee.cents:
        sheet.stop(Outcome.CONTRACTOR, "without a national fee: the contractor sets the price")
    else:
        told = f"{service.units} × laboratory fee {format_dollars(fee.cents)}"
        sheet.set(fee.cents * service.units, told, source)
        sheet.limit(service.charge_cents, "no more than the charge:", _CHARGE)
    return sheet.price()


def _fee(service: Service, fees: Mapping[tuple[str, str], LaboratoryFee]) -> LaboratoryFee | None:
    waived = fees.get((service.code, _WAIVED)) if _WAIVED in service.modifiers else None
    return waived or fees.get((service.code, ""))

"""A price with all that is told beside it: what was asked, the schedule, the patient's share."""

from datetime import date

import msgspec

from cleanclaim.pricing.physician import limiting_charge_cents
from cleanclaim.pricing.price import Outcome, Step
from cleanclaim.pricing.quoting import LABORATORY, PHYSICIAN, Inquiry, quote
from cleanclaim.pricing.settlement import Settlement, settle


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, the schedule that answered, and the price."""

    code: str
    modifiers: tuple[str, ...]
    on: date
    locality: str
    units: int
    facility: bool
    schedule: str
    outcome: Outcome
    cents: int | None
    expected_cents: int | None
    reason: str
    steps: tuple[Step, ...]
    settlement: Settlement | None
    limiting_charge_cents: int | None
    missing: tuple[str, ...]


def tell_price(asked: Inquiry) -> Priced:
    """Price a service and tell everything about it."""
    service, quoted = asked.service, quote(asked)
    price = quoted.price
    settlement = None
    if price.cents is not None:
        coinsurance = 0 if quoted.schedule == LABORATORY else None
        settlement = settle(price.cents, service.on, coinsurance=coinsurance)
    return Priced(
        code=service.code,
        modifiers=service.modifiers,
        on=service.on,
        locality=asked.locality,
        units=service.units,
        facility=service.facility,
        schedule=quoted.schedule,
        outcome=price.outcome,
        cents=price.cents,
        expected_cents=price.expected_cents,
        reason=price.reason,
        steps=price.steps,
        settlement=settlement,
        limiting_charge_cents=_limiting_charge(asked) if quoted.schedule == PHYSICIAN else None,
        missing=quoted.missing,
    )


def _limiting_charge(asked: Inquiry) -> int | None:
    if asked.service.participating:
        return None
    rows, setting = asked.tables.physician(asked.service.on, asked.locality)
    return limiting_charge_cents(asked.service, rows, setting)

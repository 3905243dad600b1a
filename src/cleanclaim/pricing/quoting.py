"""Asking Medicare's schedules one after the other what a service is paid."""

from collections.abc import Callable

import msgspec

from cleanclaim.pricing.drugs import price_drug
from cleanclaim.pricing.equipment import price_equipment
from cleanclaim.pricing.laboratory import price_laboratory
from cleanclaim.pricing.physician import price_service
from cleanclaim.pricing.price import Outcome, Price
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.tables import MedicareTables, TableMissingError

PHYSICIAN, LABORATORY = "physician fee schedule", "laboratory fee schedule"
DRUG, EQUIPMENT = "drug payment limits", "equipment fee schedule"
_NOT_HERE = {Outcome.NOT_LISTED, Outcome.OTHER_SCHEDULE}


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """A service, the tables, and the place; ``rural`` is for equipment."""

    service: Service
    tables: MedicareTables
    locality: str
    rural: bool = False


class Quote(msgspec.Struct, frozen=True):
    """The schedule that answered and its price; ``missing`` names tables that were not there."""

    schedule: str
    price: Price
    missing: tuple[str, ...] = ()


def quote(inquiry: Inquiry) -> Quote:
    """Ask each schedule until one has the code; remember tables that are not there.

    Raises TableMissingError where no schedule could answer for want of its table.
    """
    missing: list[str] = []
    best: tuple[str, Price] | None = None
    for name, schedule in _SCHEDULES:
        try:
            price = schedule(inquiry)
        except TableMissingError as error:
            missing.append(str(error))
            continue
        if price.outcome not in _NOT_HERE:
            # What another table would say does not matter any more.
            return Quote(name, price, _lacking(inquiry, name, price))
        # The first answer tells most: the schedule of physicians knows what others pay.
        best = best or (name, price)
    if best is None:
        raise TableMissingError("; ".join(missing))
    return Quote(*best, tuple(missing))


def _lacking(inquiry: Inquiry, name: str, price: Price) -> tuple[str, ...]:
    """Name the tables for want of which an anesthesia service has no price."""
    if name != PHYSICIAN or price.outcome is not Outcome.NEEDS_FACT:
        return ()
    rows, _ = inquiry.tables.physician(inquiry.service.on, inquiry.locality)
    row = rows.get((inquiry.service.code, ""))
    is_anesthesia = row is not None and row.status == "J"
    return inquiry.tables.missing_for_anesthesia(inquiry.service.on) if is_anesthesia else ()


def _physician(inquiry: Inquiry) -> Price:
    rows, setting = inquiry.tables.physician(inquiry.service.on, inquiry.locality)
    return price_service(inquiry.service, rows, setting)


def _laboratory(inquiry: Inquiry) -> Price:
    fees, release = inquiry.tables.laboratory(inquiry.service.code, inquiry.service.on)
    return price_laboratory(inquiry.service, fees, release)


def _drug(inquiry: Inquiry) -> Price:
    limits, release = inquiry.tables.drug(inquiry.service.code, inquiry.service.on)
    return price_drug(inquiry.service, limits, release)


def _equipment(inquiry: Inquiry) -> Price:
    on = inquiry.service.on
    state = inquiry.tables.state_of(inquiry.locality, on)
    fees, release = inquiry.tables.equipment(inquiry.service.code, state, on)
    return price_equipment(inquiry.service, fees, release, rural=inquiry.rural)


_SCHEDULES: tuple[tuple[str, Callable[[Inquiry], Price]], ...] = (
    (PHYSICIAN, _physician),
    (LABORATORY, _laboratory),
    (DRUG, _drug),
    (EQUIPMENT, _equipment),
)

"""Medicare's fee schedule for equipment, prostheses, orthoses and supplies, by state."""

from collections.abc import Sequence

from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.price import Outcome, Price
from cleanclaim.pricing.rows import EquipmentFee
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.worksheet import Worksheet

_CHARGE = "42 U.S.C. 1395m(a)(1)(A)"


def price_equipment(
    service: Service, fees: Sequence[EquipmentFee], source: str, *, rural: bool = False
) -> Price:
    """Price an item by the rows of its code in the patient's state.

    ``rural`` is whether the patient's ZIP code is a rural one of the fee schedule. The row
    whose modifiers the line bears is taken, the one with most of them first.
    """
    sheet = Worksheet()
    fitting = [fee for fee in fees if set(fee.modifiers) <= set(service.modifiers)]
    fee = max(fitting, key=lambda each: len(each.modifiers), default=None)
    if not fees:
        sheet.stop(Outcome.NOT_LISTED, "the schedule has no such code in this state")
    elif fee is None:
        needed = sorted({" ".join(each.modifiers) for each in fees})
        sheet.stop(Outcome.NEEDS_FACT, f"a modifier must tell which: {', '.join(needed)}")
    else:
        _fill(sheet, service, fee, source, rural=rural)
    return sheet.price()


def _fill(
    sheet: Worksheet, service: Service, fee: EquipmentFee, source: str, *, rural: bool
) -> None:
    # Where a row has no rural amount the other one holds everywhere.
    cents = (fee.rural_cents if rural else None) or fee.non_rural_cents
    if not cents:
        sheet.stop(Outcome.CONTRACTOR, "without an amount: the contractor sets the price")
        return
    place = "rural" if rural and fee.rural_cents else "not rural"
    named = " ".join((fee.code, *fee.modifiers))
    told = f"{service.units} × {format_dollars(cents)} ({named}, {fee.state}, {place})"
    sheet.set(cents * service.units, told, source)
    sheet.limit(service.charge_cents, "no more than the charge:", _CHARGE)

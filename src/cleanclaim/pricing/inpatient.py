"""Medicare's inpatient price: the weight of a DRG times the rates of a hospital."""

import msgspec

from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.amounts import WHOLE, half_up
from cleanclaim.pricing.fees import decimal
from cleanclaim.pricing.price import Outcome, Price
from cleanclaim.pricing.rows import InpatientWeight
from cleanclaim.pricing.worksheet import Worksheet

# Discharge status codes of patients who go on to another hospital, or to care after it.
_TO_HOSPITAL = {"02", "05", "66", "82", "85", "94"}
_TO_CARE_AFTER = {"03", "06", "50", "51", "62", "63", "65", "83", "86", "90", "91", "93"}
_RATE = "hospital's rates"


class Hospital(msgspec.Struct, frozen=True, kw_only=True):
    """The rates of a hospital for a fiscal year, in cents, and its indices (ten-thousandths).

    The two parts of the operating amount are those of Table 1 or of the hospital's own letter;
    ``capital_cents`` and ``capital_index`` are the federal capital rate and its adjustment.
    """

    labor_cents: int
    non_labor_cents: int
    wage_index: int
    capital_cents: int = 0
    capital_index: int = WHOLE


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """A stay: its DRG, days, charges and where the patient went (discharge status code)."""

    drg: str
    days: int
    discharge_status: str = "01"
    charge_cents: int | None = None


def price_stay(stay: Stay, row: InpatientWeight | None, hospital: Hospital, source: str) -> Price:
    """Price a stay by weight.

    A short stay that ends in a transfer is paid by the day, which needs facts that the table
    does not hold for every case: it is told and not priced. Outliers, teaching and the share
    for the poor are not in the price, and the steps say so.
    """
    sheet = Worksheet()
    if row is None:
        sheet.stop(Outcome.NOT_LISTED, "the table has no such DRG")
    elif not row.weight:
        sheet.stop(Outcome.NOT_PAYABLE, "the DRG has no weight: nothing can be paid by it")
    elif _is_short_transfer(stay, row):
        sheet.stop(Outcome.NOT_PRICED, "a short stay that ends in a transfer is paid by the day")
    else:
        _fill(sheet, row, hospital, source)
    return sheet.price()


def _is_short_transfer(stay: Stay, row: InpatientWeight) -> bool:
    """Tell whether a transfer may pay less: a day and more below the mean stay (tenths)."""
    onward = stay.discharge_status in _TO_HOSPITAL or (
        row.post_acute and stay.discharge_status in _TO_CARE_AFTER
    )
    return onward and (stay.days + 1) * 10 < row.geometric_days


def _fill(sheet: Worksheet, row: InpatientWeight, hospital: Hospital, source: str) -> None:
    labor = half_up(hospital.labor_cents * hospital.wage_index, WHOLE)
    base = labor + hospital.non_labor_cents
    index, weight = decimal(hospital.wage_index, 4), decimal(row.weight, 4)
    told = f"labor {format_dollars(hospital.labor_cents)} × wage index {index}"
    sheet.set(labor, told, _RATE)
    sheet.set(base, "other operating amount", _RATE)
    sheet.set(half_up(base * row.weight, WHOLE), f"× weight {weight} of DRG {row.drg}", source)
    if hospital.capital_cents:
        capital = half_up(hospital.capital_cents * hospital.capital_index, WHOLE)
        told = f"capital {format_dollars(capital)} × weight {weight}"
        sheet.set(sheet.cents + half_up(capital * row.weight, WHOLE), told, _RATE)
    sheet.note("outliers, teaching, new technology and uncompensated care are not in it", source)

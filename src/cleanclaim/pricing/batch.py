"""The physician fee schedule over columns: the arithmetic of ``physician``, many rows at once."""

import numpy as np
import numpy.typing as npt

from cleanclaim.pricing.amounts import WHOLE
from cleanclaim.pricing.batch_adjustments import adjust
from cleanclaim.pricing.batch_fees import limited_fees, total_values
from cleanclaim.pricing.batch_reductions import reduce_days
from cleanclaim.pricing.batch_sheet import Sheet, among
from cleanclaim.pricing.columns import (
    NONE,
    OUTCOMES,
    Flags,
    Integers,
    PriceColumns,
    Schedule,
    ServiceColumns,
    packed,
)
from cleanclaim.pricing.physician import COMPONENTS, STATUSES, price_day
from cleanclaim.pricing.price import Outcome, Price

# Above it, products of the arithmetic might leave 64 bits: such rows are priced singly.
_LARGE = 2.0**60


def price_columns(services: ServiceColumns, schedule: Schedule) -> PriceColumns:
    """Price services; those of one group and day together, as ``price_day`` does.

    What a column cannot tell (anesthesia, families of endoscopies, both sides on two lines) is
    priced by ``price_day`` itself.
    """
    sheet = Sheet(services)
    rows = _find(sheet, schedule)
    _price_fees(sheet, schedule, rows)
    adjust(sheet, schedule, rows)
    sheet.adjusted_cents = sheet.cents.copy()
    sheet.singly |= _are_large(sheet)
    days = _days(services)
    reduce_days(sheet, schedule, rows, days)
    _close(sheet)
    _price_singly(sheet, schedule, days)
    return PriceColumns(np.where(sheet.open, sheet.cents, NONE), sheet.outcome)


def explain(services: ServiceColumns, schedule: Schedule, row: int) -> Price:
    """Give the price of a row with its steps, beside the others of its group and day."""
    beside = np.flatnonzero(
        (services.group == services.group[row]) & (services.on == services.on[row])
    ).tolist()
    setting = schedule.settings[int(services.setting[row])]
    prices = price_day([services.service(each) for each in beside], schedule.rows, setting)
    return prices[beside.index(row)]


def _find(sheet: Sheet, schedule: Schedule) -> Integers:
    """Find the row of each service: that of its component where a modifier names one."""
    services = sheet.services
    wanted = np.zeros(len(services), "S2")
    for component in reversed(COMPONENTS):
        wanted[sheet.has(component)] = component.encode()
    rows = schedule.find(packed(services.code, wanted))
    plain = (rows == NONE) & ((wanted == b"53") | (wanted == b""))
    without = np.zeros(int(plain.sum()), "S2")
    rows[plain] = schedule.find(packed(services.code[plain], without))
    missing = rows == NONE
    if missing.any():
        without = np.zeros(int(missing.sum()), "S2")
        known = np.zeros(len(rows), np.bool_)
        known[missing] = schedule.find(packed(services.code[missing], without)) != NONE
        sheet.stop(missing & known, Outcome.MODIFIER)
        sheet.stop(missing, Outcome.NOT_LISTED)
    return rows


def _price_fees(sheet: Sheet, schedule: Schedule, rows: Integers) -> None:
    """Put the fee of all units on the sheet, no higher than outpatient."""
    status = schedule.letter("status", rows)
    sheet.singly |= (status == ord("J")) & sheet.open
    payable = among(status, "ART")
    for letter, (outcome, _) in STATUSES.items():
        sheet.stop(status == ord(letter), outcome)
    sheet.stop(~payable, Outcome.NOT_PRICED)
    facility = sheet.services.facility
    sheet.stop(total_values(schedule, rows, facility) == 0, Outcome.CONTRACTOR)
    sheet.stop((schedule.letter("component", rows) == ord("5")) & facility, Outcome.NOT_PAYABLE)
    sheet.fee_cents = limited_fees(schedule, rows, sheet.services.setting, facility)
    sheet.cents = sheet.fee_cents * sheet.services.units


def _are_large(sheet: Sheet) -> Flags:
    """Mark the rows whose products might not fit."""
    largest = sheet.fee_cents.astype(np.float64) * sheet.services.units * WHOLE
    large: Flags = largest * np.maximum(sheet.cents, 1) > _LARGE
    return large


def _days(services: ServiceColumns) -> Integers:
    """Number the days of groups: rows of one number are priced together."""
    day = services.on.astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((day, services.group))
    group, day = services.group[order], day[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (group[1:] != group[:-1]) | (day[1:] != day[:-1])
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.cumsum(new) - 1
    return numbers


def _close(sheet: Sheet) -> None:
    """Take off what participation and the charge take off."""
    sheet.take(~sheet.services.participating, "non-participating")
    charge = sheet.services.charge_cents
    sheet.cents = np.where(charge != NONE, np.minimum(sheet.cents, charge), sheet.cents)


# Singly


def _price_singly(sheet: Sheet, schedule: Schedule, days: Integers) -> None:
    """Price the days of all marked rows one by one."""
    if not sheet.singly.any():
        return
    marked = np.zeros(int(days.max()) + 1, np.bool_)
    marked[days[sheet.singly]] = True
    rows = np.flatnonzero(marked[days])
    rows = rows[np.argsort(days[rows], kind="stable")]
    for day in np.split(rows, np.flatnonzero(np.diff(days[rows])) + 1):
        _price_day(sheet, schedule, day)


def _price_day(sheet: Sheet, schedule: Schedule, day: npt.NDArray[np.intp]) -> None:
    setting = schedule.settings[int(sheet.services.setting[day[0]])]
    services = [sheet.services.service(int(row)) for row in day]
    for row, price in zip(day, price_day(services, schedule.rows, setting), strict=True):
        sheet.outcome[row] = OUTCOMES.index(price.outcome)
        sheet.cents[row] = NONE if price.cents is None else price.cents

"""Fees of many rows at once: relative values, indices and factor, as ``fees`` has them."""

import numpy as np

from cleanclaim.pricing.batch_sheet import half_up
from cleanclaim.pricing.columns import Flags, Integers, Schedule
from cleanclaim.pricing.fees import CENT


def of_place(schedule: Schedule, rows: Integers, facility: Flags, what: str) -> Integers:
    """Give the practice expense of each row where it is given."""
    apart: Integers = schedule.number(f"{what}_facility", rows)
    return np.where(facility, apart, schedule.number(f"{what}_non_facility", rows))


def total_values(schedule: Schedule, rows: Integers, facility: Flags) -> Integers:
    """Give the relative values of each row together, in hundredths."""
    practice = of_place(schedule, rows, facility, "practice")
    values: Integers = schedule.number("work", rows) + practice
    return values + schedule.number("malpractice", rows)


def limited_fees(
    schedule: Schedule, rows: Integers, setting: Integers, facility: Flags
) -> Integers:
    """Give the fee of one unit, no higher than the outpatient hospital's payment."""
    fee = _fees(schedule, rows, setting, facility, "")
    cap_practice = of_place(schedule, rows, facility, "cap_practice")
    has_cap = (cap_practice != 0) | (schedule.number("cap_malpractice", rows) != 0)
    if not has_cap.any():
        return fee
    cap = _fees(schedule, rows, setting, facility, "cap_")
    return np.where(has_cap, np.minimum(fee, cap), fee)


def _fees(
    schedule: Schedule, rows: Integers, setting: Integers, facility: Flags, prefix: str
) -> Integers:
    weighted = schedule.number("work", rows) * schedule.index("work", setting)
    practice = of_place(schedule, rows, facility, f"{prefix}practice")
    weighted += practice * schedule.index("practice", setting)
    malpractice = schedule.number(f"{prefix}malpractice", rows)
    weighted += malpractice * schedule.index("malpractice", setting)
    return half_up(weighted * schedule.factor(rows, setting), CENT)

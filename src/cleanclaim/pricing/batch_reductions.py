"""Several services of a day over columns: the rules of ``reductions`` and ``components``."""

import numpy as np
import numpy.typing as npt

from cleanclaim.pricing.amounts import WHOLE
from cleanclaim.pricing.batch_adjustments import both_sides
from cleanclaim.pricing.batch_fees import limited_fees, of_place
from cleanclaim.pricing.batch_sheet import Sheet, among, half_up
from cleanclaim.pricing.columns import NONE, Flags, Integers, Schedule, packed
from cleanclaim.pricing.components import OTHER_SESSION, PART_ALONE, RULES
from cleanclaim.pricing.fees import CENT
from cleanclaim.pricing.price import Outcome

Places = npt.NDArray[np.intp]


class Days:
    """The rows of a batch by the days that are priced together."""

    def __init__(self, sheet: Sheet, schedule: Schedule, rows: Integers, days: Integers) -> None:
        self.sheet = sheet
        self.schedule = schedule
        self.rows = rows
        self.days = days
        self.count = int(days.max()) + 1 if len(days) else 0
        self.multiple = schedule.letter("multiple", rows)
        both = both_sides(sheet, schedule, rows)
        self.procedures: Integers = np.where(both, 1, sheet.services.units)

    def with_indicator(self, multiple: str) -> Places:
        """Give the priced rows that a rule for several procedures is about."""
        is_about = among(self.multiple, multiple)
        return np.flatnonzero(is_about & self.sheet.open & (self.procedures > 0))

    def number_by_day(self, rows: Flags | Places) -> Integers:
        """Count some rows in each day."""
        counts: Integers = np.bincount(self.days[rows], minlength=self.count)
        return counts

    def ranked(self, places: Places, keys: Integers) -> tuple[Places, Flags]:
        """Sort rows by day and falling key; the flags mark the first of each day."""
        order = np.lexsort((places, -keys, self.days[places]))
        places = places[order]
        first = np.ones(len(places), np.bool_)
        first[1:] = self.days[places[1:]] != self.days[places[:-1]]
        return places, first


def reduce_days(sheet: Sheet, schedule: Schedule, rows: Integers, numbers: Integers) -> None:
    """Apply each rule to all days; days that it takes more than columns for go singly."""
    days = Days(sheet, schedule, rows, numbers)
    _bundle_injections(days)
    _mark_entangled(days)
    _reduce_procedures(days)
    _reduce_therapy(days)
    for indicator, parts in RULES.items():
        places = days.with_indicator(indicator)
        if indicator == "4":
            places = places[~sheet.has(*OTHER_SESSION)[places]]
        for part, name in parts.items():
            _reduce_part(days, places, part, name)


def _bundle_injections(days: Days) -> None:
    """Pay injections only where nothing else is paid that day."""
    sheet = days.sheet
    injections = days.schedule.letter("status", days.rows) == ord("T")
    if injections.any():
        # Anesthesia is priced singly, and with it all of its day.
        others = days.number_by_day(sheet.open & ~injections)
        sheet.stop(injections & (others[days.days] > 0), Outcome.BUNDLED)


def _mark_entangled(days: Days) -> None:
    """Send days singly that have related endoscopies, or both sides on two lines."""
    sheet = days.sheet
    surgery = days.with_indicator("23")
    based = days.schedule.letter("endoscopic_base", days.rows[surgery]) != ord(" ")
    scopes = days.number_by_day(surgery[based])
    related = (scopes > 0) & (days.number_by_day(surgery) > 1)
    entangled = related[days.days]
    left, right = sheet.has("LT") & sheet.open, sheet.has("RT") & sheet.open
    if left.any() and right.any():
        codes = len(days.schedule.keys)
        left_codes = days.days[left] * codes + days.rows[left]
        right_codes = days.days[right] * codes + days.rows[right]
        both = np.zeros(days.count, np.bool_)
        both[np.intersect1d(left_codes, right_codes) // codes] = True
        entangled |= both[days.days]
    sheet.singly |= entangled


def _reduce_procedures(days: Days) -> None:
    """Pay the highest procedure in full, its further units and the others by half."""
    sheet = days.sheet
    places = days.with_indicator("23")
    if not len(places):
        return
    times = days.procedures[places]
    places, first = days.ranked(places, half_up(sheet.cents[places], times))
    times, cents = days.procedures[places], sheet.cents[places]
    alone = (days.number_by_day(places)[days.days[places]] == 1) & (times == 1)
    in_full = first & ~(alone & sheet.has("51")[places])
    lowered = sheet.rates("multiple procedure", _mask(days, places))[places]
    full = half_up(cents * in_full, times)
    reduced = full + half_up((cents - full) * lowered, WHOLE)
    sheet.cents[places] = np.where(times == in_full, cents, reduced)


def _mask(days: Days, places: Places) -> Flags:
    marks = np.zeros(len(days.days), np.bool_)
    marks[places] = True
    return marks


def _reduce_therapy(days: Days) -> None:
    """Halve the practice expense of every unit but the one where it is highest."""
    sheet, schedule = days.sheet, days.schedule
    places = days.with_indicator("5")
    if not len(places):
        return
    services = sheet.services
    rows, setting = days.rows[places], services.setting[places]
    practice = of_place(schedule, rows, services.facility[places], "practice")
    practice = practice * schedule.index("practice", setting)
    factor = schedule.factor(rows, setting)
    lowered = sheet.rates("therapy practice expense", _mask(days, places))[places]
    others = schedule.number("work", rows) * schedule.index("work", setting)
    others += schedule.number("malpractice", rows) * schedule.index("malpractice", setting)
    reduced = half_up((others * WHOLE + practice * lowered) * factor, CENT * WHOLE)
    reductions = np.zeros(len(days.days), np.int64)
    reductions[places] = sheet.fee_cents[places] - reduced
    places, first = days.ranked(places, practice * factor)
    units = days.procedures[places] - first
    whole = sheet.fee_cents[places] * services.units[places]
    off = half_up(reductions[places] * units * sheet.cents[places], np.maximum(whole, 1))
    sheet.cents[places] -= off


# Parts of tests


def _reduce_part(days: Days, places: Places, part: str, name: str) -> None:
    """Pay a part in full once a day, where it is highest."""
    sheet = days.sheet
    if not len(places):
        return
    parts = _part_cents(days, places, part)
    tests = places[(parts > 0) & (sheet.cents[places] > 0)]
    by_row = np.zeros(len(days.days), np.int64)
    by_row[places] = parts
    tests, first = days.ranked(tests, by_row[tests])
    units = days.procedures[tests] - first
    off_rate = WHOLE - sheet.rates(name, _mask(days, tests))[tests]
    whole = sheet.fee_cents[tests] * sheet.services.units[tests] * WHOLE
    product = by_row[tests] * units * off_rate * sheet.adjusted_cents[tests]
    left = np.maximum(0, sheet.cents[tests] - half_up(product, np.maximum(whole, 1)))
    sheet.cents[tests] = np.where(units > 0, left, sheet.cents[tests])


def _part_cents(days: Days, places: Places, part: str) -> Integers:
    """Give what a part of one unit is paid, 0 where the service does not hold it."""
    sheet, schedule = days.sheet, days.schedule
    rows = days.rows[places]
    modifier, component = schedule.letter("modifier", rows), schedule.letter("component", rows)
    alone = np.where(modifier != ord(" "), modifier, 0)
    for letter, its_part in PART_ALONE.items():
        alone = np.where((alone == 0) & (component == ord(letter)), ord(its_part[0]), alone)
    wanted = np.full(len(places), part.encode(), "S2")
    found = schedule.find(packed(sheet.services.code[places], wanted))
    setting, facility = sheet.services.setting[places], sheet.services.facility[places]
    fees = limited_fees(schedule, found, setting, facility)
    of_row = np.where(found != NONE, fees, 0)
    its_own = np.where(alone == ord(part[0]), sheet.fee_cents[places], 0)
    cents: Integers = np.where(alone == 0, of_row, its_own)
    return cents

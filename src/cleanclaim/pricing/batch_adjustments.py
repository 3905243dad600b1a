"""What modifiers do to fees, over columns: the rules of ``adjustments`` in the same order."""

import numpy as np

from cleanclaim.pricing.batch_sheet import Sheet, among, half_up
from cleanclaim.pricing.columns import PRACTITIONERS, Flags, Integers, Schedule
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.service import Practitioner

_SPLIT = ("54", "55", "56", "78")


def adjust(sheet: Sheet, schedule: Schedule, rows: Integers) -> None:
    """Apply what the modifiers of each row say."""
    for adjustment in (_by_report, _bilateral, _split_surgery, _cosurgeon, _assistant):
        adjustment(sheet, schedule, rows)
    for place, practitioner in enumerate(PRACTITIONERS):
        if practitioner is not Practitioner.PHYSICIAN:
            marked = (sheet.services.practitioner == place) & ~sheet.has("AS")
            sheet.take(marked, practitioner.value)


def _is(schedule: Schedule, rows: Integers, name: str, letters: str) -> Flags:
    return among(schedule.letter(name, rows), letters)


def _by_report(sheet: Sheet, schedule: Schedule, rows: Integers) -> None:
    sheet.stop(sheet.has("52"), Outcome.BY_REPORT)
    sheet.stop(sheet.has("53") & ~_is(schedule, rows, "modifier", "5"), Outcome.BY_REPORT)
    team = sheet.has("66")
    sheet.stop(team & _is(schedule, rows, "team", "12"), Outcome.BY_REPORT)
    sheet.stop(team, Outcome.NOT_PAYABLE)


def _bilateral(sheet: Sheet, schedule: Schedule, rows: Integers) -> None:
    marked = sheet.has("50")
    sheet.stop(marked & (sheet.services.units != 1), Outcome.NEEDS_FACT)
    sheet.stop(marked & ~_is(schedule, rows, "bilateral", "0123"), Outcome.MODIFIER)
    both = both_sides(sheet, schedule, rows)
    sheet.cents = np.where(both & sheet.open, half_up(sheet.cents, 2), sheet.cents)
    once = _is(schedule, rows, "bilateral", "1")
    sheet.take((marked | both) & once, "bilateral")
    sheet.take(marked & _is(schedule, rows, "bilateral", "3"), "both sides")


def both_sides(sheet: Sheet, schedule: Schedule, rows: Integers) -> Flags:
    """Mark the rows whose two units are both sides."""
    sides: Flags = _is(schedule, rows, "bilateral", "12") & ~sheet.has("50", "LT", "RT")
    sides &= sheet.services.units == 2
    return sides


def _split_surgery(sheet: Sheet, schedule: Schedule, rows: Integers) -> None:
    marks = sheet.count(*_SPLIT)
    if not marks.any():
        return
    again = sheet.has("78")
    whole = again & (marks == 1) & _is(schedule, rows, "global_days", "0")
    split = (marks > 0) & ~whole
    has_period = _is(schedule, rows, "global_days", "19")
    sheet.stop(split & (~has_period | (marks > 1)), Outcome.MODIFIER)
    sheet.stop(split & sheet.has("56"), Outcome.NOT_PAYABLE)
    intra = schedule.number("intraoperative", rows)
    post = schedule.number("postoperative", rows)
    hundredths = np.where(sheet.has("54"), schedule.number("preoperative", rows) + intra, intra)
    hundredths = np.where(sheet.has("55"), post, hundredths)
    parts = half_up(sheet.cents * hundredths, 100)
    sheet.cents = np.where(split & sheet.open, parts, sheet.cents)


def _cosurgeon(sheet: Sheet, schedule: Schedule, rows: Integers) -> None:
    marked = sheet.has("62")
    sheet.stop(marked & _is(schedule, rows, "cosurgeon", "0"), Outcome.NOT_PAYABLE)
    sheet.stop(marked & ~_is(schedule, rows, "cosurgeon", "12"), Outcome.MODIFIER)
    sheet.take(marked, "co-surgeon")


def _assistant(sheet: Sheet, schedule: Schedule, rows: Integers) -> None:
    marked, other = sheet.has("80", "81", "82", "AS"), sheet.has("AS")
    sheet.stop(marked & _is(schedule, rows, "assistant", "1"), Outcome.NOT_PAYABLE)
    sheet.stop(marked & ~_is(schedule, rows, "assistant", "02"), Outcome.MODIFIER)
    sheet.take(marked & ~other, "assistant")
    sheet.take(other, "assistant, not a physician")

"""Gaps in a work history: which ones ask for a word, and which for a written one."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.files.elements import Education, GapReason, Training, Work
from cleanclaim.credentialing.files.entries import Entry, pick
from cleanclaim.credentialing.files.terms import FileTerm, find_row
from cleanclaim.credentialing.verification.calendar import add_months


class GapNeed(StrEnum):
    """What a gap of its length asks for; unknown where no row says from when on."""

    NOTHING = "nothing"
    TOLD = "told"
    WRITTEN = "written"
    UNKNOWN = "unknown"


class Gap(msgspec.Struct, frozen=True):
    """Days without work or training, both ends inside, and whether they are explained enough."""

    starts_on: date
    ends_on: date
    need: GapNeed
    is_explained: bool

    @property
    def days(self) -> int:
        """Count the days, both ends inside."""
        return (self.ends_on - self.starts_on).days + 1


def exceeds_months(starts_on: date, ends_on: date, months: int) -> bool:
    """Tell whether the days are more than so many whole months.

    Six whole months from 1 March end on 31 August: a gap through 1 September is longer.
    """
    return ends_on >= add_months(starts_on, months)


def judge_gap(starts_on: date, ends_on: date) -> GapNeed:
    """Say what a gap asks for, by the rows in force on its last day."""
    told = find_row(FileTerm.GAP_TOLD_MONTHS, ends_on)
    written = find_row(FileTerm.GAP_WRITTEN_MONTHS, ends_on)
    if told is None or written is None:
        return GapNeed.UNKNOWN
    if exceeds_months(starts_on, ends_on, written.values[0]):
        return GapNeed.WRITTEN
    if exceeds_months(starts_on, ends_on, told.values[0]):
        return GapNeed.TOLD
    return GapNeed.NOTHING


def history_starts_on(entries: Iterable[Entry], on: date) -> date | None:
    """Give the first day of the history asked for, None where nobody says how far it goes back.

    Years back from the day, or the day after the last degree where that is later.
    """
    row = find_row(FileTerm.WORK_HISTORY_YEARS, on)
    if row is None:
        return None
    back = add_months(on, -12 * row.values[0])
    degrees = [each.completed_on for _, each in pick(entries, Education) if each.completed_on]
    past = [day + timedelta(1) for day in degrees if day <= on]
    return max([back, *past])


def find_gaps(entries: Iterable[Entry], on: date) -> tuple[Gap, ...]:
    """Find the days of the history without work or training, the earliest first.

    Overlapping times are one. A gap that began before the history asked for counts whole.
    """
    held = list(entries)
    first = history_starts_on(held, on)
    if first is None:
        return ()
    reasons = [each for _, each in pick(held, GapReason)]
    found = []
    covered = first - timedelta(1)
    for starts_on, ends_on in _occupied(held, on):
        if starts_on > covered + timedelta(1):
            found.append((covered + timedelta(1), min(starts_on - timedelta(1), on)))
        covered = max(covered, ends_on)
    if covered < on:
        found.append((covered + timedelta(1), on))
    return tuple(_gap(starts_on, ends_on, reasons) for starts_on, ends_on in found)


def _occupied(entries: Iterable[Entry], on: date) -> list[tuple[date, date]]:
    held = list(entries)
    work = [(each.starts_on, each.ends_on or on) for _, each in pick(held, Work)]
    training = [
        (each.starts_on, each.completed_on or on)
        for _, each in pick(held, Training)
        if each.starts_on is not None
    ]
    return sorted(pair for pair in (*work, *training) if pair[0] <= on and pair[1] >= pair[0])


def _gap(starts_on: date, ends_on: date, reasons: Iterable[GapReason]) -> Gap:
    need = judge_gap(starts_on, ends_on)
    given = [
        each
        for each in reasons
        if each.reason.strip() and each.starts_on <= starts_on and each.ends_on >= ends_on
    ]
    explained = {
        GapNeed.NOTHING: True,
        GapNeed.TOLD: bool(given),
        GapNeed.WRITTEN: any(each.in_writing for each in given),
        GapNeed.UNKNOWN: False,
    }
    return Gap(starts_on, ends_on, need, explained[need])

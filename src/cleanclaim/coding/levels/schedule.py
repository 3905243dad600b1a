"""Which code a level is in each setting, from how many minutes, and in which years: dated rows."""

from collections.abc import Iterable
from datetime import date

import msgspec

from cleanclaim.coding.levels.values import Patient, Rank, Setting
from cleanclaim.kernel.spans import Span

_RULES_2021 = "AMA CPT 2021, office visits by decision making or time"
_RULES_2023 = "AMA CPT 2023, other evaluation and management services"
_RULES_2024 = "AMA CPT 2024, minutes that must be met or exceeded"
# None of the rows was read in the book by us; a coder has to check them against it.
SECONDARY = "secondary"


class LevelRow(msgspec.Struct, frozen=True):
    """A code of a setting: the least rank it stands for and the least minutes, in its days.

    ``patient`` is None where the code does not depend on it; ``minutes`` None where time does
    not choose. ``confidence``: primary (read in the book) or secondary.
    """

    setting: Setting
    patient: Patient | None
    code: str
    rank: Rank
    minutes: int | None
    span: Span
    source: str
    confidence: str = SECONDARY


_SINCE_2021, _SINCE_2023 = Span(date(2021, 1, 1)), Span(date(2023, 1, 1))
_ONLY_2023, _SINCE_2024 = Span(date(2023, 1, 1), date(2023, 12, 31)), Span(date(2024, 1, 1))
_FOUR = (Rank.STRAIGHTFORWARD, Rank.LOW, Rank.MODERATE, Rank.HIGH)
# Where one code serves straightforward and low.
_THREE = (Rank.STRAIGHTFORWARD, Rank.MODERATE, Rank.HIGH)
# A discharge is chosen by time alone: any, or more than half an hour.
_BY_TIME = (Rank.STRAIGHTFORWARD, Rank.LOW)


def _rows(
    setting: Setting,
    codes: str,
    ranks: Iterable[Rank],
    *,
    patient: Patient | None = None,
    span: Span = _SINCE_2023,
    source: str = _RULES_2023,
) -> tuple[LevelRow, ...]:
    """Write the rows of a setting from its codes, each with its minutes after a slash."""
    made = []
    for word, rank in zip(codes.split(), ranks, strict=True):
        code, _, minutes = word.partition("/")
        least = int(minutes) if minutes else None
        made.append(LevelRow(setting, patient, code, rank, least, span, source))
    return tuple(made)


LEVELS: tuple[LevelRow, ...] = (
    *_rows(
        Setting.OFFICE,
        "99202/15 99203/30 99204/45 99205/60",
        _FOUR,
        patient=Patient.NEW,
        span=_SINCE_2021,
        source=_RULES_2021,
    ),
    *_rows(
        Setting.OFFICE,
        "99212/10 99213/20 99214/30 99215/40",
        _FOUR,
        patient=Patient.ESTABLISHED,
        span=_SINCE_2021,
        source=_RULES_2021,
    ),
    *_rows(Setting.ED, "99282 99283 99284 99285", _FOUR),
    *_rows(Setting.HOSPITAL_INITIAL, "99221/40 99222/55 99223/75", _THREE),
    *_rows(Setting.HOSPITAL_SUBSEQUENT, "99231/25 99232/35 99233/50", _THREE),
    *_rows(Setting.HOSPITAL_SAME_DAY, "99234/45 99235/70 99236/85", _THREE),
    *_rows(Setting.HOSPITAL_DISCHARGE, "99238/0 99239/31", _BY_TIME),
    *_rows(Setting.CONSULT_OFFICE, "99242/20 99243/30 99244/40 99245/55", _FOUR),
    *_rows(Setting.CONSULT_INPATIENT, "99252/35 99253/45 99254/60 99255/80", _FOUR),
    *_rows(Setting.NURSING_INITIAL, "99304/25 99305/35 99306/45", _THREE, span=_ONLY_2023),
    *_rows(
        Setting.NURSING_INITIAL,
        "99304/25 99305/35 99306/50",
        _THREE,
        span=_SINCE_2024,
        source=_RULES_2024,
    ),
    *_rows(
        Setting.NURSING_SUBSEQUENT, "99307/10 99308/15 99309/30 99310/45", _FOUR, span=_ONLY_2023
    ),
    *_rows(
        Setting.NURSING_SUBSEQUENT,
        "99307/10 99308/20 99309/30 99310/45",
        _FOUR,
        span=_SINCE_2024,
        source=_RULES_2024,
    ),
    *_rows(Setting.NURSING_DISCHARGE, "99315/0 99316/31", _BY_TIME),
    *_rows(Setting.HOME, "99341/15 99342/30 99344/60 99345/75", _FOUR, patient=Patient.NEW),
    *_rows(Setting.HOME, "99347/20 99348/30 99349/40 99350/60", _FOUR, patient=Patient.ESTABLISHED),
)
# Visits to clinical staff, on which no practitioner decided anything.
STAFF_VISITS: tuple[LevelRow, ...] = (
    *_rows(
        Setting.OFFICE,
        "99211",
        (Rank.UNKNOWN,),
        patient=Patient.ESTABLISHED,
        span=_SINCE_2021,
        source=_RULES_2021,
    ),
    *_rows(Setting.ED, "99281", (Rank.UNKNOWN,)),
)
BY_TIME_ONLY = frozenset({Setting.HOSPITAL_DISCHARGE, Setting.NURSING_DISCHARGE})
BY_PATIENT = frozenset({Setting.OFFICE, Setting.HOME})


class ProlongedRow(msgspec.Struct, frozen=True):
    """A code for more time beside a level, from the minute at which its first unit counts."""

    code: str
    beside: str
    minutes: int
    payer: str
    span: Span
    source: str
    confidence: str = SECONDARY


_SUM = "AMA CPT 2024: least minutes of the level and a full quarter of an hour"
_CMS = "CMS, physician fee schedule, prolonged office visits"
_MORE_TIME = (
    *((code, minutes, "99417") for code, minutes in (("99205", 75), ("99215", 55))),
    *((code, minutes, "99417") for code, minutes in (("99245", 70), ("99345", 90), ("99350", 75))),
    *((code, minutes, "99418") for code, minutes in (("99223", 90), ("99233", 65), ("99236", 100))),
    *((code, minutes, "99418") for code, minutes in (("99255", 95), ("99306", 65), ("99310", 60))),
)
PROLONGED: tuple[ProlongedRow, ...] = (
    *(
        ProlongedRow(code, beside, minutes, "CPT", _SINCE_2024, _SUM)
        for beside, minutes, code in _MORE_TIME
    ),
    ProlongedRow("G2212", "99205", 89, "Medicare", _SINCE_2021, _CMS),
    ProlongedRow("G2212", "99215", 69, "Medicare", _SINCE_2021, _CMS),
)
# Known as codes; from which minute each counts is not known here.
PROLONGED_UNKNOWN = {
    "G0316": ("99223", "99233", "99236"),
    "G0317": ("99306", "99310"),
    "G0318": ("99345", "99350"),
}


def find_rows(
    setting: Setting, patient: Patient | None, on: date, *, staff: bool = False
) -> tuple[LevelRow, ...]:
    """Give the rows in force on a day, lowest rank first; none where none is known."""
    rows = STAFF_VISITS if staff else LEVELS
    return tuple(
        row
        for row in rows
        if row.setting is setting and row.patient in {None, patient} and on in row.span
    )


def row_for_rank(rows: Iterable[LevelRow], rank: Rank) -> LevelRow | None:
    """Give the highest row that a rank of decision making reaches."""
    reached = [row for row in rows if row.rank <= rank]
    return reached[-1] if reached else None


def row_for_minutes(rows: Iterable[LevelRow], minutes: int) -> LevelRow | None:
    """Give the highest row whose minutes are met or exceeded, where time may choose."""
    reached = [row for row in rows if row.minutes is not None and row.minutes <= minutes]
    return reached[-1] if reached else None

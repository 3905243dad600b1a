"""Sample tables for the synthetic practice: a few rows of ours that show what edits and prices do.

Numbers only, plausible and not to be relied upon. They lie in a folder of their own, where no
organization but a synthetic one is judged by them.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from cleanclaim.codes.store.arrays import fill
from cleanclaim.codes.store.held import as_told
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.release import SAMPLE, Release, SourceFile
from cleanclaim.codes.tables.ncci import (
    ADD_ON,
    MUE_PRACTITIONER,
    PTP_PRACTITIONER,
    AddOn,
    ProcedurePair,
    UnitLimit,
)
from cleanclaim.codes.tables.physician_fees import (
    GEOGRAPHIC_INDEX,
    RELATIVE_VALUES,
    GeographicIndex,
    RelativeValue,
)

STARTS_ON, ENDS_ON = date(2026, 1, 1), date(2026, 12, 31)
LOCALITY = ("06102", "99")
_SINCE = date(2020, 1, 1)
# Ten-thousandths of a dollar a relative value.
_FACTOR = 334_009

# Column one, column two, indicator.
_PAIRS = """
20610 99202 1
20610 99203 1
20610 99212 1
20610 99213 1
20610 99214 1
20610 99215 1
93000 93005 0
93000 93010 0
81002 81003 0
90471 99211 0
99214 99213 0
"""

# Code, units, how they are judged.
_LIMITS = """
20610 2 3
36415 2 3
81002 2 3
87880 2 3
90471 1 2
90472 8 3
93000 3 3
97110 6 3
99202 1 2
99203 1 2
99212 2 3
99213 2 3
99214 2 3
99215 1 3
99393 1 2
G0439 1 2
"""

# An add-on code and a code that it may stand beside.
_ADD_ONS = """
90472 90471
99417 99215
99417 99205
"""

# Code, status, work, practice in an office and in a facility, malpractice (hundredths),
# global days, multiple procedures, bilateral, assistant.
_VALUES = """
20610 A 79 104 44 13 000 2 1 1
36415 X 0 0 0 0 XXX 9 9 9
81002 X 0 0 0 0 XXX 9 9 9
87880 X 0 0 0 0 XXX 9 9 9
90471 A 17 45 45 1 XXX 0 0 0
90472 A 15 28 28 1 ZZZ 0 0 0
93000 A 17 24 24 2 XXX 0 0 0
93005 A 0 18 18 1 XXX 0 0 0
93010 A 17 6 6 1 XXX 0 0 0
97110 A 45 40 40 1 XXX 5 0 0
99202 A 93 108 41 9 XXX 0 0 0
99203 A 160 150 67 17 XXX 0 0 0
99212 A 70 88 29 6 XXX 0 0 0
99213 A 130 135 57 10 XXX 0 0 0
99214 A 192 182 84 14 XXX 0 0 0
99215 A 280 235 128 20 XXX 0 0 0
99243 I 0 0 0 0 XXX 9 9 9
99393 N 150 130 60 10 XXX 9 9 9
G0439 A 192 186 186 13 XXX 0 0 0
"""


def write_samples(folder: Path, at: datetime) -> None:
    """Write every sample table to a library; one that is there stays as it is."""
    library = Library(folder)
    _add(library, PTP_PRACTITIONER, [_pair(*words) for words in _rows(_PAIRS)], at)
    _add(library, MUE_PRACTITIONER, [_limit(*words) for words in _rows(_LIMITS)], at)
    _add(library, ADD_ON, [_add_on(*words) for words in _rows(_ADD_ONS)], at)
    _add(library, RELATIVE_VALUES, [_value(*words) for words in _rows(_VALUES)], at)
    index = GeographicIndex(*LOCALITY, "IL", "SAMPLE LOCALITY", 1000, 912, 1190)
    _add(library, GEOGRAPHIC_INDEX, [index], at)


def _rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def _pair(column_one: str, column_two: str, modifier: str) -> ProcedurePair:
    return ProcedurePair(column_one, column_two, False, _SINCE, None, int(modifier), "")  # noqa: FBT003


def _limit(code: str, units: str, adjudication: str) -> UnitLimit:
    return UnitLimit(code, int(units), int(adjudication), "")


def _add_on(code: str, primary: str) -> AddOn:
    return AddOn(code, primary, 1, _SINCE, None)


def _value(code: str, status: str, *told: str) -> RelativeValue:
    """Fill a row of the fee schedule; what the sample does not tell is none of it."""
    *numbers, global_days, multiple, bilateral, assistant = told
    work, office, facility, malpractice = map(int, numbers)
    return RelativeValue(
        code=code,
        modifier="",
        description="",
        status=status,
        not_for_medicare="",
        work=work,
        practice_nonfacility=office,
        nonfacility_not_applicable=False,
        practice_facility=facility,
        facility_not_applicable=False,
        malpractice=malpractice,
        total_nonfacility=work + office + malpractice,
        total_facility=work + facility + malpractice,
        professional_technical="0",
        global_days=global_days,
        before_percent=0,
        during_percent=0,
        after_percent=0,
        multiple_procedure=multiple,
        bilateral=bilateral,
        assistant=assistant,
        co_surgeon="0",
        team="0",
        endoscopic_base="",
        conversion_factor=_FACTOR,
        supervision="09",
        calculation="0",
        imaging_family="99",
        cap_practice_nonfacility=0,
        cap_practice_facility=0,
        cap_malpractice=0,
    )


def _add(library: Library, kind: Kind[Any], rows: Sequence[msgspec.Struct], at: datetime) -> None:
    content = msgspec.json.encode(rows)
    release = Release(
        kind=kind.name,
        name=f"sample, {kind.title}",
        starts_on=STARTS_ON,
        ends_on=ENDS_ON,
        dating=kind.dating.value,
        files=(SourceFile("sample of the demo", sha256(content).hexdigest(), len(rows)),),
        rows=len(rows),
        licence=SAMPLE,
        loaded_at=at,
        rank=0,
    )
    library.add(kind, fill(kind, as_told(kind, rows)), release)

"""Rows of the fee schedule for the examples of global periods: three procedures."""

from datetime import date

from cleanclaim.codes.store.held import Held
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES, RelativeValue


def _procedure(code: str, global_days: str, cents: int) -> RelativeValue:
    """Give a procedure with a period; its relative values are invented."""
    return RelativeValue(
        code=code,
        modifier="",
        description="",
        status="A",
        not_for_medicare="",
        work=cents,
        practice_nonfacility=cents,
        nonfacility_not_applicable=False,
        practice_facility=cents,
        facility_not_applicable=False,
        malpractice=10,
        total_nonfacility=2 * cents + 10,
        total_facility=2 * cents + 10,
        professional_technical="0",
        global_days=global_days,
        before_percent=10,
        during_percent=80,
        after_percent=10,
        multiple_procedure="2",
        bilateral="1",
        assistant="2",
        co_surgeon="0",
        team="0",
        endoscopic_base="",
        conversion_factor=330000,
        supervision="09",
        calculation="0",
        imaging_family="99",
        cap_practice_nonfacility=0,
        cap_practice_facility=0,
        cap_malpractice=0,
    )


TABLES = (
    Held(
        RELATIVE_VALUES,
        (
            _procedure("17000", "010", 100),
            _procedure("20610", "000", 100),
            _procedure("27130", "090", 2000),
        ),
        date(2020, 1, 1),
        date(2030, 12, 31),
    ),
)

"""Procedure pairs that the examples of NCCI are judged by."""

from datetime import date

from cleanclaim.codes.store.held import Held
from cleanclaim.codes.tables.ncci import PTP_HOSPITAL, PTP_PRACTITIONER, ProcedurePair

_FROM, _TO = date(2026, 4, 1), date(2026, 6, 30)


def _pair(one: str, two: str, modifier: int) -> ProcedurePair:
    return ProcedurePair(
        one,
        two,
        before_1996=False,
        starts_on=date(2020, 1, 1),
        ends_on=None,
        modifier=modifier,
        rationale="",
    )


_PAIRS = (
    _pair("11042", "97597", 1),
    _pair("45380", "45378", 0),
    _pair("20610", "99213", 1),
    _pair("93000", "93005", 1),
    _pair("80053", "80048", 0),
)
TABLES = (
    Held(PTP_PRACTITIONER, _PAIRS, _FROM, _TO),
    Held(PTP_HOSPITAL, _PAIRS, _FROM, _TO),
)

"""Unit limits that the examples of MUE are judged by."""

from datetime import date

from cleanclaim.codes.store.held import Held
from cleanclaim.codes.tables.ncci import (
    MUE_HOSPITAL,
    MUE_PRACTITIONER,
    MUE_SUPPLIER,
    UnitLimit,
)

_FROM, _TO = date(2026, 4, 1), date(2026, 6, 30)
_LIMITS = (
    UnitLimit("99213", 1, 2, ""),
    UnitLimit("11042", 1, 2, ""),
    UnitLimit("88305", 16, 3, ""),
    UnitLimit("82962", 2, 1, ""),
    UnitLimit("L1810", 0, 3, ""),
)
TABLES = (
    Held(MUE_PRACTITIONER, _LIMITS, _FROM, _TO),
    Held(MUE_HOSPITAL, _LIMITS, _FROM, _TO),
    Held(MUE_SUPPLIER, (UnitLimit("E0601", 1, 2, ""), UnitLimit("L1810", 2, 2, "")), _FROM, _TO),
)

"""Listed services as the examples of edits have them: telehealth, and certified tests."""

from datetime import date

from cleanclaim.codes.store.held import Held
from cleanclaim.codes.tables.services import (
    CERTIFIED_TESTS,
    TELEHEALTH,
    CertifiedTest,
    TelehealthService,
)

_LISTED = (
    TelehealthService("99213", "", audio=True),
    TelehealthService("99214", "", audio=False),
)
_TESTS = (
    CertifiedTest("81002", "", "W", None, None),
    CertifiedTest("81003", "", "C", None, None),
    CertifiedTest("81003", "QW", "W", None, None),
    CertifiedTest("80053", "", "C", None, None),
)
TABLES = (
    Held(TELEHEALTH, _LISTED, date(2020, 1, 1), date(2030, 12, 31)),
    Held(CERTIFIED_TESTS, _TESTS, date(2020, 1, 1)),
)

"""A few procedure codes and modifiers that the examples of their lists are judged by."""

from datetime import date

from cleanclaim.codes.store.held import Held
from cleanclaim.codes.tables.procedures import (
    CPT_SHORT,
    HCPCS,
    HCPCS_UNLISTED,
    MODIFIERS,
    LicensedProcedure,
    ModifierCode,
    ProcedureService,
    UnlistedService,
)

_DAYS = (date(2026, 4, 1), date(2026, 6, 30))
_ENDED_ON = date(2026, 4, 30)


def _service(code: str, ends_on: date | None = None) -> ProcedureService:
    return ProcedureService(code, "", "", "", "", "", "", "", date(2009, 1, 1), None, ends_on)


TABLES = (
    Held(HCPCS, (_service("G0402"), _service("G0403", _ENDED_ON), _service("A9999")), *_DAYS),
    Held(HCPCS_UNLISTED, (UnlistedService("A9999", "Miscellaneous", None, None),), *_DAYS),
    Held(
        CPT_SHORT,
        tuple(LicensedProcedure(code, "") for code in ("99213", "81002", "80053", "71046")),
        *_DAYS,
    ),
    Held(
        MODIFIERS,
        (ModifierCode("22", "CPT", "", None, None), ModifierCode("GA", "HCPCS", "", None, None)),
    ),
)

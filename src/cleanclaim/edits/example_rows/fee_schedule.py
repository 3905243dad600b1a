"""Services of the physician fee schedule as the examples of edits have them; no value is real."""

from datetime import date
from typing import Any

from cleanclaim.codes.store.held import Held
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES, RelativeValue


def service(code: str, status: str = "A", **marks: Any) -> RelativeValue:  # noqa: ANN401 - indicators
    """Give a row with some indicators; those not told say that nothing is restricted."""
    values: dict[str, Any] = {
        name: 0 if name.endswith(_NUMBERS) or name == "work" else ""
        for name in RelativeValue.__struct_fields__
    }
    return RelativeValue(
        **values
        | {"code": code, "status": status, "professional_technical": "0", "bilateral": "1"}
        | {"assistant": "2", "co_surgeon": "2", "team": "2", "multiple_procedure": "2"}
        | {"nonfacility_not_applicable": False, "facility_not_applicable": False}
        | {"global_days": "XXX"}
        | marks
    )


_NUMBERS = ("facility", "malpractice", "_percent", "_factor")
SERVICES = (
    service(
        "99213", bilateral="0", assistant="0", co_surgeon="0", team="0", multiple_procedure="0"
    ),
    service(
        "99214", bilateral="0", assistant="0", co_surgeon="0", team="0", multiple_procedure="0"
    ),
    service("99223", nonfacility_not_applicable=True),
    service("81002", "X", professional_technical="9"),
    service("S0610", "I", professional_technical="9"),
    service("92015", "N", professional_technical="9"),
    service("99000", "B", professional_technical="9"),
    service("A4212", "P", professional_technical="9"),
    service("94760", "T", professional_technical="3"),
    service("G8427", "M", professional_technical="9"),
    service("11055", "R", assistant="1"),
    service("93000", professional_technical="4", facility_not_applicable=True),
    service("93005", professional_technical="3", facility_not_applicable=True),
    service("71046", professional_technical="1", facility_not_applicable=True),
    service("96372", professional_technical="5", facility_not_applicable=True),
    service("99349", facility_not_applicable=True),
    service("69210", bilateral="2", assistant="1", co_surgeon="0", team="0"),
    service("66984", assistant="1", co_surgeon="0", team="0", nonfacility_not_applicable=True),
    service("27447", co_surgeon="1", team="0", nonfacility_not_applicable=True),
    service("22551", bilateral="0", team="1", nonfacility_not_applicable=True),
    service("47135", bilateral="0", co_surgeon="1", nonfacility_not_applicable=True),
)
TABLES = (Held(RELATIVE_VALUES, SERVICES, date(2020, 1, 1), date(2030, 12, 31)),)

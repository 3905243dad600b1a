"""Percentages and lists that are law or policy, each with its days and its source."""

from datetime import date
from typing import Literal

import msgspec

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.spans import Span


class UnknownRateError(CleanclaimError):
    """No law or policy that we know sets this rate on that day."""

    code = "pricing.rate"


class Rate(msgspec.Struct, frozen=True):
    """A rate in ten-thousandths (150 % is 15,000) and the days it holds."""

    name: str
    ten_thousandths: int
    span: Span
    source: str


class ConversionFactor(msgspec.Struct, frozen=True):
    """Dollars a relative value, in ten-thousandths; from 2026 apart for qualifying clinicians."""

    year: int
    clinician: Literal["any", "qualifying", "not qualifying"]
    ten_thousandths: int
    source: str


_MANUAL = "Medicare Claims Processing Manual"


def _from(year: int, month: int = 1, day: int = 1, until: date | None = None) -> Span:
    return Span(date(year, month, day), until)


RATES: tuple[Rate, ...] = (
    Rate("bilateral", 15_000, _from(1995), f"{_MANUAL} ch. 12 §40.7"),
    Rate("both sides", 20_000, _from(1995), f"{_MANUAL} ch. 12 §40.7"),
    Rate("second side", 5_000, _from(1995), f"{_MANUAL} ch. 12 §40.7"),
    Rate("multiple procedure", 5_000, _from(1995), f"{_MANUAL} ch. 12 §40.6"),
    Rate("co-surgeon", 6_250, _from(1992), f"{_MANUAL} ch. 12 §40.8"),
    Rate("assistant", 1_600, _from(1992), "42 U.S.C. 1395w-4(i)(2)(B)"),
    Rate("assistant, not a physician", 1_360, _from(1998), f"{_MANUAL} ch. 12 §110.2"),
    Rate("non-physician practitioner", 8_500, _from(1998), "42 U.S.C. 1395l(a)(1)(O)"),
    Rate("clinical social worker", 7_500, _from(1990), "42 U.S.C. 1395l(a)(1)(F)"),
    Rate("therapy practice expense", 5_000, _from(2013, 4), "42 U.S.C. 1395w-4(b)(7)"),
    Rate("imaging, technical", 5_000, _from(2010, 7), "42 CFR 414.62; relative value file"),
    Rate("imaging, professional", 9_500, _from(2017), "42 U.S.C. 1395w-4(b)(10)"),
    Rate("cardiovascular, technical", 7_500, _from(2013), "CY 2013 physician final rule"),
    Rate("ophthalmology, technical", 8_000, _from(2013), "CY 2013 physician final rule"),
    Rate("non-participating", 9_500, _from(1992), "42 U.S.C. 1395w-4(a)(3)"),
    Rate("limiting charge", 10_925, _from(1993), "42 U.S.C. 1395w-4(g)(2)(C)"),
    Rate("coinsurance", 2_000, _from(1992), "42 U.S.C. 1395l(a)(1)"),
    Rate("sequestration", 200, _from(2013, 4, 1, date(2020, 4, 30)), "2 U.S.C. 901a(6)"),
    Rate("sequestration", 0, _from(2020, 5, 1, date(2022, 3, 31)), "Pub. L. 116-136 and later"),
    Rate("sequestration", 100, _from(2022, 4, 1, date(2022, 6, 30)), "Pub. L. 117-71"),
    Rate("sequestration", 200, _from(2022, 7), "2 U.S.C. 901a(6)"),
    Rate("anesthesia, medical direction", 5_000, _from(1998), "42 CFR 414.46(d)"),
    Rate("outpatient labor share", 6_000, _from(2000, 8), "42 CFR 419.43(c)"),
    Rate("outpatient multiple procedure", 5_000, _from(2000, 8), "42 CFR 419.44(a)"),
    Rate("outpatient ended before anesthesia", 5_000, _from(2000, 8), "42 CFR 419.44(b)"),
)

CONVERSION_FACTORS: tuple[ConversionFactor, ...] = (
    ConversionFactor(2025, "any", 323_465, "CY 2025 physician final rule"),
    ConversionFactor(2026, "not qualifying", 334_009, "CY 2026 physician final rule"),
    ConversionFactor(2026, "qualifying", 335_675, "CY 2026 physician final rule"),
)

# Anesthesia: minutes a time unit, decimals kept of it, base units of a supervised procedure
# and the unit added when the physician is there at induction.
ANESTHESIA_MINUTES, ANESTHESIA_DECIMALS = 15, 1
SUPERVISED_BASE_UNITS, INDUCTION_UNITS = 3, 1
ANESTHESIA_SOURCE = f"42 CFR 414.46; {_MANUAL} ch. 12 §50"


def rate(name: str, on: date) -> Rate:
    """Give a rate on a day; UnknownRateError where none is known."""
    for each in RATES:
        if each.name == name and on in each.span:
            return each
    msg = f"no rate is known for {name} on {on}: add it to the table of rates"
    raise UnknownRateError(msg)


def conversion_factor(on: date, *, qualifying: bool) -> ConversionFactor | None:
    """Give the conversion factor of a day, or None where the year is not in the table."""
    clinicians = {"any", "qualifying" if qualifying else "not qualifying"}
    for each in CONVERSION_FACTORS:
        if each.year == on.year and each.clinician in clinicians:
            return each
    return None

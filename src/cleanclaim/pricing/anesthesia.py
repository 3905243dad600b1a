"""Anesthesia under Medicare: base and time units times the locality's conversion factor."""

from cleanclaim.pricing.amounts import half_up
from cleanclaim.pricing.fees import decimal
from cleanclaim.pricing.policy import (
    ANESTHESIA_DECIMALS,
    ANESTHESIA_MINUTES,
    ANESTHESIA_SOURCE,
    INDUCTION_UNITS,
    SUPERVISED_BASE_UNITS,
    rate,
)
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.service import Anesthesia, Service
from cleanclaim.pricing.worksheet import Worksheet

# Who gives it: alone or personally; one of two who share a case; a supervisor of more than four.
_IN_FULL, _DIRECTED, _SUPERVISED = {"AA", "QZ"}, {"QK", "QX", "QY"}, "AD"


def price_anesthesia(sheet: Worksheet, service: Service, anesthesia: Anesthesia | None) -> None:
    """Fill a worksheet with the price of an anesthesia service."""
    base = None if anesthesia is None else anesthesia.base_units.get(service.code)
    if anesthesia is None or anesthesia.factor_cents is None:
        sheet.stop(Outcome.NEEDS_FACT, "no anesthesia conversion factor of the locality is loaded")
    elif base is None:
        sheet.stop(Outcome.NEEDS_FACT, "no anesthesia base units of the code are loaded")
    elif _SUPERVISED in service.modifiers:
        _supervised(sheet, anesthesia.factor_cents, anesthesia.source)
    elif (_IN_FULL | _DIRECTED).isdisjoint(service.modifiers):
        sheet.stop(Outcome.NEEDS_FACT, "a modifier AA, AD, QK, QX, QY or QZ must tell who gives it")
    elif not service.minutes:
        sheet.stop(Outcome.NEEDS_FACT, "the minutes of anesthesia are not given")
    else:
        _timed(sheet, service, base, anesthesia)


def _timed(sheet: Worksheet, service: Service, base: int, anesthesia: Anesthesia) -> None:
    scale = 10**ANESTHESIA_DECIMALS
    time = half_up((service.minutes or 0) * scale, ANESTHESIA_MINUTES)
    units = base * scale + time
    factor = anesthesia.factor_cents or 0
    told = (
        f"anesthesia: ({base} base + {decimal(time, ANESTHESIA_DECIMALS)} time units)"
        f" × {decimal(factor, 2)}"
    )
    sheet.set(half_up(units * factor, scale), told, anesthesia.source)
    if not _DIRECTED.isdisjoint(service.modifiers):
        sheet.take(rate("anesthesia, medical direction", service.on))


def _supervised(sheet: Worksheet, factor_cents: int, source: str) -> None:
    units = f"{SUPERVISED_BASE_UNITS} base units × {decimal(factor_cents, 2)}"
    told = f"supervised anesthesia (AD): {units}"
    sheet.set(SUPERVISED_BASE_UNITS * factor_cents, told, source)
    more = f"{INDUCTION_UNITS} more unit is paid if the physician was there at induction"
    sheet.note(more, ANESTHESIA_SOURCE)

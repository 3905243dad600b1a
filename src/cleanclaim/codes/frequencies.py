"""How often payers take a service of one patient."""

from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.codes.patterns import matches
from cleanclaim.kernel.spans import Span


class Period(StrEnum):
    """The time in which services are counted."""

    DAY = "day"
    CALENDAR_YEAR = "calendar year"
    FULL_MONTHS = "full months"  # so many must have passed after the month of the last service
    LIFETIME = "lifetime"


class FrequencyLimit(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many units of some codes a payer takes in a period, for services in a span of days.

    As with filing limits it is a payer's or that of a kind of insurance; codes are as those of a
    PayerRequirement. Services of ``also`` count too, without being limited themselves.
    ``months`` are those that must have passed, for FULL_MONTHS.
    """

    span: Span
    source: str
    codes: tuple[str, ...]
    count: int
    period: Period
    months: int = 0
    also: tuple[str, ...] = ()
    payer_identifier: str = ""
    filing_indicator: str = ""

    def limits(self, code: str) -> bool:
        """Tell whether the limit is for a procedure code."""
        return matches(code, self.codes)

    def counts(self, code: str) -> bool:
        """Tell whether services of a procedure code count."""
        return self.limits(code) or matches(code, self.also)


def _medicare(
    codes: tuple[str, ...],
    source: str,
    since: date,
    *,
    months: int = 0,
    also: tuple[str, ...] = (),
    period: Period = Period.FULL_MONTHS,
) -> FrequencyLimit:
    return FrequencyLimit(
        Span(since), source, codes, 1, period, months, also, filing_indicator="MB"
    )


# Preventive services that Medicare takes once in so many months whoever renders them. Those
# whose interval depends on the patient's risk are left out.
MEDICARE_FREQUENCIES = (
    _medicare(("G0402",), "42 CFR 410.16", date(2009, 1, 1), period=Period.LIFETIME),
    _medicare(("G0438",), "42 CFR 410.15", date(2011, 1, 1), period=Period.LIFETIME),
    _medicare(("G0438", "G0439"), "42 CFR 410.15", date(2011, 1, 1), months=11, also=("G0402",)),
    _medicare(("G0103",), "42 CFR 410.39", date(2000, 1, 1), months=11),
    _medicare(("82270", "G0328"), "42 CFR 410.37(c)", date(2007, 1, 1), months=11),
    _medicare(("76706",), "42 CFR 410.19", date(2017, 1, 1), period=Period.LIFETIME),
    _medicare(("G0442",), "CMS, NCD 210.8", date(2011, 10, 14), months=11),
    _medicare(("G0444",), "CMS, NCD 210.9", date(2011, 10, 14), months=11),
    _medicare(("G0446",), "CMS, NCD 210.11", date(2011, 11, 8), months=11),
)

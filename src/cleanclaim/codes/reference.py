"""The reference tables that edits are given, each possibly absent."""

from datetime import date, timedelta

import msgspec

from cleanclaim.codes.icd10cm import CodeSet, bundled
from cleanclaim.kernel.spans import Span


class FilingLimit(msgspec.Struct, frozen=True, omit_defaults=True):
    """How long after the service a payer takes claims, for services in a span of days.

    The limit is a payer's (``payer_identifier``) or that of a kind of insurance
    (``filing_indicator``); exactly one of them. It is counted in ``days``, or in
    ``calendar_years`` where the rule says so. ``source`` is the contract or the law.
    """

    span: Span
    source: str
    payer_identifier: str = ""
    filing_indicator: str = ""
    days: int = 0
    calendar_years: int = 0

    def deadline(self, service_on: date) -> date:
        """Give the last day on which the payer takes a claim for a service of the day."""
        if self.calendar_years:
            return _years_later(service_on, self.calendar_years) + timedelta(days=self.days)
        return service_on + timedelta(days=self.days)


def _years_later(day: date, years: int) -> date:
    """Give the same day years later; 28 February for a 29th that does not exist."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


# 42 CFR 424.44(a): services from 2010 on, one calendar year after the date of service.
MEDICARE_FILING_LIMIT = FilingLimit(
    Span(date(2010, 1, 1)), "42 CFR 424.44(a)", filing_indicator="MB", calendar_years=1
)


class Reference(msgspec.Struct, frozen=True):
    """The tables at hand; None is "not loaded", and edits say so instead of passing."""

    icd10cm: CodeSet | None = None
    filing_limits: tuple[FilingLimit, ...] | None = None

    def filing_limit(
        self, payer_identifier: str, filing_indicator: str, on: date
    ) -> FilingLimit | None:
        """Find the limit for a service of the day: the payer's own before its kind's."""
        limits = [limit for limit in self.filing_limits or () if on in limit.span]
        own = (x for x in limits if x.payer_identifier and x.payer_identifier == payer_identifier)
        kind = (x for x in limits if x.filing_indicator and x.filing_indicator == filing_indicator)
        return next(own, None) or next(kind, None)


def bootstrapped(filing_limits: tuple[FilingLimit, ...] = ()) -> Reference:
    """Give the tables that need no loading: bundled ICD-10-CM, and Medicare's filing limit.

    ``filing_limits`` are the organization's own, from its contracts.
    """
    return Reference(bundled(), (*filing_limits, MEDICARE_FILING_LIMIT))

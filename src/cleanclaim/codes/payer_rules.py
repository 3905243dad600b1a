"""What a library knows of the user's payers, as the rows that edits are given."""

from datetime import date
from functools import lru_cache

from cleanclaim.codes.frequencies import FrequencyLimit, Period
from cleanclaim.codes.store.arrays import Table
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.organization import (
    SERVICE_LIMITS,
    TIMELY_FILING,
    ServiceLimit,
    TimelyFiling,
)
from cleanclaim.kernel.spans import Span


def service_limits_of(library: Library) -> tuple[FrequencyLimit, ...]:
    """Give how often payers take services, by the list that was loaded last; () without one."""
    table = library.newest(SERVICE_LIMITS)
    return () if table is None else _limits(table)


@lru_cache(maxsize=4)
def _limits(table: Table[ServiceLimit]) -> tuple[FrequencyLimit, ...]:
    return tuple(_limit(table.at(index)) for index in range(len(table)))


def _limit(row: ServiceLimit) -> FrequencyLimit:
    return FrequencyLimit(
        Span(row.starts_on or date.min, row.ends_on),
        row.source,
        tuple(row.codes.upper().split()),
        row.count,
        Period(row.period),
        row.months or 0,
        tuple(row.also.upper().split()),
        payer_identifier=row.payer,
    )


def filing_days_of(library: Library) -> tuple[TimelyFiling, ...]:
    """Give how long payers take claims, by the list that was loaded last; () without one."""
    table = library.newest(TIMELY_FILING)
    return () if table is None else _filing_days(table)


@lru_cache(maxsize=4)
def _filing_days(table: Table[TimelyFiling]) -> tuple[TimelyFiling, ...]:
    return tuple(table.at(index) for index in range(len(table)))

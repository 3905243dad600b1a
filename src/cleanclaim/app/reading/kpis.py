"""Key figures of a practice: from the database, with n, period, aim, trend, and what they sum."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import connection

from cleanclaim.app.reading.kpi_statements import STATEMENTS
from cleanclaim.app.reading.sheets import SHEET_ROWS, Sheet
from cleanclaim.insight.kpis import KPIS, WINDOW_DAYS, Kpi
from cleanclaim.insight.measures import (
    Period,
    Standing,
    Sums,
    days_before,
    measure,
    months_before,
)
from cleanclaim.insight.targets import Target, is_met, target_on
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.claims.models import ClaimRecord

TREND_MONTHS = 6


class UnknownKpiError(CleanclaimError):
    """There is no key figure of this name."""

    code = "kpi.unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no key figure '{name}'; they are: {', '.join(KPIS)}")


class Figure(msgspec.Struct, frozen=True):
    """One figure of one period; ``value`` (share, days or cents) None unless it is known.

    ``target`` is the aim that holds on the last day; ``met`` None where there is none to meet.
    """

    period: Period
    standing: Standing
    sums: Sums
    value: float | None
    target: Target | None
    met: bool | None


class KpiView(msgspec.Struct, frozen=True):
    """A key figure of the last 90 days, and of each of the last six months, the oldest first."""

    kpi: Kpi
    figure: Figure
    trend: tuple[Figure, ...]


class Fact(msgspec.Struct, frozen=True):
    """One thing counted: what it is, the claim it is about, its day, and what it adds."""

    kind: str
    record: int
    claim: int | None
    control_number: str
    on: date
    numerator: int
    denominator: int


def find_kpi(name: str) -> Kpi:
    """Give a key figure by its name (UnknownKpiError)."""
    if name not in KPIS:
        raise UnknownKpiError(name)
    return KPIS[name]


def window_of(as_of: date) -> Period:
    """Give the stretch of a headline figure that ends on a day."""
    return days_before(as_of, WINDOW_DAYS)


def find_period(as_of: date, month: str = "") -> Period:
    """Give one of the last six months by its name (2026-04), else the headline's stretch."""
    named = {f"{p.starts_on:%Y-%m}": p for p in months_before(as_of, TREND_MONTHS)}
    return named.get(month) or window_of(as_of)


def read_kpis(organization: int, as_of: date) -> tuple[KpiView, ...]:
    """Give every key figure as of a day, in the order in which they are defined."""
    return tuple(read_kpi(organization, name, as_of) for name in KPIS)


def read_kpi(organization: int, name: str, as_of: date) -> KpiView:
    """Give one key figure as of a day (UnknownKpiError)."""
    kpi = find_kpi(name)
    periods = (window_of(as_of), *months_before(as_of, TREND_MONTHS))
    figure, *trend = read_figures(organization, kpi, periods)
    return KpiView(kpi, figure, tuple(trend))


def read_figures(organization: int, kpi: Kpi, periods: Sequence[Period]) -> tuple[Figure, ...]:
    """Give a key figure for each of some periods, by one question to the database."""
    sums = {} if kpi.missing else _sum_facts(organization, kpi, periods)
    return tuple(
        _figure(kpi, period, sums.get(number, Sums())) for number, period in enumerate(periods, 1)
    )


def _figure(kpi: Kpi, period: Period, sums: Sums) -> Figure:
    target = target_on(kpi.id, period.ends_on)
    value = None if kpi.missing else measure(kpi.unit, sums, window_days=WINDOW_DAYS)
    if kpi.missing:
        standing = Standing.UNKNOWN
    else:
        standing = Standing.NO_DATA if value is None else Standing.KNOWN
    met = None if target is None or value is None else is_met(target, kpi.direction, value)
    return Figure(period, standing, sums, value, target, met)


def _terms(organization: int, kpi: Kpi, periods: Sequence[Period]) -> dict[str, Any]:
    return {
        "organization": organization,
        "starts": [period.starts_on for period in periods],
        "ends": [period.ends_on for period in periods],
        "window_days": WINDOW_DAYS,
        **kpi.limits,
    }


def _sum_facts(organization: int, kpi: Kpi, periods: Sequence[Period]) -> Mapping[int, Sums]:
    statement = f"""
        SELECT period, count(*), COALESCE(sum(numerator), 0), COALESCE(sum(denominator), 0)
        FROM ({STATEMENTS[kpi.id]}) facts GROUP BY period"""  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute(statement, _terms(organization, kpi, periods))
        return {
            int(number): Sums(int(n), int(numerator), int(denominator))
            for number, n, numerator, denominator in cursor.fetchall()
        }


def list_facts(
    organization: int, name: str, period: Period, after: int | None = None, size: int = SHEET_ROWS
) -> Sheet[Fact]:
    """Give what a figure of a period counted, what counts most first (UnknownKpiError).

    ``after`` counts the rows of the pages before.
    """
    start = after or 0
    rows = _fetch_facts(organization, find_kpi(name), period, start, size + 1)
    following = start + size if len(rows) > size else None
    return Sheet(_facts(organization, rows[:size]), following)


def all_facts(organization: int, name: str, period: Period) -> tuple[Fact, ...]:
    """Give everything that a figure of a period counted (UnknownKpiError)."""
    return _facts(organization, _fetch_facts(organization, find_kpi(name), period, 0, None))


def _fetch_facts(
    organization: int, kpi: Kpi, period: Period, start: int, size: int | None
) -> list[tuple[Any, ...]]:
    if kpi.missing:
        return []
    statement = f"""
        SELECT kind, record, claim, "on", numerator, denominator FROM ({STATEMENTS[kpi.id]}) facts
        ORDER BY numerator DESC, denominator DESC, "on" DESC, kind, record, claim
        OFFSET %(start)s LIMIT %(size)s"""  # noqa: S608 - ours
    terms = {**_terms(organization, kpi, (period,)), "start": start, "size": size}
    with connection.cursor() as cursor:
        cursor.execute(statement, terms)
        return list(cursor.fetchall())


def _facts(organization: int, rows: Sequence[tuple[Any, ...]]) -> tuple[Fact, ...]:
    claims = {row[2] for row in rows if row[2] is not None}
    known = ClaimRecord.objects.of(organization).filter(pk__in=claims)
    numbers = dict(known.values_list("pk", "control_number"))
    return tuple(
        Fact(kind, record, claim, numbers.get(claim, ""), on, int(numerator), int(denominator))
        for kind, record, claim, on, numerator, denominator in rows
    )

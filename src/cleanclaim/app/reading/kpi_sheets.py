"""Key figures as files and as words: columns that sum to what the screen tells."""

import csv
import io
from collections.abc import Iterable

from cleanclaim.app.reading.exports import decimal_dollars, plain_cell
from cleanclaim.app.reading.kpis import Fact, Figure, KpiView
from cleanclaim.insight.kpis import Kpi
from cleanclaim.insight.measures import Standing, Timing, Unit
from cleanclaim.insight.targets import Direction, Target
from cleanclaim.kernel.money import format_dollars


def value_words(kpi: Kpi, figure: Figure) -> str:
    """Write a figure: "95.2 %", "31.4 days", "$1,234.50"; or that there is no data, or unknown."""
    if figure.value is None or figure.standing is not Standing.KNOWN:
        return figure.standing.value
    return _amount_words(kpi.unit, figure.value)


def _amount_words(unit: Unit, value: float) -> str:
    match unit:
        case Unit.PERCENT:
            return f"{value * 100:.1f} %"
        case Unit.CENTS:
            return format_dollars(round(value))
        case Unit.MEAN_DAYS | Unit.DAYS_OF_FLOW:
            return f"{value:.1f} days"


def target_words(kpi: Kpi, target: Target) -> str:
    """Write an aim: "at least 95.0 %", "at most 2.0 days"."""
    way = "at least" if kpi.direction is Direction.UP else "at most"
    return f"{way} {_amount_words(kpi.unit, target.thousandths / 1_000)}"


def part_words(kpi: Kpi, amount: int) -> str:
    """Write a sum of a figure's parts as plain number: of dollars, days or things counted."""
    return decimal_dollars(amount) if kpi.is_money else str(amount)


def has_two_parts(kpi: Kpi) -> bool:
    """Tell whether a figure divides one sum by another."""
    return bool(kpi.among)


def period_words(kpi: Kpi, figure: Figure) -> str:
    """Write the days that a figure is of, as dates."""
    ends = figure.period.ends_on.isoformat()
    if kpi.timing is Timing.AS_OF:
        return f"on {ends}"
    return f"{figure.period.starts_on.isoformat()} to {ends}"


_HEAD = (
    *("figure", "name", "standing", "value", "unit", "n", "numerator", "denominator"),
    *("starts_on", "ends_on", "target", "target_source", "formula", "scope"),
)


def write_kpis(views: Iterable[KpiView]) -> str:
    """Write every figure of the window and its months, one row each, for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    for view in views:
        for figure in (view.figure, *view.trend):
            writer.writerow(_row(view.kpi, figure))
    return text.getvalue()


def _row(kpi: Kpi, figure: Figure) -> tuple[str, ...]:
    target = figure.target
    value = "" if figure.value is None else _plain_value(kpi, figure.value)
    return (
        *(kpi.id, kpi.name, figure.standing.value, value, kpi.unit.value, str(figure.sums.n)),
        part_words(kpi, figure.sums.numerator),
        part_words(kpi, figure.sums.denominator) if has_two_parts(kpi) else "",
        *(figure.period.starts_on.isoformat(), figure.period.ends_on.isoformat()),
        target_words(kpi, target) if target else "",
        target.source if target else "",
        *(kpi.formula, kpi.scope),
    )


def _plain_value(kpi: Kpi, value: float) -> str:
    return decimal_dollars(round(value)) if kpi.unit is Unit.CENTS else f"{value:.6f}"


def write_facts(kpi: Kpi, facts: Iterable[Fact]) -> str:
    """Write what a figure counted, without a line of totals: each column sums to the screen's."""
    text = io.StringIO()
    writer = csv.writer(text)
    two = has_two_parts(kpi)
    head = ["counted", "record", "claim", "on", kpi.counted]
    writer.writerow([*head, kpi.among] if two else head)
    for fact in facts:
        row = [fact.kind, str(fact.record), plain_cell(fact.control_number), fact.on.isoformat()]
        parts = (fact.numerator, fact.denominator) if two else (fact.numerator,)
        writer.writerow([*row, *(part_words(kpi, part) for part in parts)])
    return text.getvalue()

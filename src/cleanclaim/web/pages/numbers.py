"""Numbers: every key figure with its formula, n, aim and trend, and the claims behind it."""

from datetime import date
from urllib.parse import urlencode

import msgspec
from django.http import Http404, HttpResponse

from cleanclaim.app.reading.kpi_breakdowns import (
    age_names,
    read_ages,
    read_funnel,
    read_pareto,
    read_payer_mix,
)
from cleanclaim.app.reading.kpi_sheets import (
    has_two_parts,
    period_words,
    target_words,
    value_words,
    write_facts,
    write_kpis,
)
from cleanclaim.app.reading.kpis import (
    TREND_MONTHS,
    Figure,
    KpiView,
    all_facts,
    find_period,
    list_facts,
    read_figures,
    read_kpi,
    read_kpis,
    window_of,
)
from cleanclaim.app.rights import Permission
from cleanclaim.insight.kpis import GROUPS, KPIS, Kpi
from cleanclaim.insight.measures import months_before
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import read_choice, read_position
from cleanclaim.web.charts import Line, draw_line
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page, show_dollars


class FigureWords(msgspec.Struct, frozen=True):
    """One figure as it is read: its month, value, n and the two sums."""

    month: str
    value: str
    n: int
    period: str
    counted: str
    among: str


class Card(msgspec.Struct, frozen=True):
    """A key figure as its card shows it."""

    kpi: Kpi
    standing: str
    now: FigureWords
    target: str
    target_source: str
    confidence: str
    met: bool | None
    line: Line
    months: tuple[FigureWords, ...]


def _part(kpi: Kpi, amount: int) -> str:
    return show_dollars(amount) if kpi.is_money else f"{amount:,}"


def _words(kpi: Kpi, figure: Figure) -> FigureWords:
    return FigureWords(
        month=f"{figure.period.starts_on:%Y-%m}",
        value=value_words(kpi, figure),
        n=figure.sums.n,
        period=period_words(kpi, figure),
        counted=_part(kpi, figure.sums.numerator),
        among=_part(kpi, figure.sums.denominator) if has_two_parts(kpi) else "",
    )


def _card(view: KpiView) -> Card:
    kpi, figure = view.kpi, view.figure
    target = figure.target
    return Card(
        kpi=kpi,
        standing=figure.standing.value,
        now=_words(kpi, figure),
        target=target_words(kpi, target) if target else "",
        target_source=target.source if target else "",
        confidence=target.confidence.value if target else "",
        met=figure.met,
        line=draw_line(
            [each.value for each in view.trend], target.thousandths / 1_000 if target else None
        ),
        months=tuple(_words(kpi, each) for each in view.trend),
    )


def _read_day(request: SignedRequest) -> date:
    """Read the day that the numbers are of; anything else is today."""
    try:
        day = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return request.signed.today
    return day if 1900 < day.year < 9999 else request.signed.today


def _as_file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@route("numbers", name="numbers", permission=Permission.LEDGER_READ)
def show_numbers(request: SignedRequest) -> HttpResponse:
    """Show every key figure of the 90 days to a day, or give them as a file."""
    organization, as_of = request.signed.organization, _read_day(request)
    views = read_kpis(organization, as_of)
    if "csv" in request.GET:
        return _as_file(write_kpis(views), f"numbers-{as_of}")
    cards = [_card(view) for view in views]
    period = window_of(as_of)
    context = {
        "as_of": as_of,
        "period": period,
        "groups": [
            (name, title, [card for card in cards if card.kpi.group == name])
            for name, title in GROUPS.items()
            if name != "stages"
        ],
        "stages": [card for card in cards if card.kpi.group == "stages"],
        "funnel": read_funnel(organization, period),
        "pareto": read_pareto(organization, period),
        "mix": read_payer_mix(organization, period),
        "ages": read_ages(organization, period),
        "age_names": age_names(),
    }
    return page(request, "pages/numbers/cards.html", context)


@route("numbers/<slug:kpi>", name="number", permission=Permission.LEDGER_READ)
def show_number(request: SignedRequest, kpi: str) -> HttpResponse:
    """Show what one figure counted, in the window or one of its months, or give it as a file."""
    if kpi not in KPIS:
        raise Http404
    organization, as_of = request.signed.organization, _read_day(request)
    months = {f"{each.starts_on:%Y-%m}" for each in months_before(as_of, TREND_MONTHS)}
    month = read_choice(request, "month", months)
    period = find_period(as_of, month)
    if "csv" in request.GET:
        facts = all_facts(organization, kpi, period)
        return _as_file(write_facts(KPIS[kpi], facts), f"{kpi}-{month or as_of}")
    view = read_kpi(organization, kpi, as_of)
    (figure,) = read_figures(organization, KPIS[kpi], (period,))
    sheet = list_facts(organization, kpi, period, read_position(request))
    query = urlencode({"as_of": as_of, "month": month})
    context = {
        "card": _card(view),
        "as_of": as_of,
        "month": month,
        "chosen": _words(view.kpi, figure),
        "query": query,
        "two": has_two_parts(view.kpi),
        "rows": [
            (fact, _part(view.kpi, fact.numerator), _part(view.kpi, fact.denominator))
            for fact in sheet.rows
        ],
        "sheet": sheet,
    }
    return page(request, "pages/numbers/figure.html", context)

"""``cleanclaim report``: what the books say, to the cent, and why any cent is where it is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from cleanclaim.cli.answers import say_aside, say_json
from cleanclaim.cli.autopost import show_autopost
from cleanclaim.cli.booting import boot_migrated
from cleanclaim.cli.program import BLOCKED, Failure

if TYPE_CHECKING:
    from cleanclaim.app.reading.reports import ReportView

_TOOLS = {
    "autopost": "how much of the payers' decisions posted without a person, and why not the rest",
    "explain": "why the cents of an ACCOUNT are where they are",
    "journal": "every transfer as text for an accountant, balances asserted",
    "closings": "months, whether they are closed, and that nothing in them changed",
    "kpis": "every key figure of the 90 days to a day, with formula, n, aim and months",
}


@click.command("report")
@click.argument("name", default="")
@click.argument("account", default="")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day it is of; today else.")
@click.option("--from", "starts", type=click.DateTime(["%Y-%m-%d"]), help="Its first day.")
@click.option(
    "--since",
    type=click.Choice(["service", "billing"]),
    default="service",
    help="From where ages count.",
)
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.option("--csv", "form", flag_value="csv", help="Print rows for a spreadsheet.")
@click.option("--prove", is_flag=True, help="Compute it a second way; status 1 if they differ.")
@click.option("--organization", type=int, help="The number of the practice, if there are several.")
def command(
    *,
    name: str,
    account: str,
    as_of: datetime | None,
    starts: datetime | None,
    since: str,
    form: str | None,
    prove: bool,
    organization: int | None,
) -> None:
    """Print a report; without NAME list them. ``explain`` takes an ACCOUNT (number or key)."""
    parameters = boot_migrated()
    if not name:
        _list()
        return
    with _practice(parameters, organization) as practice:
        day = (as_of or _today(practice)).date()
        if name == "explain":
            _explain(practice, account, as_json=form == "json")
        elif name == "journal":
            _journal(practice, day)
        elif name == "closings":
            _closings(practice, as_json=form == "json")
        elif name == "autopost":
            span = (starts.date() if starts else None, as_of.date() if as_of else None)
            show_autopost(practice, *span, as_json=form == "json")
        elif name == "kpis":
            _kpis(practice, day, form)
        else:
            terms = (name, day, starts.date() if starts else None, since)
            _report(practice, *terms, form=form, prove=prove)


def _list() -> None:
    from cleanclaim.app.reading.reports import REPORTS

    told = {**{kind.name: kind.told for kind in REPORTS.values()}, **_TOOLS}
    for name, words in told.items():
        click.echo(f"{name:<20} {words}")


@contextmanager
def _practice(parameters: Mapping[str, str], wanted: int | None) -> Iterator[int]:
    """Open the transaction of the practice asked for, or of the only one there is."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    from cleanclaim.store.tenancy import within

    with psycopg.connect(make_conninfo(**parameters)) as connection:
        rows = connection.execute("SELECT id FROM organizations_organization ORDER BY id")
        known = [int(row[0]) for row in rows.fetchall()]
    if wanted is None and len(known) != 1:
        msg = f"there are {len(known)} practices; name one with --organization"
        raise Failure(msg)
    if wanted is not None and wanted not in known:
        msg = "there is no such practice"
        raise Failure(msg)
    with within(wanted if wanted is not None else known[0]):
        yield wanted if wanted is not None else known[0]


def _today(practice: int) -> datetime:
    """Give the present day; a synthetic practice lives on a calendar of its own."""
    from cleanclaim.store.organizations.models import Organization

    synthetic = Organization.objects.get(pk=practice).synthetic_today
    if synthetic is None:
        return datetime.now(UTC)
    return datetime.combine(synthetic, datetime.min.time(), UTC)


def _report(
    practice: int,
    name: str,
    day: date,
    starts: date | None,
    since: str,
    *,
    form: str | None,
    prove: bool,
) -> None:
    import msgspec

    from cleanclaim.app.reading.reports import (
        Asked,
        read_report,
        recompute_figures,
        sum_figures,
    )
    from cleanclaim.ledger.aging import Since

    asked = Asked.on(day, Since(since))
    if starts is not None:
        asked = msgspec.structs.replace(asked, starts_on=starts)
    _show(read_report(practice, name, asked), form)
    if prove:
        same = sum_figures(practice, name, asked) == recompute_figures(practice, name, asked)
        say_aside("both computations agree" if same else "the two computations differ")
        if not same:
            raise click.exceptions.Exit(BLOCKED)


def _show(view: "ReportView", form: str | None) -> None:
    from cleanclaim.app.reading.exports import decimal_dollars, write_csv

    if form == "json":
        say_json(view)
    elif form == "csv":
        click.echo(write_csv(view), nl=False)
    elif not view.rows:
        click.echo("no data")
    else:
        click.echo("\t".join((view.row, *view.columns)))
        for row in view.rows:
            click.echo("\t".join((row.label, *map(decimal_dollars, row.cents))))
        click.echo("\t".join(("total", *map(decimal_dollars, view.totals))))
        if view.rate is not None:
            click.echo(f"net collection\t{view.rate:.2%}")


def _explain(practice: int, account: str, *, as_json: bool) -> None:
    from cleanclaim.app.reading.explaining import explain_account
    from cleanclaim.app.reading.exports import decimal_dollars

    if not account:
        msg = "name an account: its number or its key"
        raise Failure(msg)
    found = explain_account(practice, account)
    if as_json:
        say_json(found)
        return
    click.echo(f"{found.key}  balance {decimal_dollars(found.cents)}")
    for each in found.entries:
        click.echo(f"{each.on}  {decimal_dollars(each.cents):>12}  {each.reason}  by {each.actor}")
        click.echo(f"    {each.origin.rule}{f' ({s})' if (s := each.origin.rule_source) else ''}")
        if each.origin.place:
            place = each.origin.place
            click.echo(
                f"    {each.origin.file_name}, ST {place.transaction}, segment {place.number}:"
            )
            click.echo(f"    {place.text}")


def _journal(practice: int, day: date) -> None:
    from cleanclaim.app.reading.exports import export_journal

    for line in export_journal(practice, day):
        click.echo(line)


def _closings(practice: int, *, as_json: bool) -> None:
    from cleanclaim.app.reading.closings import list_months

    months = list_months(practice)
    if as_json:
        say_json({"months": months})
    else:
        for month in months:
            state = "closed" if month.closed else "open"
            told = ", changed since" if month.changed else ""
            click.echo(f"{month.month:%Y-%m}  {month.entries} entries  {state}{told}")
        if not months:
            click.echo("no data")
    if any(month.changed for month in months):
        raise click.exceptions.Exit(BLOCKED)


def _kpis(practice: int, day: date, form: str | None) -> None:
    from cleanclaim.app.reading.kpi_sheets import period_words, value_words, write_kpis
    from cleanclaim.app.reading.kpis import read_kpis

    views = read_kpis(practice, day)
    if form == "json":
        say_json({"as_of": day, "kpis": views})
    elif form == "csv":
        click.echo(write_kpis(views), nl=False)
    else:
        for view in views:
            kpi, figure = view.kpi, view.figure
            told = f"n={figure.sums.n}  {period_words(kpi, figure)}"
            click.echo(f"{kpi.name:<32} {value_words(kpi, figure):>14}  {told}")
            click.echo(f"    {kpi.missing or kpi.formula}")

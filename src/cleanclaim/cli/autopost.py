"""``cleanclaim report autopost``: what posted without a person, and why the rest did not."""

from datetime import date

import click

from cleanclaim.cli.answers import say_json


def show_autopost(practice: int, since: date | None, until: date | None, *, as_json: bool) -> None:
    """Print the lines that posted untouched of those paid in a span of days, then the reasons."""
    from cleanclaim.app.reading.autoposts import read_autopost
    from cleanclaim.app.reading.exports import decimal_dollars

    report = read_autopost(practice, since, until)
    if as_json:
        say_json(report)
        return
    if report.rate is None:
        click.echo("no data")
        return
    click.echo(
        f"{report.untouched_lines} of {report.lines} lines posted untouched"
        f" ({report.rate / 10:.1f} %), {report.untouched_claims} of {report.claims} decisions"
    )
    for each in report.reasons:
        cents = decimal_dollars(each.cents)
        click.echo(f"{each.lines:>6} lines  {each.claims:>5} decisions  {cents:>12}  {each.reason}")

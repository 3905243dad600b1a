"""``cleanclaim work``: what a night must do for each practice, started by a timer or by hand."""

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import click
import msgspec

from cleanclaim.cli.answers import say_json
from cleanclaim.cli.booting import boot_migrated, list_organizations
from cleanclaim.cli.program import BLOCKED, Failure

if TYPE_CHECKING:
    from cleanclaim.app.daily import Step


class _Done(msgspec.Struct, frozen=True):
    """A night's work for one practice."""

    organization: int
    on: date
    steps: "tuple[Step, ...]"


@click.command("work")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The business day; today else.")
@click.option("--organization", type=click.IntRange(1), help="One practice only, by its number.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, on: datetime | None, organization: int | None, as_json: bool) -> None:
    """Look again at what is held, send and fetch files, follow up, make statements, close.

    Running it again on a day does nothing twice. A synthetic practice works on its own day.
    Exit status 1 where a step was refused; the others are done all the same.
    """
    there = list_organizations(boot_migrated())
    if organization is not None and organization not in there:
        msg = "there is no such organization"
        raise Failure(msg)
    done = [_work(each, on) for each in ([organization] if organization else there)]
    if as_json:
        say_json({"organizations": done})
    else:
        for each in done:
            _tell(each)
    if any(step.stopped_by for each in done for step in each.steps):
        raise click.exceptions.Exit(BLOCKED)


def _work(organization: int, on: datetime | None) -> _Done:
    from cleanclaim.app.daily import run_day
    from cleanclaim.store.events.chain import Actor

    at = _moment(organization, on)
    steps = run_day(organization=organization, actor=Actor("system", "nightly work"), at=at)
    return _Done(organization, at.date(), steps)


def _moment(organization: int, on: datetime | None) -> datetime:
    """Give the moment to work at: now, or the evening of the day that is asked or synthetic."""
    from cleanclaim.store.organizations.models import Organization
    from cleanclaim.store.tenancy import within

    with within(organization):
        synthetic = Organization.objects.get(pk=organization).synthetic_today
    day = on.date() if on else synthetic
    return datetime.now(UTC) if day is None else datetime.combine(day, time(20), UTC)


def _tell(done: _Done) -> None:
    click.echo(f"organization {done.organization}, {done.on}")
    for step in done.steps:
        counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in step.counts.items())
        told = f"stopped: {step.stopped_by}" if step.stopped_by else counts or "nothing to do"
        click.echo(f"  {step.name}: {told}")

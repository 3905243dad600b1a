"""``cleanclaim price``: what Medicare pays for a service, step by step, from the loaded tables."""

from datetime import date, datetime

import click

from cleanclaim.cli.answers import say_aside, say_json
from cleanclaim.cli.program import BLOCKED, UNUSABLE, Failure
from cleanclaim.codes.store.library import Library
from cleanclaim.kernel.money import format_dollars, read_cents
from cleanclaim.pricing.quoting import Inquiry
from cleanclaim.pricing.service import Practitioner, Service
from cleanclaim.pricing.tables import MedicareTables
from cleanclaim.pricing.telling import Priced, tell_price
from cleanclaim.store.places import reference_folder

_UNITS_MAX = 1_000_000


@click.command("price")
@click.argument("code")
@click.option("--modifier", "modifiers", multiple=True, metavar="M", help="A modifier; repeat it.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of service.")
@click.option("--locality", default="", metavar="CARRIER-LOC", help="As 10112-00.")
@click.option("--zip", "zip_code", default="", metavar="ZIP", help="Where the service is given.")
@click.option("--facility", is_flag=True, help="In a facility that is paid apart.")
@click.option("--charge", default="", metavar="DOLLARS", help="The charge, which limits the price.")
@click.option("--units", type=click.IntRange(0, _UNITS_MAX), default=1, show_default=True)
@click.option("--minutes", type=click.IntRange(0, 10_000), help="Of anesthesia.")
@click.option("--rural", is_flag=True, help="A rural ZIP code, for equipment.")
@click.option("--qualifying", is_flag=True, help="A qualifying participant, from 2026 on.")
@click.option("--nonparticipating", is_flag=True, help="A provider who takes no part.")
@click.option(
    "--practitioner",
    type=click.Choice([each.name.lower() for each in Practitioner]),
    default="physician",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # noqa: PLR0913 - an option each
    *,
    code: str,
    modifiers: tuple[str, ...],
    on: datetime,
    locality: str,
    zip_code: str,
    facility: bool,
    charge: str,
    units: int,
    minutes: int | None,
    rural: bool,
    qualifying: bool,
    nonparticipating: bool,
    practitioner: str,
    as_json: bool,
) -> None:
    """Price a service by Medicare's schedules, each step with its source.

    Physicians' services, laboratory tests, drugs and equipment, as the loaded tables of the
    day have them. Exit status 1 where there is no price, 2 where a table that might have it
    is not loaded.
    """
    tables = MedicareTables(Library(reference_folder()), qualifying=qualifying)
    service = Service(
        code=code.upper(),
        on=on.date(),
        modifiers=tuple(each.upper() for each in modifiers),
        units=units,
        facility=facility,
        charge_cents=_cents(charge),
        minutes=minutes,
        participating=not nonparticipating,
        practitioner=Practitioner[practitioner.upper()],
    )
    place = _locality(tables, locality, zip_code, on.date())
    told = tell_price(Inquiry(service=service, tables=tables, locality=place, rural=rural))
    if as_json:
        say_json(told)
    else:
        _show(told)
    if told.cents is None:
        for words in told.missing:
            say_aside(f"cleanclaim: {words}")
        raise click.exceptions.Exit(UNUSABLE if told.missing else BLOCKED)


def _cents(charge: str) -> int | None:
    if not charge:
        return None
    cents = read_cents(charge)
    if cents is None or cents < 0:
        msg = "--charge: write dollars, such as 120.50"
        raise Failure(msg)
    return cents


def _locality(tables: MedicareTables, locality: str, zip_code: str, on: date) -> str:
    if bool(locality) == bool(zip_code):
        msg = "name the place by one of --locality and --zip"
        raise Failure(msg)
    return locality or tables.locality_of_zip(zip_code, on)


# For people


def _show(told: Priced) -> None:
    named = " ".join((told.code, *told.modifiers))
    click.echo(f"{named} on {told.on} in {told.locality}: {_verdict(told)}")
    for step in told.steps:
        click.echo(f"  {format_dollars(step.cents):>12}  {step.what} [{step.source}]")
    if told.settlement is not None:
        for step in told.settlement.steps[1:]:
            click.echo(f"  {format_dollars(step.cents):>12}  {step.what} [{step.source}]")
        click.echo(f"  {format_dollars(told.settlement.paid_cents):>12}  paid by Medicare")
    if told.limiting_charge_cents is not None:
        click.echo(f"  {format_dollars(told.limiting_charge_cents):>12}  limiting charge a unit")


def _verdict(told: Priced) -> str:
    if told.cents is not None:
        return f"{format_dollars(told.cents)} ({told.schedule})"
    return f"no price: {told.outcome.value}: {told.reason} ({told.schedule})"

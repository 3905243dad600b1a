"""``cleanclaim price``: what Medicare pays for a service, step by step, from the loaded tables."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import click
import msgspec

from cleanclaim.cli.answers import say_aside, say_json
from cleanclaim.cli.program import BLOCKED, UNUSABLE, Failure
from cleanclaim.codes.store.library import Library
from cleanclaim.kernel.money import format_dollars, read_cents
from cleanclaim.pricing.drugs import price_drug
from cleanclaim.pricing.equipment import price_equipment
from cleanclaim.pricing.laboratory import price_laboratory
from cleanclaim.pricing.physician import limiting_charge_cents, price_service
from cleanclaim.pricing.price import Outcome, Price, Step
from cleanclaim.pricing.service import Practitioner, Service
from cleanclaim.pricing.settlement import Settlement, settle
from cleanclaim.pricing.tables import MedicareTables, TableMissingError
from cleanclaim.store.places import reference_folder

_NOT_HERE = {Outcome.NOT_LISTED, Outcome.OTHER_SCHEDULE}
_UNITS_MAX = 1_000_000


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, the schedule that answered, and the price."""

    code: str
    modifiers: tuple[str, ...]
    on: date
    locality: str
    units: int
    facility: bool
    schedule: str
    outcome: Outcome
    cents: int | None
    expected_cents: int | None
    reason: str
    steps: tuple[Step, ...]
    settlement: Settlement | None
    limiting_charge_cents: int | None
    missing: tuple[str, ...]


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A service, the tables, and what becomes of each schedule that is asked."""

    service: Service
    tables: MedicareTables
    locality: str
    rural: bool


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
    told = _priced(_Asked(service=service, tables=tables, locality=place, rural=rural))
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


def _priced(asked: _Asked) -> Priced:
    """Ask each schedule until one has the code; remember tables that are not there."""
    missing: list[str] = []
    best: tuple[str, Price] | None = None
    for name, schedule in _SCHEDULES:
        try:
            price = schedule(asked)
        except TableMissingError as error:
            missing.append(str(error))
            continue
        if price.outcome not in _NOT_HERE:
            # What another table would say does not matter any more.
            return _told(asked, name, price, _lacking(asked, name, price))
        # The first answer tells most: the schedule of physicians knows what others pay.
        best = best or (name, price)
    if best is None:
        raise TableMissingError("; ".join(missing))
    return _told(asked, *best, missing)


def _lacking(asked: _Asked, name: str, price: Price) -> tuple[str, ...]:
    """Name the tables for want of which an anesthesia service has no price."""
    if name != _PHYSICIAN or price.outcome is not Outcome.NEEDS_FACT:
        return ()
    rows, _ = asked.tables.physician(asked.service.on, asked.locality)
    row = rows.get((asked.service.code, ""))
    is_anesthesia = row is not None and row.status == "J"
    return asked.tables.missing_for_anesthesia(asked.service.on) if is_anesthesia else ()


def _told(asked: _Asked, name: str, price: Price, missing: Sequence[str]) -> Priced:
    service = asked.service
    physicians = name == _PHYSICIAN
    settlement = None
    if price.cents is not None:
        coinsurance = 0 if name == _LABORATORY else None
        settlement = settle(price.cents, service.on, coinsurance=coinsurance)
    return Priced(
        code=service.code,
        modifiers=service.modifiers,
        on=service.on,
        locality=asked.locality,
        units=service.units,
        facility=service.facility,
        schedule=name,
        outcome=price.outcome,
        cents=price.cents,
        expected_cents=price.expected_cents,
        reason=price.reason,
        steps=price.steps,
        settlement=settlement,
        limiting_charge_cents=_limiting_charge(asked) if physicians else None,
        missing=tuple(missing),
    )


def _limiting_charge(asked: _Asked) -> int | None:
    if asked.service.participating:
        return None
    rows, setting = asked.tables.physician(asked.service.on, asked.locality)
    return limiting_charge_cents(asked.service, rows, setting)


# Schedules

_PHYSICIAN, _LABORATORY = "physician fee schedule", "laboratory fee schedule"


def _physician(asked: _Asked) -> Price:
    rows, setting = asked.tables.physician(asked.service.on, asked.locality)
    return price_service(asked.service, rows, setting)


def _laboratory(asked: _Asked) -> Price:
    fees, release = asked.tables.laboratory(asked.service.code, asked.service.on)
    return price_laboratory(asked.service, fees, release)


def _drug(asked: _Asked) -> Price:
    limits, release = asked.tables.drug(asked.service.code, asked.service.on)
    return price_drug(asked.service, limits, release)


def _equipment(asked: _Asked) -> Price:
    on = asked.service.on
    state = asked.tables.state_of(asked.locality, on)
    fees, release = asked.tables.equipment(asked.service.code, state, on)
    return price_equipment(asked.service, fees, release, rural=asked.rural)


_SCHEDULES: tuple[tuple[str, Callable[[_Asked], Price]], ...] = (
    (_PHYSICIAN, _physician),
    (_LABORATORY, _laboratory),
    ("drug payment limits", _drug),
    ("equipment fee schedule", _equipment),
)


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

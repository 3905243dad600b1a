"""``cleanclaim credentialing gate``: may this provider be billed to this payer on that day."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from cleanclaim.cli.answers import say_json
from cleanclaim.cli.booting import boot_migrated, list_organizations
from cleanclaim.cli.program import BLOCKED, Failure
from cleanclaim.kernel.identifiers import is_npi

if TYPE_CHECKING:
    from cleanclaim.credentialing.gate import GateResult


@click.command("gate")
@click.option("--rendering", required=True, metavar="NPI", help="Who renders the service.")
@click.option("--payer", required=True, metavar="ID", help="The payer's id or name on record.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of service.")
@click.option("--billing", default="", metavar="NPI", help="Who bills; the practice if not named.")
@click.option("--product", default="", help="The payer's product, as HMO.")
@click.option("--location", default="", metavar="NAME", help="The place of service on record.")
@click.option("--taxonomy", default="", metavar="CODE", help="As what; the provider's own else.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--organization", type=int, help="The number of the practice, if there are several.")
def command(  # noqa: PLR0913 - an option each
    *,
    rendering: str,
    payer: str,
    on: datetime,
    billing: str,
    product: str,
    location: str,
    taxonomy: str,
    as_json: bool,
    organization: int | None,
) -> None:
    """Say whether a service of that day may be billed, in one sentence with its document.

    The outcome is pass, hold (until a day, where one is known), out-of-network, substitute,
    never or unknown. Exit status 1 where a claim as it is would not leave.
    """
    for npi in filter(None, (rendering, billing)):
        if not is_npi(npi):
            msg = "an NPI has ten digits, the last of which checks the others"
            raise Failure(msg)
    practice = _practice(organization)
    from cleanclaim.app.gating import Asked, ask_gate

    asked = Asked(rendering, payer, on.date(), billing, product, location, taxonomy)
    result = ask_gate(practice, asked)
    if as_json:
        say_json(_told(result))
    else:
        _show(result)
    if not result.leaves:
        raise click.exceptions.Exit(BLOCKED)


def _practice(wanted: int | None) -> int:
    """Give the practice asked for, or the only one there is."""
    known = list_organizations(boot_migrated())
    if wanted is None and len(known) != 1:
        msg = f"there are {len(known)} practices; name one with --organization"
        raise Failure(msg)
    if wanted is not None and wanted not in known:
        msg = "there is no such practice"
        raise Failure(msg)
    return known[0] if wanted is None else wanted


def _told(result: "GateResult") -> dict[str, object]:
    return {
        "outcome": result.decision,
        "until": result.until,
        "code": result.reason,
        "reason": result.sentence,
        "document": result.document,
        "hint": result.hint,
        "bill_as": result.bill_as,
        "modifier": result.modifier,
        "lapsed": result.lapsed,
    }


def _show(result: "GateResult") -> None:
    until = f" until {result.until}" if result.until and not result.leaves else ""
    click.echo(f"{result.decision}{until}: {result.sentence}")
    if result.bill_as:
        click.echo(f"  bill as {result.bill_as} {result.modifier}".rstrip())
    if result.hint:
        click.echo(f"  {result.hint}")

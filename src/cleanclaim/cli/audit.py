"""``cleanclaim audit``: the proof that the record of events is whole."""

import click

from cleanclaim.cli.answers import say_json
from cleanclaim.cli.booting import ANCHORS, boot_migrated, list_organizations
from cleanclaim.cli.program import BLOCKED


@click.group("audit")
def command() -> None:
    """Prove that the record of events is whole."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(*, as_json: bool) -> None:
    """Recompute every organization's chain of events and compare it with the anchors.

    Exit status 1 where any event, head or anchor does not fit.
    """
    parameters = boot_migrated()
    from cleanclaim.store.events.chain import verify_chain
    from cleanclaim.store.places import data_folder

    anchors = data_folder() / ANCHORS
    reports = [
        verify_chain(organization, anchors) for organization in list_organizations(parameters)
    ]
    if as_json:
        say_json({"verified": not any(r.faults for r in reports), "organizations": reports})
    else:
        for report in reports:
            told = "; ".join(report.faults) or f"whole, head {report.head[:12]}"
            click.echo(f"organization {report.organization}: {report.events} events, {told}")
        click.echo(f"{len(reports)} organizations, anchors in {anchors}")
    if any(report.faults for report in reports):
        raise click.exceptions.Exit(BLOCKED)

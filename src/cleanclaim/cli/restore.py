"""``cleanclaim restore``: a backup into an empty place, proved equal to what was saved."""

from pathlib import Path

import click

from cleanclaim.cli.answers import say_json
from cleanclaim.cli.booting import ANCHORS, boot_migrated, list_organizations
from cleanclaim.cli.program import BLOCKED


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, file: Path, as_json: bool) -> None:
    """Restore FILE into the empty data folder and database that the settings name.

    Exit status 1 where what came back is not what was saved.
    """
    from cleanclaim.store.backups.restoring import restore
    from cleanclaim.store.connection import prepare
    from cleanclaim.store.places import data_folder

    restored = restore(file, folder=data_folder(), prepare=prepare)
    faults = (*restored.differences, *_broken_chains())
    proof = restored.manifest.proof
    if as_json:
        told = {"saved_at": restored.manifest.made_at, "ledger": proof.ledger}
        say_json({"equal": not faults, "faults": faults, **told, "heads": proof.heads})
    else:
        rows = sum(proof.tables.values())
        click.echo(f"{rows} rows of {restored.manifest.made_at:%Y-%m-%d %H:%M} UTC are back")
        click.echo(f"ledger {proof.ledger}")
        for line in faults or ("ledger and audit trail are equal to what was saved",):
            click.echo(line)
    if faults:
        raise click.exceptions.Exit(BLOCKED)


def _broken_chains() -> tuple[str, ...]:
    """Bring the tables to this release, then recompute every organization's chain of events."""
    parameters = boot_migrated()
    from cleanclaim.store.events.chain import verify_chain
    from cleanclaim.store.places import data_folder

    anchors = data_folder() / ANCHORS
    reports = [verify_chain(number, anchors) for number in list_organizations(parameters)]
    return tuple(f"organization {r.organization}: {told}" for r in reports for told in r.faults)

"""``cleanclaim backup``: everything of an installation in one file, while people work."""

from pathlib import Path

import click

from cleanclaim.cli.answers import say_json
from cleanclaim.cli.booting import boot_migrated


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-tables", is_flag=True, help="Leave the loaded reference tables out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, file: Path, without_tables: bool, as_json: bool) -> None:
    """Save database, anchors, secret and reference tables into FILE.

    The file holds patients' data and the installation's secret: keep it encrypted, elsewhere.
    """
    parameters = boot_migrated()
    from django.utils.timezone import now

    from cleanclaim.store.backups.saving import save
    from cleanclaim.store.places import data_folder

    manifest = save(
        file,
        parameters=parameters,
        folder=data_folder(),
        at=now(),
        tables=not without_tables,
    )
    rows, heads = sum(manifest.proof.tables.values()), manifest.proof.heads
    if as_json:
        told = {"made_at": manifest.made_at, "files": len(manifest.files), "rows": rows}
        say_json({"file": str(file), **told, "ledger": manifest.proof.ledger, "heads": heads})
        return
    click.echo(f"{file}: {len(manifest.files)} files, {rows} rows")
    click.echo(f"ledger {manifest.proof.ledger}")
    for head in heads:
        click.echo(f"organization {head.organization}: {head.events} events, head {head.digest}")

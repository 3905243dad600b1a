"""``cleanclaim feed``: how each sender's messages are read, set and tried on samples."""

from pathlib import Path

import click

from cleanclaim.cli.answers import say_json
from cleanclaim.cli.choosing import acting_for, boot_for, organization_option
from cleanclaim.cli.program import BLOCKED

_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group("feed")
def command() -> None:
    """Set how a sender is read, and try a map of charges on its messages."""


@command.command("examine")
@_FILES
@click.option("--settings", "path", type=click.Path(path_type=Path), help="Settings as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def examine(*, files: tuple[Path, ...], path: Path | None, as_json: bool) -> None:
    """Hold a feed's map of charges against sample messages (DFT); nothing is kept.

    Without settings it tells where each field could be. Exit status 1 where the map does not fit.
    """
    from cleanclaim.store.connection import boot

    boot()
    from cleanclaim.app.feeds import examine_feed, read_settings

    settings = read_settings(path.read_bytes()) if path else None
    report = examine_feed([each.read_bytes() for each in files], settings)
    if as_json:
        say_json({"fits": report.fits, "report": report})
    else:
        click.echo(f"{report.messages} messages, {report.rows} rows")
        for each in report.fields:
            where = each.place or "no place"
            told = f"{each.field}: {where}, {each.filled} filled, {each.fitting} in shape"
            hint = f"; could be {', '.join(each.could_be)}" if each.could_be else ""
            click.echo(told + hint)
        if report.missing:
            click.echo("missing: " + ", ".join(report.missing))
    if not report.fits:
        raise click.exceptions.Exit(BLOCKED)


@command.command("set")
@click.argument("source")
@click.argument("path", type=click.Path(path_type=Path))
@organization_option
def set_one(*, source: str, path: Path, organization: int | None) -> None:
    """Set how a sender is read from now on, by a JSON document."""
    content = path.read_bytes()
    chosen = boot_for(organization)
    from cleanclaim.app.feeds import read_settings, set_feed

    set_feed(**acting_for(chosen), source=source, settings=read_settings(content))
    click.echo(f"feed {source[:80]} is set")


@command.command("export")
@click.argument("source")
@click.option("--kind", default="", help="Only this type of resource.")
@organization_option
def export(*, source: str, kind: str, organization: int | None) -> None:
    """Print the newest version of each FHIR resource of a sender, a line each, as it came."""
    import msgspec

    chosen = boot_for(organization)
    from cleanclaim.app.reading.messages import export_resources
    from cleanclaim.store.tenancy import within

    with within(chosen):
        for content in export_resources(chosen, source, kind):
            # On one line; no number, text or order of its elements changes.
            click.echo(msgspec.json.format(content, indent=-1).decode())

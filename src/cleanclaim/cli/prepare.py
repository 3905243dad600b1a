"""``cleanclaim code prepare``: build once what makes suggestions find other wordings."""

import click

from cleanclaim.cli.answers import say_aside
from cleanclaim.codes.store.library import Library
from cleanclaim.coding.knowledge import open_knowledge, prepare
from cleanclaim.store.places import data_folder, reference_folder


@click.command("prepare")
def command() -> None:
    """Encode the terms of the tabular list, once a release; takes some minutes, no network.

    Without it suggestions go by words alone.
    """
    folder = data_folder() / "coding"
    say_aside("cleanclaim: encoding the terms of the tabular list, which takes some minutes")
    prepare(open_knowledge(Library(reference_folder()), folder), folder)
    click.echo("Suggestions now find problems by their meaning, too.")

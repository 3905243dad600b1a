"""``cleanclaim serve``: the web app on what is in the data folder."""

import sys
from datetime import UTC, datetime
from importlib import import_module

import click

from cleanclaim.cli.answers import say_aside
from cleanclaim.cli.booting import boot_migrated

HOST, PORT = "127.0.0.1", 8000


def serve_web(host: str, port: int) -> None:
    """Serve until stopped.

    The web app is the other door: it is named by its path, as Django's settings name it, since
    the doors do not import each other.
    """
    import_module("cleanclaim.web.serving").serve(host=host, port=port)


def _prepare_codes() -> None:
    """Make loaded codes searchable; where they cannot be, all the rest is served."""
    from cleanclaim.app.referencing import prepare_codes

    try:
        prepare_codes(datetime.now(UTC), say_aside)
    except OSError as error:
        say_aside(f"cleanclaim: codes cannot be made searchable: {error.strerror}")


@click.command("serve")
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=PORT, show_default=True, help="Port to listen on.")
def command(host: str, port: int) -> None:
    """Serve the web app on what is in the data folder, until stopped."""
    boot_migrated()
    _prepare_codes()
    sys.stdout.flush()
    serve_web(host, port)

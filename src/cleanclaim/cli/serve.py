"""``cleanclaim serve``: the web app on what is in the data folder."""

import sys
from importlib import import_module

import click

from cleanclaim.cli.booting import boot_migrated

HOST, PORT = "127.0.0.1", 8000


def serve_web(host: str, port: int) -> None:
    """Serve until stopped.

    The web app is the other door: it is named by its path, as Django's settings name it, since
    the doors do not import each other.
    """
    import_module("cleanclaim.web.serving").serve(host=host, port=port)


@click.command("serve")
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=PORT, show_default=True, help="Port to listen on.")
def command(host: str, port: int) -> None:
    """Serve the web app on what is in the data folder, until stopped."""
    boot_migrated()
    sys.stdout.flush()
    serve_web(host, port)

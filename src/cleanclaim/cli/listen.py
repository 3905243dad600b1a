"""``cleanclaim listen``: take HL7 messages over TCP (MLLP) until stopped."""

import asyncio

import click

from cleanclaim.cli.answers import say_aside
from cleanclaim.cli.choosing import boot_for, organization_option


@click.command("listen")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=2575, show_default=True, help="Port to listen on.")
@organization_option
def command(*, host: str, port: int, organization: int | None) -> None:
    """Take HL7 messages over TCP (MLLP); each is kept before it is acknowledged.

    The way has no lock of its own: listen on this machine, or behind a tunnel that has one.
    """
    chosen = boot_for(organization)
    from cleanclaim.app.listening import listen

    say_aside(f"listening on {host}:{port}")
    try:
        asyncio.run(listen(chosen, host, port))
    except KeyboardInterrupt:
        say_aside("stopped")

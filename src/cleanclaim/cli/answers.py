"""What commands say: one JSON document, or text, on standard output; all else on standard error."""

import click
import msgspec


def say_json(document: object) -> None:
    """Print a value as the one JSON document of a command."""
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def say_aside(line: str) -> None:
    """Print a line of progress, which no script reads."""
    click.echo(line, err=True)

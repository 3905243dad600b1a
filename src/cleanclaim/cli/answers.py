"""What commands say: one JSON document, or text, on standard output; all else on standard error."""

from collections.abc import Iterable, Mapping

import click
import msgspec


def say_json(document: object) -> None:
    """Print a value as the one JSON document of a command."""
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def say_json_line(document: object) -> None:
    """Print a value as a JSON document on a line of its own, one of several."""
    click.echo(msgspec.json.encode(document).decode())


def say_json_list(head: Mapping[str, object], name: str, items: Iterable[object]) -> None:
    """Print one JSON object whose last field is a list, item by item as they come.

    So a file of any size becomes one document in flat memory. ``head`` comes before the list.
    """
    opening = msgspec.json.encode(head).decode().removesuffix("}")
    comma = ", " if head else ""
    click.echo(f'{opening}{comma}"{name}": [', nl=False)
    separator = "\n"
    for item in items:
        click.echo(separator + msgspec.json.encode(item).decode(), nl=False)
        separator = ",\n"
    click.echo("\n]}")


def say_aside(line: str) -> None:
    """Print a line of progress, which no script reads."""
    click.echo(line, err=True)

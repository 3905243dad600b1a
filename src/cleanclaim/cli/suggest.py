"""``cleanclaim code suggest``: the codes that a note supports, and the words that do."""

from datetime import datetime
from pathlib import Path

import click

from cleanclaim.cli.answers import say_aside, say_json
from cleanclaim.cli.program import Failure
from cleanclaim.codes.store.library import Library
from cleanclaim.coding.knowledge import open_knowledge
from cleanclaim.coding.suggesting import suggest
from cleanclaim.coding.values import SuggestedCode, Suggestions
from cleanclaim.store.places import data_folder, reference_folder


@click.command("suggest")
@click.argument("note", type=click.Path(path_type=Path))
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: datetime.now().astimezone().strftime("%Y-%m-%d"),
    help="The day of service; today if not named.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    help="Hold back codes that are less sure than this; by default as the ranker was tuned.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, note: Path, on: datetime, threshold: float | None, as_json: bool) -> None:
    """Suggest the diagnosis codes that NOTE, a text file, supports.

    Each comes with the words of the note that support it, by character. What is denied,
    doubted, supposed or somebody else's is never suggested. Works without a network.
    """
    knowledge = open_knowledge(
        Library(reference_folder()),
        data_folder() / "coding",
        building=lambda what: say_aside(f"cleanclaim: reading {what} for the first time"),
    )
    told = suggest(_text(note), on=on.date(), knowledge=knowledge, threshold=threshold)
    if as_json:
        say_json(told)
    else:
        _show(told)


def _text(path: Path) -> str:
    # Not by text mode, which would turn line ends around and so move every offset.
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        msg = f"{path.name}: not a text in UTF-8"
        raise Failure(msg) from None


def _show(told: Suggestions) -> None:
    for each in told.codes:
        _show_code(each, "")
    for query in told.queries:
        click.echo(f"? {query.question} {' / '.join(query.options)}")
    for each in told.abstained:
        _show_code(each, "held back: ")


def _show_code(code: SuggestedCode, before: str) -> None:
    sure = "uncalibrated" if code.probability is None else f"{code.probability:.0%}"
    click.echo(f"{before}{code.code} {code.label} ({sure})")
    for span in code.evidence:
        click.echo(f"  [{span.start}-{span.end}] {' '.join(span.text.split())}")
    for note in (code.reason, *code.notes):
        click.echo(f"  {note}")

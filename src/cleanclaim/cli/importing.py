"""``cleanclaim import``: messages of other systems, a line a message with what became of it."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleanclaim.cli.answers import say_aside, say_json_line
from cleanclaim.cli.choosing import acting_for, boot_for, organization_option
from cleanclaim.cli.program import BLOCKED, UNUSABLE

if TYPE_CHECKING:
    from cleanclaim.app.importing import ImportLine


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", default="", help="The sender; HL7 messages name their own.")
@organization_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document a message.")
def command(
    *, files: tuple[Path, ...], source: str, organization: int | None, as_json: bool
) -> None:
    """Import HL7 v2 messages, FHIR bundles, lines of FHIR resources and C-CDA documents.

    Each message is kept, and imported, kept only (no record of ours holds what it tells),
    parked with its reasons, or repeated. Exit status 1 where one is parked, 2 where a file holds
    no message; the others are imported then too.
    """
    contents = [(path, path.read_bytes()) for path in files]
    chosen = boot_for(organization)
    from cleanclaim.app.importing import PARKED, import_file
    from cleanclaim.app.intake import NotAMessageError

    counted: Counter[str] = Counter()
    unread = 0
    for path, content in contents:
        acting = acting_for(chosen, "import")
        try:
            lines = import_file(**acting, name=path.name, content=content, source=source)
        except NotAMessageError as error:
            say_aside(f"cleanclaim: {path.name}: {error}")
            unread += 1
            continue
        counted.update(line.outcome for line in lines)
        for line in lines:
            _say(path.name, line, as_json=as_json)
    told = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counted.items())) or "none"
    say_aside(f"{counted.total()} messages: {told}")
    if status := UNUSABLE if unread else BLOCKED if counted[PARKED] else 0:
        raise click.exceptions.Exit(status)


def _say(file: str, line: "ImportLine", *, as_json: bool) -> None:
    """Print a line; a sender's own ids may be a patient's, so only our number is told."""
    if as_json:
        reasons = [{"rule": r.rule, "place": r.place, "message": r.message} for r in line.reasons]
        say_json_line(
            {
                "file": file,
                "place": line.place,
                "message": line.message,
                "source": line.source,
                "kind": line.kind,
                "outcome": line.outcome,
                "reasons": reasons,
            }
        )
        return
    why = "; ".join(f"{r.rule} {r.message}" for r in line.reasons)
    click.echo(f"{file}  {line.place}  {line.kind}  {line.outcome}  {why}".rstrip())

"""``cleanclaim credentialing``: what decides whether a provider may be billed for."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click

from cleanclaim.cli import gate
from cleanclaim.cli.answers import say_aside, say_json
from cleanclaim.cli.program import BLOCKED, UNUSABLE
from cleanclaim.credentialing.screening.reading import read_list
from cleanclaim.credentialing.screening.runs import (
    Outcome,
    Run,
    Standing,
    count_standings,
    screen,
)
from cleanclaim.credentialing.screening.subjects import read_subjects
from cleanclaim.kernel.findings import Finding


@click.group("credentialing")
def command() -> None:
    """Look providers up on lists of excluded people, and ask who may be billed for."""


command.add_command(gate.command)


@command.command("screen")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--providers",
    type=click.Path(path_type=Path),
    required=True,
    help="Who is looked up: CSV (reference, npi, surname, given...) or a JSON list.",
)
@click.option("--rows-min", type=click.IntRange(1), help="Refuse a list of fewer rows.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: datetime.now().astimezone().strftime("%Y-%m-%d"),
    help="The day of the screening; today if not named.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def screen_providers(
    *, file: Path, providers: Path, rows_min: int | None, on: datetime, as_json: bool
) -> None:
    """Look providers up on FILE, a published list (LEIE or SAM) as it was downloaded.

    Nobody is cleared or condemned by it: what is alike is for a person to decide. Exit status 1
    where there is something to decide, or somebody without a name to look up; 2 where the list
    or the providers cannot be used whole. Without --rows-min a list of less than nine tenths of
    its usual size is refused as cut off. The answer names references and no people.
    """
    subjects, wrong = read_subjects(providers.read_bytes())
    reading = read_list(file.read_bytes(), rows_min)
    _refuse(providers.name, wrong)
    if reading.list is None:
        _refuse(file.name, reading.findings)
        raise click.exceptions.Exit(UNUSABLE)
    run = screen(reading.list, subjects, on.date())
    if as_json:
        say_json(_told(run))
    else:
        _show(run)
    if any(outcome.standing is not Standing.NO_MATCH for outcome in run.outcomes):
        raise click.exceptions.Exit(BLOCKED)


def _refuse(name: str, findings: Iterable[Finding]) -> None:
    """Say in a line each why a file cannot be used, and stop."""
    held = tuple(findings)
    for finding in held:
        say_aside(f"cleanclaim: {name}: {finding.message} ({finding.place})")
    if held:
        raise click.exceptions.Exit(UNUSABLE)


def _told(run: Run) -> dict[str, object]:
    return {
        "list": run.list,
        "list_sha256": run.list_sha256,
        "list_rows": run.list_rows,
        "list_entries": run.list_entries,
        "screened_on": run.screened_on,
        "screened": len(run.outcomes),
        "counts": count_standings(run),
        "outcomes": [_outcome(outcome) for outcome in run.outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, object]:
    return {
        "reference": outcome.reference,
        "standing": outcome.standing,
        "stops_until_decided": outcome.stops_until_decided,
        "matches": outcome.matches,
    }


def _show(run: Run) -> None:
    for outcome in run.outcomes:
        if outcome.standing is Standing.NOT_SCREENED:
            click.echo(f"{outcome.reference}: not screened, no name on file")
        for match in outcome.matches:
            npi = ", same NPI" if match.same_npi else ""
            state = ", same state" if match.same_state else ""
            click.echo(
                f"{outcome.reference}: {match.level} (name {match.name}{npi}{state}), "
                f"excluded from {match.excluded_on or 'unknown'}, "
                f"entry {match.entry_id}"
            )
    counts = count_standings(run)
    click.echo(
        f"{len(run.outcomes)} screened on {run.list} of {run.list_rows} rows "
        f"({run.list_sha256[:12]}): {counts[Standing.TO_DECIDE]} to decide, "
        f"{counts[Standing.NO_MATCH]} without a match, "
        f"{counts[Standing.NOT_SCREENED]} not screened"
    )

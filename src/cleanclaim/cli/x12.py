"""``cleanclaim x12``: check, show and acknowledge X12 files, without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import click

from cleanclaim import x12
from cleanclaim.cli.answers import say_json_line, say_json_list
from cleanclaim.cli.program import BLOCKED, Failure
from cleanclaim.cli.x12_json import plain_events
from cleanclaim.cli.x12_tree import tree_lines

_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print a JSON document a file.")


@click.group("x12")
def command() -> None:
    """Check, show and acknowledge X12 files."""


@command.command("check")
@_FILES
@_JSON
def check(*, files: tuple[Path, ...], as_json: bool) -> None:
    """Say everything that is wrong with X12 files, and where.

    Exit status 1 where a finding blocks, 2 where a file is no X12. Of several files each is
    reported on a line of its own with --json.
    """
    reports = []
    for path in files:
        report = x12.check(path)
        reports.append(report)
        if as_json:
            say_json_line({"file": path.name, **report.to_builtins()})
        else:
            _show_report(path, report)
    _leave(files, reports)


def _show_report(path: Path, report: x12.Report) -> None:
    for found in report.findings:
        spot = "/".join(part for part in (found.loop, found.element) if part)
        place = f"segment {found.segment}" + (f" {spot}" if spot else "")
        click.echo(f"{path.name}: {place}: {found.severity} {found.rule}: {found.message}")
    groups = [group for interchange in report.interchanges for group in interchange.groups]
    sets = [transaction for group in groups for transaction in group.transactions]
    verdict = "valid" if report.valid else "not valid"
    click.echo(
        f"{path.name}: {verdict}, {len(report.interchanges)} interchanges, {len(groups)} groups, "
        f"{len(sets)} transactions, {sum(each.units for each in sets)} units, "
        f"{len(report.findings)} findings"
    )


class _Stranger(Failure):
    """A file that holds no X12."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name}: no X12 interchange")


def _leave(files: Sequence[Path], reports: Sequence[x12.Report]) -> None:
    """End with the status that the worst of the files asks for."""
    for path, report in zip(files, reports, strict=True):
        if not report.interchanges:
            raise _Stranger(path)
    if not all(report.valid for report in reports):
        raise click.exceptions.Exit(BLOCKED)


@command.command("show")
@_FILES
def show(*, files: tuple[Path, ...]) -> None:
    """Print X12 files as a tree of loops, with a caret under each fault.

    This shows what the files say, patients included.
    """
    reports = []
    for path in files:
        report = x12.check(path)
        reports.append(report)
        for line in tree_lines(path, report.findings):
            click.echo(line)
    _leave(files, reports)


@command.command("json")
@_FILES
def to_json(*, files: tuple[Path, ...]) -> None:
    """Print X12 files as JSON, patients included: one document a file.

    Each holds the file's events in order: interchange, group, transaction, unit (a claim, a
    decision, an answer ...) and their ends. A loop is its id, its segments and its loops. A
    segment is a list: its id, then its elements; an element is text, a list of components, or
    {"repeats": [...]}.
    """
    for path in files:
        with path.open("rb") as source:
            events = plain_events(source)
            first = next(events, None)
            told = events if first is None else chain([first], events)
            say_json_list({"file": path.name}, "events", told)
        if first is None:
            raise _Stranger(path)


@command.command("ack")
@_FILES
@_JSON
@click.option("--control-number", default=1, show_default=True, help="Of the first answer.")
def ack(*, files: tuple[Path, ...], as_json: bool, control_number: int) -> None:
    """Print the acknowledgement of X12 files: a TA1, a 999, or both.

    Exit status 1 where a finding blocks, 2 where a file is no X12.
    """
    reports = []
    for path in files:
        reports.append(x12.check(path))
        told: dict[str, Any] = {"created_at": datetime.now(UTC), "control_number": control_number}
        text = x12.acknowledge(path, **told)
        if as_json:
            valid = reports[-1].valid
            say_json_line({"file": path.name, "valid": valid, "acknowledgement": text})
        else:
            click.echo(text)
    _leave(files, reports)

"""``cleanclaim x12``: check, show, turn over and acknowledge X12 files, without a database."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

from cleanclaim import x12
from cleanclaim.cli.answers import say_aside, say_json, say_json_line
from cleanclaim.cli.program import BLOCKED, UNUSABLE, Failure, told_of
from cleanclaim.cli.x12_tree import coloured, plain, tree_lines
from cleanclaim.x12.catalogue import guide_names
from cleanclaim.x12.checks.companions import load_companion
from cleanclaim.x12.transactions import ALL_TYPES

_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
_TYPES = re.compile(r"([1-7])(?:-([1-7]))?", re.ASCII)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print a JSON document a file.")


@click.group("x12")
def command() -> None:
    """Check, show, turn over and acknowledge X12 files."""


@command.command("check")
@_FILES
@_JSON
@click.option("--types", metavar="1-5", help="Check these SNIP types only: 1-5, or 1,2,5.")
@click.option(
    "--companion",
    "companions",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Check the rules of this companion table too.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Split the work between processes.",
)
def check(
    *,
    files: tuple[Path, ...],
    as_json: bool,
    types: str | None,
    companions: tuple[Path, ...],
    workers: int,
) -> None:
    """Say everything that is wrong with X12 files, and where.

    Exit status 1 where a finding blocks, 2 where a file is no X12. Of several files each is
    reported on a line of its own with --json.
    """
    chosen = _types(types)
    checks = tuple(each for path in companions for each in load_companion(path))

    def report_on(path: Path) -> int:
        report = x12.check(path, types=chosen, companions=checks, workers=workers)
        if as_json:
            say_json_line({"file": path.name, **report.to_builtins()})
        else:
            _show_report(path, report)
        return _status(path, report)

    _over(files, report_on)


def _types(text: str | None) -> frozenset[int]:
    """Read "1-5", "1,2,5" or a mixture; all types where nothing is asked for."""
    if text is None:
        return ALL_TYPES
    chosen: set[int] = set()
    for part in text.split(","):
        match = _TYPES.fullmatch(part)
        if match is None or (match[2] or "7") < match[1]:
            msg = "--types takes numbers from 1 to 7, as 1-5 or 1,2,5"
            raise click.UsageError(msg)
        chosen.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return frozenset(chosen)


def _show_report(path: Path, report: x12.Report) -> None:
    for line in _finding_lines(path, report.findings):
        click.echo(line)
    groups = [group for interchange in report.interchanges for group in interchange.groups]
    sets = [transaction for group in groups for transaction in group.transactions]
    verdict = "valid" if report.valid else "not valid"
    click.echo(
        f"{path.name}: {verdict}, {len(report.interchanges)} interchanges, {len(groups)} groups, "
        f"{len(sets)} transactions, {sum(each.units for each in sets)} units, "
        f"{len(report.findings)} findings"
    )


def _finding_lines(path: Path, findings: Iterable[x12.X12Finding]) -> Iterator[str]:
    for found in findings:
        spot = "/".join(part for part in (found.loop, found.element) if part)
        place = f"segment {found.segment}" + (f" {spot}" if spot else "")
        yield f"{path.name}: {place}: {found.severity} {found.rule}: {found.message}"


def _over(files: Sequence[Path], act: Callable[[Path], int]) -> None:
    """Act on every file; one that cannot be read keeps no other from its turn.

    End with the status that the worst of them asks for.
    """
    status = 0
    for path in files:
        try:
            status = max(status, act(path))
        except BrokenPipeError:
            raise
        except OSError as error:
            say_aside(f"cleanclaim: {told_of(error)}")
            status = UNUSABLE
    if status:
        raise click.exceptions.Exit(status)


def _status(path: Path, report: x12.Report) -> int:
    if not report.interchanges:
        return _stranger(path)
    return 0 if report.valid else BLOCKED


def _stranger(path: Path) -> int:
    say_aside(f"cleanclaim: {path.name}: no X12 interchange")
    return UNUSABLE


@command.command("show")
@_FILES
def show(*, files: tuple[Path, ...]) -> None:
    """Print X12 files as a tree of loops, with a caret under each fault.

    This shows what the files say, patients included. It is coloured on a terminal unless NO_COLOR
    is set.
    """
    style = coloured if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else plain

    def show_one(path: Path) -> int:
        report = x12.check(path)
        for line in tree_lines(path, report.findings, style):
            click.echo(line)
        return _status(path, report)

    _over(files, show_one)


@command.command("json")
@_FILES
def to_json(*, files: tuple[Path, ...]) -> None:
    """Print X12 files as JSON, patients included: one document a file.

    Each holds the file's events in order, every segment once, and "x12 write" makes the file of
    it again. What stands where is in docs/reference/x12/json.md.
    """

    def print_one(path: Path) -> int:
        holds_any = False
        for piece in x12.to_json(path, path.name):
            click.echo(piece, nl=False)
            holds_any = holds_any or piece.lstrip(",\n").startswith('{"event":"interchange"')
        return 0 if holds_any else _stranger(path)

    _over(files, print_one)


@command.command("write")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write here instead of to standard output.",
)
def write(*, file: Path, output: Path | None) -> None:
    """Write the X12 of a JSON document: byte for byte where nobody edited it.

    Of an edited one the counts are set, and what would not pass "x12 check" is not written (exit
    status 1, the findings on standard error). Exit status 2 where the file is no such document.
    """
    try:
        pieces = (piece.encode("latin-1") for piece in x12.from_json(file))
        first = next(pieces, b"")  # nothing is opened for a document that cannot be written
    except x12.UnusableJsonError as error:
        msg = f"{file.name}: {error}"
        raise Failure(msg) from None
    except x12.UnwritableError as error:
        for line in _finding_lines(file, error.findings):
            say_aside(line)
        raise click.exceptions.Exit(BLOCKED) from None
    if output is None:
        _put(sys.stdout.buffer, first, pieces)
    elif output.exists() and output.samefile(file):
        msg = f"{output.name}: is the document itself"
        raise Failure(msg)
    else:
        with output.open("wb") as target:
            _put(target, first, pieces)


def _put(target: BinaryIO, first: bytes, pieces: Iterable[bytes]) -> None:
    target.write(first)
    target.writelines(pieces)


@command.command("schema")
@click.argument("guide")
def schema(*, guide: str) -> None:
    """Print the JSON Schema of the documents of one guide (837P), as "x12 json" prints them."""
    if guide not in guide_names():
        msg = f"no guide is called {guide[:20]}; there are {', '.join(guide_names())}"
        raise click.UsageError(msg)
    say_json(x12.json_schema(guide))


@command.command("ack")
@_FILES
@_JSON
@click.option("--control-number", default=1, show_default=True, help="Of the first answer.")
@click.option("--trace", is_flag=True, help="Name the claim or member of each fault, as received.")
def ack(*, files: tuple[Path, ...], as_json: bool, control_number: int, trace: bool) -> None:
    """Print what answers X12 files: a TA1, a 999, for claims a 277CA.

    Exit status 1 where a finding blocks, 2 where a file is no X12.
    """

    def answer(path: Path) -> int:
        report = x12.check(path)
        pieces = x12.acknowledgements(
            path, created_at=datetime.now(UTC), control_number=control_number, trace=trace
        )
        if as_json:
            told = {"file": path.name, "valid": report.valid, "acknowledgement": "".join(pieces)}
            say_json_line(told)
        else:
            for piece in pieces:
                click.echo(piece, nl=False)
            click.echo()
        return _status(path, report)

    _over(files, answer)

"""``cleanclaim scrub``: the edits over the claims of an 837, without a database."""

import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click
import msgspec

from cleanclaim.cli.answers import say_aside
from cleanclaim.cli.program import BLOCKED, UNUSABLE, Failure
from cleanclaim.edits import EditSet
from cleanclaim.edits.set_files import find_edit_set
from cleanclaim.engine.choosing import ENGINE_NAMES, choose_engine
from cleanclaim.engine.journal import Journal, identify
from cleanclaim.engine.planning import Plan
from cleanclaim.engine.shares import CLAIMS_A_SHARE, Terms, Told
from cleanclaim.engine.telling import Engine, Telling
from cleanclaim.kernel.findings import Severity
from cleanclaim.store.places import payer_sets_folder, reference_folder

_PROGRESS_SECONDS = 1.0


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The file, on what terms it is judged, and how its claims are shared out."""

    file: Path
    plan: Plan
    terms: Terms
    engine: Engine
    share: int
    progress: bool

    def telling(self, journal: Journal | None = None) -> Telling:
        """Start on the file, or go on with it."""
        standing = None if journal is None else journal.standing
        return Telling(self.plan, self.terms, self.engine, standing)


@click.command("scrub")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document a claim, each on a line."
)
@click.option(
    "--engine",
    default="local",
    show_default=True,
    type=click.Choice(ENGINE_NAMES),
    help="Where the edits run: in this process, in several, on a cluster.",
)
@click.option("--workers", type=click.IntRange(1), help="Of an engine on this machine; its cores.")
@click.option(
    "--on",
    "as_of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to judge from, as 2026-05-04; today if not given.",
)
@click.option("--payer-set", metavar="NAME", help="Switch and grade edits as this set says.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the JSON lines here, so that the run can be resumed.",
)
@click.option("--resume", is_flag=True, help="Go on with what a run to --out left when it ended.")
@click.option("--progress", is_flag=True, help="Tell on standard error how far it is.")
@click.option(
    "--share",
    type=click.IntRange(1, 100_000),
    default=CLAIMS_A_SHARE,
    show_default=True,
    help="How many claims are judged at once, in whole transactions; fewer take less memory.",
)
def command(  # noqa: PLR0913 - an option each
    *,
    file: Path,
    as_json: bool,
    engine: str,
    workers: int | None,
    as_of: datetime | None,
    payer_set: str | None,
    out: Path | None,
    resume: bool,
    progress: bool,
    share: int,
) -> None:
    """Run the edits over the claims of an 837, each found by its position in the file.

    Tables loaded by "reference load" are asked, as they are in force on the days of the claims.
    Exit status 1 where a finding blocks, 2 where the file is no X12.
    """
    edit_set = find_edit_set(payer_set, payer_sets_folder()) if payer_set else EditSet()
    day: date = (as_of or datetime.now(UTC)).date()
    terms = Terms(day, edit_set, str(reference_folder()))
    asked = _Asked(
        file=file,
        plan=Plan(file, share),
        terms=terms,
        engine=choose_engine(engine, workers),
        share=share,
        progress=progress,
    )
    if resume and out is None:
        msg = "--resume goes on with a run that wrote to --out: name the same file"
        raise click.UsageError(msg)
    if out is not None:
        telling = _write(asked, out, resume=resume)
    elif as_json:
        telling = asked.telling()
        for line in _lines(telling, asked):
            sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    else:
        telling = asked.telling()
        _show(file, telling, _lines(telling, asked))
    _leave(file, telling)


def _leave(file: Path, telling: Telling) -> None:
    if not telling.plan.interchanges:
        say_aside(f"cleanclaim: {file.name}: no X12 interchange")
        raise click.exceptions.Exit(UNUSABLE)
    if telling.standing.blocked:
        raise click.exceptions.Exit(BLOCKED)


def _lines(telling: Telling, asked: _Asked) -> Iterator[bytes]:
    """Give the lines of the claims as they come, then that of the file."""
    progress = _Progress(telling, asked)
    for _, lines in telling:
        yield from lines
        progress.tell()
    yield from telling.of_file()
    progress.end()


def _write(asked: _Asked, out: Path, *, resume: bool) -> Telling:
    """Write the lines to a file, share by share; it has its name when it is whole."""
    if out.exists() and out.samefile(asked.file):
        msg = f"{out.name}: is the file of claims itself"
        raise Failure(msg)
    journal = Journal(out, identify(asked.plan.path, asked.terms, asked.share), resume=resume)
    telling = asked.telling(journal)
    progress = _Progress(telling, asked)
    for answer, lines in telling:
        journal.add(answer, lines)
        progress.tell()
    journal.finish(telling.of_file())
    progress.end()
    verdict = _verdict(telling)
    click.echo(f"{asked.file.name}: {telling.standing.claims} claims, {verdict}; see {out.name}")
    return telling


class _Progress:
    """Tells how many claims are done, no more than once in a while."""

    def __init__(self, telling: Telling, asked: _Asked) -> None:
        self._telling = telling
        self._wanted = asked.progress
        self._name = asked.file.name
        self._told_at = time.monotonic()

    def tell(self) -> None:
        """Tell it, if it is wanted and long ago."""
        if self._wanted and time.monotonic() - self._told_at >= _PROGRESS_SECONDS:
            self._say()

    def end(self) -> None:
        """Tell how many it were in all."""
        if self._wanted:
            self._say()

    def _say(self) -> None:
        self._told_at = time.monotonic()
        standing = self._telling.standing
        say_aside(f"{self._name}: {standing.claims:,} claims in {standing.shares:,} shares done")


def _show(file: Path, telling: Telling, lines: Iterable[bytes]) -> None:
    """Print what blocks and what warns; infos are counted."""
    infos = 0
    unchecked_families: set[str] = set()
    for line in lines:
        each = msgspec.json.decode(line, type=Told)
        unchecked_families.update(each.not_checked)
        place = f"claim {each.claim}" if each.claim else "file"
        for finding in each.findings:
            if finding.severity is Severity.INFO:
                infos += 1
                continue
            words = f"{finding.severity} {finding.rule}: {finding.message} ({finding.place})"
            click.echo(f"{file.name}: {place}: {words}")
    if unchecked_families:
        families = ", ".join(sorted(unchecked_families))
        click.echo(f"{file.name}: not checked for lack of tables: {families}")
    claims = telling.standing.claims
    click.echo(f"{file.name}: {claims} claims, {_verdict(telling)}, {infos} further notes")


def _verdict(telling: Telling) -> str:
    return "blocked" if telling.standing.blocked else "nothing blocks"

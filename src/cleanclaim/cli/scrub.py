"""``cleanclaim scrub``: the edits over the claims of an 837P, without a database."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
import msgspec

from cleanclaim import x12
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim
from cleanclaim.claims.to_837 import GUIDE
from cleanclaim.cli.answers import say_aside, say_json_list
from cleanclaim.cli.program import BLOCKED, UNUSABLE
from cleanclaim.codes.reference import bootstrapped
from cleanclaim.edits import scrub
from cleanclaim.engine import in_chunks, joined, run
from cleanclaim.kernel.findings import Finding, Severity, blocks

_CHUNK = 500
_WORKERS = {"local": 1, "processes": 2}


class Told(msgspec.Struct, frozen=True):
    """A claim by its position in the file, and all that was found; 0 is the file itself."""

    claim: int
    findings: tuple[Finding, ...]


class Chunk(msgspec.Struct, frozen=True):
    """Claims that are scrubbed together, with what reading them found, judged from a day."""

    claims: tuple[tuple[Claim, tuple[Finding, ...]], ...]
    as_of: date


@click.command("scrub")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--engine",
    default="local",
    show_default=True,
    type=click.Choice(list(_WORKERS)),
    help="Where the edits run: in this process, or in several.",
)
@click.option(
    "--on",
    "as_of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to judge from, as 2026-05-04; today if not given.",
)
def command(*, file: Path, as_json: bool, engine: str, as_of: datetime | None) -> None:
    """Run the edits over the claims of an 837P, each found by its position in the file.

    Exit status 1 where a finding blocks, 2 where the file is no X12.
    """
    day = (as_of or datetime.now(UTC)).date()
    with file.open("rb") as source:
        reader = _Reader(x12.read(source))
        told = _Counted(_scrub(reader, day, _WORKERS[engine]))
        if as_json:
            say_json_list({"file": file.name, "on": day}, "claims", told)
        else:
            _show(file, told)
    if not reader.interchanges:
        say_aside(f"cleanclaim: {file.name}: no X12 interchange")
        raise click.exceptions.Exit(UNUSABLE)
    if told.blocked:
        raise click.exceptions.Exit(BLOCKED)


class _Reader:
    """The claims of a file as they come, and aside what belongs to none of them."""

    def __init__(self, events: Iterable[x12.Event]) -> None:
        self.events = events
        self.interchanges = 0
        self.loose: list[x12.X12Finding] = []

    def __iter__(self) -> Iterator[tuple[Claim, tuple[Finding, ...]]]:
        for event in self.events:
            match event:
                case x12.InterchangeStart():
                    self.interchanges += 1
                case x12.Unit(guide=guide, loop=x12.Loop(id="2300")) if guide == GUIDE:
                    claim, unread = read_claim(event)
                    yield claim, (*(f.as_finding() for f in event.findings), *unread)
                case x12.Unit(own_findings=found):
                    self.loose += found
                case (
                    x12.TransactionEnd(findings=found)
                    | x12.GroupEnd(findings=found)
                    | x12.InterchangeEnd(findings=found)
                    | x12.LooseFindings(findings=found)
                ):
                    self.loose += found
                case x12.GroupStart() | x12.TransactionStart():
                    pass


class _Counted:
    """Passes on what is told of claims, and remembers whether anything blocks."""

    def __init__(self, told: Iterable[Told]) -> None:
        self.told = told
        self.blocked = False
        self.claims = 0

    def __iter__(self) -> Iterator[Told]:
        for each in self.told:
            self.claims += bool(each.claim)
            self.blocked = self.blocked or blocks(each.findings)
            yield each


def _scrub(reader: _Reader, day: date, workers: int) -> Iterator[Told]:
    """Give each claim with its findings, then the file where it has findings of its own."""
    chunks = (Chunk(claims, day) for claims in in_chunks(reader, _CHUNK))
    found = joined(run(scrub_chunk, chunks, workers))
    for position, findings in enumerate(found, 1):
        yield Told(position, findings)
    if reader.loose:
        yield Told(0, tuple(each.as_finding() for each in reader.loose))


def scrub_chunk(chunk: Chunk) -> Sequence[tuple[Finding, ...]]:
    """Run the edits over a chunk; the bundled tables are loaded once a process."""
    batch = ClaimBatch.of([claim for claim, _ in chunk.claims], as_of=chunk.as_of)
    edits = scrub(batch, bootstrapped())
    return [(*read, *edited) for (_, read), edited in zip(chunk.claims, edits, strict=True)]


def _show(file: Path, told: _Counted) -> None:
    """Print what blocks and what warns; infos are counted."""
    infos = 0
    for each in told:
        place = f"claim {each.claim}" if each.claim else "file"
        for finding in each.findings:
            if finding.severity is Severity.INFO:
                infos += 1
                continue
            words = f"{finding.severity} {finding.rule}: {finding.message} ({finding.place})"
            click.echo(f"{file.name}: {place}: {words}")
    verdict = "blocked" if told.blocked else "nothing blocks"
    click.echo(f"{file.name}: {told.claims} claims, {verdict}, {infos} further notes")

"""``cleanclaim scrub``: the edits over the claims of an 837, without a database."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
import msgspec

from cleanclaim import x12
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import CLAIM_GUIDES, read_claim
from cleanclaim.claims.model import Claim
from cleanclaim.cli.answers import say_aside, say_json_line
from cleanclaim.cli.program import BLOCKED, UNUSABLE
from cleanclaim.codes.reference import bootstrapped
from cleanclaim.edits import scrub, unchecked
from cleanclaim.edits.duplicates import Earlier
from cleanclaim.engine import in_chunks, joined, run
from cleanclaim.kernel.findings import Finding, Severity

_CHUNK = 500
_WORKERS = {"local": 1, "processes": 2}


class ToldFinding(msgspec.Struct, frozen=True):
    """A finding with every field, in the order in which scripts read them."""

    rule: str
    severity: Severity
    place: str
    message: str
    hint: str
    source: str
    release: str

    @classmethod
    def of(cls, finding: Finding) -> "ToldFinding":
        """Take a finding as it is."""
        return cls(*msgspec.structs.astuple(finding))


class Told(msgspec.Struct, frozen=True):
    """A claim by its position in the file, and all that was found; 0 is the file itself.

    ``lines`` counts its lines, ``not_checked`` names the families of edits that lacked a table.
    ``price_cents`` is None where no price was asked for or known.
    """

    claim: int
    lines: int
    findings: tuple[ToldFinding, ...]
    not_checked: tuple[str, ...] = ()
    price_cents: int | None = None


class Chunk(msgspec.Struct, frozen=True):
    """Claims that are scrubbed together, with what reading them found, judged from a day.

    ``repeated`` are indices of claims that came before in the file.
    """

    claims: tuple[tuple[Claim, tuple[Finding, ...]], ...]
    as_of: date
    repeated: frozenset[int]


@click.command("scrub")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document a claim, each on a line."
)
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
    """Run the edits over the claims of an 837, each found by its position in the file.

    Exit status 1 where a finding blocks, 2 where the file is no X12.
    """
    day = (as_of or datetime.now(UTC)).date()
    with file.open("rb") as source:
        reader = _Reader(x12.read(source))
        told = _Counted(_scrub(reader, day, _WORKERS[engine]))
        if as_json:
            for each in told:
                say_json_line(each)
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
                case x12.Unit(short=short, loop=x12.Loop(id="2300")) if short in CLAIM_GUIDES:
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
            self.blocked = self.blocked or any(f.severity is Severity.BLOCK for f in each.findings)
            yield each


def _scrub(reader: _Reader, day: date, workers: int) -> Iterator[Told]:
    """Give each claim with its findings, then the file where it has findings of its own."""
    told = joined(run(scrub_chunk, _chunks(reader, day), workers))
    for position, each in enumerate(told, 1):
        yield msgspec.structs.replace(each, claim=position)
    if reader.loose:
        yield Told(0, 0, tuple(ToldFinding.of(each.as_finding()) for each in reader.loose))


def _chunks(reader: _Reader, day: date) -> Iterator[Chunk]:
    """Cut the claims into chunks that know which of theirs came before."""
    earlier = Earlier()
    for claims in in_chunks(reader, _CHUNK):
        yield Chunk(claims, day, earlier.repeated(claim for claim, _ in claims))


def scrub_chunk(chunk: Chunk) -> Sequence[Told]:
    """Run the edits over a chunk; the bundled tables are loaded once a process."""
    claims = [claim for claim, _ in chunk.claims]
    batch, reference = ClaimBatch.of(claims, chunk.as_of, chunk.repeated), bootstrapped()
    edited = scrub(batch, reference, tell_unchecked=False)
    families = unchecked(batch, reference)
    return [
        Told(0, len(claim.lines), tuple(map(ToldFinding.of, (*read, *found))), missing)
        for (claim, read), found, missing in zip(chunk.claims, edited, families, strict=True)
    ]


def _show(file: Path, told: _Counted) -> None:
    """Print what blocks and what warns; infos are counted."""
    infos = 0
    unchecked_families: set[str] = set()
    for each in told:
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
    verdict = "blocked" if told.blocked else "nothing blocks"
    click.echo(f"{file.name}: {told.claims} claims, {verdict}, {infos} further notes")

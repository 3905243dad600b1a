"""``cleanclaim reference``: load official tables, list what is loaded, search the codes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
import msgspec

from cleanclaim.cli.answers import say_aside, say_json, say_json_list
from cleanclaim.cli.program import BLOCKED, UNUSABLE, Failure
from cleanclaim.codes.loaders.bundled import bundled_files
from cleanclaim.codes.loaders.catalogue import know_all
from cleanclaim.codes.search.encoder import Encoder, Explained, Hit
from cleanclaim.codes.search.systems import SYSTEMS
from cleanclaim.codes.store.inventory import Inventory, take_inventory
from cleanclaim.codes.store.kinds import Licence
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.loading import Order, Outcome, Status, load
from cleanclaim.codes.tables.diagnoses import ICD10CM
from cleanclaim.store.places import reference_folder

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_OWNERS = [each.value for each in Licence if each not in {Licence.PUBLIC, Licence.OWN}]
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("reference")
def command() -> None:
    """Load official tables as dated releases, list them, search their codes."""


@command.command("load")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--licensed",
    default="",
    metavar="OWNER,…",
    help=f"Whose texts you hold a licence for: {', '.join(_OWNERS)}. Others are left out.",
)
@click.option("--effective", type=_DAY, help="The first day of files that do not say it.")
@click.option("--bundled", is_flag=True, help="Load ICD-10-CM as it comes with the program.")
@_JSON
def load_files(
    *,
    paths: tuple[Path, ...],
    licensed: str,
    effective: datetime | None,
    bundled: bool,
    as_json: bool,
) -> None:
    """Load files, archives and folders; what they are is told by their content.

    Nothing is overwritten: each table becomes a release beside the others. Exit status 1
    where a file is refused, 2 where a path does not exist or nothing is a reference file.
    """
    know_all()
    chosen = [*paths, *(bundled_files() if bundled else ())]
    _check_paths(chosen)
    order = Order(
        loaded_at=datetime.now(UTC),
        effective=effective.date() if effective else None,
        licensed=_licences(licensed),
    )
    told = _Counted(load(chosen, Library(reference_folder()), order))
    if as_json:
        say_json_list({}, "files", told)
    else:
        for outcome in told:
            click.echo(_line(outcome))
        click.echo(", ".join(f"{count} {status}" for status, count in told.counts.items()))
    _leave(told.counts)


def _check_paths(paths: Sequence[Path]) -> None:
    if not paths:
        msg = "name files or folders to load, or --bundled"
        raise Failure(msg)
    for path in paths:
        if not path.exists():
            msg = f"{path}: no such file or folder"
            raise Failure(msg)


def _licences(words: str) -> frozenset[str]:
    owners = frozenset(filter(None, (word.strip().lower() for word in words.split(","))))
    if unknown := owners - set(_OWNERS):
        msg = f"--licensed: {min(unknown)} is none of {', '.join(_OWNERS)}"
        raise Failure(msg)
    return owners


class _Counted:
    """Passes on what became of files, and counts."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self.outcomes = outcomes
        self.counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Outcome]:
        for outcome in self.outcomes:
            self.counts[outcome.status.value] += 1
            yield outcome


def _leave(counts: Counter[str]) -> None:
    if counts[Status.REFUSED]:
        raise click.exceptions.Exit(BLOCKED)
    if not counts[Status.LOADED] and not counts[Status.ALREADY]:
        raise click.exceptions.Exit(UNUSABLE)


def _line(outcome: Outcome) -> str:
    match outcome.status:
        case Status.LOADED | Status.ALREADY:
            span = _span(outcome.starts_on, outcome.ends_on)
            words = f"{outcome.release}, {span}, {outcome.rows:,} rows"
            why = f" ({outcome.why})" if outcome.why else ""
            return f"{outcome.file}: {outcome.status}: {outcome.kind}: {words}{why}"
        case Status.REFUSED | Status.STRANGER:
            of = f"{outcome.kind}: " if outcome.kind else ""
            return f"{outcome.file}: {outcome.status}: {of}{outcome.why}"


def _span(starts_on: date | None, ends_on: date | None) -> str:
    if starts_on is None:
        return "undated"
    return f"from {starts_on}" if ends_on is None else f"{starts_on} to {ends_on}"


# What there is


@command.command("list")
@click.option("--on", type=_DAY, help="The day to ask for, as 2026-05-04; today if not given.")
@_JSON
def list_tables(*, on: datetime | None, as_json: bool) -> None:
    """Show what is loaded, how old it is, and which edits lack their tables on a day."""
    know_all()
    now = datetime.now(UTC)
    folder = reference_folder()
    found = take_inventory(Library(folder), on.date() if on else now.date(), now)
    if as_json:
        say_json({"folder": str(folder), **msgspec.structs.asdict(found)})
        return
    _show(found)


def _show(found: Inventory) -> None:
    for each in found.releases:
        span = _span(each.starts_on, each.ends_on)
        force = "in force" if each.in_force else "not in force"
        age = f"loaded {each.age_days} days ago"
        click.echo(f"{each.kind}: {each.name}: {span}, {each.rows:,} rows, {force}, {age}")
    for family in found.families:
        if family.missing:
            click.echo(
                f"{family.family}: not checked in full, missing: {', '.join(family.missing)}"
            )
    click.echo(f"{len(found.releases)} releases; on {found.on}")


# Searching


@command.command("search")
@click.argument("text", nargs=-1, required=True)
@click.option("--system", "systems", multiple=True, type=click.Choice(list(SYSTEMS)))
@click.option("--on", type=_DAY, help="Ask the releases in force on a day, not the newest ones.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 500))
@_JSON
def search(
    *,
    text: tuple[str, ...],
    systems: tuple[str, ...],
    on: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find codes by words, synonyms, index terms, or how they begin.

    A single code is shown with its place in the hierarchy and the notes that hold for it.
    """
    know_all()
    library = Library(reference_folder())
    _bootstrap(library)
    day = on.date() if on else None
    encoder = Encoder(library, day, lambda name: say_aside(f"cleanclaim: indexing {name}"))
    if not any(encoder.tables(name) for name in systems or SYSTEMS):
        msg = "no table of these systems is loaded for that day; see cleanclaim reference list"
        raise Failure(msg)
    words = " ".join(text)
    hits = encoder.search(words, systems, limit)
    explained = _explained(encoder, hits)
    if as_json:
        say_json({"query": words, "on": day, "hits": hits, "explained": explained})
        return
    _tell(hits, explained)


def _bootstrap(library: Library) -> None:
    """Load the ICD-10-CM that comes with the program where none is loaded."""
    if not library.releases(ICD10CM.name):
        say_aside("cleanclaim: loading the ICD-10-CM that comes with the program")
        list(load(bundled_files(), library, Order(loaded_at=datetime.now(UTC))))


def _explained(encoder: Encoder, hits: Sequence[Hit]) -> Explained | None:
    """Explain the code that was asked for, if one was: its hit has the score of a code."""
    exact = [hit for hit in hits if hit.score == encoder.exact]
    return encoder.explain(exact[0].code, exact[0].system) if len(exact) == 1 else None


def _tell(hits: Sequence[Hit], explained: Explained | None) -> None:
    if not hits:
        click.echo("nothing found")
    for hit in hits:
        header = "" if hit.billable is not False else " (header)"
        system = SYSTEMS[hit.system].title
        click.echo(f"{hit.code}\t{hit.title}{header}\t{system}, {hit.release}")
    if explained is None:
        return
    for step in explained.above:
        click.echo(f"  above: {step.code} {step.title}")
    for step in explained.below:
        click.echo(f"  below: {step.code} {step.title}")
    for character, meaning in explained.sevenths.items():
        click.echo(f"  seventh character {character}: {meaning}")
    for note in explained.notes:
        click.echo(f"  {note.note} (at {note.at}): {note.words}")

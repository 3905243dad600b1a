"""``cleanclaim demo``: the whole cycle on a synthetic practice, then the web app."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from cleanclaim.cli.answers import say_aside, say_json
from cleanclaim.cli.booting import ANCHORS, boot_migrated
from cleanclaim.cli.serve import HOST, PORT, serve_web

if TYPE_CHECKING:
    from cleanclaim.demo.figures import Figures
    from cleanclaim.demo.half_year import HalfYear
    from cleanclaim.store.organizations.models import User

EMAIL = "demo@example.com"
# No secret: it opens a practice that does not exist, on the owner's own machine.
PASSWORD = "synthetic people only here"  # noqa: S105
VISITS = 500


@click.command("demo")
@click.option("--seed", default=1, show_default=True, help="Another number, another half year.")
@click.option(
    "--claims",
    "visits",
    default=VISITS,
    show_default=True,
    type=click.IntRange(10, 100_000),
    help="How many visits the half year has; each makes a claim.",
)
@click.option("--no-serve", is_flag=True, help="End when the half year is over.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, and do not serve.")
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=PORT, show_default=True, help="Port to listen on.")
def command(*, seed: int, visits: int, no_serve: bool, as_json: bool, host: str, port: int) -> None:
    """Live through half a year of a synthetic practice, then serve it in the web app.

    Each run founds a practice of its own; the same seed gives the same figures.
    """
    say_aside("starting the database")
    boot_migrated()
    _prepare_tables()
    life, figures = _live(seed, visits)
    if as_json:
        say_json(figures)
        return
    _show(life, figures)
    click.echo(f"\nsign in at http://{host}:{port} as {EMAIL} with: {PASSWORD}")
    if no_serve:
        click.echo("start the web app with: cleanclaim serve")
    else:
        serve_web(host, port)


def _prepare_tables() -> None:
    """Make the codes that come with the program searchable, and write the demo's sample tables."""
    from cleanclaim.app.referencing import prepare_codes
    from cleanclaim.demo.sample_tables import write_samples
    from cleanclaim.store.places import sample_folder

    now = datetime.now(UTC)
    write_samples(sample_folder(), now)
    prepare_codes(now, say_aside)


def _live(seed: int, visits: int) -> "tuple[HalfYear, Figures]":
    """Set a practice up, live through its half year, and anchor its record of events."""
    from cleanclaim.demo.coding_desk import leave_uncoded
    from cleanclaim.demo.figures import count_figures
    from cleanclaim.demo.half_year import HalfYear
    from cleanclaim.demo.plan import make_plan
    from cleanclaim.demo.setup import set_up
    from cleanclaim.store.events.chain import anchor_head
    from cleanclaim.store.places import data_folder

    plan = make_plan(seed, visits)
    say_aside(f"founding a synthetic practice with {len(plan.patients)} patients")
    practice = set_up(_ensure_user(), plan, seed)
    life = HalfYear(practice, plan, seed)
    with _reporting() as report:
        life.run(report)
    organization = practice.organization.pk
    leave_uncoded(practice)
    figures = count_figures(organization)
    anchor_head(organization, datetime.now(UTC), data_folder() / ANCHORS)
    return life, figures


def _ensure_user() -> "User":
    from cleanclaim.store.organizations.models import User

    known = User.objects.filter(email=EMAIL).first()
    return known or User.objects.create_user(EMAIL, "Dana Demo", PASSWORD)


@contextmanager
def _reporting() -> Iterator[Callable[[date], None]]:
    """Show the days passing on standard error: a bar on a terminal, a line a month elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from cleanclaim.demo.plan import ENDS_ON, STARTS_ON

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _tell_month
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=(ENDS_ON - STARTS_ON).days + 1)
        yield lambda day: bar.update(task, advance=1, description=f"{day:%d %B %Y}")


def _tell_month(day: date) -> None:
    if day.day == 1:
        say_aside(f"living through {day:%B %Y}")


def _show(life: "HalfYear", figures: "Figures") -> None:
    """Print the figures, then the stories."""
    from rich.console import Console

    from cleanclaim.cli.demo_tables import figure_table, story_table

    console = Console()
    console.print(figure_table(figures))
    console.print(story_table(life))

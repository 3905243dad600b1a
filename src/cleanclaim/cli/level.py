"""``cleanclaim code level``: the level of a visit, and the words of the note that decide it."""

from datetime import datetime
from pathlib import Path

import click
import msgspec

from cleanclaim.cli.answers import say_json
from cleanclaim.cli.program import Failure
from cleanclaim.coding.levels import Level, Patient, Setting, choose_level
from cleanclaim.coding.levels.claimed import compare_claimed
from cleanclaim.kernel.findings import Finding

_MINUTES_MAX = 1_440


@click.command("level")
@click.argument("note", type=click.Path(path_type=Path))
@click.option("--setting", type=click.Choice([each.value for each in Setting]), required=True)
@click.option(
    "--patient",
    type=click.Choice([each.value for each in Patient]),
    help="For an office or a home; read from the note if not named.",
)
@click.option(
    "--minutes", type=click.IntRange(0, _MINUTES_MAX), help="Total time; else as the note says."
)
@click.option("--claimed", default="", metavar="CODE", help="As 99214, 99213-25 or 99215+99417.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: datetime.now().astimezone().strftime("%Y-%m-%d"),
    help="The day of service; today if not named.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    *,
    note: Path,
    setting: str,
    patient: str | None,
    minutes: int | None,
    claimed: str,
    on: datetime,
    as_json: bool,
) -> None:
    """Choose the level of the visit that NOTE, a text file, tells of.

    By decision making or by total time, whichever is higher, with the words of the note that
    decide. With --claimed the answer also says, fact by fact, what was found for that code and
    what was not. Where the note settles no level it is "unknown".
    """
    text = _text(note)
    day = on.date()
    level = choose_level(text, setting=setting, patient=patient, minutes=minutes, on=day)
    findings: tuple[Finding, ...] = ()
    if claimed:
        findings = compare_claimed(
            text, claimed, setting=setting, patient=patient, minutes=minutes, on=day
        )
    if as_json:
        told = msgspec.to_builtins(level)
        say_json(told | {"findings": findings} if claimed else told)
    else:
        _show(level, findings)


def _text(path: Path) -> str:
    # Not by text mode, which would turn line ends around and so move every offset.
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        msg = f"{path.name}: not a text in UTF-8"
        raise Failure(msg) from None


def _show(level: Level, findings: tuple[Finding, ...]) -> None:
    click.echo(f"{level.level} by {level.basis}")
    click.echo(f"  problems {level.problems}, data {level.data}, risk {level.risk}")
    for element in level.elements:
        click.echo(f"  {element.kind} [{element.start}-{element.end}] {element.text}")
    for words in level.missing:
        click.echo(f"  not found: {words}")
    for finding in findings:
        click.echo(f"  {finding.severity.value} {finding.rule} {finding.place}: {finding.message}")

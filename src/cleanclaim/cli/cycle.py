"""``cleanclaim cycle``: claims of other software through the whole cycle with the sandbox."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleanclaim.cli.answers import say_aside, say_json
from cleanclaim.cli.booting import boot_migrated
from cleanclaim.cli.program import BLOCKED, UNUSABLE
from cleanclaim.kernel.findings import Severity, blocks
from cleanclaim.kernel.money import format_dollars

if TYPE_CHECKING:
    from cleanclaim.app.cycle_outcomes import ClaimOutcome
    from cleanclaim.app.cycling import CycleReport, FileOutcome


@click.command("cycle")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--seed", default=0, show_default=True, help="What the simulated payers decide by.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, files: tuple[Path, ...], seed: int, as_json: bool) -> None:
    """Take the claims of 837P files through the whole cycle with simulated payers.

    Each claim is recorded, verified, scrubbed, sent, acknowledged, decided and posted; it ends
    posted, denied or rejected, with the reason. Exit status 1 where a file or a claim has
    findings that block, 2 where a file is no X12.
    """
    contents = [(path, path.read_bytes()) for path in files]
    boot_migrated()
    from cleanclaim.app.cycle_reading import SourceFile
    from cleanclaim.app.cycling import cycle_files

    sources = [SourceFile(path.name, content) for path, content in contents]
    report = cycle_files(sources, today=datetime.now(UTC).date(), seed=seed)
    if as_json:
        say_json(report)
    else:
        _show(report)
    for file in report.files:
        if not file.interchanges:
            say_aside(f"cleanclaim: {file.file}: no X12 interchange")
    if status := _status(report):
        raise click.exceptions.Exit(status)


def _status(report: "CycleReport") -> int:
    if not all(file.interchanges for file in report.files):
        return UNUSABLE
    rejected = any(c.outcome == "rejected" for file in report.files for c in file.claims)
    return BLOCKED if rejected or any(blocks(file.findings) for file in report.files) else 0


def _show(report: "CycleReport") -> None:
    """Print a line a claim, a line a finding that blocks, and the totals."""
    for file in report.files:
        for claim in file.claims:
            click.echo(_line(file, claim))
        for finding in file.findings:
            if finding.severity is Severity.BLOCK:
                told = f"{finding.rule}: {finding.message} ({finding.place})"
                click.echo(f"{file.file}  not used  {told}")
    totals, ledger = report.totals, report.ledger
    click.echo(
        f"{totals.claims} claims: {totals.posted} posted, {totals.denied} denied, "
        f"{totals.rejected} rejected; charged {format_dollars(totals.money.charge_cents)}, "
        f"paid {format_dollars(totals.money.paid_cents)}"
    )
    click.echo(
        f"ledger: debits {format_dollars(ledger.debits_cents)}, "
        f"credits {format_dollars(ledger.credits_cents)}, "
        f"{'balanced' if ledger.balanced else 'NOT BALANCED'}, "
        f"suspense {format_dollars(ledger.suspense_cents)}"
    )


def _line(file: "FileOutcome", claim: "ClaimOutcome") -> str:
    money = " ".join(
        f"{name} {format_dollars(cents)}"
        for name, cents in (
            ("charge", claim.charge_cents),
            ("paid", claim.paid_cents),
            ("adjusted", claim.adjusted_cents),
            ("patient", claim.patient_cents),
            ("open", claim.open_cents),
        )
    )
    told = f"  {claim.reason}" if claim.reason else ""
    return f"{file.file}  claim {claim.position}  {claim.outcome:8}  {money}{told}"

"""``cleanclaim remit``: the gates over the remittances of an 835, and posting it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import click

from cleanclaim.cli.answers import say_aside, say_json
from cleanclaim.cli.booting import boot_migrated, list_organizations
from cleanclaim.cli.program import BLOCKED, UNUSABLE
from cleanclaim.kernel.findings import Finding, Severity, blocks
from cleanclaim.kernel.money import format_dollars
from cleanclaim.remits.from_835 import read_remits
from cleanclaim.remits.gates import check as judge
from cleanclaim.remits.model import Remit

_PAYEE = "REMIT.G7"


@click.group("remit")
def command() -> None:
    """Check the remittances of an 835, or post them."""


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--npi", "npis", multiple=True, help="Our NPI; then the payee is checked too.")
@click.option("--tin", "tins", multiple=True, help="Our tax id; then the payee is checked too.")
def check(*, file: Path, as_json: bool, npis: Sequence[str], tins: Sequence[str]) -> None:
    """Say whether each remittance could be posted: does every cent of it follow.

    Exit status 1 where a finding blocks, 2 where the file holds no remittance.
    """
    remits, around = read_remits(file)
    judged = [(remit, _judge(remit, npis, tins)) for remit in remits]
    if as_json:
        told = [_told(remit, findings) for remit, findings in judged]
        say_json({"file": file.name, "remits": told, "findings": around})
    else:
        _show(file, judged, around)
    if not remits:
        say_aside(f"cleanclaim: {file.name}: no remittance")
        raise click.exceptions.Exit(UNUSABLE)
    if blocks(around) or any(blocks(findings) for _, findings in judged):
        raise click.exceptions.Exit(BLOCKED)


def _judge(remit: Remit, npis: Sequence[str], tins: Sequence[str]) -> tuple[Finding, ...]:
    """Ask the gates; whether the payee is ours cannot be asked without knowing who we are."""
    findings = judge(remit, npis, tins)
    if npis or tins:
        return tuple(findings)
    return tuple(finding for finding in findings if finding.rule != _PAYEE)


def _told(remit: Remit, findings: tuple[Finding, ...]) -> dict[str, object]:
    return {
        "payer": remit.payer_identifier,
        "trace": remit.trace_number,
        "paid_on": remit.paid_on,
        "paid_cents": remit.paid_cents,
        "claims": len(remit.claims),
        "postable": not blocks(findings),
        "findings": findings,
    }


def _show(
    file: Path,
    judged: Sequence[tuple[Remit, tuple[Finding, ...]]],
    around: Sequence[Finding],
) -> None:
    for number, (remit, findings) in enumerate(judged, 1):
        for finding in findings:
            _say(f"{file.name}: remittance {number}", finding)
        verdict = "not to be posted" if blocks(findings) else "can be posted"
        click.echo(
            f"{file.name}: remittance {number}: {len(remit.claims)} claims, "
            f"{format_dollars(remit.paid_cents)} paid, {verdict}"
        )
    told = {finding for _, findings in judged for finding in findings}
    for finding in around:
        if finding not in told:
            _say(file.name, finding)


def _say(place: str, finding: Finding) -> None:
    if finding.severity is not Severity.INFO:
        words = f"{finding.severity} {finding.rule}: {finding.message} ({finding.place})"
        click.echo(f"{place}: {words}")


@command.command("post")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--organization", type=int, help="Whose books; needed where there are several.")
def post(*, file: Path, as_json: bool, organization: int | None) -> None:
    """Post each remittance of an 835 to an organization's books, once, through every gate.

    Posting the same file again posts nothing. Exit status 1 where one is stopped or waits for
    approval, 2 where the file holds no remittance.
    """
    parameters = boot_migrated()
    known = list_organizations(parameters)
    chosen = organization if organization is not None else (known[0] if len(known) == 1 else None)
    if chosen not in known or chosen is None:
        say_aside(f"cleanclaim: name one of {len(known)} organizations with --organization")
        raise click.exceptions.Exit(UNUSABLE)
    told = _post(file.read_bytes(), file.name, chosen)
    if as_json:
        say_json({"file": file.name, "organization": chosen, "remits": told})
    else:
        for number, each in enumerate(told, 1):
            click.echo(f"{file.name}: remittance {number}: {each['outcome']}")
            for finding in each["findings"]:
                _say(f"{file.name}: remittance {number}", finding)
    if not told:
        say_aside(f"cleanclaim: {file.name}: no remittance")
        raise click.exceptions.Exit(UNUSABLE)
    if any(each["outcome"] in {"quarantined", "waiting"} for each in told):
        raise click.exceptions.Exit(BLOCKED)


class _Told(TypedDict):
    remit: int
    outcome: str
    findings: tuple[Finding, ...]


def _post(content: bytes, name: str, organization: int) -> list[_Told]:
    from cleanclaim.app.connecting import keep_file
    from cleanclaim.app.posting import read_remittance_file
    from cleanclaim.app.work import unit_of_work
    from cleanclaim.store.events.chain import Actor

    actor, at = Actor("system", "cleanclaim remit post"), datetime.now(UTC)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        file, _ = keep_file(
            work, None, direction="in", kind="835", name=name[:120], content=content
        )
    results = read_remittance_file(organization=organization, actor=actor, at=at, file=file)
    return [_Told(remit=r.remit, outcome=r.outcome, findings=r.findings) for r in results]

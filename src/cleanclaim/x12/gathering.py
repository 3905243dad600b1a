"""Gather what was read of a source into a report: what it holds and what is wrong with it."""

from collections.abc import Collection, Iterable

import msgspec

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.events import (
    Event,
    GroupEnd,
    GroupStart,
    InterchangeEnd,
    InterchangeStart,
    LooseFindings,
    TransactionEnd,
    TransactionStart,
    Unit,
)
from cleanclaim.x12.findings import X12Finding


class TransactionReport(msgspec.Struct):
    """A transaction: control number (ST02), how many segments and units it has, findings."""

    control: str
    transaction: str
    segments: int = 0
    units: int = 0
    findings: int = 0
    blocked: bool = False


class GroupReport(msgspec.Struct):
    """A functional group: its guide as written (GS08) and its transactions."""

    guide: str
    control: str
    transactions: list[TransactionReport] = []


class InterchangeReport(msgspec.Struct):
    """An interchange: its control number (ISA13) and its groups."""

    control: str
    groups: list[GroupReport] = []


class Report(msgspec.Struct):
    """What a source holds; it is valid where no finding blocks."""

    interchanges: list[InterchangeReport] = []
    valid: bool = True
    findings: list[X12Finding] = []

    def to_builtins(self) -> dict[str, object]:
        """Give the report as plain dicts, lists, numbers and text, ready for JSON."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain


def concluded(report: Report, types: Collection[int]) -> Report:
    """Put the findings of these types in the order of the file and say whether any blocks."""
    kept = [each for each in report.findings if each.type in types]
    report.findings = sorted(kept, key=lambda finding: (finding.segment, finding.offset))
    report.valid = not _blocks(report.findings)
    return report


def gather(events: Iterable[Event]) -> Report:
    """Gather what events already read hold and what was found, not yet in order."""
    report = Report()
    group = GroupReport("", "")
    transaction = TransactionReport("", "")
    starts_at = 0
    for event in events:
        match event:
            case Unit(own_findings=own):
                transaction.units += 1
                if own:
                    _note(report, transaction, own)
            case InterchangeStart(header=header):
                report.interchanges.append(InterchangeReport(header.get(13)))
            case GroupStart(header=header):
                group = GroupReport(header.get(8), header.get(6))
                report.interchanges[-1].groups.append(group)
            case TransactionStart(header=header):
                transaction = TransactionReport(header.get(2), header.get(1))
                starts_at = header.position
                group.transactions.append(transaction)
            case TransactionEnd(findings=rest, trailer=trailer):
                ends_at = trailer.segments[-1].position if trailer.segments else starts_at
                transaction.segments = ends_at - starts_at + 1
                _note(report, transaction, rest)
            case (
                GroupEnd(findings=rest)
                | InterchangeEnd(findings=rest)
                | LooseFindings(findings=rest)
            ):
                report.findings += rest
    return report


def _note(report: Report, transaction: TransactionReport, findings: tuple[X12Finding, ...]) -> None:
    report.findings += findings
    transaction.findings += len(findings)
    transaction.blocked = transaction.blocked or _blocks(findings)


def _blocks(findings: Iterable[X12Finding]) -> bool:
    return any(finding.severity is Severity.BLOCK for finding in findings)

"""Edits of modifiers: which of them contradict each other on one line."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Procedure, ServiceLine
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import LINE, with_line
from cleanclaim.edits.listing import in_force
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_BILATERAL = "50"


def _with(*modifiers: str) -> Procedure:
    return msgspec.structs.replace(LINE.procedure, modifiers=modifiers)


def _pairs(line: ServiceLine, on: date | None, weight: str) -> Iterator[str]:
    """Give the pairs of the line's modifiers that the list has with this weight, as "26 and TC"."""
    modifiers = set(line.procedure.modifiers)
    if len(modifiers) < 2:
        return
    for row in in_force("modifier_pairs", on):
        kind, one, other = row.words
        if kind == weight and one in modifiers and other in modifiers:
            yield f"{one} and {other}"


def _found(batch: ClaimBatch, weight: str) -> Found:
    days = batch.line_starts_on.tolist()
    pairs = [
        next(_pairs(line, day, weight), "") for line, day in zip(batch.line_rows, days, strict=True)
    ]
    return batch.lines(batch.flags(map(bool, pairs)), pair=batch.column(pairs))


@edit(
    "MODIFIER.PAIR",
    family="modifiers",
    severity=Severity.BLOCK,
    source="the list modifier_pairs, each pair with its source",
    message="modifiers {pair} cannot stand on one line",
    hint="leave the one that the record supports",
    failing=with_line(procedure=_with("26", "TC")),
    passing=with_line(procedure=_with("26", "GA")),
)
def modifiers_agree(batch: ClaimBatch, _reference: Reference) -> Found:
    """No line has two modifiers of which one excludes the other, on its day of service."""
    return _found(batch, "never")


@edit(
    "MODIFIER.DOUBTFUL",
    family="modifiers",
    severity=Severity.WARN,
    source="the list modifier_pairs, each pair with its source",
    message="modifiers {pair} on one line are rarely both right",
    hint="check them against the record and the payer's policy",
    failing=with_line(procedure=_with("LT", "RT")),
    passing=with_line(procedure=_with("26", "LT")),
)
def modifiers_hardly_contradict(batch: ClaimBatch, _reference: Reference) -> Found:
    """A line with two modifiers that seldom go together is looked at."""
    return _found(batch, "doubtful")


@edit(
    "MODIFIER.BILATERAL",
    family="modifiers",
    severity=Severity.WARN,
    source="CMS, Claims Processing Manual, ch. 12, 40.7",
    message="a bilateral service (modifier 50) is billed with more than one unit",
    hint="Medicare takes one line with one unit; some payers take two lines with RT and LT",
    failing=with_line(procedure=_with("50"), units=Decimal(2)),
    passing=with_line(procedure=_with("50"), units=Decimal(1)),
)
def bilateral_is_one(batch: ClaimBatch, _reference: Reference) -> Found:
    """A line with modifier 50 has one unit, which stands for both sides."""
    bilateral = batch.where_line(lambda line: _BILATERAL in line.procedure.modifiers)
    return batch.lines(bilateral & (batch.line_thousandths > 1000))

"""Edits of modifiers: which contradict each other, their codes, or the other lines."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found
from cleanclaim.claims.model import Procedure
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import LINE, with_line, with_lines
from cleanclaim.edits.line_lists import alike, codes_in, days_in, rows_called
from cleanclaim.edits.listing import in_force
from cleanclaim.edits.registry import OFFICE_KINDS, edit
from cleanclaim.kernel.findings import Severity

_BILATERAL = "50"


def _with(*modifiers: str) -> Procedure:
    return msgspec.structs.replace(LINE.procedure, modifiers=modifiers)


def _pairs(modifiers: tuple[str, ...], on: date | None, weight: str) -> Iterator[str]:
    """Give the pairs of a line's modifiers that the list has with this weight, as "26 and TC"."""
    for row in in_force("modifier_pairs", on):
        kind, one, other = row.words
        if kind == weight and one in modifiers and other in modifiers:
            yield f"{one} and {other}"


def _found(batch: ClaimBatch, weight: str) -> Found:
    modifiers = batch.line_modifier_lists
    pairs = batch.column([""] * len(modifiers))
    for row in np.flatnonzero([len(each) > 1 for each in modifiers]).tolist():
        day = batch.line_starts_on[row].item()
        pairs[row] = next(_pairs(modifiers[row], day, weight), "")
    return batch.lines(pairs != "", pair=pairs)


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
    bilateral = batch.among(batch.line_modifier_lists, lambda modifiers: _BILATERAL in modifiers)
    return batch.lines(bilateral & (batch.line_thousandths > 1000))


def _misplaced(batch: ClaimBatch, *words: str) -> Found:
    """Report lines whose modifier is not for their code, by the rows of some words of the list."""
    found = NOTHING
    for row in (row for word in words for row in rows_called("modifier_lines", word)):
        word, modifier, ranges = row.words
        marks = batch.with_modifier(modifier) & days_in(batch.line_starts_on, row.span)
        if marks.any():
            listed = codes_in(batch.line_key, ranges.split(","))
            marks &= ~listed & _has_digits(batch) if word == "only" else listed
            found += batch.lines(marks, modifier=modifier, code=batch.line_code)
    return found


def _has_digits(batch: ClaimBatch) -> Flags:
    """Mark codes of five digits: of others the ranges say nothing."""
    marks: Flags = np.char.isdigit(batch.line_code.astype("U"))
    return marks


@edit(
    "MODIFIER.CODE",
    family="modifiers",
    severity=Severity.BLOCK,
    source="the list modifier_lines, each row with its source",
    message="modifier {modifier} cannot stand with {code}",
    hint="drop it from the visit; 25 says that a visit was apart from a procedure, and needs a "
    "note of its own that shows so",
    failing=with_line(procedure=_with("59")),
    passing=with_line(procedure=_with("25")),
    kinds=OFFICE_KINDS,
)
def modifiers_fit_their_codes(batch: ClaimBatch, _reference: Reference) -> Found:
    """No modifier stands with a code that it is never for."""
    return _misplaced(batch, "never")


@edit(
    "MODIFIER.CODE_DOUBTFUL",
    family="modifiers",
    severity=Severity.WARN,
    source="the list modifier_lines, each row with its source",
    message="modifier {modifier} is rarely right with {code}",
    hint="check it against the record and the payer's policy",
    failing=with_line(procedure=_with("91")),
    passing=with_line(procedure=Procedure("85025", ("91",))),
    kinds=OFFICE_KINDS,
)
def modifiers_suit_their_codes(batch: ClaimBatch, _reference: Reference) -> Found:
    """A modifier with a code that it is seldom for is looked at."""
    return _misplaced(batch, "doubtful", "only")


_REPEATED = "76"


@edit(
    "MODIFIER.REPEAT",
    family="modifiers",
    severity=Severity.WARN,
    source="CMS, NCCI policy manual, ch. 1, E (repeated by the same person)",
    message="{code} is said to be repeated (76), and no other line of the day has it",
    hint="bill the first one too, or drop 76; the record names the time of each",
    failing=with_line(procedure=_with(_REPEATED)),
    passing=with_lines(LINE, msgspec.structs.replace(LINE, number=2, procedure=_with(_REPEATED))),
)
def repeated_services_were_done_before(batch: ClaimBatch, _reference: Reference) -> Found:
    """A service that was repeated stands on another line, also of another claim, of its day."""
    repeats = batch.with_modifier(_REPEATED)
    if not repeats.any():
        return NOTHING
    patients = batch.claim_patient[batch.line_claim]
    same = alike(patients, batch.line_starts_on, batch.line_key)
    once = np.bincount(same)[same] == 1
    return batch.lines(repeats & once, code=batch.line_code)


@edit(
    "MODIFIER.SIDES",
    family="modifiers",
    severity=Severity.WARN,
    source="CMS, Claims Processing Manual, ch. 12, 40.7 (bilateral services)",
    message="{code} is billed for both sides (50), and for one of them on another line",
    hint="bill both sides once: one line with 50, or two with LT and RT where the payer wants so",
    failing=with_lines(
        msgspec.structs.replace(LINE, procedure=_with(_BILATERAL)),
        msgspec.structs.replace(LINE, number=2, procedure=_with("RT")),
    ),
    passing=with_lines(
        msgspec.structs.replace(LINE, procedure=_with("LT")),
        msgspec.structs.replace(LINE, number=2, procedure=_with("RT")),
    ),
    kinds=OFFICE_KINDS,
)
def both_sides_hold_each_side(batch: ClaimBatch, _reference: Reference) -> Found:
    """A service for both sides has no line for one of them on its claim and day."""
    both, one = batch.with_modifier(_BILATERAL), batch.with_modifier("LT", "RT")
    if not both.any() or not one.any():
        return NOTHING
    same = alike(batch.line_claim, batch.line_starts_on, batch.line_key, batch.line_rendering)
    return batch.lines(one & ~both & np.isin(same, same[both]), code=batch.line_code)

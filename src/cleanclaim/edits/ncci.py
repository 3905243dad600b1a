"""Edits of NCCI's procedure pairs: what is part of another service of the same day."""

from collections.abc import Callable, Collection
from datetime import date

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found
from cleanclaim.claims.grouping import Indices
from cleanclaim.claims.model import Claim, ClaimKind, Procedure
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.tables.ncci import PTP_HOSPITAL, PTP_PRACTITIONER
from cleanclaim.edits.encounters import office_claims, outpatient_claims
from cleanclaim.edits.examples import LINE, SECOND_LINE, with_lines
from cleanclaim.edits.pairs import NEVER, WITH_MODIFIER, Bundled, bundled, bypassing
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_KINDS = (ClaimKind.PROFESSIONAL, ClaimKind.INSTITUTIONAL)
_TABLES = {
    ClaimKind.PROFESSIONAL: (PTP_PRACTITIONER,),
    ClaimKind.INSTITUTIONAL: (PTP_HOSPITAL,),
}
_SOURCE = "CMS, NCCI Policy Manual, ch. 1; Claims Processing Manual, ch. 23, 20.9"
Which = Callable[[Bundled], Flags]


def _concerned(batch: ClaimBatch) -> Flags:
    return office_claims(batch) | outpatient_claims(batch, "pairs")


def _both(one: str, two: str, *modifiers: str) -> Claim:
    """Give an example with two services, the second with modifiers."""
    replace = msgspec.structs.replace
    return with_lines(
        replace(LINE, procedure=Procedure(one)),
        replace(SECOND_LINE, procedure=Procedure(two, modifiers)),
    )


def _alone(code: str, number: str) -> Claim:
    line = msgspec.structs.replace(LINE, procedure=Procedure(code))
    return msgspec.structs.replace(with_lines(line), patient_control_number=number)


@edit(
    "NCCI.PTP.NEVER",
    family="ncci",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{code} is part of {others} of the same day; no modifier lets both be paid",
    hint="take {code} out, unless the record shows that the other code is the wrong one",
    failing=_both("45380", "45378", "59"),
    passing=_both("45380", "11042"),
    kinds=_KINDS,
    tables=_TABLES,
    concerns=_concerned,
)
def parts_are_not_billed(batch: ClaimBatch, reference: Reference) -> Found:
    """A service is not billed beside one of the same patient, provider and day that it is part of.

    Indicator 0: Medicare pays column one of the pair alone. Claims are judged together with
    earlier ones; a line of several days counts on its first.
    """
    return _of_column_two(batch, reference, lambda each: each.indicator == NEVER)


@edit(
    "NCCI.PTP.MODIFIER",
    family="ncci",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{code} is part of {others} of the same day, and no modifier says what sets it apart",
    hint="take {code} out; a modifier (XE, XS, XP, XU or 59; a side, finger, toe or vessel; 25 on "
    "a visit) only if the record documents another encounter, site, lesion or practitioner, or a "
    "visit beyond the procedure's own",
    failing=_both("11042", "97597"),
    passing=_both("11042", "97597", "XS"),
    kinds=_KINDS,
    tables=_TABLES,
    concerns=_concerned,
)
def parts_are_set_apart(batch: ClaimBatch, reference: Reference) -> Found:
    """A service that can be apart from another of the day says so by a modifier of NCCI.

    Indicator 1. The modifiers are in the list bypass_modifiers, with the line on which they count.
    """
    return _of_column_two(
        batch, reference, lambda each: (each.indicator == WITH_MODIFIER) & each.stands
    )


@edit(
    "NCCI.PTP.VISIT",
    family="ncci",
    severity=Severity.WARN,
    source="CMS, NCCI Policy Manual, ch. 1, D and E (modifiers 25, 57 and 59)",
    message="the visit {code} stands beside {others} of the same day with no modifier of visits",
    hint="25 (57 before major surgery) only if the record documents a visit beyond the procedure's "
    "own; else take the visit out. A side or 59 does not set a visit apart",
    failing=_both("20610", "99213", "59"),
    passing=_both("20610", "99213", "25"),
    kinds=_KINDS,
    tables=_TABLES,
    concerns=_concerned,
)
def visits_have_their_modifier(batch: ClaimBatch, reference: Reference) -> Found:
    """A visit that is set apart from a service of the day has 24, 25, 27 or 57 itself.

    Payers' programs may take any modifier of NCCI on either line; reviews do not.
    """
    return _of_column_two(batch, reference, lambda each: each.doubtful)


@edit(
    "NCCI.PTP.BYPASSED",
    family="ncci",
    severity=Severity.INFO,
    source=_SOURCE,
    message="{code} is paid beside {others} of the same day only for its modifier {modifiers}",
    hint="have the note at hand that documents the other encounter, site, lesion or practitioner, "
    "or the visit beyond the procedure's own",
    failing=_both("11042", "97597", "59"),
    passing=_both("11042", "93005", "59"),
    kinds=_KINDS,
    tables=_TABLES,
    enabled=False,
    concerns=_concerned,
)
def bypasses_are_known(batch: ClaimBatch, reference: Reference) -> Found:
    """A service that a modifier sets apart from another is shown, for its documentation."""
    return _of_column_two(batch, reference, lambda each: each.bypassed)


@edit(
    "NCCI.PTP.EARLIER",
    family="ncci",
    severity=Severity.WARN,
    source=_SOURCE,
    message="{others} of the same day is part of {code}: one of the two will not be paid",
    hint="correct the earlier claim (frequency 7) if the record shows one service; a modifier only "
    "if it documents another encounter, site, lesion or practitioner",
    failing=_alone("45380", "EX-2"),
    passing=_alone("11042", "EX-2"),
    kinds=_KINDS,
    tables=_TABLES,
    before=(_alone("45378", "EX-1"),),
    concerns=_concerned,
)
def earlier_claims_have_no_parts(batch: ClaimBatch, reference: Reference) -> Found:
    """No earlier claim bills what is part of a service of the same patient, provider and day."""
    return _found(batch, reference, lambda each: ~each.pairs.is_two & each.stands)


def _of_column_two(batch: ClaimBatch, reference: Reference, which: Which) -> Found:
    return _found(batch, reference, lambda each: each.pairs.is_two & which(each))


def _found(batch: ClaimBatch, reference: Reference, which: Which) -> Found:
    found = NOTHING
    for each in bundled(batch, reference.library):
        found += _told(batch, each, np.flatnonzero(which(each)))
    return found


def _told(batch: ClaimBatch, each: Bundled, rows: Indices) -> Found:
    """Report each line once, with the codes and places of the others that it is a pair with."""
    if not len(rows):
        return NOTHING
    others: dict[int, dict[str, None]] = {}
    modifiers: dict[int, str] = {}
    for row, line in zip(rows.tolist(), each.pairs.line[rows].tolist(), strict=True):
        others.setdefault(line, {})[_named(batch, line, int(each.pairs.other[row]))] = None
        if each.bypassed[row]:
            modifiers[line] = _modifiers(batch, int(each.pairs.other[row]), line)
    words = {line: " and ".join(named) for line, named in others.items()}
    found = _lines(batch, words, code=batch.line_code, others=words, modifiers=modifiers)
    return found.by(each.release)


def _lines(batch: ClaimBatch, lines: Collection[int], **facts: object) -> Found:
    """Report lines; facts by line become columns."""
    marks = np.zeros(len(batch.line_claim), np.bool_)
    marks[list(lines)] = True
    columns = {
        name: _column(batch, values) if isinstance(values, dict) else values
        for name, values in facts.items()
    }
    return batch.lines(marks, **columns)


def _column(batch: ClaimBatch, values: dict[int, str]) -> np.ndarray:
    column = np.full(len(batch.line_claim), "", np.object_)
    column[list(values)] = list(values.values())
    return column


def _named(batch: ClaimBatch, line: int, other: int) -> str:
    """Name another line by its code and where it stands."""
    same = batch.line_claim[line] == batch.line_claim[other]
    where = f"line {batch.line_number[other]}" if same else "an earlier claim"
    return f"{batch.line_code[other]} ({where})"


def _modifiers(batch: ClaimBatch, one: int, two: int) -> str:
    """Name the modifiers that bypass a pair of lines."""
    on: date = batch.line_starts_on[one].item()
    both = ((one, "one"), (two, "two"))
    return ", ".join(
        modifier
        for line, column in both
        for modifier in batch.line_modifiers[line].tolist()
        if modifier in bypassing(on, column)
    )

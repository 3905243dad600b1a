"""Edits of global periods: visits and procedures around a surgery, across the patient's claims."""

from collections.abc import Callable
from datetime import date, timedelta

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim, ClaimKind, Procedure, ServiceLine
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES
from cleanclaim.edits.examples import LINE, SERVICE_ON, with_lines
from cleanclaim.edits.listing import rows_of
from cleanclaim.edits.registry import edit
from cleanclaim.edits.same_physician import NO_LINE, nearest_line
from cleanclaim.edits.surgeries import NO_PERIOD, Surgeries, surgeries_of
from cleanclaim.kernel.findings import Severity

MEDICARE_PART_B = "MB"  # SBR09
_PROFESSIONAL = frozenset({ClaimKind.PROFESSIONAL})
_TABLES = (RELATIVE_VALUES,)
_FIRST_KNOWN = date(2020, 1, 1)  # from which the examples have a fee schedule
_MINOR, _MINOR_WITH_PERIOD, _MAJOR = "20610", "17000", "27130"
# What excuses a visit on the day of a surgery or the day before; FT is for critical care.
_SAME_DAY = ("25", "57", "24", "FT")
# A decision for a further surgery (57) is left to a person; 25 alone does not excuse.
_AFTERWARDS = ("24", "57", "FT")
_STAGED, _RETURNED, _UNRELATED = "58", "78", "79"
# A procedure that is told as repeated (76, 77) is left to a person.
_FURTHER = (_STAGED, _RETURNED, _UNRELATED, "76", "77")
_EXCUSED = (*_AFTERWARDS, *_FURTHER)
# Not the surgeon's own work in the operating room, or a part of an earlier surgery.
_NO_SURGEONS = ("54", "55", "56", "80", "81", "82", "AS")


def _line(code: str, *modifiers: str, days: int = 0, on: date = SERVICE_ON) -> ServiceLine:
    """Give an example's line, so many days after the usual day or another."""
    day = on + timedelta(days=days)
    return msgspec.structs.replace(
        LINE, procedure=Procedure(code, modifiers), starts_on=day, ends_on=day
    )


def _billed(*lines: ServiceLine, indicator: str = MEDICARE_PART_B, place: str = "11") -> Claim:
    numbered = [msgspec.structs.replace(x, number=n) for n, x in enumerate(lines, 1)]
    return msgspec.structs.replace(
        with_lines(*numbered), filing_indicator=indicator, place_of_service=place
    )


def _is_medicare(batch: ClaimBatch) -> Flags:
    marks: Flags = (batch.claim_filing == MEDICARE_PART_B)[batch.line_claim]
    return marks


def _report(known: Surgeries, marks: Flags, near: Indices, **facts: object) -> Found:
    """Report marked lines with the surgery near each: its code, its period, how long ago."""
    if not marks.any():
        return NOTHING
    batch, place = known.batch, np.maximum(near, 0)
    since = (batch.line_starts_on - batch.line_starts_on[place]).astype(np.int64)
    told = {"surgery": batch.line_code[place], "days": known.days[place], "since": since}
    releases, found = known.release[place], NOTHING
    for number in np.unique(releases[marks]).tolist():
        of_release = batch.lines(marks & (releases == number), **told, **facts)
        found += of_release.by(known.releases[number])
    return found


# What each rule looks for: the lines, and the surgery near each.
Near = tuple[Flags, Indices]


def _with_minor(known: Surgeries) -> Near:
    """Mark visits of the day of a minor procedure, without a modifier."""
    near = known.on_the_day
    return known.visits & (near != NO_LINE) & ~known.batch.with_modifier(*_SAME_DAY), near


def _before_major(known: Surgeries) -> Near:
    """Mark visits of the day of a major surgery or the day before it, without a modifier."""
    near = known.on_the_eve
    return known.visits & (near != NO_LINE) & ~known.batch.with_modifier(*_SAME_DAY), near


def _visits_afterwards(known: Surgeries) -> Near:
    """Mark visits in the period after a surgery, without a modifier."""
    near = known.in_period
    return known.visits & (near != NO_LINE) & ~known.batch.with_modifier(*_AFTERWARDS), near


def _surgeries_afterwards(known: Surgeries) -> Near:
    """Mark procedures with a period of their own in that of an earlier one, without a modifier."""
    return (known.days >= 10) & _unexplained(known), known.in_period


def _minor_afterwards(known: Surgeries) -> Near:
    """Mark procedures without a period in that of an earlier one, without a modifier."""
    return (known.days == 0) & _unexplained(known), known.in_period


def _unexplained(known: Surgeries) -> Flags:
    """Mark lines in a period that tell no reason, and are the surgeon's own."""
    marks: Flags = known.in_period != NO_LINE
    return marks & ~known.batch.with_modifier(*_FURTHER, *_NO_SURGEONS)


def _medicare(batch: ClaimBatch, reference: Reference, rule: Callable[..., Near]) -> Found:
    medicare = _is_medicare(batch)
    if not medicare.any():
        return NOTHING
    known = surgeries_of(batch, reference)
    marks, near = rule(known)
    return _report(known, marks & medicare, near)


@edit(
    "GLOBAL.VISIT_SAME_DAY",
    family="global_periods",
    severity=Severity.BLOCK,
    source="CMS, Claims Processing Manual, ch. 12, 30.6.6 B and 40.1",
    message="a visit on the day of the minor procedure {surgery} is part of it without 25",
    hint="add 25 only if the note documents a significant, separate visit beyond the usual work "
    "around the procedure; else take the visit out",
    failing=_billed(_line(_MINOR), _line("99213")),
    passing=_billed(_line(_MINOR), _line("99213", "25")),
    kinds=_PROFESSIONAL,
    tables=_TABLES,
)
def visits_beside_procedures_are_separate(batch: ClaimBatch, reference: Reference) -> Found:
    """To Medicare, a visit on the day of a 0- or 10-day procedure of one physician has 25."""
    return _medicare(batch, reference, _with_minor)


@edit(
    "GLOBAL.DECISION",
    family="global_periods",
    severity=Severity.BLOCK,
    source="CMS, Claims Processing Manual, ch. 12, 30.6.6 C and 40.1",
    message="a visit on the day of the major surgery {surgery}, or the day before, is part of it "
    "without 57",
    hint="add 57 only if the note documents that the surgery was decided on in this visit; else "
    "take the visit out",
    failing=_billed(_line("99223"), _line(_MAJOR, days=1)),
    passing=_billed(_line("99223", "57"), _line(_MAJOR, days=1)),
    kinds=_PROFESSIONAL,
    tables=_TABLES,
)
def visits_before_surgery_decide_on_it(batch: ClaimBatch, reference: Reference) -> Found:
    """To Medicare, a visit on the day of a 90-day surgery or the day before it has 57."""
    return _medicare(batch, reference, _before_major)


@edit(
    "GLOBAL.POSTOPERATIVE_VISIT",
    family="global_periods",
    severity=Severity.BLOCK,
    source="CMS, Claims Processing Manual, ch. 12, 30.6.6 A and 40.1",
    message="a visit {since} days after {surgery} is part of its {days} days without 24",
    hint="add 24 only if the note documents a visit for another problem, with its own diagnosis; "
    "else the visit is not billed (99024 reports it)",
    failing=_billed(_line("99213", days=90)),
    passing=_billed(_line("99213", "24", days=90)),
    before=(_billed(_line(_MAJOR)),),
    kinds=_PROFESSIONAL,
    tables=_TABLES,
)
def visits_after_surgery_are_unrelated(batch: ClaimBatch, reference: Reference) -> Found:
    """To Medicare, a visit in the 10 or 90 days after one physician's surgery has 24."""
    return _medicare(batch, reference, _visits_afterwards)


@edit(
    "GLOBAL.PROCEDURE",
    family="global_periods",
    severity=Severity.BLOCK,
    source="CMS, Claims Processing Manual, ch. 12, 40.2 and 40.4",
    message="a procedure {since} days after {surgery} lies in its {days} days and tells no reason",
    hint="as the operative note documents: 58 planned or more extensive, 78 back to the operating "
    "room for a complication, 79 unrelated; without one it is part of the first",
    failing=_billed(_line(_MINOR_WITH_PERIOD, days=10)),
    passing=_billed(_line(_MINOR_WITH_PERIOD, "79", days=10)),
    before=(_billed(_line(_MINOR_WITH_PERIOD)),),
    kinds=_PROFESSIONAL,
    tables=_TABLES,
)
def surgeries_after_surgery_tell_why(batch: ClaimBatch, reference: Reference) -> Found:
    """To Medicare, a 10- or 90-day procedure in an earlier one's period has 58, 78 or 79."""
    return _medicare(batch, reference, _surgeries_afterwards)


@edit(
    "GLOBAL.MINOR_PROCEDURE",
    family="global_periods",
    severity=Severity.WARN,
    source="CMS, Claims Processing Manual, ch. 12, 40.1 and 40.4",
    message="a procedure {since} days after {surgery} lies in its {days} days and tells no reason",
    hint="right for a diagnostic procedure; else as the note documents: 58 planned, 78 back to "
    "the operating room, 79 unrelated",
    failing=_billed(_line(_MINOR, days=1)),
    passing=_billed(_line(_MINOR, days=91)),
    before=(_billed(_line(_MAJOR)),),
    kinds=_PROFESSIONAL,
    tables=_TABLES,
)
def minor_procedures_after_surgery_tell_why(batch: ClaimBatch, reference: Reference) -> Found:
    """To Medicare, a 0-day procedure in an earlier one's period is looked at without a reason."""
    return _medicare(batch, reference, _minor_afterwards)


@edit(
    "GLOBAL.OTHER_PAYER",
    family="global_periods",
    severity=Severity.WARN,
    source="the payer's policy on surgical packages; the days are Medicare's",
    message="the payer may count this as part of {surgery} and its {days} days without {may}",
    hint="a modifier says that it is not; the note must document what that modifier means",
    failing=_billed(_line(_MINOR), _line("99213"), indicator="CI"),
    passing=_billed(_line(_MINOR), _line("99213", "25"), indicator="CI"),
    kinds=_PROFESSIONAL,
    tables=_TABLES,
)
def other_payers_may_bundle(batch: ClaimBatch, reference: Reference) -> Found:
    """To payers other than Medicare, what Medicare counts as part of a surgery is looked at."""
    known, found, others = surgeries_of(batch, reference), NOTHING, ~_is_medicare(batch)
    if not others.any():
        return NOTHING
    rules = {
        "25": _with_minor,
        "57": _before_major,
        "24": _visits_afterwards,
        "58, 78 or 79": _surgeries_afterwards,
    }
    for may, rule in rules.items():
        marks, near = rule(known)
        found += _report(known, marks & others, near, may=may)
    return found


@edit(
    "GLOBAL.NO_SURGERY",
    family="global_periods",
    severity=Severity.INFO,
    source="CMS, Claims Processing Manual, ch. 12, 30.6.6 and 40.2",
    message="the line tells of a period after a surgery (24, 58, 78, 79), and none is in sight",
    hint="right if the surgery was billed elsewhere; else take the modifier out",
    failing=_billed(_line("99213", "24", days=91)),
    passing=_billed(_line("99213", "24", days=90)),
    before=(_billed(_line(_MAJOR)),),
    kinds=_PROFESSIONAL,
    tables=_TABLES,
)
def periods_have_a_surgery(batch: ClaimBatch, reference: Reference) -> Found:
    """A line with 24, 58, 78 or 79 lies in the period after a surgery that is in sight."""
    known = surgeries_of(batch, reference)
    told = batch.with_modifier("24", _STAGED, _RETURNED, _UNRELATED)
    return batch.lines(told & known.professional & (known.in_period == NO_LINE))


@edit(
    "GLOBAL.OPERATING_PLACE",
    family="global_periods",
    severity=Severity.INFO,
    source="CMS, Claims Processing Manual, ch. 12, 40.1 B (return to the operating room)",
    message="78 is a return to the operating room; the place of service seldom has one",
    hint="right for a laser or endoscopy suite; else care of a complication is part of the surgery",
    failing=_billed(_line(_MINOR, "78")),
    passing=_billed(_line(_MINOR, "78"), place="22"),
    kinds=_PROFESSIONAL,
)
def returns_have_an_operating_room(batch: ClaimBatch, _reference: Reference) -> Found:
    """A line with 78 is of a place that has operating rooms."""
    returned = batch.with_modifier(_RETURNED) & batch.claim_is_professional[batch.line_claim]
    if not returned.any():
        return NOTHING
    operating = [row.words[1] for row in rows_of("operating_places")]
    return batch.lines(returned & ~np.isin(batch.line_place, operating))


@edit(
    "GLOBAL.HISTORY",
    family="global_periods",
    severity=Severity.INFO,
    source="CMS, Claims Processing Manual, ch. 12, 40.1",
    message="whether an earlier service has a period is not known: for its day no fee schedule is "
    "loaded",
    hint="load the relative values of that quarter",
    failing=_billed(_line("99213", on=_FIRST_KNOWN)),
    passing=_billed(_line("99213", on=_FIRST_KNOWN + timedelta(days=90))),
    before=(_billed(_line(_MAJOR, on=_FIRST_KNOWN - timedelta(days=1))),),
    kinds=_PROFESSIONAL,
    tables=_TABLES,
)
def earlier_services_can_be_looked_up(batch: ClaimBatch, reference: Reference) -> Found:
    """A table is in force on the days of the physician's services of the 90 days before."""
    known = surgeries_of(batch, reference)
    asking = (known.visits | (known.days != NO_PERIOD)) & ~batch.with_modifier(*_EXCUSED)
    marks = asking & (nearest_line(batch, known.unknown, after=1, until=90) != NO_LINE)
    return batch.lines(marks)

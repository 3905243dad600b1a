"""Edits of NCCI's medically unlikely units: more of a service than a day or a line takes."""

from decimal import Decimal

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim, ClaimKind, Procedure
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.tables.ncci import MUE_HOSPITAL, MUE_PRACTITIONER, MUE_SUPPLIER
from cleanclaim.edits.encounters import equipment_claims, office_claims, outpatient_claims
from cleanclaim.edits.examples import LINE, with_line, with_lines
from cleanclaim.edits.registry import edit
from cleanclaim.edits.units import (
    CLINICAL,
    MEDICARE,
    OF_LINE,
    OF_POLICY,
    Limited,
    claim_limits,
    equipment_limits,
)
from cleanclaim.kernel.findings import Severity

_KINDS = (ClaimKind.PROFESSIONAL, ClaimKind.INSTITUTIONAL)
_TABLES = {
    ClaimKind.PROFESSIONAL: (MUE_PRACTITIONER,),
    ClaimKind.INSTITUTIONAL: (MUE_HOSPITAL,),
}
_SOURCE = "CMS, NCCI Policy Manual, ch. 1, V (medically unlikely edits)"
_NOT_THE_PATIENTS = "units denied here are never the patient's to pay, notice (ABN) or not"


def _concerned(batch: ClaimBatch) -> Flags:
    return office_claims(batch) | outpatient_claims(batch, "units")


def _units(code: str, units: int, *modifiers: str) -> Claim:
    """Give an example with units of a service."""
    return with_line(procedure=Procedure(code, modifiers), units=Decimal(units))


def _twice(code: str, units: int) -> Claim:
    """Give an example with a service on two lines of a day."""
    replace = msgspec.structs.replace
    line = replace(LINE, procedure=Procedure(code), units=Decimal(units))
    again = replace(line, number=2, procedure=Procedure(code, ("59",)), control_number="2")
    return with_lines(line, again)


def _of_medicare(claim: Claim, filing_indicator: str = "MB") -> Claim:
    subscriber = msgspec.structs.replace(claim.subscriber, member_id="1EG4TE5MK73")
    return msgspec.structs.replace(claim, filing_indicator=filing_indicator, subscriber=subscriber)


def _at_home(code: str, units: int) -> Claim:
    """Give an example of a supplier."""
    line = msgspec.structs.replace(LINE, procedure=Procedure(code, ("RR",)), units=Decimal(units))
    return msgspec.structs.replace(with_lines(line), place_of_service="12")


@edit(
    "MUE.LINE",
    family="mue",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{units:g} units of {code} on one line; {limit} are the most that a line takes",
    hint="correct the units; services that the record shows one by one go on lines of their own, "
    "with 76, 77 or 91 for a repetition, a side or finger, or 59 or X for another site or "
    f"encounter; {_NOT_THE_PATIENTS}",
    failing=_units("82962", 3),
    passing=_twice("82962", 2),
    kinds=_KINDS,
    tables=_TABLES,
    concerns=_concerned,
)
def lines_have_likely_units(batch: ClaimBatch, reference: Reference) -> Found:
    """A line has no more units than its code's limit, where the limit is a line's (MAI 1).

    The units of a line of several days count by their mean of a day, to the nearest whole.
    """
    found = NOTHING
    for limits in claim_limits(batch, reference.library):
        marks = (limits.adjudication == OF_LINE) & (limits.limit > 0) & limits.too_many
        found += _told(batch, limits, marks, limits.thousandths)
    return found


@edit(
    "MUE.DAY",
    family="mue",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="{units:g} units of {code} on the day's {count} lines; {limit} are the most by policy",
    hint="correct the units or the code; both sides are one line with modifier 50 and one unit. "
    f"Modifiers and appeals do not lift this limit; {_NOT_THE_PATIENTS}",
    failing=_twice("11042", 1),
    passing=_units("11042", 1, "50"),
    kinds=_KINDS,
    tables=_TABLES,
    concerns=_concerned,
)
def days_have_units_of_policy(batch: ClaimBatch, reference: Reference) -> Found:
    """All lines of a code, day, patient and provider keep a limit of policy (MAI 2).

    Those of earlier claims count. A code without a limit is not said to have none: some are
    secret. Lines for care after or before surgery alone (55, 56) and minutes do not count. The
    limit is doubled where sides may be billed by lines: in a surgery center (place 24), and with
    LT or RT to payers other than Medicare.
    """
    return _by_day(batch, reference, OF_POLICY)


@edit(
    "MUE.DAY.LIKELY",
    family="mue",
    severity=Severity.WARN,
    source=_SOURCE,
    message="{units:g} units of {code} on the day's {count} lines; more than {limit} are unlikely",
    hint="check units and code; if the record shows that all were needed and done, expect a denial "
    f"and appeal with it; {_NOT_THE_PATIENTS}",
    failing=_units("88305", 17),
    passing=_units("88305", 16),
    kinds=_KINDS,
    tables=_TABLES,
    concerns=_concerned,
)
def days_have_likely_units(batch: ClaimBatch, reference: Reference) -> Found:
    """All lines of a code, day, patient and provider keep a clinical limit (MAI 3), or are proven.

    Lines are counted as for limits of policy.
    """
    return _by_day(batch, reference, CLINICAL)


@edit(
    "MUE.ZERO",
    family="mue",
    severity=Severity.BLOCK,
    source=_SOURCE,
    message="Medicare pays no unit of {code} to who bills here",
    hint="bill the contractor or the setting that pays it (equipment is a supplier's), or the code "
    f"that Medicare takes in its place; {_NOT_THE_PATIENTS}",
    failing=_of_medicare(_units("L1810", 1)),
    passing=_of_medicare(_units("L1810", 1), "CI"),
    kinds=_KINDS,
    tables=_TABLES,
    concerns=_concerned,
)
def codes_can_be_paid_at_all(batch: ClaimBatch, reference: Reference) -> Found:
    """A claim to Medicare (filing MA, MB) has no code whose limit in its setting is 0.

    Of other payers the limit 0 says nothing: they pay codes that Medicare does not.
    """
    found = NOTHING
    medicare = np.isin(batch.claim_filing, MEDICARE)[batch.line_claim]
    for limits in claim_limits(batch, reference.library):
        marks = (limits.limit == 0) & limits.too_many & medicare[limits.lines]
        found += _told(batch, limits, marks, limits.thousandths)
    return found


@edit(
    "MUE.EQUIPMENT",
    family="mue",
    severity=Severity.WARN,
    source=_SOURCE,
    message="{units:g} units of {code} on the day's {count} lines; suppliers' limit is {limit}",
    hint="correct units, code or the span of days; if the record shows that all were needed, "
    f"appeal with it; {_NOT_THE_PATIENTS}",
    failing=_at_home("E0601", 2),
    passing=_at_home("E0601", 1),
    kinds=(ClaimKind.PROFESSIONAL,),
    tables=(MUE_SUPPLIER,),
    concerns=equipment_claims,
)
def suppliers_have_likely_units(batch: ClaimBatch, reference: Reference) -> Found:
    """A supplier's lines keep the limits of equipment and supplies.

    A supplier is told by its claim: every code is of equipment, supplies or what goes with them.
    """
    found = NOTHING
    for limits in equipment_limits(batch, reference.library):
        by_line = limits.adjudication == OF_LINE
        found += _told(batch, limits, by_line & limits.too_many, limits.thousandths)
        found += _told(batch, limits, ~by_line & limits.too_many_together, limits.total)
    return found


def _by_day(batch: ClaimBatch, reference: Reference, adjudication: int) -> Found:
    found = NOTHING
    for limits in claim_limits(batch, reference.library):
        ours = (limits.adjudication == adjudication) & (limits.limit > 0)
        found += _told(batch, limits, ours & limits.too_many_together, limits.total)
    return found


def _told(batch: ClaimBatch, limits: Limited, marks: Flags, thousandths: np.ndarray) -> Found:
    """Report lines with their units, limit and how many lines of the day have the code."""
    if not marks.any():
        return NOTHING
    lines = len(batch.line_claim)
    facts = {"units": thousandths / 1000, "limit": limits.limit, "count": limits.count}
    marked = np.zeros(lines, np.bool_)
    marked[limits.lines[marks]] = True
    columns = {}
    for name, values in facts.items():
        columns[name] = np.zeros(lines, values.dtype)
        columns[name][limits.lines] = values
    return batch.lines(marked, code=batch.line_code, **columns).by(limits.release)

"""Edits of an institution's bill: its type, its period, and that its lines lie in it."""

from datetime import timedelta

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim, ClaimKind
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.care import OUTPATIENT, cares
from cleanclaim.edits.examples import AS_OF, SERVICE_ON, STAY, VISIT, billed, stayed
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_INSTITUTIONAL = (ClaimKind.INSTITUTIONAL,)
_DAY = timedelta(days=1)


@edit(
    "BILL.TYPE",
    family="bills",
    severity=Severity.WARN,
    source="NUBC, type of bill",
    message="the type of bill {bill} begins with no kind of facility that is known",
    hint="correct the first digits of the type of bill",
    failing=stayed(facility_type="19"),
    kinds=_INSTITUTIONAL,
)
def bills_have_a_known_type(batch: ClaimBatch, _reference: Reference) -> Found:
    """The type of bill begins with a facility and a kind of care that are assigned."""
    unknown = cares(batch) == ""
    return batch.claims(unknown, "type of bill", bill=batch.type_of_bill)


@edit(
    "STATEMENT.MISSING",
    family="bills",
    severity=Severity.BLOCK,
    source="837I guide, DTP*434 (2300)",
    message="the period that the bill covers is missing",
    hint="enter first and last day of the statement",
    failing=stayed(statement_starts_on=None, statement_ends_on=None),
    kinds=_INSTITUTIONAL,
)
def statements_have_a_period(batch: ClaimBatch, _reference: Reference) -> Found:
    """An institution's bill says which days it covers."""
    missing = np.isnat(batch.statement_starts_on) | np.isnat(batch.statement_ends_on)
    return batch.claims(missing, "statement")


@edit(
    "STATEMENT.ORDER",
    family="bills",
    severity=Severity.BLOCK,
    source="837I guide, DTP*434 (2300)",
    message="the period that the bill covers ends before it starts",
    hint="correct the days of the statement",
    failing=stayed(VISIT, statement_ends_on=SERVICE_ON - _DAY),
    passing=VISIT,
    kinds=_INSTITUTIONAL,
)
def statements_run_forward(batch: ClaimBatch, _reference: Reference) -> Found:
    """A statement ends on its first day or later."""
    return batch.claims(batch.statement_ends_on < batch.statement_starts_on, "statement")


def _until(days_after: int) -> Claim:
    """Give the stay ended so many days after the day it is judged from."""
    return stayed(statement_ends_on=AS_OF + timedelta(days=days_after))


@edit(
    "STATEMENT.FUTURE",
    family="bills",
    severity=Severity.BLOCK,
    source="a service is billed when it is done",
    message="the period that the bill covers reaches into the future",
    hint="correct the days of the statement, or wait",
    failing=_until(1),
    passing=_until(0),
    needs=("as_of",),
    kinds=_INSTITUTIONAL,
)
def statements_are_past(batch: ClaimBatch, _reference: Reference) -> Found:
    """A statement does not end after the day from which it is judged."""
    return batch.claims(batch.statement_ends_on > np.datetime64(batch.as_of, "D"), "statement")


@edit(
    "STATEMENT.LINES",
    family="bills",
    severity=Severity.BLOCK,
    source="837I guide, DTP*472 (2400) with DTP*434 (2300)",
    message="the line's day of service is outside of the bill's period",
    hint="correct the line's day or the statement, or bill it with the statement of that day",
    failing=billed(VISIT, starts_on=SERVICE_ON - _DAY),
    passing=billed(STAY, starts_on=SERVICE_ON, ends_on=SERVICE_ON),
    kinds=_INSTITUTIONAL,
)
def lines_lie_in_the_statement(batch: ClaimBatch, _reference: Reference) -> Found:
    """A line's days are days of the statement."""
    starts_on = batch.statement_starts_on[batch.line_claim]
    ends_on = batch.statement_ends_on[batch.line_claim]
    return batch.lines((batch.line_starts_on < starts_on) | (batch.line_ends_on > ends_on))


def _two_days(claim: Claim) -> Claim:
    return stayed(claim, statement_starts_on=SERVICE_ON - _DAY)


@edit(
    "STATEMENT.LINE_DATE",
    family="bills",
    severity=Severity.BLOCK,
    source="837I guide, DTP*472 (2400)",
    message="the bill covers several days and the outpatient's line does not say which is its own",
    hint="enter the day of service of the line",
    failing=_two_days(billed(VISIT, starts_on=None, ends_on=None)),
    passing=billed(VISIT, starts_on=None, ends_on=None),
    kinds=_INSTITUTIONAL,
)
def outpatient_lines_have_days(batch: ClaimBatch, _reference: Reference) -> Found:
    """A line of an outpatient's bill for several days has a day of its own; a drug need not."""
    several: Flags = batch.statement_starts_on != batch.statement_ends_on
    asked = (several & (cares(batch) == OUTPATIENT))[batch.line_claim]
    bare = batch.where_line(lambda line: line.starts_on is None and line.drug is None)
    return batch.lines(asked & bare)


@edit(
    "REVENUE.MISSING",
    family="bills",
    severity=Severity.BLOCK,
    source="837I guide, SV201",
    message="the line has no revenue code of four digits",
    hint="every line of an institution has one",
    failing=billed(STAY, revenue_code="120"),
    kinds=_INSTITUTIONAL,
)
def lines_have_revenue_codes(batch: ClaimBatch, _reference: Reference) -> Found:
    """Every line of an institution's bill has a revenue code of four digits."""
    codes = batch.line_revenue_code
    return batch.lines(batch.flags(not (len(code) == 4 and code.isdecimal()) for code in codes))

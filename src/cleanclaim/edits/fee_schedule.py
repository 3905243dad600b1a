"""Edits of the Medicare physician fee schedule: what it pays, and the modifiers that it takes."""

from collections.abc import Callable
from decimal import Decimal

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found, Values
from cleanclaim.claims.model import Claim, ClaimKind, Procedure, ServiceLine
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES
from cleanclaim.edits.examples import LINE, SERVICE_ON, changed
from cleanclaim.edits.line_lists import alike, days_in, rows_called
from cleanclaim.edits.medicare import MEDICARE_PART_B
from cleanclaim.edits.registry import edit
from cleanclaim.edits.schedule_rows import Scheduled, scheduled, scheduled_lines
from cleanclaim.kernel.findings import Severity

_LIABILITY = ("GA", "GX", "GY", "GZ")
_INDICATORS = "schedule_indicators"
_LAYOUT = "CMS, Claims Processing Manual, ch. 23, addendum (fee schedule record layout)"
_OFFICE = (ClaimKind.PROFESSIONAL,)
_TABLES = (RELATIVE_VALUES,)


def billed_to_medicare(*services: str, **fields: object) -> Claim:
    """Give an example to Medicare Part B: services as "71046-26", one line each."""
    lines = tuple(_line(number, text) for number, text in enumerate(services, 1))
    return changed(
        filing_indicator=MEDICARE_PART_B,
        lines=lines,
        total_charge_cents=sum(line.charge_cents for line in lines),
        **fields,
    )


def _line(number: int, text: str) -> ServiceLine:
    code, *modifiers = text.split("-")
    return msgspec.structs.replace(
        LINE,
        number=number,
        procedure=Procedure(code, tuple(modifiers)),
        units=Decimal(1),
        starts_on=SERVICE_ON,
        control_number=str(number),
    )


def _has(column: str, values: str) -> Callable[[Scheduled], Flags]:
    return lambda each: each.has(column, values)


def _with_status(batch: ClaimBatch, reference: Reference, values: str, among: Flags) -> Found:
    """Report lines of some statuses; the fact is their ``code``."""
    return scheduled_lines(batch, reference, _has("status", values), among, code=batch.line_code)


@edit(
    "FEE.NOT_VALID",
    family="fee_schedule",
    severity=Severity.BLOCK,
    source=f"{_LAYOUT}: status I",
    message="Medicare does not take the code {code}: it has another for the service",
    hint="find the code that Medicare takes; GY asks for a denial for another insurer to see",
    failing=billed_to_medicare("S0610"),
    passing=billed_to_medicare("99213"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def codes_are_medicares(batch: ClaimBatch, reference: Reference) -> Found:
    """No line has a code that is not valid for Medicare, unless a denial is wanted (GY)."""
    return _with_status(batch, reference, "GI", ~batch.with_modifier("GY"))


@edit(
    "FEE.NOT_COVERED",
    family="fee_schedule",
    severity=Severity.WARN,
    source=f"{_LAYOUT}: status N; Claims Processing Manual, ch. 1, 60.4",
    message="Medicare never covers {code}",
    hint="bill the patient, or add GY where another insurer wants Medicare's denial; GX beside it "
    "says that the patient signed a voluntary notice (form CMS-R-131), which must be on file",
    failing=billed_to_medicare("92015"),
    passing=billed_to_medicare("92015-GY"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def services_are_covered(batch: ClaimBatch, reference: Reference) -> Found:
    """A service that Medicare never covers says so by a modifier of liability."""
    return _with_status(batch, reference, "N", ~batch.with_modifier(*_LIABILITY))


@edit(
    "FEE.BUNDLED",
    family="fee_schedule",
    severity=Severity.WARN,
    source=f"{_LAYOUT}: status B",
    message="Medicare pays {code} as a part of other services, never by itself",
    hint="expect no payment and do not bill the patient; leave it out where no record needs it",
    failing=billed_to_medicare("99213", "99000"),
    passing=billed_to_medicare("99213"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def services_are_paid_apart(batch: ClaimBatch, reference: Reference) -> Found:
    """A line is not for what is always a part of another service."""
    return _with_status(batch, reference, "B", ~batch.with_modifier(*_LIABILITY))


@edit(
    "FEE.BUNDLED_SUPPLY",
    family="fee_schedule",
    severity=Severity.WARN,
    source=f"{_LAYOUT}: status P",
    message="the supply {code} is a part of the service of the same day",
    hint="expect no payment for it beside the service",
    failing=billed_to_medicare("99213", "A4212"),
    passing=billed_to_medicare("A4212"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def supplies_stand_alone(batch: ClaimBatch, reference: Reference) -> Found:
    """A supply that belongs to the physician's service is not billed beside it."""
    return _beside_paid(batch, reference, "P")


@edit(
    "FEE.BUNDLED_SERVICE",
    family="fee_schedule",
    severity=Severity.WARN,
    source=f"{_LAYOUT}: status T",
    message="{code} is paid only where nothing else of the schedule is done on the day",
    hint="expect no payment for it beside the other service",
    failing=billed_to_medicare("99213", "94760"),
    passing=billed_to_medicare("94760"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def lesser_services_stand_alone(batch: ClaimBatch, reference: Reference) -> Found:
    """A service that is paid only by itself has no other of the same day and person beside it."""
    return _beside_paid(batch, reference, "T")


def _beside_paid(batch: ClaimBatch, reference: Reference, status: str) -> Found:
    """Report lines of a status with a service beside them that the schedule pays."""
    rows = scheduled(batch, reference)
    asked, paid = np.zeros((2, len(batch.line_claim)), np.bool_)
    for each in rows:
        asked[each.lines], paid[each.lines] = each.has("status", status), each.has("status", "ACJR")
    patients = batch.claim_patient[batch.line_claim]
    near = np.flatnonzero(np.isin(patients, patients[asked]))
    visits = alike(patients[near], batch.line_starts_on[near], batch.line_rendering[near])
    beside = np.zeros(len(asked), np.bool_)
    beside[near] = np.isin(visits, visits[paid[near]])
    return _with_status(batch, reference, status, beside)


@edit(
    "FEE.REPORTING",
    family="fee_schedule",
    severity=Severity.INFO,
    source=f"{_LAYOUT}: status M",
    message="{code} only reports a measure: nothing is paid of the {charge_cents} charged",
    hint="charge nothing, or a cent where the program cannot",
    failing=billed_to_medicare("99213", "G8427"),
    passing=changed(filing_indicator=MEDICARE_PART_B),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def measures_cost_nothing(batch: ClaimBatch, reference: Reference) -> Found:
    """A code that only reports a measure charges at most a cent."""
    facts = {"code": batch.line_code, "charge_cents": batch.charge_cents}
    return scheduled_lines(batch, reference, _has("status", "M"), batch.charge_cents > 1, **facts)


@edit(
    "FEE.RESTRICTED",
    family="fee_schedule",
    severity=Severity.INFO,
    source=f"{_LAYOUT}: status R",
    message="Medicare covers {code} only under conditions",
    hint="compare the record with the coverage manual before it is sent",
    failing=billed_to_medicare("11055"),
    passing=billed_to_medicare("99213"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
    enabled=False,
)
def coverage_is_plain(batch: ClaimBatch, reference: Reference) -> Found:
    """A service whose coverage has conditions is looked at."""
    return _with_status(batch, reference, "R", ~batch.with_modifier(*_LIABILITY))


# Modifiers


def _modified(batch: ClaimBatch, reference: Reference, word: str, column: str) -> Found:
    """Report lines with a modifier that an indicator of their code refuses, by the list.

    Facts are the ``code``, the ``modifier`` and the ``indicator``.
    """
    found = NOTHING
    for row in rows_called(_INDICATORS, word):
        if row.words[1] != column:
            continue
        modifiers = row.words[3:]
        among = batch.with_modifier(*modifiers) & days_in(batch.line_starts_on, row.span)
        if among.any():
            facts = {"code": batch.line_code, "modifier": _carried(batch, modifiers)}
            has = _has(column, row.words[2])
            found += scheduled_lines(batch, reference, has, among, **facts)
    return found


def _carried(batch: ClaimBatch, modifiers: tuple[str, ...]) -> Values:
    """Give the first of some modifiers that each line has."""
    carried = np.full(len(batch.line_claim), "", np.object_)
    for modifier in reversed(modifiers):
        carried[batch.with_modifier(modifier)] = modifier
    return carried


@edit(
    "FEE.COMPONENT",
    family="fee_schedule",
    severity=Severity.BLOCK,
    source=f"{_LAYOUT}: indicator PC/TC",
    message="{code} has no part that modifier {modifier} could mean",
    hint="drop the modifier, or take the code of the part that was done",
    failing=billed_to_medicare("93000-26"),
    passing=billed_to_medicare("71046-26"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def parts_exist(batch: ClaimBatch, reference: Reference) -> Found:
    """Modifiers 26 and TC stand only with codes that have a professional and a technical part."""
    return _modified(batch, reference, "never", "professional_technical")


@edit(
    "FEE.BILATERAL",
    family="fee_schedule",
    severity=Severity.WARN,
    source=f"{_LAYOUT}: indicator of bilateral services; ch. 12, 40.7",
    message="modifier {modifier} does not raise the payment of {code}",
    hint="the code covers both sides, or has none: bill it once, without 50",
    failing=billed_to_medicare("69210-50"),
    passing=billed_to_medicare("66984-50"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def sides_can_be_two(batch: ClaimBatch, reference: Reference) -> Found:
    """Modifier 50 stands only with codes that are paid for each side."""
    return _modified(batch, reference, "useless", "bilateral")


@edit(
    "FEE.SIDES",
    family="fee_schedule",
    severity=Severity.WARN,
    source=f"{_LAYOUT}: bilateral indicator 2; ch. 12, 40.7",
    message="{code} is already paid for both sides, and is billed for the left and the right",
    hint="bill one line with one unit, without LT and RT",
    failing=billed_to_medicare("69210-LT", "69210-RT"),
    passing=billed_to_medicare("66984-LT", "66984-RT"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def both_sides_are_billed_once(batch: ClaimBatch, reference: Reference) -> Found:
    """A code that covers both sides does not stand on a line for each."""
    left, right = batch.with_modifier("LT"), batch.with_modifier("RT")
    if not left.any() or not right.any():
        return NOTHING
    patients = batch.claim_patient[batch.line_claim]
    same = alike(patients, batch.line_starts_on, batch.line_rendering, batch.line_key)
    again = right & np.isin(same, same[left])
    has = _has("bilateral", "2")
    return scheduled_lines(batch, reference, has, again, code=batch.line_code)


@edit(
    "FEE.SIDE",
    family="fee_schedule",
    severity=Severity.INFO,
    source=f"{_LAYOUT}: bilateral indicators 1 and 3; ch. 12, 40.7",
    message="{code} is paid by the side, and the line does not say which",
    hint="tell the side that the operative note or report names: LT, RT, a finger, toe or eyelid",
    failing=billed_to_medicare("66984"),
    passing=billed_to_medicare("66984-LT"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
    enabled=False,
)
def sides_are_told(batch: ClaimBatch, reference: Reference) -> Found:
    """A service that is paid by the side tells its side."""
    found = NOTHING
    for row in rows_called(_INDICATORS, "side"):
        among = ~batch.with_modifier(*row.words[3:]) & days_in(batch.line_starts_on, row.span)
        has = _has(row.words[1], row.words[2])
        found += scheduled_lines(batch, reference, has, among, code=batch.line_code)
    return found


@edit(
    "FEE.ASSISTANT",
    family="fee_schedule",
    severity=Severity.BLOCK,
    source=f"{_LAYOUT}: indicator of assistants, 1; ch. 12, 20.4.3",
    message="Medicare never pays an assistant ({modifier}) at {code}",
    hint="leave the assistant's line out; the patient may not be billed for it",
    failing=billed_to_medicare("66984-80"),
    passing=billed_to_medicare("27447-80"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def assistants_are_paid(batch: ClaimBatch, reference: Reference) -> Found:
    """No assistant is billed at a surgery for which the law pays none."""
    return _modified(batch, reference, "never", "assistant")


@edit(
    "FEE.ASSISTANT_RECORDS",
    family="fee_schedule",
    severity=Severity.WARN,
    source=f"{_LAYOUT}: indicator of assistants, 0; ch. 12, 20.4.3",
    message="an assistant ({modifier}) at {code} is paid only with records of why one was needed",
    hint="send the operative note that says what the assistant did and why",
    failing=billed_to_medicare("99213-80"),
    passing=billed_to_medicare("27447-80"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def assistants_are_usual(batch: ClaimBatch, reference: Reference) -> Found:
    """An assistant where one must be justified is looked at."""
    return _modified(batch, reference, "records", "assistant")


@edit(
    "FEE.CO_SURGEON",
    family="fee_schedule",
    severity=Severity.BLOCK,
    source=f"{_LAYOUT}: indicator of co-surgeons, 0; ch. 12, 40.8",
    message="Medicare does not pay two surgeons ({modifier}) for {code}",
    hint="one surgeon bills without 62; the other as an assistant, where the code allows one and "
    "the operative note says what was done",
    failing=billed_to_medicare("66984-62"),
    passing=billed_to_medicare("22551-62"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def two_surgeons_are_paid(batch: ClaimBatch, reference: Reference) -> Found:
    """Two surgeons are billed only where the schedule pays two."""
    return _modified(batch, reference, "never", "co_surgeon")


@edit(
    "FEE.CO_SURGEON_RECORDS",
    family="fee_schedule",
    severity=Severity.WARN,
    source=f"{_LAYOUT}: indicator of co-surgeons, 1; ch. 12, 40.8",
    message="two surgeons ({modifier}) for {code} are paid only with records of why",
    hint="each sends an operative note of the part that was done",
    failing=billed_to_medicare("27447-62"),
    passing=billed_to_medicare("22551-62"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def two_surgeons_are_usual(batch: ClaimBatch, reference: Reference) -> Found:
    """Two surgeons where their need must be shown are looked at."""
    return _modified(batch, reference, "records", "co_surgeon")


@edit(
    "FEE.TEAM",
    family="fee_schedule",
    severity=Severity.BLOCK,
    source=f"{_LAYOUT}: indicator of teams, 0; ch. 12, 40.8",
    message="Medicare does not pay a team ({modifier}) for {code}",
    hint="bill the surgeon, and others as what they did where the code allows it",
    failing=billed_to_medicare("27447-66"),
    passing=billed_to_medicare("47135-66"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def teams_are_paid(batch: ClaimBatch, reference: Reference) -> Found:
    """A team is billed only where the schedule pays one."""
    return _modified(batch, reference, "never", "team")


@edit(
    "FEE.TEAM_RECORDS",
    family="fee_schedule",
    severity=Severity.WARN,
    source=f"{_LAYOUT}: indicator of teams, 1; ch. 12, 40.8",
    message="a team ({modifier}) for {code} is paid only with records of why",
    hint="each surgeon sends an operative note of the part that was done",
    failing=billed_to_medicare("22551-66"),
    passing=billed_to_medicare("47135-66"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def teams_are_usual(batch: ClaimBatch, reference: Reference) -> Found:
    """A team whose need must be shown is looked at."""
    return _modified(batch, reference, "records", "team")


@edit(
    "FEE.MULTIPLE",
    family="fee_schedule",
    severity=Severity.INFO,
    source=f"{_LAYOUT}: indicator of multiple procedures, 0 and 9; ch. 12, 40.6",
    message="modifier {modifier} says nothing of {code}: it is not reduced beside others",
    hint="drop 51; Medicare's contractors reduce what must be without it",
    failing=billed_to_medicare("99213-51"),
    passing=billed_to_medicare("66984-51"),
    tables=_TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def reductions_can_be(batch: ClaimBatch, reference: Reference) -> Found:
    """Modifier 51 stands only with codes that are reduced beside others."""
    return _modified(batch, reference, "useless", "multiple_procedure")

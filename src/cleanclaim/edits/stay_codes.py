"""Edits of the codes of institutions: admitting diagnosis, presence on admission, DRG, spans."""

from datetime import date, timedelta

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.claims.coded import Diagnosis
from cleanclaim.claims.institutional import InpatientProcedure, OccurrenceSpan
from cleanclaim.claims.model import Claim, ClaimKind
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.care import INPATIENT, OUTPATIENT, cares, is_revenue
from cleanclaim.edits.examples import STAY, VISIT, billed, stayed
from cleanclaim.edits.listing import in_force
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_INSTITUTIONAL = (ClaimKind.INSTITUTIONAL,)
_MEDICARE_PART_A = "MA"  # SBR09
_LAST = date(2026, 5, 5)


@edit(
    "ADMITTING.MISSING",
    family="stay_codes",
    severity=Severity.BLOCK,
    source="837I guide, HI with ABJ (2300)",
    message="the bill is for a hospital's inpatient but has no admitting diagnosis",
    hint="code for what the patient was admitted",
    failing=stayed(admitting_diagnosis=None),
    passing=VISIT,
    kinds=_INSTITUTIONAL,
)
def inpatients_have_an_admitting_diagnosis(batch: ClaimBatch, _reference: Reference) -> Found:
    """A bill for a hospital's inpatient says for what the patient was admitted."""
    missing = batch.where_claim(
        lambda claim: (
            claim.institutional is not None and claim.institutional.admitting_diagnosis is None
        )
    )
    return batch.claims((cares(batch) == INPATIENT) & missing, "admitting diagnosis")


def _coded(claim: Claim, present: str, filing: str) -> Claim:
    """Give an example to a kind of payer, with one diagnosis and its presence on admission."""
    diagnoses = (Diagnosis("E119", "ABK", present),)
    return msgspec.structs.replace(claim, diagnoses=diagnoses, filing_indicator=filing)


@edit(
    "POA.MISSING",
    family="stay_codes",
    severity=Severity.WARN,
    source="Social Security Act, 1886(d)(4)(D); CMS, present on admission reporting",
    message="no diagnosis says if it was present on admission",
    hint="acute hospitals tell Medicare; exempt hospitals and codes do not",
    failing=_coded(STAY, "", _MEDICARE_PART_A),
    passing=_coded(STAY, "U", _MEDICARE_PART_A),
    kinds=_INSTITUTIONAL,
)
def medicare_is_told_presence(batch: ClaimBatch, _reference: Reference) -> Found:
    """A bill for a hospital's inpatient to Medicare tells of some diagnosis if it was present."""
    told = np.zeros(len(batch), np.bool_)
    told[batch.diagnosis_claim[batch.diagnosis_present != ""]] = True
    medicare = batch.where_claim(
        lambda claim: claim.filing_indicator == _MEDICARE_PART_A and bool(claim.diagnoses)
    )
    return batch.claims((cares(batch) == INPATIENT) & medicare & ~told, "diagnoses")


@edit(
    "POA.OUTPATIENT",
    family="stay_codes",
    severity=Severity.WARN,
    source="NUBC, present on admission indicator: inpatients",
    message="an outpatient's diagnosis is said to have been present on admission",
    hint="take the indicator out",
    failing=_coded(VISIT, "Y", "CI"),
    passing=_coded(STAY, "Y", "CI"),
    kinds=_INSTITUTIONAL,
)
def outpatients_were_not_admitted(batch: ClaimBatch, _reference: Reference) -> Found:
    """Presence on admission is told of inpatients only."""
    outpatient: Flags = cares(batch) == OUTPATIENT
    return batch.diagnoses(outpatient[batch.diagnosis_claim] & (batch.diagnosis_present != ""))


@edit(
    "DRG.MISSING",
    family="stay_codes",
    severity=Severity.INFO,
    source="837I guide, HI with DR (2300)",
    message="no diagnosis related group is told",
    hint="payers who pay by DRG want it unless they group themselves, as Medicare does",
    failing=stayed(drg=""),
    passing=VISIT,
    kinds=_INSTITUTIONAL,
)
def inpatients_have_a_group(batch: ClaimBatch, _reference: Reference) -> Found:
    """A bill for a hospital's inpatient tells the group that it was billed by."""
    return batch.claims((cares(batch) == INPATIENT) & ~_grouped(batch), "DRG")


@edit(
    "DRG.OUTPATIENT",
    family="stay_codes",
    severity=Severity.WARN,
    source="837I guide, HI with DR (2300)",
    message="a diagnosis related group stands on a bill for an outpatient",
    hint="take it out, or correct the type of bill",
    failing=stayed(VISIT, drg="638"),
    passing=STAY,
    kinds=_INSTITUTIONAL,
)
def outpatients_have_no_group(batch: ClaimBatch, _reference: Reference) -> Found:
    """Diagnosis related groups are for inpatients."""
    return batch.claims((cares(batch) == OUTPATIENT) & _grouped(batch), "DRG")


def _grouped(batch: ClaimBatch) -> Flags:
    return batch.where_claim(
        lambda claim: claim.institutional is not None and bool(claim.institutional.drg)
    )


def _operated(on: date) -> Claim:
    return stayed(procedures=(InpatientProcedure("0DTJ4ZZ", on, "BBR"),))


@edit(
    "PROCEDURE.PERIOD",
    family="stay_codes",
    severity=Severity.BLOCK,
    source="837I guide, HI with BBR and BBQ; DTP*434 (2300)",
    message="a procedure of the stay is dated after the bill's period",
    hint="correct the day of the procedure or the statement",
    failing=_operated(_LAST + timedelta(days=1)),
    passing=_operated(_LAST),
    kinds=_INSTITUTIONAL,
)
def procedures_precede_the_end(batch: ClaimBatch, _reference: Reference) -> Found:
    """The procedures of a stay are done before the end of the period."""
    return batch.claims(batch.where_claim(_operated_late), "procedures")


def _operated_late(claim: Claim) -> bool:
    stay = claim.institutional
    ends_on = stay.statement_ends_on if stay is not None else None
    if stay is None or ends_on is None:
        return False
    return any(each.done_on is not None and each.done_on > ends_on for each in stay.procedures)


def _spanned(code: str, first: date, last: date) -> Claim:
    return stayed(occurrence_spans=(OccurrenceSpan(code, first, last),))


@edit(
    "SPAN.ORDER",
    family="stay_codes",
    severity=Severity.BLOCK,
    source="837I guide, HI with BI (2300)",
    message="the occurrence span {code} ends before it starts",
    hint="correct the days of the span",
    failing=_spanned("71", _LAST, date(2026, 5, 2)),
    passing=_spanned("71", date(2026, 4, 2), date(2026, 4, 2)),
    kinds=_INSTITUTIONAL,
)
def spans_run_forward(batch: ClaimBatch, _reference: Reference) -> Found:
    """An occurrence span ends on its first day or later."""
    return batch.spans(batch.span_ends_on < batch.span_starts_on, code=batch.span_code)


@edit(
    "SPAN.PERIOD",
    family="stay_codes",
    severity=Severity.WARN,
    source="the list span_codes (NUBC, occurrence span codes)",
    message="the occurrence span {code} reaches out of the bill's period",
    hint="tell those of its days that lie in the statement",
    failing=_spanned("74", date(2026, 4, 30), date(2026, 5, 2)),
    passing=_spanned("71", date(2026, 4, 2), date(2026, 4, 9)),
    kinds=_INSTITUTIONAL,
)
def spans_lie_in_the_statement(batch: ClaimBatch, _reference: Reference) -> Found:
    """Spans of leave and of liability lie in the statement; earlier stays do not."""
    inside = [row.words[0] for row in in_force("span_codes", None)]
    starts_on = batch.statement_starts_on[batch.span_claim]
    ends_on = batch.statement_ends_on[batch.span_claim]
    out = (batch.span_starts_on < starts_on) | (batch.span_ends_on > ends_on)
    return batch.spans(out & np.isin(batch.span_code, inside), code=batch.span_code)


_BARE = billed(VISIT, procedure=STAY.lines[0].procedure)


@edit(
    "REVENUE.HCPCS",
    family="stay_codes",
    severity=Severity.WARN,
    source="the list revenue_codes (CMS, Claims Processing Manual, ch. 4 and 25)",
    message="revenue code {revenue} on an outpatient's bill has no HCPCS code",
    hint="code what was done",
    failing=_BARE,
    passing=billed(_BARE, revenue_code="0250"),
    kinds=_INSTITUTIONAL,
)
def outpatient_services_are_coded(batch: ClaimBatch, _reference: Reference) -> Found:
    """A hospital's outpatient services of listed revenue codes have HCPCS codes."""
    asked: Flags = (cares(batch) == OUTPATIENT)[batch.line_claim] & (batch.line_code == "")
    revenue = batch.line_revenue_code
    listed = batch.flags(
        bare and is_revenue("hcpcs", code) for bare, code in zip(asked, revenue, strict=True)
    )
    return batch.lines(listed, revenue=revenue)


@edit(
    "REVENUE.BED",
    family="stay_codes",
    severity=Severity.WARN,
    source="the list revenue_codes (NUBC, room and board)",
    message="a bill for an outpatient charges a bed (revenue code {revenue})",
    hint="observation has revenue code 0762; correct the line or the type of bill",
    failing=billed(VISIT, revenue_code="0120"),
    passing=billed(VISIT, revenue_code="0762"),
    kinds=_INSTITUTIONAL,
)
def outpatients_have_no_bed(batch: ClaimBatch, _reference: Reference) -> Found:
    """Beds are charged to inpatients."""
    outpatient: Flags = (cares(batch) == OUTPATIENT)[batch.line_claim]
    revenue = batch.line_revenue_code
    beds = batch.flags(is_revenue("bed", code) for code in revenue)
    return batch.lines(outpatient & beds, revenue=revenue)

"""Edits of balance: totals equal their parts, to the cent."""

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import (
    Adjustment,
    Claim,
    LineAdjudication,
    OtherCoverage,
    Responsibility,
)
from cleanclaim.claims.parties import Payer
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import CLEAN, LINE, changed, with_lines
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity


def _secondary(line_paid_cents: int, claim_paid_cents: int) -> Claim:
    """Give an example to a second payer; the first one adjusted the line by $25."""
    adjudicated = LineAdjudication(
        payer_identifier="FIRST1",
        paid_cents=line_paid_cents,
        procedure=LINE.procedure,
        paid_units=LINE.units,
        adjustments=(Adjustment("CO", "45", 2500),),
    )
    other = OtherCoverage(
        Responsibility.PRIMARY,
        "18",
        CLEAN.subscriber,
        Payer("First Mutual", "FIRST1"),
        paid_cents=claim_paid_cents,
    )
    return msgspec.structs.replace(
        with_lines(msgspec.structs.replace(LINE, adjudications=(adjudicated,))),
        responsibility=Responsibility.SECONDARY,
        other_coverages=(other,),
    )


@edit(
    "BALANCE.LINES",
    family="balance",
    severity=Severity.BLOCK,
    source="837 guide, CLM02",
    message="the total charge is {found_cents}, the lines sum to {expected_cents}",
    hint="bill the sum of the lines",
    failing=changed(total_charge_cents=14001),
)
def lines_sum_to_claim(batch: ClaimBatch, _reference: Reference) -> Found:
    """The total charge of the claim (CLM02) equals the sum of its line charges (SV102)."""
    total = batch.sum_by_claim(batch.charge_cents)
    return batch.claims(
        total != batch.total_charge_cents,
        expected_cents=total,
        found_cents=batch.total_charge_cents,
    )


@edit(
    "BALANCE.ADJUDICATION",
    family="balance",
    severity=Severity.BLOCK,
    source="837 guide, SVD02 and CAS (2430)",
    message="what an earlier payer paid and adjusted does not add up to the line's charge",
    hint="take payment and adjustments of the line from that payer's remittance",
    failing=_secondary(line_paid_cents=9999, claim_paid_cents=9999),
    passing=_secondary(line_paid_cents=10000, claim_paid_cents=10000),
)
def adjudications_explain_the_charge(batch: ClaimBatch, _reference: Reference) -> Found:
    """For each earlier payer, line charge (SV102) = paid (SVD02) + adjustments (CAS)."""
    accounted = batch.decision_paid_cents + batch.decision_adjusted_cents
    unlike = accounted != batch.charge_cents[batch.decision_line]
    marks = np.zeros(len(batch.line_claim), np.bool_)
    marks[batch.decision_line[unlike]] = True
    return batch.lines(marks)


@edit(
    "BALANCE.PAYER_PAID",
    family="balance",
    severity=Severity.BLOCK,
    source="837 guide, AMT*D (2320) and SVD02 (2430)",
    message="an earlier payer's payment of the claim is not that of the lines",
    hint="the payment of the claim is the sum of its lines less adjustments of the claim itself",
    failing=_secondary(line_paid_cents=10000, claim_paid_cents=9000),
    passing=_secondary(line_paid_cents=10000, claim_paid_cents=10000),
)
def earlier_payments_sum_to_claim(batch: ClaimBatch, _reference: Reference) -> Found:
    """An earlier payer's claim payment = its line payments - its claim-level adjustments.

    Only payers that decided by lines are judged; the others told only one figure.
    """
    told: dict[tuple[int, str], int] = {}
    claims = batch.line_claim[batch.decision_line].tolist()
    paid = batch.decision_paid_cents.tolist()
    for claim, payer, cents in zip(claims, batch.decision_payer, paid, strict=True):
        told[claim, payer] = told.get((claim, payer), 0) + cents
    keys = list(zip(batch.other_claim.tolist(), batch.other_payer, strict=True))
    judged = batch.flags(key in told for key in keys) & batch.other_told_payment
    summed = np.array([told.get(key, 0) for key in keys], np.int64)
    unlike = judged & (batch.other_paid_cents != summed - batch.other_adjusted_cents)
    marks = np.zeros(len(batch), np.bool_)
    marks[batch.other_claim[unlike]] = True
    return batch.claims(marks, place="other coverage")

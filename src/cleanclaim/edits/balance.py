"""Edits of balance: totals equal their parts, to the cent."""

import msgspec

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import (
    Adjustment,
    Claim,
    LineAdjudication,
    OtherCoverage,
    Responsibility,
    ServiceLine,
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
    return batch.lines(batch.where_line(lambda line: not _explained(line)))


def _explained(line: ServiceLine) -> bool:
    return all(
        line.charge_cents == told.paid_cents + sum(a.cents for a in told.adjustments)
        for told in line.adjudications
    )


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
    return batch.claims(
        batch.where_claim(lambda claim: not all(map(_paid_by_lines, _pairs(claim)))),
        place="other coverage",
    )


def _pairs(claim: Claim) -> list[tuple[OtherCoverage, list[LineAdjudication]]]:
    """Give each other coverage with what its payer did to lines."""
    return [
        (
            other,
            [
                told
                for line in claim.lines
                for told in line.adjudications
                if told.payer_identifier == other.payer.identifier
            ],
        )
        for other in claim.other_coverages
    ]


def _paid_by_lines(pair: tuple[OtherCoverage, list[LineAdjudication]]) -> bool:
    other, told = pair
    if other.paid_cents is None or not told:
        return True
    adjusted = sum(adjustment.cents for adjustment in other.adjustments)
    return other.paid_cents == sum(line.paid_cents for line in told) - adjusted

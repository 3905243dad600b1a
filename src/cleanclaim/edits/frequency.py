"""Edits of claims that change earlier ones."""

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Frequency
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import changed
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_NEEDS_NUMBER = (Frequency.REPLACEMENT.value, Frequency.VOID.value)


@edit(
    "FREQUENCY.PAYER_NUMBER",
    family="frequency",
    severity=Severity.BLOCK,
    source="837 guide, REF*F8 (2300) with CLM05-3",
    message="a claim that replaces or voids another lacks the payer's number of that one",
    hint="take the payer's claim number from the remittance or the claim status",
    failing=changed(frequency=Frequency.REPLACEMENT),
    passing=changed(frequency=Frequency.REPLACEMENT, payer_claim_number="ICN77"),
)
def replacements_name_the_claim(batch: ClaimBatch, _reference: Reference) -> Found:
    """A replacement (7) or void (8) carries the payer's number of the claim it changes."""
    return batch.claims(
        batch.where_claim(
            lambda claim: not claim.payer_claim_number, np.isin(batch.frequency, _NEEDS_NUMBER)
        )
    )


@edit(
    "FREQUENCY.ORIGINAL_NUMBER",
    family="frequency",
    severity=Severity.WARN,
    source="837 guide, REF*F8 (2300) with CLM05-3",
    message="an original claim carries a payer's claim number, which belongs to an earlier one",
    hint="bill a replacement (7) if it corrects that claim, else take the number out",
    failing=changed(payer_claim_number="ICN77"),
    passing=changed(frequency=Frequency.REPLACEMENT, payer_claim_number="ICN77"),
)
def originals_name_no_claim(batch: ClaimBatch, _reference: Reference) -> Found:
    """An original claim (1) carries no payer's number of an earlier claim."""
    return batch.claims(
        batch.where_claim(
            lambda claim: bool(claim.payer_claim_number),
            (batch.frequency == Frequency.ORIGINAL.value) & batch.having("2300/REF", "F8"),
        )
    )

"""Finding the lines for which a payer's list wants something that the claim does not tell."""

from collections.abc import Callable

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim, ServiceLine
from cleanclaim.codes.reference import Reference, Want

Told = Callable[[Claim, ServiceLine], bool]


def lines_wanting(batch: ClaimBatch, reference: Reference, wants: Want, told: Told) -> Found:
    """Report lines whose service is on the payer's list on its day and that do not tell it.

    Facts are the ``code`` of the service and the ``source`` of the list.
    """
    sources = batch.column([""] * len(batch.line_claim))
    for row in np.flatnonzero(_asking(batch, reference, wants)[batch.line_claim]).tolist():
        claim = int(batch.line_claim[row])
        source = _source(batch, reference, wants, row)
        if source and not told(batch.rows[claim], batch.line_at(row)):
            sources[row] = source
    return batch.lines(sources != "", code=batch.line_code, source=sources)


def _asking(batch: ClaimBatch, reference: Reference, wants: Want) -> Flags:
    """Mark the claims to payers that want something of this sort for any service."""
    lists = [each for each in reference.payer_requirements or () if each.wants is wants]
    payers = [each.payer_identifier for each in lists if each.payer_identifier]
    kinds = [each.filing_indicator for each in lists if each.filing_indicator]
    named = np.isin(batch.claim_payer_identifier, payers)
    return named | np.isin(batch.claim_filing, kinds)


def _source(batch: ClaimBatch, reference: Reference, wants: Want, row: int) -> str:
    """Give the source of the list that has the service of a line; "" where none has it."""
    day, code = batch.line_starts_on[row].item(), batch.line_code[row]
    claim = batch.line_claim[row]
    if day is None or not code:
        return ""
    payer, filing = batch.claim_payer_identifier[claim], str(batch.claim_filing[claim])
    found = reference.requirement(wants, payer, filing, code, day)
    return "" if found is None else found.source

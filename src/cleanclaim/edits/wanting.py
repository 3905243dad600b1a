"""Finding the lines for which a payer's list wants something that the claim does not tell."""

from collections.abc import Callable

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Claim, ServiceLine
from cleanclaim.codes.reference import Reference, Want

Told = Callable[[Claim, ServiceLine], bool]


def lines_wanting(batch: ClaimBatch, reference: Reference, wants: Want, told: Told) -> Found:
    """Report lines whose service is on the payer's list on its day and that do not tell it.

    Facts are the ``code`` of the service and the ``source`` of the list.
    """
    sources = [
        "" if told(batch.rows[claim], line) else _source(batch, reference, wants, claim, line)
        for claim, line in zip(batch.line_claim.tolist(), batch.line_rows, strict=True)
    ]
    return batch.lines(
        batch.flags(map(bool, sources)), code=batch.line_code, source=batch.column(sources)
    )


def _source(
    batch: ClaimBatch, reference: Reference, wants: Want, index: int, line: ServiceLine
) -> str:
    """Give the source of the list that has this service; "" where none has it."""
    claim = batch.rows[index]
    day, code = claim.dates_of(line)[0], line.procedure.code
    if day is None or not code:
        return ""
    found = reference.requirement(wants, claim.payer.identifier, claim.filing_indicator, code, day)
    return "" if found is None else found.source

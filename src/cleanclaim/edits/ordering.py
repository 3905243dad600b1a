"""Edits of orders and referrals: who asked for the service, where the payer wants to know."""

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Claim, ClaimKind, Procedure, ServiceLine
from cleanclaim.codes.reference import Reference, Want
from cleanclaim.edits.examples import DOCTOR, with_line
from cleanclaim.edits.registry import edit
from cleanclaim.edits.wanting import lines_wanting
from cleanclaim.kernel.findings import Severity

_SUPPLY = Procedure("A4253")


@edit(
    "ORDER.MISSING",
    family="ordering",
    severity=Severity.WARN,
    source="the payer's list of services that need an order or a referral",
    message="the payer wants to know who ordered or referred {code} ({source})",
    hint="name the ordering or referring provider with an NPI",
    failing=with_line(procedure=_SUPPLY),
    passing=with_line(procedure=_SUPPLY, ordering=DOCTOR),
    needs=("ordering_list",),
    kinds=(ClaimKind.PROFESSIONAL,),
)
def orders_are_told(batch: ClaimBatch, reference: Reference) -> Found:
    """A service of the payer's list names who ordered or referred it, on its line or the claim."""
    return lines_wanting(batch, reference, Want.ORDERING, _is_ordered)


def _is_ordered(claim: Claim, line: ServiceLine) -> bool:
    return any((claim.referring, line.referring, line.ordering))

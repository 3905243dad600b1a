"""Edits of prior authorization: present where the payer's list wants one."""

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Claim, Procedure, ServiceLine
from cleanclaim.codes.reference import Reference, Want
from cleanclaim.edits.examples import changed, with_line
from cleanclaim.edits.registry import edit
from cleanclaim.edits.wanting import lines_wanting
from cleanclaim.kernel.findings import Severity

_SCAN = with_line(procedure=Procedure("70551"))


@edit(
    "AUTHORIZATION.MISSING",
    family="authorizations",
    severity=Severity.BLOCK,
    source="the payer's list of services that need an authorization",
    message="the payer wants a prior authorization for {code} ({source})",
    hint="enter the number on the claim or the line; ask the payer for one if there is none",
    failing=_SCAN,
    passing=changed(
        lines=_SCAN.lines,
        total_charge_cents=_SCAN.total_charge_cents,
        prior_authorization="AUTH1",
    ),
    needs=("authorization_list",),
)
def authorizations_are_told(batch: ClaimBatch, reference: Reference) -> Found:
    """A service of the payer's list carries an authorization, on its line or on the claim."""
    return lines_wanting(batch, reference, Want.AUTHORIZATION, _is_authorized)


def _is_authorized(claim: Claim, line: ServiceLine) -> bool:
    return bool(claim.prior_authorization or line.prior_authorization)

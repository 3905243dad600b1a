"""Edits of Medicare Part B, known by the filing indicator MB."""

import msgspec

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Claim
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import CLEAN, changed
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.identifiers import is_mbi

MEDICARE_PART_B = "MB"  # SBR09


def _medicare(member_id: str = "1EG4TE5MK73", relationship: str = "18") -> Claim:
    """Give an example to Medicare; the number is the one CMS prints on its sample card."""
    return changed(
        filing_indicator=MEDICARE_PART_B,
        relationship=relationship,
        subscriber=msgspec.structs.replace(CLEAN.subscriber, member_id=member_id),
    )


@edit(
    "MBI.FORM",
    family="medicare",
    severity=Severity.BLOCK,
    source="CMS, Understanding the Medicare Beneficiary Identifier format",
    message="the member id has not the form of a Medicare Beneficiary Identifier",
    hint="eleven characters without dashes, as on the card; S, L, O, I, B and Z never occur",
    failing=_medicare("123456789A"),
    passing=_medicare(),
)
def medicare_ids_have_their_form(batch: ClaimBatch, _reference: Reference) -> Found:
    """The member id of a Medicare claim has the form of an MBI; Railroad Board's too."""
    return batch.claims(
        (batch.claim_filing == MEDICARE_PART_B)
        & (batch.claim_member != "")
        & batch.among(batch.claim_member, lambda number: not is_mbi(number)),
        place="subscriber",
    )


@edit(
    "MEDICARE.SELF",
    family="medicare",
    severity=Severity.BLOCK,
    source="CMS 837P companion guide: the patient is always the subscriber",
    message="Medicare insures nobody's dependents: the patient must be the subscriber",
    hint="bill under the patient's own Medicare number",
    failing=_medicare(relationship="01"),
    passing=_medicare(),
)
def medicare_patients_are_subscribers(batch: ClaimBatch, _reference: Reference) -> Found:
    """The patient of a Medicare claim is the subscriber."""
    return batch.claims(
        (batch.claim_filing == MEDICARE_PART_B) & (batch.relationship != "18"),
        place="patient",
    )

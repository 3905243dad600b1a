"""Edits of orders and referrals: who asked for the service, where the payer wants to know."""

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Claim, ClaimKind, Procedure, ServiceLine
from cleanclaim.claims.parties import Provider
from cleanclaim.codes.reference import Reference, Want
from cleanclaim.edits.examples import DOCTOR, changed, with_line
from cleanclaim.edits.medicare import MEDICARE_PART_B
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


def _ordered_by(who: Provider) -> Claim:
    return changed(filing_indicator=MEDICARE_PART_B, referring=who)


@edit(
    "ORDER.PERSON",
    family="ordering",
    severity=Severity.BLOCK,
    source="42 CFR 424.507: a person orders, and is told by name and own NPI",
    message="who ordered or referred is an organization, or has no NPI",
    hint="name the person who ordered with that person's NPI; it must be enrolled or opted out",
    failing=_ordered_by(msgspec.structs.replace(DOCTOR, npi="")),
    passing=_ordered_by(DOCTOR),
    kinds=(ClaimKind.PROFESSIONAL,),
    filing=(MEDICARE_PART_B,),
)
def people_order(batch: ClaimBatch, _reference: Reference) -> Found:
    """Who ordered or referred a service for Medicare is a person with an NPI."""
    return batch.lines(np.isin(batch.line_order, ("O", "N")))


def _is_ordered(claim: Claim, line: ServiceLine) -> bool:
    return any((claim.referring, line.referring, line.ordering))

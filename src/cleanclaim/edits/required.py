"""Edits of presence: what every payer needs to know who asks for what, and for whom."""

import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import ClaimKind
from cleanclaim.claims.parties import Address, Payer, Sex
from cleanclaim.claims.party_columns import is_complete
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import CLEAN, changed, with_billing, with_lines, with_patient
from cleanclaim.edits.registry import OFFICE_KINDS, edit
from cleanclaim.kernel.findings import Severity

_NOWHERE = Address("", "")


@edit(
    "REQUIRED.MEMBER_ID",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, NM109 (2010BA)",
    message="the subscriber has no member id",
    hint="take it from the card or an eligibility answer",
    failing=changed(subscriber=CLEAN.subscriber.__class__(CLEAN.subscriber.name)),
)
def subscriber_has_member_id(batch: ClaimBatch, _reference: Reference) -> Found:
    """The subscriber is named by the id that the payer gave."""
    return batch.claims(batch.claim_member == "", place="subscriber")


@edit(
    "REQUIRED.PATIENT_NAME",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, NM103 (2010BA, 2010CA)",
    message="the patient has no last name",
    hint="register the name as it is on the card",
    failing=with_patient(name=CLEAN.patient.name.__class__("")),
)
def patient_has_name(batch: ClaimBatch, _reference: Reference) -> Found:
    """The patient has a last name."""
    return batch.claims(batch.patient_last_name == "", "patient")


@edit(
    "REQUIRED.BIRTH_DATE",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, DMG02 (2010BA, 2010CA)",
    message="the patient has no birth date",
    hint="complete the registration",
    failing=with_patient(birth_on=None),
)
def patient_has_birth_date(batch: ClaimBatch, _reference: Reference) -> Found:
    """The patient has a birth date."""
    return batch.claims(np.isnat(batch.born_on), "patient")


@edit(
    "REQUIRED.SEX",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, DMG03 (2010BA, 2010CA)",
    message="the patient has no administrative sex",
    hint="complete the registration; U says that it is unknown",
    failing=with_patient(sex=None),
    passing=with_patient(sex=Sex.UNKNOWN),
)
def patient_has_sex(batch: ClaimBatch, _reference: Reference) -> Found:
    """The sex that the payer holds is told, were it as unknown."""
    return batch.claims(batch.sex == "", "patient")


@edit(
    "REQUIRED.ADDRESS",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, N3 and N4 (2010BA, 2010CA)",
    message="the patient has no complete address",
    hint="street, city, state and ZIP are needed; outside the United States the country",
    failing=with_patient(address=_NOWHERE),
    passing=with_patient(address=Address("1 Rue Verte", "Lyon", country="FR")),
)
def patient_has_address(batch: ClaimBatch, _reference: Reference) -> Found:
    """The patient has street, city and, in the United States, state and ZIP."""
    return batch.claims(~batch.patient_has_address, "patient")


@edit(
    "REQUIRED.PAYER_ID",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, NM109 (2010BB)",
    message="the payer has no identifier",
    hint="choose the payer from the clearinghouse's list",
    failing=changed(payer=Payer("Northern Mutual", "")),
)
def payer_has_identifier(batch: ClaimBatch, _reference: Reference) -> Found:
    """The payer is named by its identifier: without it the claim reaches nobody."""
    return batch.claims(batch.claim_payer_identifier == "", "payer")


@edit(
    "REQUIRED.BILLING_NPI",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, NM109 (2010AA); 45 CFR 162.410",
    message="the billing provider has no NPI",
    hint="enter the NPI that is enrolled with the payer for billing",
    failing=with_billing(npi=""),
)
def billing_has_npi(batch: ClaimBatch, _reference: Reference) -> Found:
    """The billing provider has an NPI."""
    return batch.claims(batch.where_billing(lambda billing: not billing.npi), "billing provider")


@edit(
    "REQUIRED.BILLING_TAX_ID",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, REF*EI and REF*SY (2010AA)",
    message="the billing provider has no tax id",
    hint="enter the EIN, or the SSN of a sole proprietor",
    failing=with_billing(tax_id=""),
)
def billing_has_tax_id(batch: ClaimBatch, _reference: Reference) -> Found:
    """The billing provider has a tax id."""
    return batch.claims(batch.where_billing(lambda billing: not billing.tax_id), "billing provider")


@edit(
    "REQUIRED.BILLING_ADDRESS",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, N3 and N4 (2010AA)",
    message="the billing provider has no complete street address",
    hint="street, city, state and nine-digit ZIP; a post box belongs in the pay-to address",
    failing=with_billing(address=None),
)
def billing_has_address(batch: ClaimBatch, _reference: Reference) -> Found:
    """The billing provider has street, city and, in the United States, state and ZIP."""
    return batch.claims(
        batch.where_billing(lambda billing: not is_complete(billing.address)),
        "billing provider",
    )


@edit(
    "REQUIRED.LINES",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, LX (2400)",
    message="the claim has no line",
    hint="add the services that were done",
    failing=with_lines(),
)
def claim_has_lines(batch: ClaimBatch, _reference: Reference) -> Found:
    """The claim asks for at least one service."""
    return batch.claims(np.bincount(batch.line_claim, minlength=len(batch)) == 0)


@edit(
    "REQUIRED.DIAGNOSES",
    family="required",
    severity=Severity.BLOCK,
    source="837 guide, HI (2300)",
    message="the claim has no diagnosis",
    hint="code the reason for the service",
    failing=changed(diagnoses=()),
    kinds=(ClaimKind.PROFESSIONAL, ClaimKind.INSTITUTIONAL),
)
def claim_has_diagnoses(batch: ClaimBatch, _reference: Reference) -> Found:
    """The claim gives at least one diagnosis."""
    return batch.claims(batch.count_of_diagnoses == 0)


@edit(
    "REQUIRED.RENDERING",
    family="required",
    severity=Severity.INFO,
    source="837 guide, 2310B and 2420A",
    message="a group bills and no rendering provider is named",
    hint="name who did it, unless the payer takes the group itself (laboratories, suppliers)",
    failing=changed(rendering=None),
    kinds=OFFICE_KINDS,
)
def group_names_rendering(batch: ClaimBatch, _reference: Reference) -> Found:
    """Where an organization bills, the person who did the service is named."""
    nameless = np.zeros(len(batch), np.bool_)
    nameless[batch.line_claim[~batch.line_has_rendering]] = True
    groups = batch.where_billing(lambda billing: bool(billing.organization))
    return batch.claims(groups & nameless & ~batch.has_rendering, "rendering provider")

"""Edits of identifiers: form and check digit, as far as they show without a registry."""

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import with_billing
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.identifiers import is_npi, is_taxonomy, is_tin


@edit(
    "NPI.CHECK_DIGIT",
    family="identifiers",
    severity=Severity.BLOCK,
    source="CMS, NPI check digit (ISO 7812, Luhn with prefix 80840)",
    message="the NPI is not ten digits with a right check digit",
    hint="look the provider up in NPPES",
    failing=with_billing(npi="1987654321"),
)
def npis_check(batch: ClaimBatch, _reference: Reference) -> Found:
    """Every NPI on the claim has ten digits and the right check digit."""
    return batch.providers(
        batch.among(batch.provider_npi, lambda npi: bool(npi) and not is_npi(npi))
    )


@edit(
    "TIN.FORM",
    family="identifiers",
    severity=Severity.BLOCK,
    source="837P guide, REF02 (2010AA): EIN and SSN are nine digits",
    message="the tax id is not nine digits",
    hint="enter nine digits without a dash",
    failing=with_billing(tax_id="12-3456789"),
)
def tax_ids_are_nine_digits(batch: ClaimBatch, _reference: Reference) -> Found:
    """A tax id is nine digits, and not all of them zero."""
    return batch.providers(
        batch.among(batch.provider_tax_id, lambda tin: bool(tin) and not is_tin(tin))
    )


@edit(
    "TAXONOMY.FORM",
    family="identifiers",
    severity=Severity.BLOCK,
    source="NUCC provider taxonomy: ten characters, the last an X",
    message="the taxonomy code is not of the form of one",
    hint="ten characters ending in X, as the payer has them on file",
    failing=with_billing(taxonomy="207Q00000"),
)
def taxonomies_have_their_form(batch: ClaimBatch, _reference: Reference) -> Found:
    """A taxonomy code is ten letters and digits that end in X."""
    return batch.providers(
        batch.among(batch.provider_taxonomy, lambda code: bool(code) and not is_taxonomy(code))
    )

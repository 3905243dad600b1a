"""Edits of drugs: the national drug code, where it is wanted and where it is told."""

import re
from decimal import Decimal

import msgspec

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Found
from cleanclaim.claims.model import Claim, Drug, Procedure, ServiceLine
from cleanclaim.codes.reference import Reference, Want
from cleanclaim.edits.examples import with_line
from cleanclaim.edits.line_lists import codes_in, days_in, rows_called
from cleanclaim.edits.registry import edit
from cleanclaim.edits.wanting import lines_wanting
from cleanclaim.kernel.findings import Severity

_NDC = re.compile(r"\d{11}", re.ASCII)
_NATIONAL = "N4"  # LIN02
_DRUG = Drug("00074433902", Decimal(2), "ML")
_INJECTION = Procedure("J1885")


def _national(line: ServiceLine) -> Drug | None:
    """Give the line's drug where it is named by a national drug code."""
    return line.drug if line.drug is not None and line.drug.qualifier == _NATIONAL else None


@edit(
    "NDC.MISSING",
    family="drugs",
    severity=Severity.BLOCK,
    source="the payer's list of drugs that need a national drug code",
    message="the payer wants the national drug code for {code} ({source})",
    hint="take NDC, quantity and unit from the package that was used",
    failing=with_line(procedure=_INJECTION),
    passing=with_line(procedure=_INJECTION, drug=_DRUG),
    needs=("ndc_list",),
)
def drugs_are_named(batch: ClaimBatch, reference: Reference) -> Found:
    """A drug of the payer's list carries its national drug code."""
    return lines_wanting(batch, reference, Want.NDC, _is_named)


def _is_named(_claim: Claim, line: ServiceLine) -> bool:
    return _national(line) is not None


@edit(
    "NDC.FORM",
    family="drugs",
    severity=Severity.BLOCK,
    source="837 guide, LIN03 (2410): eleven digits, 5-4-2, without hyphens",
    message="the national drug code is not eleven digits",
    hint="fill the part that is short with a zero in front: 5-4-2",
    failing=with_line(drug=Drug("0074-4339-02", Decimal(2), "ML")),
    passing=with_line(drug=_DRUG),
)
def drug_codes_have_their_form(batch: ClaimBatch, _reference: Reference) -> Found:
    """A national drug code is eleven digits."""
    return batch.lines(
        batch.where_line(
            lambda line: (drug := _national(line)) is not None and not _NDC.fullmatch(drug.ndc),
            batch.having("2410/LIN")[batch.line_claim],
        )
    )


@edit(
    "NDC.QUANTITY",
    family="drugs",
    severity=Severity.BLOCK,
    source="837 guide, CTP04 (2410)",
    message="the quantity of the drug is not above zero",
    hint="tell how much was given, in the unit of the code",
    failing=with_line(drug=Drug("00074433902", Decimal(0), "ML")),
    passing=with_line(drug=_DRUG),
)
def drug_quantities_are_positive(batch: ClaimBatch, _reference: Reference) -> Found:
    """A drug that is named has a quantity above zero."""
    return batch.lines(
        batch.where_line(
            lambda line: line.drug is not None and line.drug.quantity <= 0,
            batch.having("2410/LIN")[batch.line_claim],
        )
    )


def _to_medicaid(drug: Drug | None) -> Claim:
    claim = with_line(procedure=_INJECTION, drug=drug)
    return msgspec.structs.replace(claim, filing_indicator="MC")


@edit(
    "NDC.MEDICAID",
    family="drugs",
    severity=Severity.WARN,
    source="the list drug_codes: 42 CFR 447.520",
    message="Medicaid wants the national drug code for the drug {code}",
    hint="take NDC, quantity and unit from the package that was used",
    failing=_to_medicaid(None),
    passing=_to_medicaid(_DRUG),
    filing=("MC",),
)
def medicaids_drugs_are_named(batch: ClaimBatch, _reference: Reference) -> Found:
    """A drug that a physician gives to a Medicaid patient carries its national drug code."""
    found = NOTHING
    for row in rows_called("drug_codes", "medicaid"):
        marks = codes_in(batch.line_key, row.words[1:]) & ~batch.line_has_drug_code
        marks &= days_in(batch.line_starts_on, row.span)
        found += batch.lines(marks, code=batch.line_code)
    return found

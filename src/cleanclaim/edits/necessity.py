"""Edits of medical necessity: diagnoses that Medicare covers a service for, and its notices."""

from collections.abc import Callable
from decimal import Decimal

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found, Values
from cleanclaim.claims.model import Claim, ClaimKind, Diagnosis, Procedure
from cleanclaim.claims.parties import Address
from cleanclaim.codes.reference import Reference
from cleanclaim.edits import laboratory_coverage, local_coverage
from cleanclaim.edits.examples import CLEAN, LINE, changed
from cleanclaim.edits.laboratory_coverage import uncovered_tests
from cleanclaim.edits.local_coverage import Opinion, opinions
from cleanclaim.edits.medicare import MEDICARE_PART_B
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

MEDICARE_PART_A, MEDICARE_ADVANTAGE = "MA", "16"  # SBR09
_LIABILITY = ("GA", "GX", "GY", "GZ")
# Bills of hospitals' outpatients, of patients of their laboratory, of critical access hospitals.
_OUTPATIENT = ("13", "14", "85")
_OFFICE = (ClaimKind.PROFESSIONAL,)
_NOTICE = (
    "send it as it is only to be denied: GA says that the patient signed the notice (form "
    "CMS-R-131) before the service and it is on file, GZ that none was signed"
)


def _tested(text: str, diagnosis: str = "I10", **fields: object) -> Claim:
    """Give an example of one test ("80061-GA") and its diagnosis, billed to Medicare Part B."""
    code, *modifiers = text.split("-")
    line = msgspec.structs.replace(
        LINE, procedure=Procedure(code, tuple(modifiers)), units=Decimal(1)
    )
    return changed(
        **{"filing_indicator": MEDICARE_PART_B, "lines": (line,)}
        | {"diagnoses": (Diagnosis(diagnosis, "ABK"),), "total_charge_cents": line.charge_cents}
        | fields
    )


@edit(
    "NECESSITY.LCD",
    family="necessity",
    severity=Severity.BLOCK,
    source="Social Security Act 1862(a)(1)(A); the contractor's billing article",
    message="the article {article} covers {code} for some diagnoses, and the line points to none",
    hint="point to another diagnosis of the record where it is why the service was done; else "
    + _NOTICE,
    failing=_tested("78452"),
    passing=_tested("78452", "E119"),
    tables=local_coverage.TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def diagnoses_are_covered(batch: ClaimBatch, reference: Reference) -> Found:
    """A service that the contractor covers for listed diagnoses points to one of them.

    It does if any article of the contractor for the service lists it, in any of its groups; a
    notice to the patient is told by a modifier of liability.
    """
    return _reported(batch, reference, _uncovered, ~batch.with_modifier(*_LIABILITY))


@edit(
    "NECESSITY.EXCLUDED",
    family="necessity",
    severity=Severity.WARN,
    source="Social Security Act 1862(a)(1)(A); the contractor's billing article",
    message="the article {article} lists every diagnosis of {code} as not covered",
    hint="point to another diagnosis of the record where it is why the service was done; else "
    + _NOTICE,
    failing=_tested("95937", "E119"),
    passing=_tested("95937"),
    tables=local_coverage.TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def diagnoses_are_not_excluded(batch: ClaimBatch, reference: Reference) -> Found:
    """A service has a diagnosis beside those that the contractor's articles do not cover."""
    return _reported(
        batch,
        reference,
        lambda told: told.excluded & ~told.covered & ~_uncovered(told),
        ~batch.with_modifier(*_LIABILITY),
    )


@edit(
    "NECESSITY.LIABILITY",
    family="necessity",
    severity=Severity.INFO,
    source="CMS, Claims Processing Manual, ch. 30, 50 (advance notice of non-coverage)",
    message="{code} will be denied by the article {article}, and {payer} for it",
    hint="collect from the patient only with a valid notice (form CMS-R-131) on file",
    failing=_tested("78452-GA"),
    passing=_tested("78452-GA", "E119"),
    tables=local_coverage.TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def liability_is_foreseen(batch: ClaimBatch, reference: Reference) -> Found:
    """Whoever pays for a service that is sent to be denied is named."""
    with_notice = batch.with_modifier("GA")
    payer = np.where(with_notice, "the patient pays", "nobody pays").astype(np.object_)
    among = with_notice | batch.with_modifier("GZ")
    return _reported(batch, reference, _uncovered, among, payer=payer)


@edit(
    "NECESSITY.UNKNOWN",
    family="necessity",
    severity=Severity.INFO,
    source="CMS, ZIP codes and the contractors of their localities",
    message="whether {code} is covered is unknown: so is the contractor of the ZIP code",
    hint="correct the address of the place, or load the newest ZIP codes",
    failing=_tested(
        "78452",
        billing=msgspec.structs.replace(
            CLEAN.billing,
            address=Address("400 Main Street", "Springfield", "IL", "000010002"),
        ),
    ),
    passing=_tested("78452", "E119"),
    tables=local_coverage.TABLES,
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def contractors_are_known(batch: ClaimBatch, reference: Reference) -> Found:
    """Where articles list the service, the contractor of the place is known."""
    every = np.ones(len(batch.line_claim), np.bool_)
    return _reported(batch, reference, lambda told: told.unknown, every)


def _uncovered(told: Opinion) -> Flags:
    return told.limited & ~told.covered


def _reported(
    batch: ClaimBatch,
    reference: Reference,
    marks: Callable[[Opinion], Flags],
    among: Flags,
    **facts: Values,
) -> Found:
    """Report lines among some by what articles say; facts are the ``code`` and the ``article``."""
    found = NOTHING
    for told in opinions(batch, reference):
        own = {"code": batch.line_code, "article": told.article, **facts}
        found += batch.lines(marks(told) & among, **own).by(told.release)
    return found


@edit(
    "NECESSITY.NCD",
    family="necessity",
    severity=Severity.BLOCK,
    source="42 CFR 410.32(d); CMS, lists of codes of the laboratory determinations",
    message="the national determination {determination} does not cover {code} for its diagnoses",
    hint="tell the diagnosis of the order where another is why the test was done; else " + _NOTICE,
    failing=_tested("80061"),
    passing=_tested("80061", "E119"),
    tables=laboratory_coverage.TABLES,
    kinds=(ClaimKind.PROFESSIONAL, ClaimKind.INSTITUTIONAL),
    filing=(MEDICARE_PART_B, MEDICARE_PART_A),
)
def tests_are_covered(batch: ClaimBatch, reference: Reference) -> Found:
    """A laboratory test of a national determination has a diagnosis that it covers.

    An institution's line has all diagnoses of its claim; bills for stays are not judged.
    """
    office: Flags = batch.facility_type == ""
    judged = (office | np.isin(batch.facility_type.astype("U2"), _OUTPATIENT))[batch.line_claim]
    return uncovered_tests(batch, reference, judged & ~batch.with_modifier(*_LIABILITY))


@edit(
    "NECESSITY.PLAN",
    family="necessity",
    severity=Severity.WARN,
    source="CMS, Claims Processing Manual, ch. 30, 50 (notices are for original Medicare); "
    "42 CFR 422.566",
    message="modifiers GA, GX and GZ tell of a notice that Medicare Advantage does not know",
    hint="ask the plan for a determination before the service, and send it without the modifier",
    failing=_tested("99213-GA", filing_indicator=MEDICARE_ADVANTAGE),
    passing=_tested("99213", filing_indicator=MEDICARE_ADVANTAGE),
    kinds=_OFFICE,
    filing=(MEDICARE_ADVANTAGE,),
)
def notices_are_of_original_medicare(batch: ClaimBatch, _reference: Reference) -> Found:
    """A claim to a Medicare Advantage plan tells of no notice of original Medicare's."""
    return batch.lines(batch.with_modifier("GA", "GX", "GZ"))

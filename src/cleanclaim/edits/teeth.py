"""Edits of dental claims: teeth, surfaces, appliances and courses of orthodontics."""

import re
from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.dental import Dental, DentalService, Orthodontics, Tooth
from cleanclaim.claims.model import Claim, ClaimDate, ClaimKind, ServiceLine
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import TEETH, billed
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_DENTAL = (ClaimKind.DENTAL,)
# Permanent teeth 1 to 32 and supernumerary 51 to 82; primary teeth A to T, supernumerary AS to TS.
_TOOTH = re.compile(r"0?[1-9]|[12]\d|3[0-2]|5[1-9]|[67]\d|8[0-2]|[A-T]S?", re.ASCII)
_PRIOR_PLACEMENT = "441"  # DTP01
_REPLACEMENT = "R"  # SV305


def _treated(*teeth: Tooth) -> Claim:
    return billed(TEETH, dental=DentalService(teeth=teeth))


@edit(
    "TOOTH.CODE",
    family="teeth",
    severity=Severity.WARN,
    source="ADA universal tooth numbering (TOO02)",
    message="a tooth's number is none of the universal system",
    hint="1 to 32 or A to T; supernumerary teeth 51 to 82 or AS to TS",
    failing=_treated(Tooth("33")),
    passing=_treated(Tooth("1"), Tooth("82"), Tooth("T"), Tooth("AS")),
    kinds=_DENTAL,
)
def teeth_are_numbered(batch: ClaimBatch, _reference: Reference) -> Found:
    """Teeth are told by the universal numbering."""
    return batch.lines(
        batch.where_line(
            lambda line: any(not _TOOTH.fullmatch(tooth.code) for tooth in _teeth(line))
        )
    )


@edit(
    "TOOTH.SURFACES",
    family="teeth",
    severity=Severity.WARN,
    source="837D guide, TOO03 (2400)",
    message="a surface of a tooth is told twice",
    hint="tell each surface once",
    failing=_treated(Tooth("12", ("M", "M"))),
    passing=_treated(Tooth("12", ("M", "O")), Tooth("13", ("M",))),
    kinds=_DENTAL,
)
def surfaces_stand_once(batch: ClaimBatch, _reference: Reference) -> Found:
    """No surface of a tooth is told twice."""
    return batch.lines(
        batch.where_line(
            lambda line: any(len(set(x.surfaces)) < len(x.surfaces) for x in _teeth(line))
        )
    )


def _teeth(line: ServiceLine) -> tuple[Tooth, ...]:
    return () if line.dental is None else line.dental.teeth


_REPLACED = billed(TEETH, dental=DentalService(prosthesis=_REPLACEMENT))


@edit(
    "PROSTHESIS.PRIOR",
    family="teeth",
    severity=Severity.BLOCK,
    source="837D guide, SV305 and DTP*441 (2400)",
    message="an appliance is replaced but not said when the old one was placed",
    hint="enter the day of the prior placement",
    failing=_REPLACED,
    passing=billed(_REPLACED, dates=(ClaimDate(_PRIOR_PLACEMENT, date(2015, 1, 1)),)),
    kinds=_DENTAL,
)
def replacements_tell_the_first(batch: ClaimBatch, _reference: Reference) -> Found:
    """A crown or prosthesis that replaces one says when that was placed."""
    return batch.lines(
        batch.where_line(
            lambda line: (
                line.dental is not None
                and line.dental.prosthesis == _REPLACEMENT
                and all(told.qualifier != _PRIOR_PLACEMENT for told in line.dates)
            )
        )
    )


def _course(months: int, rest: int) -> Claim:
    course = Orthodontics(Decimal(months), Decimal(rest))
    return msgspec.structs.replace(TEETH, dental=Dental(orthodontics=course))


@edit(
    "ORTHODONTICS.MONTHS",
    family="teeth",
    severity=Severity.BLOCK,
    source="837D guide, DN101 and DN102 (2300)",
    message="more months of orthodontics remain than there are in all",
    hint="correct the months of treatment",
    failing=_course(24, 25),
    passing=_course(24, 24),
    kinds=_DENTAL,
)
def months_remain_of_the_course(batch: ClaimBatch, _reference: Reference) -> Found:
    """The months that remain of a treatment are some of its months."""
    return batch.claims(batch.where_claim(_outlasts), "orthodontics")


def _outlasts(claim: Claim) -> bool:
    course = claim.dental.orthodontics if claim.dental is not None else None
    if course is None or course.treatment_months is None or course.remaining_months is None:
        return False
    return course.remaining_months > course.treatment_months

"""Edits of service lines: what was done, how often, for how much and where."""

import re
from collections import Counter

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found, repeats_of
from cleanclaim.claims.model import Procedure, ServiceLine
from cleanclaim.codes.place_of_service import is_place_of_service
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import LINE, changed, with_line, with_lines
from cleanclaim.edits.registry import OFFICE_KINDS, edit
from cleanclaim.kernel.findings import Severity

# Modifiers that say "done again on purpose": repeat procedure by the same or another person,
# repeat laboratory test, distinct service (CMS, NCCI policy manual, chapter 1).
REPEAT_MODIFIERS = frozenset({"76", "77", "91", "59", "XE", "XS", "XP", "XU"})
_HCPCS = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}", re.ASCII)
_MODIFIER = re.compile(r"[0-9A-Z]{2}", re.ASCII)


def _again(*modifiers: str) -> ServiceLine:
    """Give the example's first line a second time, with modifiers."""
    procedure = Procedure(LINE.procedure.code, modifiers)
    return msgspec.structs.replace(LINE, number=2, procedure=procedure, control_number="2")


@edit(
    "LINE.DUPLICATE",
    family="lines",
    severity=Severity.BLOCK,
    source="CMS, NCCI policy manual, chapter 1: repeated services carry a modifier",
    message="the same service of the same day and person stands on an earlier line",
    hint="add the units to one line, or give the reason as a modifier (76, 77, 91, 59, X…)",
    failing=with_lines(LINE, _again()),
    passing=with_lines(LINE, _again("76")),
    kinds=OFFICE_KINDS,
)
def lines_do_not_repeat(batch: ClaimBatch, _reference: Reference) -> Found:
    """A second line of the same code, modifiers, days, place, person, drug and teeth says why."""
    alike = np.flatnonzero(_share_codes(batch))
    told = [_particulars(batch.line_at(row)) for row in alike.tolist()]
    repeated = np.zeros(len(batch.line_claim), np.bool_)
    repeated[alike] = repeats_of(batch.line_claim[alike].tolist(), told)
    modifiers = batch.line_modifier_lists
    for row in np.flatnonzero(repeated).tolist():
        repeated[row] = REPEAT_MODIFIERS.isdisjoint(modifiers[row])
    return batch.lines(repeated)


def _share_codes(batch: ClaimBatch) -> Flags:
    """Mark the lines whose code and days stand on another line of the claim."""
    claims, codes = batch.line_claim.tolist(), batch.line_code.tolist()
    days = batch.line_starts_on.astype(np.int64).tolist()
    keys = list(zip(claims, codes, days, strict=True))
    counted = Counter(keys)
    if len(counted) == len(keys):
        return np.zeros(len(keys), np.bool_)
    return batch.flags(counted[key] > 1 for key in keys)


def _particulars(line: ServiceLine) -> tuple[object, ...]:
    return (
        line.procedure.code,
        frozenset(line.procedure.modifiers),
        line.starts_on,
        line.ends_on,
        line.place_of_service,
        line.rendering.npi if line.rendering else "",
        line.drug.ndc if line.drug else "",
        line.dental,
    )


@edit(
    "LINE.UNITS",
    family="lines",
    severity=Severity.BLOCK,
    source="837P guide, SV104",
    message="the quantity is not above zero",
    hint="bill what was done, or remove the line",
    failing=with_line(units=LINE.units * 0),
    kinds=OFFICE_KINDS,
)
def units_are_positive(batch: ClaimBatch, _reference: Reference) -> Found:
    """Every line bills more than zero units or minutes."""
    return batch.lines(batch.line_thousandths <= 0)


@edit(
    "CHARGE.NEGATIVE",
    family="lines",
    severity=Severity.BLOCK,
    source="837P guide, SV102",
    message="the charge is {found_cents}",
    hint="a charge is taken back by a replacement claim, not by a negative line",
    failing=with_line(charge_cents=-100),
    kinds=OFFICE_KINDS,
)
def charges_are_not_negative(batch: ClaimBatch, _reference: Reference) -> Found:
    """No line charges less than nothing."""
    return batch.lines(batch.charge_cents < 0, found_cents=batch.charge_cents)


@edit(
    "CHARGE.ZERO",
    family="lines",
    severity=Severity.WARN,
    source="837P guide, SV102 (zero is allowed)",
    message="the charge is zero",
    hint="right for reported measures and free vaccines; else the price is missing",
    failing=with_line(charge_cents=0),
    kinds=OFFICE_KINDS,
)
def charges_are_not_zero(batch: ClaimBatch, _reference: Reference) -> Found:
    """A line that charges nothing is looked at."""
    return batch.lines(batch.charge_cents == 0)


@edit(
    "PROCEDURE.FORM",
    family="lines",
    severity=Severity.BLOCK,
    source="HCPCS: five characters, level I and II",
    message="the procedure code is not five characters of the form of HCPCS or CPT",
    hint="four digits and a digit or letter, or a letter and four digits",
    failing=with_line(procedure=Procedure("9921")),
)
def procedures_have_their_form(batch: ClaimBatch, _reference: Reference) -> Found:
    """A procedure code has the five characters of HCPCS, level I or II."""
    malformed = batch.among(batch.line_code, lambda code: not _HCPCS.fullmatch(code))
    return batch.lines(malformed & (batch.line_qualifier == "HC"))


@edit(
    "MODIFIER.FORM",
    family="lines",
    severity=Severity.BLOCK,
    source="837P guide, SV101-3 to -6: two characters, four at most",
    message="a modifier is not two characters, stands twice, or there are more than four",
    hint="correct the modifiers",
    failing=with_line(procedure=Procedure("99213", ("2",))),
    passing=with_line(procedure=Procedure("99213", ("25", "GT"))),
)
def modifiers_have_their_form(batch: ClaimBatch, _reference: Reference) -> Found:
    """A line has at most four modifiers of two characters, each once."""
    return batch.lines(
        batch.among(batch.line_modifier_lists, lambda modifiers: not _are_modifiers(modifiers))
    )


def _are_modifiers(modifiers: tuple[str, ...]) -> bool:
    return (
        len(modifiers) <= 4
        and len(set(modifiers)) == len(modifiers)
        and all(_MODIFIER.fullmatch(modifier) for modifier in modifiers)
    )


@edit(
    "PLACE.CLAIM",
    family="lines",
    severity=Severity.BLOCK,
    source="CMS place of service code set, CLM05-1",
    message="the claim's place of service is not one that CMS has assigned",
    hint="two digits, 11 is an office",
    failing=changed(place_of_service="30"),
    kinds=OFFICE_KINDS,
)
def claim_places_are_known(batch: ClaimBatch, _reference: Reference) -> Found:
    """The claim's place of service is in the CMS code set."""
    return batch.claims(
        batch.among(batch.claim_place, lambda place: not is_place_of_service(place))
    )


@edit(
    "PLACE.LINE",
    family="lines",
    severity=Severity.BLOCK,
    source="CMS place of service code set, SV105",
    message="the line's place of service is not one that CMS has assigned",
    hint="two digits; leave it empty where it is the claim's",
    failing=with_line(place_of_service="1"),
    passing=with_line(place_of_service="22"),
    kinds=OFFICE_KINDS,
)
def line_places_are_known(batch: ClaimBatch, _reference: Reference) -> Found:
    """A line's own place of service is in the CMS code set."""
    return batch.lines(
        batch.among(
            batch.line_own_place, lambda place: bool(place) and not is_place_of_service(place)
        )
    )

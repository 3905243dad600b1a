"""How the loops of an 837 are read into a claim, whoever gathered them: stream or guide.

A level or claim comes as its own segments and the texts of the loops of parties inside it; a
text has no id before its first segment (see ``Dialect``).
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from cleanclaim.x12.views.adjudication import (
    read_adjustments,
    read_inpatient,
    read_outpatient,
)
from cleanclaim.x12.views.claim_details import read_details
from cleanclaim.x12.views.claim_values import (
    Admission,
    Claim,
    ClaimBatch,
    Coverage,
    OtherPayer,
    PatientCondition,
)
from cleanclaim.x12.views.clinical import read_health
from cleanclaim.x12.views.elements import (
    PADDING,
    Dialect,
    Elements,
    Found,
    by_id,
    cents,
    days,
    padded,
    quantities,
    read_amounts,
    read_dates,
    read_identifiers,
)
from cleanclaim.x12.views.line_reading import read_line
from cleanclaim.x12.views.parties import Party, in_role, read_parties

_SELF = "18"


class Biller(msgspec.Struct, frozen=True, gc=False):
    """Who bills (2000A)."""

    billing: Party | None
    rarer: dict[str, Any]


class Insured(msgspec.Struct, frozen=True, gc=False):
    """Who is insured and by whom (2000B), or who is the patient instead (2000C)."""

    subscriber: Party | None
    payer: Party | None
    coverage: Coverage
    patient: Party | None
    relationship: str
    rarer: dict[str, Any]


NO_BILLER = Biller(None, {})
NOBODY = Insured(None, None, Coverage(), None, "", {})


class Group(NamedTuple):
    """A loop: its own segments, the first without its id, and the texts of the loops inside.

    Loops of parties come without the id NM1, loops inside a line with the id that opens them.
    """

    own: Sequence[str]
    inner: Sequence[str] = ()


class ClaimParts(NamedTuple):
    """One claim: its own segments (2300, 2310), other payers (2320) and lines (2400)."""

    own: Group
    others: Iterable[Group]
    lines: Iterable[Group]


def read_batch(guide: str, group: Group, dialect: Dialect) -> ClaimBatch:
    """Read the head of a transaction; its first segment is ST."""
    start = dialect.padded(group.own[0])
    head = padded(by_id(dialect.split(group.own[1:])), "BHT")
    parties = read_parties(group.inner, dialect)
    submitter, receiver = in_role(parties, "41"), in_role(parties, "40")
    return ClaimBatch(
        guide or start[3], start[2], head[3], days[head[4]], head[2], head[6], submitter, receiver
    )


def read_biller(group: Group, dialect: Dialect) -> Biller:
    """Read 2000A: the billing provider's specialty stands above its name."""
    found = by_id(dialect.split(group.own[1:]))
    parties = read_parties(group.inner, dialect)
    billing = in_role(parties, "85")
    if billing is not None and "PRV" in found:
        billing = msgspec.structs.replace(billing, taxonomy=padded(found, "PRV")[3])
    rarer: dict[str, Any] = {}
    if "CUR" in found:
        rarer["currency"] = padded(found, "CUR")[2]
    for field, role in (("pay_to", "87"), ("pay_to_plan", "PE")):
        party = in_role(parties, role)
        if party is not None:
            rarer[field] = party
    return Biller(billing, rarer)


def read_insured(group: Group, dialect: Dialect) -> Insured:
    """Read 2000B; the subscriber is the patient until a 2000C says otherwise."""
    found = by_id(dialect.split(group.own[1:]))
    coverage = read_coverage(found)
    parties = read_parties(group.inner, dialect)
    subscriber, payer = in_role(parties, "IL"), in_role(parties, "PR")
    relationship = coverage.relationship or _SELF
    return Insured(subscriber, payer, coverage, subscriber, relationship, _read_condition(found))


def read_dependent(insured: Insured, group: Group, dialect: Dialect) -> Insured:
    """Read 2000C: the patient who is not the subscriber."""
    found = by_id(dialect.split(group.own[1:]))
    return Insured(
        insured.subscriber,
        insured.payer,
        insured.coverage,
        in_role(read_parties(group.inner, dialect), "QC"),
        padded(found, "PAT")[1],
        _read_condition(found),
    )


def read_coverage(found: Found) -> Coverage:
    """Read SBR."""
    if "SBR" not in found:
        return Coverage()
    said = [*found["SBR"][0], *PADDING]
    return Coverage(said[1], said[2], said[3], said[4], said[5], said[9])


def _read_condition(found: Found) -> dict[str, Any]:
    if "PAT" not in found:
        return {}
    said = padded(found, "PAT")
    if not (said[6] or said[8] or said[9]):
        return {}
    condition = PatientCondition(days[said[6]], quantities[said[8]], said[9] == "Y")
    return {"patient_condition": condition}


def read_claim(
    batch: ClaimBatch, biller: Biller, insured: Insured, parts: ClaimParts, dialect: Dialect
) -> Claim:
    """Read one claim; what is damaged or absent gives empty values or None, never an error."""
    own = parts.own.own
    head = dialect.padded(own[0])
    place = dialect.parts(head[5])
    found = by_id(dialect.split(own[1:]))
    diagnoses, extra = read_health(found.pop("HI", ()), dialect)
    dates = read_dates(found.pop("DTP", ()))
    identifiers = read_identifiers(found.pop("REF", ()))
    if found:
        extra |= _read_rarer(found, dialect)
    if head[10] or head[11] or head[12] or head[19] or head[20]:
        extra |= _read_circumstances(head, dialect)
    if biller.rarer or insured.rarer:
        extra |= biller.rarer | insured.rarer
    others = tuple([_read_other(each, dialect) for each in parts.others])
    if others:
        extra["other_payers"] = others
    # By place: keywords would cost more than all the reading.
    return Claim(
        batch,
        biller.billing,
        insured.subscriber,
        insured.payer,
        insured.coverage,
        insured.patient,
        insured.relationship,
        head[1],
        cents[head[2]],
        place[0],
        place[1],
        place[2],
        head[6],
        head[7],
        head[8],
        head[9],
        diagnoses,
        dates,
        identifiers,
        read_parties(parts.own.inner, dialect),
        tuple([read_line(line, inner, dialect) for line, inner in parts.lines]),
        **extra,
    )


def _read_circumstances(head: Elements, dialect: Dialect) -> dict[str, Any]:
    """Read what few claims have of CLM10 to CLM20."""
    causes = dialect.parts(head[11])
    fields = {
        "patient_signature_source": head[10],
        "related_causes": tuple(cause for cause in causes[:3] if cause),
        "accident_state": causes[3],
        "accident_country": causes[4],
        "special_program": head[12],
        "predetermination": head[19],
        "delay_reason": head[20],
    }
    return {field: value for field, value in fields.items() if value}


def _read_rarer(found: Found, dialect: Dialect) -> dict[str, Any]:
    rarer = read_details(found, dialect)
    if "CL1" in found:
        said = padded(found, "CL1")
        rarer["admission"] = Admission(said[1], said[2], said[3])
    return rarer


def _read_other(group: Group, dialect: Dialect) -> OtherPayer:
    """Read another payer (2320, 2330)."""
    found = by_id([["SBR", *dialect.split(group.own[:1])[0][1:]], *dialect.split(group.own[1:])])
    amounts = read_amounts(found.get("AMT", ()))
    sums = {each.qualifier: each.cents for each in amounts}
    terms = padded(found, "OI")
    return OtherPayer(
        read_coverage(found),
        read_parties(group.inner, dialect),
        read_adjustments(found.get("CAS", ())),
        amounts,
        sums.get("D"),
        sums.get("EAF"),
        sums.get("A8"),
        terms[3],
        terms[4],
        terms[6],
        read_outpatient(found["MOA"]) if "MOA" in found else None,
        read_inpatient(found["MIA"]) if "MIA" in found else None,
    )

"""How the loops of an 837 are read into a claim, whoever gathered them: stream or guide.

Everything comes as loop texts (see ``Dialect``).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cleanclaim.x12.views.adjudication import (
    read_adjustments,
    read_inpatient,
    read_outpatient,
)
from cleanclaim.x12.views.claim_details import read_details
from cleanclaim.x12.views.claim_lines import ServiceLine
from cleanclaim.x12.views.claim_values import (
    Admission,
    Claim,
    ClaimBatch,
    ClaimDetails,
    OtherPayer,
)
from cleanclaim.x12.views.clinical import Diagnosis, read_diagnoses, read_health
from cleanclaim.x12.views.elements import (
    Dated,
    Dialect,
    Elements,
    Found,
    Identifier,
    by_id,
    cents,
    days,
    padded,
    read_amounts,
    read_identifiers,
)
from cleanclaim.x12.views.parties import in_role, read_parties, read_providers
from cleanclaim.x12.views.people import People, read_coverage

NO_DETAILS = ClaimDetails()

Lines = tuple[ServiceLine, ...]


def read_plain_identifiers(text: str, dialect: Dialect) -> tuple[Identifier, ...]:
    """Read REFs of two elements from their text, which begins with a terminator."""
    mark, found = dialect.element, []
    for number in text.split(dialect.terminator)[1:]:
        _, qualifier, value = number.split(mark)
        found.append(Identifier(qualifier, value))
    return tuple(found)


def read_batch(guide: str, text: str, dialect: Dialect) -> ClaimBatch:
    """Read the text of what stands above all levels: ST, BHT, submitter, receiver."""
    own, *inner = text.split(dialect.party)
    first, *others = own.split(dialect.terminator)
    start, head = dialect.padded(first), padded(by_id(dialect.split(others)), "BHT")
    parties = read_parties(inner, dialect)
    submitter, receiver = in_role(parties, "41"), in_role(parties, "40")
    return ClaimBatch(
        guide or start[3], start[2], head[3], days[head[4]], head[2], head[6], submitter, receiver
    )


def read_claim(
    batch: ClaimBatch,
    people: People,
    own: str,
    others: Sequence[str],
    lines: Lines,
    dialect: Dialect,
) -> Claim:
    """Read one claim; what is damaged or absent gives empty values or None, never an error.

    ``own`` is the text of 2300 with 2310, ``others`` are those of each other payer (2320, 2330).
    A claim of the commonest shape is read here at once, any other in general.
    """
    plain = _plain_shape(dialect).fullmatch(own)
    if plain is None:
        return _read_any_claim(batch, people, own, others, lines, dialect)
    control_number, total, terms, numbers, codes, parties = plain.groups()
    diagnoses = read_diagnoses(codes, dialect)
    if diagnoses is None:
        return _read_any_claim(batch, people, own, others, lines, dialect)
    place, qualifier, frequency, signature, accepts, assigned, release = dialect.terms[terms]
    # By place: keywords would cost more than all the reading.
    return Claim(
        batch,
        people,
        control_number,
        cents[total],
        place,
        qualifier,
        frequency,
        signature,
        accepts,
        assigned,
        release,
        diagnoses,
        (),
        read_plain_identifiers(numbers, dialect) if numbers else (),
        read_providers(parties, dialect) if parties else (),
        lines,
        tuple([_read_other(each, dialect) for each in others]) if others else (),
    )


@lru_cache(maxsize=8)
def _plain_shape(dialect: Dialect) -> re.Pattern[str]:
    """Give the commonest shape of 2300 with 2310 as a pattern: one match instead of many splits.

    It takes CLM01, CLM02, CLM05 to CLM09 together, the text of REFs with two elements, of one
    HI, and of the loops of the providers.
    """
    mark, end = re.escape(dialect.element), re.escape(dialect.terminator)
    one = f"[^{mark}{end}]*"
    terms = mark.join([one] * 5)
    return re.compile(
        f"{mark}({one}){mark}({one}){mark * 3}({terms})"
        f"((?:{end}REF{mark}{one}{mark}{one})*){end}HI({mark}[^{end}]*)(?:{end}NM1(.*))?",
        re.DOTALL,
    )


def _read_any_claim(
    batch: ClaimBatch,
    people: People,
    text: str,
    others: Sequence[str],
    lines: Lines,
    dialect: Dialect,
) -> Claim:
    own, *parties = text.split(dialect.party)
    first, *segments = own.split(dialect.terminator)
    head = dialect.padded(first)
    diagnoses, dates, identifiers, extra = _read_own(segments, dialect)
    extra |= _read_circumstances(head, dialect)
    place, qualifier, frequency = dialect.parts(head[5])[:3]
    return Claim(
        batch,
        people,
        head[1],
        cents[head[2]],
        place,
        qualifier,
        frequency,
        head[6],
        head[7],
        head[8],
        head[9],
        diagnoses,
        dates,
        identifiers,
        read_parties(parties, dialect),
        lines,
        tuple(_read_other(each, dialect) for each in others),
        ClaimDetails(**extra) if extra else NO_DETAILS,
    )


def _read_own(
    texts: Sequence[str], dialect: Dialect
) -> tuple[tuple[Diagnosis, ...], tuple[Dated, ...], tuple[Identifier, ...], dict[str, Any]]:
    """Read what stands in 2300 itself after CLM; what few claims have by field."""
    codes, dates, numbers, others = [], [], [], []
    for text in texts:
        segment_id = text[:3]
        if segment_id == "REF":
            numbers.append(text.split(dialect.element))
        elif segment_id == "DTP":
            dates.append(dialect.dates[text])
        elif segment_id == dialect.health:
            codes.append(text)
        else:
            others.append(text)
    diagnoses, extra = read_health(codes, dialect)
    if others:
        extra |= _read_rarer(by_id(dialect.split(others)), dialect)
    return diagnoses, tuple(dates), read_identifiers(numbers), extra


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


def _read_other(text: str, dialect: Dialect) -> OtherPayer:
    """Read the text of another payer (2320, 2330), which SBR opens."""
    own, *parties = text.split(dialect.party)
    found = by_id(dialect.split(("SBR" + own).split(dialect.terminator)))
    amounts = read_amounts(found.get("AMT", ()))
    sums = {each.qualifier: each.cents for each in amounts}
    terms = padded(found, "OI")
    return OtherPayer(
        read_coverage(found),
        read_parties(parties, dialect),
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

"""Edits of Medicare as a secondary payer: why it is not the first, and what the first did."""

from collections.abc import Iterator
from datetime import date

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.claims.model import Claim, OtherCoverage, Responsibility
from cleanclaim.claims.parties import Payer
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import CLEAN, changed
from cleanclaim.edits.listing import in_force
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_LIST = "secondary_reasons"
_PRIMARY, _UNTOLD = Responsibility.PRIMARY.value, Responsibility.UNKNOWN.value
_PART_A, _PART_B = "MA", "MB"  # SBR09
_AT_WORK, _IN_TRAFFIC = "EM", "AA"  # CLM11
_WORKING_AGED, _DISABLED = "12", "43"
_PLAN = OtherCoverage(
    Responsibility.PRIMARY,
    "18",
    CLEAN.subscriber,
    Payer("First Mutual", "FIRST1"),
    paid_cents=9000,
    adjudicated_on=date(2026, 5, 20),
)


def _secondary(reason: str, plan: OtherCoverage = _PLAN, born_on: date = date(1955, 2, 3)) -> Claim:
    """Give the example to Medicare after an employer's plan."""
    return changed(
        filing_indicator="MB",
        responsibility=Responsibility.SECONDARY,
        insurance_type=reason,
        other_coverages=(plan,),
        patient=msgspec.structs.replace(CLEAN.patient, birth_on=born_on),
    )


def _medicare(batch: ClaimBatch) -> Flags:
    marks: Flags = (batch.claim_filing == _PART_A) | (batch.claim_filing == _PART_B)
    return marks


def _medicare_first(batch: ClaimBatch) -> Flags:
    marks: Flags = _medicare(batch) & (batch.claim_responsibility == _PRIMARY)
    return marks


def _medicare_later(batch: ClaimBatch) -> Flags:
    turn = batch.claim_responsibility
    marks: Flags = _medicare(batch) & (turn != _PRIMARY) & (turn != _UNTOLD)
    return marks


def _of(word: str, on: date | None) -> dict[str, tuple[str, ...]]:
    """Give the reasons that the list has under a word on a day, each with what it tells more."""
    rows = (row.words for row in in_force(_LIST, on) if row.words[0] == word)
    return {reason: tuple(rest) for _, reason, *rest in rows}


def _each(batch: ClaimBatch, marks: Flags) -> Iterator[tuple[int, Claim]]:
    return ((index, batch.rows[index]) for index in np.flatnonzero(marks).tolist())


def _only(batch: ClaimBatch, found: Iterator[int]) -> Flags:
    marks = np.zeros(len(batch), np.bool_)
    marks[list(found)] = True
    return marks


@edit(
    "SECONDARY.REASON",
    family="secondary_payer",
    severity=Severity.BLOCK,
    source="837 guide, SBR05 (2000B); 42 CFR 411.20",
    message="Medicare is not the first payer, and the reason is missing or none that it knows",
    hint="ask the patient by Medicare's questionnaire; 12 works and is 65, 43 disabled, 13 kidneys",
    failing=_secondary(""),
    passing=_secondary("12"),
)
def later_medicare_tells_why(batch: ClaimBatch, _reference: Reference) -> Found:
    """A claim to Medicare after another payer tells the reason."""
    rows = _each(batch, _medicare_later(batch))
    wrong = (n for n, c in rows if c.insurance_type not in _of("reason", c.service_starts_on))
    return batch.claims(_only(batch, wrong), place="payer")


@edit(
    "SECONDARY.FIRST",
    family="secondary_payer",
    severity=Severity.WARN,
    source="837 guide, SBR05 (2000B)",
    message="the claim tells why Medicare is not the first payer, and bills it as the first",
    hint="bill the other insurer first, or take the reason out",
    failing=changed(filing_indicator="MB", insurance_type="12"),
    passing=_secondary("12"),
)
def first_medicare_tells_no_reason(batch: ClaimBatch, _reference: Reference) -> Found:
    """A claim to Medicare as the first payer has no reason for being a later one."""
    told = _medicare_first(batch) & (batch.claim_insurance_type != "")
    rows = _each(batch, told)
    wrong = (n for n, c in rows if c.insurance_type in _of("reason", c.service_starts_on))
    return batch.claims(_only(batch, wrong), place="payer")


@edit(
    "SECONDARY.UNDECIDED",
    family="secondary_payer",
    severity=Severity.BLOCK,
    source="42 CFR 411.32; 837 guide, 2320 and 2430",
    message="the employer's plan comes before Medicare, and its decision is not on the claim",
    hint="bill the plan first, and take payment and adjustments from its remittance",
    failing=_secondary("12", msgspec.structs.replace(_PLAN, paid_cents=None, adjudicated_on=None)),
    passing=_secondary("12"),
)
def plans_decide_before_medicare(batch: ClaimBatch, _reference: Reference) -> Found:
    """A claim to Medicare after an employer's plan says what that did with the claim."""
    rows = _each(batch, _medicare_later(batch))
    wrong = (
        index
        for index, claim in rows
        if claim.insurance_type in _of("plan", claim.service_starts_on) and not _is_decided(claim)
    )
    return batch.claims(_only(batch, wrong), place="other coverage")


def _is_decided(claim: Claim) -> bool:
    by_claim = any(
        other.paid_cents is not None or other.adjudicated_on is not None or other.adjustments
        for other in claim.other_coverages
    )
    return by_claim or any(line.adjudications for line in claim.lines)


@edit(
    "SECONDARY.AGE",
    family="secondary_payer",
    severity=Severity.WARN,
    source="42 CFR 411.170 and 411.200",
    message="the reason why Medicare is not the first payer does not fit the patient's age",
    hint="12 is for those of 65 and more, 43 for younger ones who are disabled",
    failing=_secondary(_WORKING_AGED, born_on=date(1970, 2, 3)),
    passing=_secondary(_DISABLED, born_on=date(1970, 2, 3)),
)
def reasons_fit_the_age(batch: ClaimBatch, _reference: Reference) -> Found:
    """Who works and is aged has the age, who is disabled does not; a month more or less counts."""
    rows = _each(batch, _medicare_later(batch))
    return batch.claims(_only(batch, (n for n, c in rows if _is_of_wrong_age(c))), place="payer")


def _is_of_wrong_age(claim: Claim) -> bool:
    """Compare by months, as Medicare by age begins with a month, and with that before for some."""
    born, day = claim.patient.birth_on, claim.service_starts_on
    if born is None or day is None:
        return False
    months = (day.year - born.year) * 12 + day.month - born.month
    aged = _of("aged", day).get(claim.insurance_type)
    younger = _of("younger", day).get(claim.insurance_type)
    too_young = aged is not None and months < int(aged[0]) * 12 - 1
    return too_young or (younger is not None and months > int(younger[0]) * 12)


@edit(
    "SECONDARY.ACCIDENT",
    family="secondary_payer",
    severity=Severity.WARN,
    source="42 CFR 411.40 and 411.50",
    message="the care is for an accident at work or in traffic, and Medicare is billed first",
    hint="ask which insurer answers for the accident and bill it first; keep its refusal",
    failing=changed(filing_indicator="MB", related_causes=(_AT_WORK,)),
    passing=changed(filing_indicator="MB", related_causes=("OA",)),
)
def accidents_have_their_insurer(batch: ClaimBatch, _reference: Reference) -> Found:
    """Medicare as the first payer is not billed for accidents at work or in traffic unlooked."""
    told = (np.char.find(batch.claim_causes, cause) >= 0 for cause in (_AT_WORK, _IN_TRAFFIC))
    return batch.claims(_medicare_first(batch) & np.logical_or(*told))

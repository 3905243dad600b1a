"""Numbers that two claims share only if they bill the same to the same payer."""

from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch, Flags
from cleanclaim.claims.model import Claim, ClaimKind, Frequency, ServiceLine

Numbers = npt.NDArray[np.uint64]

# Interim bills and late charges of one stay look alike; only whole first claims are compared.
COMPARED = (Frequency.ORIGINAL.value,)
# Odd numbers that spread what they multiply over 64 bits; any would do, but always the same.
_SPREAD = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
_SHIFT = 29
_HUNDREDTH = 10  # thousandths
_NUMBER_BYTES = 8
_APART = "\x1f"  # no text of a claim holds it


def fingerprints(batch: ClaimBatch) -> list[int]:
    """Give the numbers of the judged claims of a batch."""
    return every_fingerprint(batch)[: batch.judged]


def every_fingerprint(batch: ClaimBatch) -> list[int]:
    """Give numbers that two first claims share only if they bill the same to the same payer.

    Who bills and renders, for whom, to whom, what, when and where count; control numbers do
    not. 0 is a claim that is compared with none. Most claims are told by columns; one with
    something that few claims have is told by all of itself.
    """
    return batch.once(_every_fingerprint)


def _every_fingerprint(batch: ClaimBatch) -> list[int]:
    compared = np.isin(batch.frequency, COMPARED)
    compared &= np.bincount(batch.line_claim, minlength=len(batch)) > 0
    plain = compared & batch.of_kind(ClaimKind.PROFESSIONAL) & ~_has_rarities(batch)
    told = np.where(plain, _told_by_columns(batch), np.uint64(0))
    numbers: list[int] = told.view(np.int64).tolist()
    for index in np.flatnonzero(compared & ~plain).tolist():
        numbers[index] = _told_by_itself(batch.rows[index])
    return numbers


def _has_rarities(batch: ClaimBatch) -> Flags:
    """Mark claims that say more of who rendered, or of a line, than most do."""
    rare = batch.line_has_drug | batch.line_has_rendering | (batch.line_description != "")
    rare |= (batch.line_qualifier != "HC") | (batch.line_thousandths % _HUNDREDTH != 0)
    marks = batch.rendering_has_more.copy()
    marks[batch.line_claim[rare]] = True
    return marks


def _told_by_columns(batch: ClaimBatch) -> Numbers:
    """Mix the columns of claims, and of their lines in order, into one number each."""
    named = (
        batch.claim_biller_number,
        batch.claim_payer_identifier,
        batch.claim_responsibility,
        batch.claim_member,
        batch.patient_last_name,
        batch.patient_first_name,
        batch.patient_further_names,
        batch.claim_place,
        batch.rendering_told,
    )
    rows = zip(*(each.tolist() for each in named), strict=True)
    texts = np.fromiter((_number(_APART.join(row)) for row in rows), np.uint64, len(batch))
    claims = _mixed(texts, _days(batch.born_on))
    modifiers = np.ascontiguousarray(batch.line_modifiers).view(f"U{2 * 4}").reshape(-1)
    lines = _mixed(
        _numbers(batch.line_code),
        _numbers(modifiers),
        _numbers(batch.line_own_place),
        _days(batch.line_starts_on),
        _days(batch.line_ends_on),
        batch.line_thousandths.astype(np.uint64),
        batch.charge_cents.astype(np.uint64),
    )
    first = np.searchsorted(batch.line_claim, batch.line_claim)
    ordinal = (np.arange(len(lines)) - first).astype(np.uint64)
    np.add.at(claims, batch.line_claim, _mixed(lines, ordinal))
    return np.maximum(claims, np.uint64(1))


def _days(column: npt.NDArray[np.datetime64]) -> Numbers:
    return column.astype(np.int64).astype(np.uint64)


def _numbers(column: npt.NDArray[Any]) -> Numbers:
    """Give a number for each value of a column, the same in every process."""
    values = column.tolist()
    known = {value: _number(value) for value in set(values)}
    return np.fromiter(map(known.__getitem__, values), np.uint64, len(values))


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=_NUMBER_BYTES).digest())


def _mixed(*columns: Numbers) -> Numbers:
    by, down = np.array(_SPREAD, np.uint64), np.uint64(_SHIFT)
    sums = np.full(len(columns[0]), by[2], np.uint64)
    for column in columns:
        sums = (sums ^ (sums >> down)) * by[0] + column * by[1]
    return sums ^ (sums >> down)


def _told_by_itself(claim: Claim) -> int:
    """Mix all that a claim bills into one number."""
    told = (
        claim.billing.npi or claim.billing.tax_id,
        claim.payer.identifier,
        claim.responsibility,
        claim.subscriber.member_id,
        claim.patient.name,
        claim.patient.birth_on,
        claim.place_of_service,
        claim.type_of_bill,
        claim.rendering,
        [bill_of(claim, line) for line in claim.lines],
    )
    digest = blake2b(msgspec.json.encode(told), digest_size=_NUMBER_BYTES).digest()
    return int.from_bytes(digest, signed=True) or 1


def bill_of(claim: Claim, line: ServiceLine) -> tuple[object, ...]:
    """Give what a line bills: two lines with the same bill the same."""
    return (
        line.procedure,
        line.revenue_code,
        claim.dates_of(line),
        line.units,
        line.charge_cents,
        line.place_of_service,
        line.rendering,
        line.drug,
        line.dental,
    )

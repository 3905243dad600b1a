"""Edits of duplicates: the same claim twice in one file."""

from collections.abc import Iterable
from hashlib import blake2b

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Found
from cleanclaim.claims.model import Claim, ClaimKind, Frequency, ServiceLine
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import CLEAN, LINE, VISIT, changed, with_line
from cleanclaim.edits.lines import REPEAT_MODIFIERS
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

# Interim bills and late charges of one stay look alike; only whole first claims are compared.
_COMPARED = frozenset({Frequency.ORIGINAL})


def fingerprint(claim: Claim) -> int:
    """Give a number that two first claims share only if they bill the same to the same payer.

    Who bills and renders, for whom, to whom, what, when and where count; control numbers do
    not. 0 is a claim that is compared with none.
    """
    if claim.frequency not in _COMPARED or not claim.lines:
        return 0
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
        [_service(claim, line) for line in claim.lines],
    )
    digest = blake2b(msgspec.json.encode(told), digest_size=8).digest()
    return int.from_bytes(digest, signed=True) or 1


def fingerprints(batch: ClaimBatch) -> list[int]:
    """Give the numbers of the judged claims of a batch."""
    return [fingerprint(claim) for claim in batch.to_claims()]


def _service(claim: Claim, line: ServiceLine) -> tuple[object, ...]:
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


def _twice(claim: Claim) -> Claim:
    """Give an example with its first line once more."""
    first = claim.lines[0]
    return msgspec.structs.replace(
        claim,
        lines=(*claim.lines, msgspec.structs.replace(first, number=len(claim.lines) + 1)),
        total_charge_cents=claim.total_charge_cents + first.charge_cents,
    )


class Earlier:
    """The first claims of a file so far, remembered as numbers: some 60 bytes a claim."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def repeated(self, claims: Iterable[Claim]) -> frozenset[int]:
        """Give the indices of those that came before, and remember the others."""
        found = set()
        for index, claim in enumerate(claims):
            number = fingerprint(claim)
            if number in self._seen:
                found.add(index)
            elif number:
                self._seen.add(number)
        return frozenset(found)


@edit(
    "LINE.REPEATED",
    family="duplicates",
    severity=Severity.WARN,
    source="CMS, Claims Processing Manual, ch. 1, 120 (exact duplicates)",
    message="a line bills what another line of the claim bills, in every particular",
    hint="take one out, or tell units or a modifier (76, 77, 91, 59, X…)",
    failing=_twice(VISIT),
    kinds=(ClaimKind.INSTITUTIONAL,),
)
def lines_differ(batch: ClaimBatch, _reference: Reference) -> Found:
    """No two lines of an institution's claim are alike in all that is told of them."""
    return batch.claims(batch.where_claim(_has_twins))


def _has_twins(claim: Claim) -> bool:
    alike = [
        _service(claim, line)
        for line in claim.lines
        if line.procedure.code and REPEAT_MODIFIERS.isdisjoint(line.procedure.modifiers)
    ]
    return len(set(alike)) < len(alike)


@edit(
    "CLAIM.REPEATED",
    family="duplicates",
    severity=Severity.BLOCK,
    source="CMS, Claims Processing Manual, ch. 1, 120 (exact duplicates)",
    message="the same services of the same patient were billed earlier in the file",
    hint="send it once; a correction has frequency 7 and the payer's claim number",
    failing=changed(patient_control_number="EX-2"),
    passing=with_line(charge_cents=LINE.charge_cents + 1),
    before=(CLEAN,),
)
def claims_come_once(batch: ClaimBatch, _reference: Reference) -> Found:
    """No first claim bills what an earlier one of the same file or batch bills."""
    marks = np.zeros(len(batch), np.bool_)
    marks[sorted(batch.repeated | Earlier().repeated(batch.rows))] = True
    return batch.claims(marks)

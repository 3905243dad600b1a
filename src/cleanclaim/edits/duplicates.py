"""Edits of duplicates: the same claim or service twice, in one file or since earlier."""

from collections.abc import Iterable

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Flags, Found, Integers
from cleanclaim.claims.model import Claim, ClaimKind, Frequency, Procedure
from cleanclaim.claims.service_columns import MODIFIER, MODIFIERS_MAX
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices
from cleanclaim.codes.store.keys import pack_all
from cleanclaim.edits.examples import CLEAN, LINE, VISIT, changed, with_line, with_lines
from cleanclaim.edits.fingerprints import bill_of, every_fingerprint, fingerprints
from cleanclaim.edits.lines import REPEAT_MODIFIERS
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

# An odd number that spreads numbers over 64 bits (Knuth's multiplicative hashing).
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


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
        return self.repeated_in(fingerprints(ClaimBatch.of(claims)))

    def repeated_in(self, numbers: Iterable[int]) -> frozenset[int]:
        """Give the places of those fingerprints that came before, and remember the others."""
        found = set()
        for place, number in enumerate(numbers):
            if number in self._seen:
                found.add(place)
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
        bill_of(claim, line)
        for line in claim.lines
        if line.procedure.code and REPEAT_MODIFIERS.isdisjoint(line.procedure.modifiers)
    ]
    return len(set(alike)) < len(alike)


@edit(
    "CLAIM.REPEATED",
    family="duplicates",
    severity=Severity.BLOCK,
    source="CMS, Claims Processing Manual, ch. 1, 120 (exact duplicates)",
    message="the same services of the same patient were billed to the same payer before",
    hint="send it once; a correction has frequency 7 and the payer's claim number",
    failing=changed(patient_control_number="EX-2"),
    passing=with_line(charge_cents=LINE.charge_cents + 1),
    before=(CLEAN,),
)
def claims_come_once(batch: ClaimBatch, _reference: Reference) -> Found:
    """No first claim bills what an earlier one bills, of the same file or of the past."""
    marks, earlier = np.zeros(len(batch), np.bool_), Earlier()
    # A claim alone is like no other.
    numbers = every_fingerprint(batch) if len(batch) > 1 else []
    earlier.repeated_in(numbers[batch.judged :])
    marks[sorted(batch.repeated | earlier.repeated_in(numbers[: batch.judged]))] = True
    return batch.claims(marks)


@edit(
    "SERVICE.REPEATED",
    family="duplicates",
    severity=Severity.WARN,
    source="CMS, Claims Processing Manual, ch. 1, 120 (suspected duplicates)",
    message="{code} of the same day and person is on another claim to this payer",
    hint="take it out if it was done once; else tell why as the note documents it: 76 or 77 done "
    "again, 91 a repeated test, 59 or X… a distinct service",
    failing=changed(patient_control_number="EX-2", place_of_service="12"),
    passing=with_line(procedure=Procedure(LINE.procedure.code, ("76",))),
    before=(with_lines(LINE),),
    kinds=(ClaimKind.PROFESSIONAL,),
)
def services_come_once(batch: ClaimBatch, _reference: Reference) -> Found:
    """No first claim bills a service of one day and person that another one to the payer bills.

    Where modifiers differ, or say that it was done again, it is another service. Of two claims
    the later is told.
    """
    marks = np.zeros(len(batch.line_key), np.bool_)
    several = np.bincount(batch.claim_patient, minlength=1) > 1
    if not several.any():
        return NOTHING
    lines = _alike(batch, np.flatnonzero(_comparable(batch, several)))
    if len(lines):
        marks[_repeats(batch, lines)] = True
    return batch.lines(marks, code=batch.line_code)


def _repeats(batch: ClaimBatch, lines: Indices) -> Indices:
    """Give those of the lines that an earlier claim has too; claims of the past come first."""
    claims, told = batch.line_claim[lines], _told(batch, lines)
    turn = np.where(claims < batch.judged, claims + len(batch), claims)
    order = np.lexsort((turn, *told))
    begins = np.logical_or.reduce([np.diff(x[order], prepend=x[order][0]) != 0 for x in told])
    first = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    again: Indices = lines[order][claims[order] != claims[order][first]]
    return again


def _comparable(batch: ClaimBatch, several: Flags) -> Flags:
    """Mark services of first claims, of patients with several, that are not told as repeated."""
    claims = batch.claim_is_professional & (batch.frequency == Frequency.ORIGINAL.value)
    lines = (claims & several[batch.claim_patient])[batch.line_claim]
    marks: Flags = lines & ~batch.with_modifier(*REPEAT_MODIFIERS)
    return marks & ~np.isnat(batch.line_starts_on)


def _alike(batch: ClaimBatch, lines: Indices) -> Indices:
    """Leave those of which another has the same patient, code and day, by a number of all three."""
    patients = batch.claim_patient[batch.line_claim[lines]].astype(np.uint64)
    days = batch.line_starts_on[lines].astype(np.int64).astype(np.uint64)
    mixed = (patients * _SPREAD + days) * _SPREAD + batch.line_key[lines].astype(np.uint64)
    _, which, counts = np.unique(mixed, return_inverse=True, return_counts=True)
    alike: Indices = lines[counts[which] > 1]
    return alike


def _told(batch: ClaimBatch, lines: Indices) -> tuple[Integers, ...]:
    """Give what makes a line the same service as another, each as numbers."""
    claims = batch.line_claim[lines]
    modifiers = np.sort(batch.line_modifiers[lines], axis=1)
    return (
        batch.claim_patient[claims],
        np.unique(batch.claim_payer_identifier, return_inverse=True)[1][claims],
        np.unique(batch.claim_responsibility, return_inverse=True)[1][claims],
        batch.line_rendering[lines],
        batch.line_key[lines],
        batch.line_starts_on[lines].astype(np.int64),
        batch.line_ends_on[lines].astype(np.int64),
        pack_all([MODIFIER] * MODIFIERS_MAX, list(modifiers.T)),
    )

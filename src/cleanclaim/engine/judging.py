"""Judge a share of a file: read it, run the edits over it, price it."""

from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path

import msgspec

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import CLAIM_GUIDES, read_claim
from cleanclaim.codes.store.library import Library
from cleanclaim.edits import scrub, unchecked
from cleanclaim.edits.duplicates import fingerprints
from cleanclaim.engine.shares import (
    Answer,
    ReadClaim,
    Share,
    Terms,
    Told,
    ToldClaim,
    ToldFinding,
    reference_of,
)
from cleanclaim.kernel.findings import Finding
from cleanclaim.pricing.from_claims import price_claims
from cleanclaim.pricing.localities import localities_of
from cleanclaim.pricing.tables import MedicareTables
from cleanclaim.x12 import Loop, TransactionEnd, Unit, X12Finding
from cleanclaim.x12.stretches import Stretch, read_stretch


class Reading(msgspec.Struct):
    """The claims of a share side by side, what reading found in each, and aside from them."""

    batch: ClaimBatch
    found: list[tuple[Finding, ...]]
    loose: list[X12Finding]


def judge(terms: Terms, share: Share) -> Answer:
    """Run the edits over a share and price its claims; the same for the same share anywhere."""
    reading = read_share(terms, share)
    batch, reference = reading.batch, reference_of(terms.reference)
    edited = scrub(batch, reference, terms.edit_set, tell_unchecked=False)
    told = zip(
        reading.found,
        edited,
        unchecked(batch, reference, terms.edit_set),
        prices(batch, reference.library),
        batch.line_counts.tolist(),
        fingerprints(batch),
        strict=True,
    )
    claims = (
        ToldClaim.of(
            Told(0, lines, tuple(map(ToldFinding.of, (*read, *found))), missing, cents), number
        )
        for read, found, missing, cents, lines, number in told
    )
    return Answer(share.number, tuple(claims), tuple(reading.loose))


def read_share(terms: Terms, share: Share) -> Reading:
    """Turn the bytes of a share into a batch: the one place that knows how claims are read."""
    loose: list[X12Finding] = []
    pairs = list(share.claims)
    if share.stretches:
        with (
            Path(share.path).open("rb") as file,
            mmap(file.fileno(), 0, access=ACCESS_READ) as text,
        ):
            for stretch in share.stretches:
                pairs += _read(text, stretch, loose)
    batch = ClaimBatch.of((claim for claim, _ in pairs), terms.as_of, frozenset(share.repeated))
    return Reading(batch, [found for _, found in pairs], loose)


def _read(text: mmap, stretch: Stretch, loose: list[X12Finding]) -> list[ReadClaim]:
    """Read the claims of a stretch one by one."""
    pairs = []
    for event in read_stretch(text, stretch):
        match event:
            case Unit(short=short, loop=Loop(id="2300")) if short in CLAIM_GUIDES:
                pairs.append(claim_of(event))
            case Unit(own_findings=found) | TransactionEnd(findings=found):
                loose += found
    return pairs


def claim_of(unit: Unit) -> ReadClaim:
    """Read a claim, with what is wrong with its text and what of it is not carried."""
    claim, unread = read_claim(unit)
    return claim, (*(each.as_finding() for each in unit.findings), *unread)


@lru_cache(maxsize=4)
def _tables(library: Library) -> MedicareTables:
    return MedicareTables(library)


def prices(batch: ClaimBatch, library: Library) -> list[int | None]:
    """Give what Medicare should allow for each claim in cents, None where it is not known."""
    tables = _tables(library)
    cents = price_claims(batch, tables, localities_of(batch, tables)).claim_cents
    return [None if each < 0 else each for each in cents[: batch.judged].tolist()]

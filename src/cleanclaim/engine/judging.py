"""Judge a share of a file: read it, run the edits over it, price it."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path

import msgspec

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import CLAIM_GUIDES, read_claim
from cleanclaim.claims.sighted import batch_of, learning
from cleanclaim.codes.store.library import Library
from cleanclaim.edits import scrub, unchecked
from cleanclaim.edits.fingerprints import fingerprints
from cleanclaim.engine.shares import (
    Answer,
    ReadClaim,
    Share,
    Terms,
    Told,
    ToldClaim,
    ToldFinding,
    pack_place,
    reference_of,
)
from cleanclaim.kernel.findings import Finding
from cleanclaim.pricing.from_claims import price_claims
from cleanclaim.pricing.localities import localities_of
from cleanclaim.pricing.tables import MedicareTables
from cleanclaim.x12 import Loop, TransactionEnd, Unit, X12Finding
from cleanclaim.x12.stretches import Stretch, place_of, read_stretch
from cleanclaim.x12.usual.reading import Claims, read_usual_stretch
from cleanclaim.x12.usual.runs import Run
from cleanclaim.x12.usual.sight import Learning

Entry = ReadClaim | Run


class Reading(msgspec.Struct):
    """The claims of a share side by side, what reading found in each, and aside from them.

    ``places`` are where they can be read again, packed.
    """

    batch: ClaimBatch
    found: list[tuple[Finding, ...]]
    places: list[bytes]
    loose: list[X12Finding]


Read = Callable[[Terms, Share], Reading]


def judge(terms: Terms, share: Share, read: Read | None = None) -> Answer:
    """Run the edits over a share and price its claims; the same for the same share anywhere.

    ``read`` turns the share into a batch in another way than ``read_share``.
    """
    reading = (read or read_share)(terms, share)
    batch, reference = reading.batch, reference_of(terms.reference)
    edited = scrub(batch, reference, terms.edit_set, tell_unchecked=False)
    answers = [
        Told(0, lines, tuple(map(ToldFinding.of, (*told, *found))), missing, cents)
        for told, found, lines, missing, cents in zip(
            reading.found,
            edited,
            batch.line_counts.tolist(),
            unchecked(batch, reference, terms.edit_set),
            prices(batch, reference.library),
            strict=True,
        )
    ]
    marks = zip(
        map(len, reading.found),
        fingerprints(batch),
        batch.patient_marks.tolist(),
        reading.places,
        strict=True,
    )
    blank = (ToldClaim(b"", *each) for each in marks)
    claims = tuple(claim.telling(each) for claim, each in zip(blank, answers, strict=True))
    return Answer(share.number, claims, tuple(reading.loose))


def read_share(terms: Terms, share: Share) -> Reading:
    """Turn the bytes of a share into a batch: the one place that knows how claims are read."""
    loose: list[X12Finding] = []
    entries: list[Entry] = list(share.claims)
    if share.stretches:
        entries += _told_at_sight(share.path, share.stretches, loose)
    found: list[tuple[Finding, ...]] = []
    places: list[bytes] = []
    for each in entries:
        if isinstance(each, Run):
            found += [()] * len(each)
            places += map(pack_place, each.places())
        else:
            found.append(each.found)
            places.append(pack_place(each.place) if each.place else b"")
    told = [each if isinstance(each, Run) else each.claim for each in entries]
    return Reading(batch_of(told, terms.as_of), found, places, loose)


@lru_cache(maxsize=1)
def _learning() -> Learning:
    """Give what this process learned of claims, which makes it quicker and tells nothing else."""
    return learning()


def _told_at_sight(path: str, stretches: Iterable[Stretch], loose: list[X12Finding]) -> list[Entry]:
    """Tell claims of stretches at sight where nothing is to be found in them, and read others."""
    entries: list[Entry] = []
    events: list[Unit | TransactionEnd] = []
    told: set[tuple[str, int, str]] = set()
    with Path(path).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        for stretch in stretches:
            for event in read_usual_stretch(text, stretch, _learning()):
                match event:
                    case Claims(entries=claims):
                        for each in claims:
                            entries.append(each if isinstance(each, Run) else claim_of(each))
                            if isinstance(each, Unit):
                                told.update(map(_known_by, each.inherited_findings))
                    case Unit(short=short, loop=Loop(id="2300")) if short in CLAIM_GUIDES:
                        entries.append(claim_of(event))
                        told.update(map(_known_by, event.inherited_findings))
                    case Unit() | TransactionEnd():
                        events.append(event)
                    case _:
                        pass  # of the envelope, which others read
    for event in events:
        found = event.own_findings if isinstance(event, Unit) else event.findings
        loose += (each for each in found if _known_by(each) not in told)
    return entries


def read_claims(
    path: str, stretches: Iterable[Stretch], loose: list[X12Finding]
) -> list[ReadClaim]:
    """Read the claims of stretches one by one; what is told with a claim is not loose."""
    claims = []
    told: set[tuple[str, int, str]] = set()
    with Path(path).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        for event in (event for stretch in stretches for event in read_stretch(text, stretch)):
            match event:
                case Unit(short=short, loop=Loop(id="2300")) if short in CLAIM_GUIDES:
                    claims.append(claim_of(event))
                    told.update(map(_known_by, event.inherited_findings))
                case Unit(own_findings=found) | TransactionEnd(findings=found):
                    loose += (each for each in found if _known_by(each) not in told)
    return claims


def _known_by(finding: X12Finding) -> tuple[str, int, str]:
    return finding.rule, finding.segment, finding.element


def claim_of(unit: Unit) -> ReadClaim:
    """Read a claim, with what is wrong with its text and what of it is not carried."""
    claim, unread = read_claim(unit)
    found = (*(each.as_finding() for each in unit.findings), *unread)
    return ReadClaim(claim, found, place_of(unit))


def look_again(
    terms: Terms, path: str, places: Sequence[Stretch], earlier: Sequence[Stretch], known: set[int]
) -> dict[int, tuple[ToldFinding, ...]]:
    """Judge claims of a file after earlier ones of the same patients.

    Give the findings of the edits by the index of the claim's place. One whose text is so broken
    that it is not one claim when it is read alone is left out; its text blocks it already.
    ``known`` are the fingerprints of earlier claims.
    """
    reads = [[each.claim for each in read_claims(path, (place,), [])] for place in places]
    whole = [index for index, claims in enumerate(reads) if len(claims) == 1]
    judged = [reads[index][0] for index in whole]
    numbers = fingerprints(ClaimBatch.of(judged))
    repeated = [index for index, number in enumerate(numbers) if number in known]
    history = [each.claim for each in read_claims(path, earlier, [])]
    batch = ClaimBatch.of(judged, terms.as_of, repeated, history)
    found = scrub(batch, reference_of(terms.reference), terms.edit_set, tell_unchecked=False)
    told = (tuple(map(ToldFinding.of, own)) for own in found)
    return dict(zip(whole, told, strict=True))


@lru_cache(maxsize=4)
def _tables(library: Library) -> MedicareTables:
    return MedicareTables(library)


def prices(batch: ClaimBatch, library: Library) -> list[int | None]:
    """Give what Medicare should allow for each claim in cents, None where it is not known."""
    tables = _tables(library)
    cents = price_claims(batch, tables, localities_of(batch, tables)).claim_cents
    return [None if each < 0 else each for each in cents[: batch.judged].tolist()]

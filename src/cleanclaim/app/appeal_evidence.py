"""Gathering what an appeal can show: notes, authorization, proof of filing, edits, policies."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from django.db.models import Q

from cleanclaim.app.reading.wire import WireSegment, split_segments
from cleanclaim.app.referencing import library_of
from cleanclaim.app.values import latest_claim
from cleanclaim.claims.model import Claim
from cleanclaim.codes.tables.diagnoses import ICD10CM
from cleanclaim.denials.arguments import Attachment, EvidenceKind
from cleanclaim.denials.support import find_support
from cleanclaim.store.claims.models import ClaimFile, ClaimFinding
from cleanclaim.store.denials.models import DenialCase, PolicyCitation
from cleanclaim.store.encounters.models import Note

_ATTACHMENTS_MAX = 30


def gather(case: DenialCase) -> tuple[Attachment, ...]:
    """Give everything kept that speaks for the claim of a case, in the order of an index.

    What is not there is not attached; of a file that carried other claims only this one's
    segments are taken.
    """
    claim = latest_claim(case.claim)
    every = chain(
        _policies(case),
        _notes(case, claim),
        _authorizations(claim),
        _acknowledgements(case),
        _edits(case),
    )
    return tuple(every)[:_ATTACHMENTS_MAX]


def _policies(case: DenialCase) -> Iterator[Attachment]:
    day = case.claim.service_on
    rows = (
        PolicyCitation.objects.of(case.organization_id)
        .filter(Q(payer=None) | Q(payer=case.payer_id))
        .filter(Q(reason=case.reason) | Q(reason="", cause=case.cause), starts_on__lte=day)
        .order_by("pk")
    )
    for row in rows:
        if row.ends_on is None or row.ends_on >= day:
            yield Attachment(EvidenceKind.POLICY, row.title, row.citation, row.text)


def _notes(case: DenialCase, claim: Claim) -> Iterator[Attachment]:
    notes = Note.objects.of(case.organization_id).filter(encounter=case.claim.encounter_id)
    titles = _titles(case, claim)
    for note in notes.order_by("pk") if case.claim.encounter_id else ():
        passages = find_support(note.text, titles)
        if passages:
            quoted = [f"{p.code}: “{note.text[p.start : p.end]}”" for p in passages]
            where = ", ".join(f"{p.code} at {p.start}-{p.end}" for p in passages)
            yield Attachment(
                EvidenceKind.SUPPORT,
                "Where the record supports the codes",
                f"note {note.pk}: {where}",
                "\n".join(quoted),
            )
        signed = f"note {note.pk}, signed by {note.author} on {note.signed_at:%Y-%m-%d}"
        yield Attachment(EvidenceKind.NOTE, "Record of the visit", signed, note.text)


def _titles(case: DenialCase, claim: Claim) -> dict[str, str]:
    """Give the titles of the claim's diagnoses by the table of the day; unknown ones are left."""
    table = library_of(case.organization_id).in_force(ICD10CM, case.claim.service_on)
    if table is None:
        return {}
    rows = ((each.code, table.row(each.code)) for each in claim.diagnoses)
    return {code: row.title for code, row in rows if row is not None}


def _authorizations(claim: Claim) -> Iterator[Attachment]:
    numbers = dict.fromkeys(
        number
        for number in (
            claim.prior_authorization,
            *(line.prior_authorization for line in claim.lines),
        )
        if number
    )
    for number in numbers:
        yield Attachment(
            EvidenceKind.AUTHORIZATION,
            "Prior authorization",
            f"authorization {number}",
            f"The claim names the authorization number {number}.",
        )


def _acknowledgements(case: DenialCase) -> Iterator[Attachment]:
    """Proof of filing: each 999 and 277CA that answered the claim, with the day it came."""
    links = (
        ClaimFile.objects.of(case.organization_id)
        .filter(claim=case.claim, file__direction="in", file__kind__in=("999", "277CA"))
        .select_related("file")
        .order_by("file__exchanged_at", "pk")
    )
    for link in links:
        segments = split_segments(bytes(link.file.content).decode("latin-1"))
        cut = _answer(segments) if link.file.kind == "999" else _status(segments, case)
        if cut:
            on: date = link.file.exchanged_at.date()
            yield Attachment(
                EvidenceKind.ACKNOWLEDGEMENT,
                f"{link.file.kind} received on {on:%Y-%m-%d}",
                f"file {link.file.pk}, sha256 {link.file.sha256[:16]}",
                "\n".join(f"{each.name}{each.rest}" for each in cut),
            )


def _answer(segments: Sequence[WireSegment]) -> list[WireSegment]:
    """Keep of a 999 what was answered and how; what it repeats of the file is left out."""
    kept = {"ISA", "GS", "ST", "AK1", "AK2", "IK5", "AK9"}
    return [segment for segment in segments if segment.name in kept]


def _status(segments: Sequence[WireSegment], case: DenialCase) -> list[WireSegment]:
    """Keep of a 277CA the envelope and the level of this very claim."""
    number = case.claim.control_number
    at = next(
        (
            index
            for index, each in enumerate(segments)
            if each.name == "TRN" and number in each.rest[1:].split(each.rest[:1])
        ),
        None,
    )
    if at is None:
        return []
    start = at
    while start > 0 and segments[start].name not in {"HL", "ST"}:
        start -= 1
    end = at + 1
    while end < len(segments) and segments[end].name not in {"HL", "TRN", "SE"}:
        end += 1
    head = [each for each in segments if each.name in {"ISA", "GS", "ST", "BHT"}]
    return [*head, *segments[start:end]]


def _edits(case: DenialCase) -> Iterator[Attachment]:
    """How the claim was checked; only where nothing of ours still blocks it."""
    rows = list(
        ClaimFinding.objects.of(case.organization_id)
        .filter(claim=case.claim, origin="scrub")
        .order_by("pk")
    )
    if any(row.severity == "block" and row.resolved_at is None for row in rows):
        return
    releases = sorted({row.release for row in rows if row.release})
    mended = [row for row in rows if row.resolved_at is not None]
    told = [f"{row.rule} at {row.place}: mended before the claim was sent" for row in mended]
    if not releases and not told:
        return
    tables = [f"Checked by {release}" for release in releases]
    yield Attachment(
        EvidenceKind.EDIT,
        "How the claim was checked",
        f"{len(rows)} findings, none of which blocks the claim",
        "\n".join((*tables, *told)),
    )

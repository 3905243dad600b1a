"""Notes of a visit as they arrive or are written: signed texts and addenda, kept for ever."""

from datetime import datetime
from hashlib import sha256

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.coding.models import NoteDraft, NoteVersion
from cleanclaim.store.encounters.models import Encounter, Note
from cleanclaim.store.events.chain import Actor

_BETWEEN = "\n\n"


class EmptyNoteError(CleanclaimError):
    """A note without words tells nothing."""

    code = "note.empty"

    def __init__(self) -> None:
        super().__init__("the note is empty")


class NoteOrigin(msgspec.Struct, frozen=True):
    """Where a note came from: written, text, fhir, hl7 or ccda, of which system, its id there."""

    kind: str = "written"
    system: str = ""
    external_id: str = ""


class Paper(msgspec.Struct, frozen=True):
    """The signed texts of a visit in their order, as one text in which offsets are counted.

    Texts are only ever added at the end, so an offset keeps its place. ``sha256`` is of the
    whole; ``notes`` the keys of the texts with the character at which each begins.
    """

    text: str
    sha256: str
    notes: tuple[tuple[int, int], ...]


def read_paper(organization: int, encounter: int) -> Paper:
    """Give the signed texts of a visit; an empty paper where nothing is signed."""
    rows = Note.objects.of(organization).filter(encounter_id=encounter).order_by("pk")
    text, starts = "", []
    for key, words in rows.values_list("pk", "text"):
        text += _BETWEEN if text else ""
        starts.append((int(key), len(text)))
        text += words
    return Paper(text, digest_of(text), tuple(starts))


def digest_of(text: str) -> str:
    """Give the SHA-256 of a text in UTF-8."""
    return sha256(text.encode()).hexdigest()


def receive_note(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    encounter: int,
    text: str,
    author: str,
    signed_at: datetime | None,
    origin: NoteOrigin | None = None,
) -> Note | NoteDraft:
    """Keep a note of a visit: signed, it is coded from; unsigned, it waits for its signature.

    A further signed text is an addendum of the first. The same text of the same visit is kept
    once, however often it comes. Raises EmptyNoteError.
    """
    if not text.strip():
        raise EmptyNoteError
    told = origin or NoteOrigin()
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        visit = access(Encounter, encounter, organization=organization)
        if signed_at is None:
            return _keep_draft(work, visit, text, author, told)
        return _keep_signed(work, visit, text, author, signed_at, told)


def sign_draft(*, organization: int, actor: Actor, at: datetime, draft: int) -> Note:
    """Sign a draft: its text becomes a note and does not change any more."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access(NoteDraft, draft, organization=organization, related=("encounter", "note"))
        signed: Note | None = row.note
        if signed is not None:
            return signed
        origin = NoteOrigin(row.source_kind, row.source_system, row.external_id)
        note = _keep_signed(work, row.encounter, row.text, row.author, at, origin)
        row.note = note
        row.save(update_fields=["note"])
        close_tasks(work, f"sign:{row.pk}", outcome="signed")
    return note


def _keep_draft(
    work: UnitOfWork, visit: Encounter, text: str, author: str, origin: NoteOrigin
) -> NoteDraft:
    row, created = NoteDraft.objects.get_or_create(
        organization_id=work.organization,
        encounter=visit,
        text=text,
        note=None,
        defaults={
            "author": author[:120],
            "source_kind": origin.kind,
            "source_system": origin.system[:80],
            "external_id": origin.external_id[:120],
            "received_at": work.at,
        },
    )
    if created:
        open_task(
            work,
            f"sign:{row.pk}",
            kind="note",
            title="A note of a visit is not signed",
            next_step="Have its author sign it: nothing is coded from an unsigned note",
            patient=visit.patient,
        )
        work.tell("note.drafted", ("note_draft", row.pk), patient=visit.patient_id)
    return row


def _keep_signed(
    work: UnitOfWork,
    visit: Encounter,
    text: str,
    author: str,
    signed_at: datetime,
    origin: NoteOrigin,
) -> Note:
    digest = digest_of(text)
    earlier = list(Note.objects.of(work.organization).filter(encounter=visit).order_by("pk"))
    for note in earlier:
        if digest_of(note.text) == digest:
            return note
    note = Note.objects.create(
        organization_id=work.organization,
        encounter=visit,
        text=text,
        author=author[:120],
        signed_at=signed_at,
    )
    NoteVersion.objects.create(
        organization_id=work.organization,
        note=note,
        encounter=visit,
        number=len(earlier) + 1,
        kind="addendum" if earlier else "original",
        amends=earlier[0] if earlier else None,
        source_kind=origin.kind,
        source_system=origin.system[:80],
        external_id=origin.external_id[:120],
        sha256=digest,
        received_at=work.at,
    )
    action = "note.amended" if earlier else "note.signed"
    work.tell(action, ("encounter", visit.pk), patient=visit.patient_id, note=note.pk)
    return note

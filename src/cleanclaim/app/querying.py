"""Documentation queries: neutral questions to the author of a note, tracked to the addendum."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.noting import read_paper, receive_note
from cleanclaim.app.tasking import close_tasks, open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.coding.neutral import UNABLE, screen_query
from cleanclaim.coding.values import Query, Span
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Finding
from cleanclaim.store.coding.models import DocumentationQuery
from cleanclaim.store.encounters.models import Encounter, Note
from cleanclaim.store.events.chain import Actor

ASKED, ANSWERED, CLOSED, WITHDRAWN = "asked", "answered", "closed", "withdrawn"


class LeadingQueryError(CleanclaimError):
    """A query that leads its reader; ``findings`` say how."""

    code = "query.leading"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("not asked: the query " + "; ".join(f.message for f in findings))


class QueryRefusedError(CleanclaimError):
    """A query cannot be asked or answered this way; the message says why."""

    code = "query.refused"


def locate(text: str, passage: str) -> Span:
    """Find a passage in the note; QueryRefusedError where it is not there word for word."""
    wanted = passage.strip()
    at = text.find(wanted) if wanted else -1
    if at < 0:
        msg = "the passage does not stand in the note word for word"
        raise QueryRefusedError(msg)
    return Span(at, at + len(wanted), wanted)


def ask_query(
    *, organization: int, actor: Actor, at: datetime, encounter: int, query: Query
) -> DocumentationQuery:
    """Ask the author of a visit's note; an open question of the same words is not asked twice.

    Raises LeadingQueryError where it leads, QueryRefusedError where a passage is not in the note.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        if actor.user is None:
            msg = "a query is asked by a person"
            raise QueryRefusedError(msg)
        visit = access(
            Encounter, encounter, organization=organization, related=("patient", "provider")
        )
        paper = read_paper(organization, encounter)
        if any(paper.text[s.start : s.end] != s.text for s in query.indicators):
            msg = "the passage does not stand in the note word for word"
            raise QueryRefusedError(msg)
        passages = [_sentence(paper.text, span) for span in query.indicators]
        findings = screen_query(query.question, query.options, passages)
        if findings:
            raise LeadingQueryError(findings)
        row, created = DocumentationQuery.objects.get_or_create(
            organization_id=organization,
            encounter=visit,
            question=query.question.strip()[:400],
            state=ASKED,
            defaults={
                "asked_by_id": actor.user,
                "author": str(visit.provider),
                "concept": query.concept[:120],
                "axis": query.axis[:30],
                "options": list(query.options),
                "indicators": msgspec.to_builtins(query.indicators),
                "asked_at": at,
            },
        )
        if created:
            _open(work, row, visit)
    return row


def _sentence(text: str, span: Span) -> str:
    """Give the sentence around a passage: what the passage says is read in its sentence."""
    begin = max(text.rfind(mark, 0, span.start) for mark in (". ", "\n")) + 1
    ends = [at for mark in (". ", "\n") if (at := text.find(mark, span.end)) >= 0]
    return text[begin : min(ends, default=len(text))]


def _open(work: UnitOfWork, row: DocumentationQuery, visit: Encounter) -> None:
    open_task(
        work,
        f"query:{row.pk}",
        kind="query",
        title="A coder asks the author of a note",
        next_step="Answer from what was seen that day, and sign an addendum",
        patient=visit.patient,
    )
    record = ("query", row.pk)
    work.tell("query.asked", record, patient=visit.patient_id, axis=row.axis)


def answer_query(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    query: int,
    answer: str,
    addendum: str = "",
) -> DocumentationQuery:
    """Record the author's answer and, with words for it, the signed addendum.

    With an addendum the query is closed; an answer alone counts as answered and changes no
    note. "Unable to determine" is an answer that does not agree. Raises QueryRefusedError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access(DocumentationQuery, query, organization=organization, related=("encounter",))
        told = answer.strip()
        if row.state not in {ASKED, ANSWERED} or not told:
            msg = "the query is closed" if told else "the answer is empty"
            raise QueryRefusedError(msg)
        row.answer, row.answered_at = told[:200], row.answered_at or at
        row.agreed = told.lower() != UNABLE
        row.state = ANSWERED
        if addendum.strip():
            note = receive_note(
                organization=organization,
                actor=actor,
                at=at,
                encounter=row.encounter_id,
                text=addendum,
                author=row.author,
                signed_at=at,
            )
            row.addendum = note if isinstance(note, Note) else None
            row.state = CLOSED
        elif not row.agreed:
            row.state = CLOSED
        row.save()
        if row.state == CLOSED:
            close_tasks(work, f"query:{row.pk}", outcome="answered")
        work.tell(
            "query.answered",
            ("query", row.pk),
            patient=row.encounter.patient_id,
            agreed=row.agreed,
            amended=row.addendum_id is not None,
        )
    return row


def withdraw_query(
    *, organization: int, actor: Actor, at: datetime, query: int
) -> DocumentationQuery:
    """Take a question back that nobody has answered."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        row = access(DocumentationQuery, query, organization=organization, related=("encounter",))
        if row.state != ASKED:
            msg = "only a question without an answer can be withdrawn"
            raise QueryRefusedError(msg)
        row.state = WITHDRAWN
        row.save(update_fields=["state"])
        close_tasks(work, f"query:{row.pk}", outcome="withdrawn")
        work.tell("query.withdrawn", ("query", row.pk), patient=row.encounter.patient_id)
    return row

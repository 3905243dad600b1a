"""The coder's desk as screens need it: the queue, and one visit with note, codes and evidence."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
from django.db.models import Exists, OuterRef, QuerySet, Sum

from cleanclaim.app.access import access
from cleanclaim.app.coding import (
    FINAL,
    FIRST,
    free_turns,
    my_session,
    read_suggestions,
    sessions_of,
    sheet_of,
)
from cleanclaim.app.coding_preview import Preview, preview
from cleanclaim.app.noting import Paper, read_paper
from cleanclaim.app.suggested import latest_set
from cleanclaim.app.suggesting import setting_of
from cleanclaim.codes.icd10cm import bundled, dotted, undotted
from cleanclaim.coding.sheet import DIAGNOSES, Sheet
from cleanclaim.coding.values import Query, Span, SuggestedCode
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.coding.models import (
    CodingSession,
    DocumentationQuery,
    NoteVersion,
    SuggestionSet,
)
from cleanclaim.store.encounters.models import Charge, Encounter, Note

QUEUE_MAX = 200
HALF_YEAR = timedelta(days=182)
# Which credential a place of service asks for: facility stays are a hospital coder's.
_HOSPITAL_PLACES = {"21", "51", "61"}
SKILLS = ("CPC", "CCS")


class QueueRow(msgspec.Struct, frozen=True):
    """A visit that waits for a coder; ``worth_cents`` is the provider's usual visit, None unknown.

    ``turn`` says for which coding; ``score`` is dollars times days.
    """

    encounter: int
    service_on: date
    days: int
    provider: str
    specialty: str
    location: str
    skill: str
    turn: str
    mine: bool
    worth_cents: int | None
    queries: int

    @property
    def score(self) -> int:
        """Weigh what waits: its dollars times the days that it has waited."""
        return (self.worth_cents or 100) * max(self.days, 1)


class Piece(msgspec.Struct, frozen=True):
    """A stretch of the note between the borders of evidence; ``codes`` are those it supports."""

    text: str
    codes: tuple[str, ...]
    ids: tuple[str, ...]


class SuggestionView(msgspec.Struct, frozen=True):
    """An undecided suggestion; ``key`` names it on the page."""

    key: str
    suggestion: SuggestedCode
    code: str
    spans: tuple[str, ...]


class DeskView(msgspec.Struct, frozen=True):
    """One visit on the desk of one coder."""

    encounter: Encounter
    paper: Paper
    versions: Sequence[NoteVersion]
    pieces: tuple[Piece, ...]
    session: CodingSession | None
    sheet: Sheet
    suggestions: tuple[SuggestionView, ...]
    abstained: tuple[SuggestedCode, ...]
    proposed: tuple[Query, ...]
    queries: Sequence[DocumentationQuery]
    level: SuggestionSet | None
    setting: str
    preview: Preview
    titles: dict[str, str]
    read: bool
    others: int
    awaited: bool
    claim: ClaimRecord | None

    @property
    def is_open(self) -> bool:
        """Tell whether this coder may still decide."""
        return self.session is None or self.session.state != FINAL


def list_queue(
    organization: int, user: int, on: date, *, skill: str = "", specialty: str = "", sort: str = ""
) -> tuple[QueueRow, ...]:
    """Give visits that wait for this coder: by worth and age, by age, or by worth."""
    rows = [*_first_turns(organization, user), *_wanted_turns(organization, user)]
    worth = _usual(organization, on)
    asked = _open_queries(organization)
    queue = [_queue_row(visit, turn, mine, worth, asked, on) for visit, turn, mine in rows]
    fit = [
        row
        for row in queue
        if (not skill or row.skill == skill) and (not specialty or row.specialty == specialty)
    ]
    keys = {"age": lambda r: -r.days, "worth": lambda r: -(r.worth_cents or 0)}
    return tuple(sorted(fit, key=keys.get(sort, lambda r: -r.score)))


def _visits(organization: int) -> QuerySet[Any]:
    related = ("provider", "location")
    return Encounter.objects.of(organization).select_related(*related).order_by("service_on", "pk")


def _first_turns(organization: int, user: int) -> Iterable[tuple[Any, str, bool]]:
    """Give documented visits that nobody has begun, and those that one has begun oneself."""
    notes = Note.objects.of(organization).filter(encounter=OuterRef("pk"))
    first = CodingSession.objects.of(organization).filter(encounter=OuterRef("pk"), turn=FIRST)
    waiting = _visits(organization).filter(Exists(notes), status="documented")
    for visit in waiting.filter(~Exists(first))[:QUEUE_MAX]:
        yield visit, FIRST, False
    begun = CodingSession.objects.of(organization).filter(coder_id=user, state="open")
    related = ("encounter__provider", "encounter__location")
    for session in begun.select_related(*related).order_by("pk")[:QUEUE_MAX]:
        yield session.encounter, session.turn, True


def _wanted_turns(organization: int, user: int) -> Iterable[tuple[Any, str, bool]]:
    """Give second codings and audits that one may take; never of visits that one has coded."""
    rows = CodingSession.objects.of(organization).filter(free_turns(organization, user))
    first = CodingSession.objects.of(organization).filter(
        encounter=OuterRef("encounter"), turn=FIRST
    )
    related = ("encounter__provider", "encounter__location")
    for row in rows.filter(Exists(first)).select_related(*related).order_by("pk")[:QUEUE_MAX]:
        yield row.encounter, row.turn, False


def _usual(organization: int, on: date) -> dict[int, int]:
    """Give what a provider's visits of half a year were charged on average, in cents."""
    recent = Charge.objects.of(organization).filter(encounter__service_on__gt=on - HALF_YEAR)
    charges = recent.values("encounter__provider", "encounter").order_by()
    sums = charges.annotate(cents=Sum("charge_cents"))
    found: dict[int, list[int]] = {}
    for row in sums:
        found.setdefault(row["encounter__provider"], []).append(int(row["cents"]))
    return {provider: sum(cents) // len(cents) for provider, cents in found.items()}


def _open_queries(organization: int) -> dict[int, int]:
    rows = DocumentationQuery.objects.of(organization).filter(state="asked")
    found: dict[int, int] = {}
    for encounter in rows.values_list("encounter", flat=True):
        found[encounter] = found.get(encounter, 0) + 1
    return found


def _queue_row(
    visit: Any,  # noqa: ANN401 - a visit's row
    turn: str,
    mine: bool,  # noqa: FBT001 - one of a row's columns
    worth: dict[int, int],
    asked: dict[int, int],
    on: date,
) -> QueueRow:
    return QueueRow(
        encounter=visit.pk,
        service_on=visit.service_on,
        days=(on - visit.service_on).days,
        provider=str(visit.provider),
        specialty=visit.provider.taxonomy,
        location=visit.location.name,
        skill="CCS" if visit.location.place_of_service in _HOSPITAL_PLACES else "CPC",
        turn=turn.split(":", maxsplit=1)[0],
        mine=mine,
        worth_cents=worth.get(visit.provider_id),
        queries=asked.get(visit.pk, 0),
    )


def read_desk(organization: int, encounter: int, user: int, at: datetime) -> DeskView:
    """Give a visit as this coder sees it: their own codes alone, whoever else has coded it."""
    related = ("patient", "provider", "location")
    visit = access(Encounter, encounter, organization=organization, related=related)
    paper = read_paper(organization, encounter)
    kept = latest_set(visit, "codes", paper)
    told = read_suggestions(kept.content if kept else None)
    level = latest_set(visit, "level", paper)
    session = my_session(organization, encounter, user)
    sheet = sheet_of(session) if session else Sheet()
    views = tuple(_suggestion_views(told.codes, sheet))
    return DeskView(
        encounter=visit,
        paper=paper,
        versions=list(_versions(visit)),
        pieces=cut_pieces(paper.text, [*_marked(told.codes), *_elements(level)]),
        session=session,
        sheet=sheet,
        suggestions=views,
        abstained=told.abstained,
        proposed=_proposed(visit, told.queries),
        queries=list(_queries(visit)),
        level=level,
        setting=setting_of(visit),
        preview=preview(visit, sheet, at.date()),
        titles=_titles(sheet, told.codes),
        read=kept is not None,
        others=sum(
            row.coder_id not in {None, user} for row in sessions_of(organization, encounter)
        ),
        awaited=_awaited(visit, session),
        claim=ClaimRecord.objects.of(organization).filter(encounter=visit).order_by("pk").first(),
    )


def _versions(visit: Encounter) -> QuerySet[NoteVersion]:
    rows = NoteVersion.objects.of(visit.organization_id).filter(encounter=visit)
    return rows.select_related("note").order_by("number")


def _queries(visit: Encounter) -> QuerySet[DocumentationQuery]:
    rows = DocumentationQuery.objects.of(visit.organization_id).filter(encounter=visit)
    return rows.order_by("-pk")


def _awaited(visit: Encounter, session: CodingSession | None) -> bool:
    """Tell whether one's own final coding waits for another's."""
    if session is None or session.state != FINAL or session.turn.startswith("audit:"):
        return False
    return visit.status == "documented"


def _proposed(visit: Encounter, queries: Iterable[Query]) -> tuple[Query, ...]:
    asked = {row.question for row in _queries(visit)}
    return tuple(query for query in queries if query.question not in asked)


def _suggestion_views(codes: Iterable[SuggestedCode], sheet: Sheet) -> Iterable[SuggestionView]:
    """Give suggestions that are neither answered nor on the sheet."""
    for number, each in enumerate(codes):
        plain = undotted(each.code)
        if (each.system, plain) not in sheet.answered and plain not in sheet.codes:
            spans = tuple(f"mark-{number}-{n}" for n in range(len(each.evidence)))
            yield SuggestionView(f"s{number}", each, plain, spans)


def _marked(codes: Iterable[SuggestedCode]) -> list[tuple[Span, str, str]]:
    return [
        (span, undotted(each.code), f"mark-{number}-{n}")
        for number, each in enumerate(codes)
        for n, span in enumerate(each.evidence)
    ]


def _elements(level: SuggestionSet | None) -> list[tuple[Span, str, str]]:
    """Give the facts that a level rests on as marks, named by the level's code."""
    if level is None:
        return []
    return [
        (Span(each["start"], each["end"], each["text"]), level.content["level"], f"level-{n}")
        for n, each in enumerate(level.content["elements"])
        if each["start"] < each["end"]
    ]


def cut_pieces(text: str, marks: Sequence[tuple[Span, str, str]]) -> tuple[Piece, ...]:
    """Cut a text at every border of a mark, so that marks that overlap can all be shown.

    The pieces make up the text; each has the codes of the marks over it, and the ids of those
    that begin with it.
    """
    borders = sorted({0, len(text), *(e for s, _, _ in marks for e in (s.start, s.end))})
    pieces = []
    for start, end in pairwise(borders):
        over = [(s, code, key) for s, code, key in marks if s.start <= start and end <= s.end]
        codes = tuple(dict.fromkeys(code for _, code, _ in over))
        ids = tuple(key for s, _, key in over if s.start == start)
        pieces.append(Piece(text[start:end], codes, ids))
    return tuple(pieces)


def _titles(sheet: Sheet, codes: Iterable[SuggestedCode]) -> dict[str, str]:
    """Give words for the codes of the page: of ICD-10-CM its titles, else what was suggested."""
    found = {undotted(each.code): each.label for each in codes}
    for code in sheet.diagnoses:
        found[code] = bundled().description(code) or found.get(code, "")
    return found


def show_code(code: str, system: str) -> str:
    """Write a code as people do: a diagnosis with its dot."""
    return dotted(code) if system == DIAGNOSES else code

"""Documentation queries on screen: asking neutrally, answering, addenda and drafts of notes."""

from django.http import HttpResponse

from cleanclaim.app.access import access
from cleanclaim.app.noting import read_paper, receive_note, sign_draft
from cleanclaim.app.querying import answer_query, ask_query, locate, withdraw_query
from cleanclaim.app.reading.coding import read_desk
from cleanclaim.app.reading.coding_audits import query_figures
from cleanclaim.app.reading.coding_queries import list_drafts, list_queries
from cleanclaim.app.reading.viewing import record_listing
from cleanclaim.app.rights import Permission
from cleanclaim.coding.values import Query
from cleanclaim.store.coding.models import DocumentationQuery, NoteDraft
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_QUESTION_MAX, _NOTE_MAX = 400, 50_000


@route("coding/queries", name="queries", permission=Permission.CODING_WORK)
def show_queries(request: SignedRequest) -> HttpResponse:
    """Show open queries first, how queries fare, and notes without a signature."""
    signed = request.signed
    rows = list_queries(signed.organization)
    record_listing("queries.listed", [row.pk for row in rows], **signed.acting)
    context = {
        "rows": rows,
        "figures": query_figures(signed.organization),
        "drafts": list_drafts(signed.organization),
    }
    return page(request, "pages/coding/queries.html", context)


@route(
    "coding/<int:encounter>/ask",
    name="ask-query",
    permission=Permission.CODING_WORK,
    methods=("POST",),
)
def ask(request: SignedRequest, encounter: int) -> HttpResponse:
    """Ask what was proposed, or what the coder wrote; what leads is refused with its reason."""
    signed = request.signed
    access(Encounter, encounter, organization=signed.organization)

    def work() -> str:
        proposed = request.POST.get("proposed", "")
        query = (
            _proposed(request, encounter, proposed) if proposed else _written(request, encounter)
        )
        ask_query(**signed.acting, encounter=encounter, query=query)
        return "Asked; the visit waits for the answer."

    return act(request, f"/coding/{encounter}", work)


def _proposed(request: SignedRequest, encounter: int, number: str) -> Query:
    signed = request.signed
    view = read_desk(signed.organization, encounter, signed.user, signed.now)
    known = {str(place): query for place, query in enumerate(view.proposed, 1)}
    if number not in known:
        msg = "this query is not proposed any more"
        raise InputError(msg)
    return known[number]


def _written(request: SignedRequest, encounter: int) -> Query:
    text = read_paper(request.signed.organization, encounter).text
    passage = request.POST.get("passage", "")
    choices = request.POST.get("options", "")[:_QUESTION_MAX].split(";")
    return Query(
        concept=passage.strip()[:120],
        axis="written",
        question=request.POST.get("question", "")[:_QUESTION_MAX],
        options=tuple(each.strip() for each in choices if each.strip()),
        indicators=(locate(text, passage),),
    )


@route(
    "coding/queries/<int:query>/answer",
    name="answer-query",
    permission=Permission.CODING_WORK,
    methods=("POST",),
)
def answer(request: SignedRequest, query: int) -> HttpResponse:
    """Record the author's answer, and the addendum that they signed."""
    access(DocumentationQuery, query, organization=request.signed.organization)

    def work() -> str:
        row = answer_query(
            **request.signed.acting,
            query=query,
            answer=request.POST.get("answer", "")[:200],
            addendum=request.POST.get("addendum", "")[:_NOTE_MAX],
        )
        return (
            "Closed." if row.state == "closed" else "Answered; an addendum is still to be signed."
        )

    return act(request, "/coding/queries", work)


@route(
    "coding/queries/<int:query>/withdraw",
    name="withdraw-query",
    permission=Permission.CODING_WORK,
    methods=("POST",),
)
def withdraw(request: SignedRequest, query: int) -> HttpResponse:
    """Take a question back."""
    row = access(DocumentationQuery, query, organization=request.signed.organization)

    def work() -> str:
        withdraw_query(**request.signed.acting, query=query)
        return "Withdrawn."

    return act(request, f"/coding/{row.encounter_id}", work)


@route(
    "coding/<int:encounter>/notes",
    name="write-note",
    permission=Permission.PATIENTS_WRITE,
    methods=("POST",),
)
def write(request: SignedRequest, encounter: int) -> HttpResponse:
    """Keep a note or an addendum: signed by its author, or a draft that waits for it."""
    signed = request.signed
    visit = access(Encounter, encounter, organization=signed.organization, related=("provider",))

    def work() -> str:
        is_signed = request.POST.get("signed") == "yes"
        receive_note(
            **signed.acting,
            encounter=encounter,
            text=request.POST.get("text", "")[:_NOTE_MAX],
            author=str(visit.provider),
            signed_at=signed.now if is_signed else None,
        )
        return "Signed and kept." if is_signed else "Kept as a draft."

    return act(request, f"/coding/{encounter}", work)


@route(
    "coding/drafts/<int:draft>/sign",
    name="sign-draft",
    permission=Permission.PATIENTS_WRITE,
    methods=("POST",),
)
def sign(request: SignedRequest, draft: int) -> HttpResponse:
    """Sign a draft; its text does not change any more."""
    access(NoteDraft, draft, organization=request.signed.organization)

    def work() -> str:
        sign_draft(**request.signed.acting, draft=draft)
        return "Signed."

    return act(request, "/coding/queries", work)

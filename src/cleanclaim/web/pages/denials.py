"""Denials: the worklist by cause, one denial with its ways and appeals, and the work on it."""

from collections.abc import Callable
from datetime import date

from django.http import HttpResponse, QueryDict

from cleanclaim.app.denial_bulk import Bulk, act_on_many
from cleanclaim.app.denying import (
    OPEN_STAGES,
    NothingToUndoError,
    accept_plan,
    access_case,
    change_cause,
    correct_receipt,
    note_case,
)
from cleanclaim.app.reading.denials import (
    GROUPINGS,
    SHOWN,
    Chosen,
    group_cases,
    list_cases,
    odds_words,
    read_case,
)
from cleanclaim.app.reading.histories import claim_history
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.rights import Permission
from cleanclaim.denials.causes import Cause
from cleanclaim.denials.next_step import Action
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act_in_place, read_choice, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_WAYS = [action for action in Action if action is not Action.WRITE_OFF]
_WORD_MAX = 20


def read_chosen(request: SignedRequest) -> Chosen:
    """Read which denials a list shows; what is not offered counts as any."""
    show = read_choice(request, "show", set(SHOWN)) or SHOWN[0]
    words = {name: request.GET.get(name, "")[:_WORD_MAX] for name in GROUPINGS}
    fit = {name: word for name, word in words.items() if _is_code(name, word)}
    return Chosen(show, fit)


def _is_code(name: str, word: str) -> bool:
    plain = word.replace("_", "").isascii() and word.replace("_", "").isalnum()
    return plain and (name != "payer" or word.isdecimal())


def list_page(request: SignedRequest) -> HttpResponse:
    """Show the groups and the chosen denials, the most pressing money first."""
    signed, chosen = request.signed, read_chosen(request)
    by = read_choice(request, "by", set(GROUPINGS)) or "cause"
    sheet = list_cases(signed.organization, signed.today, chosen, read_position(request))
    record_listing("denials.listed", [row.claim for row in sheet.rows], **signed.acting)
    context = {
        "sheet": sheet,
        "chosen": chosen,
        "by": by,
        "groupings": tuple(GROUPINGS),
        "groups": group_cases(signed.organization, Chosen(chosen.show), by),
        "odds": odds_words,
        "open_stages": OPEN_STAGES,
        "here": "/denials",
    }
    return page(request, "pages/denials/list.html", context)


@route("denials", name="denials", permission=Permission.CLAIMS_READ)
def show_denials(request: SignedRequest) -> HttpResponse:
    """Show denials by cause, payer, reason, code or team."""
    return list_page(request)


@route("denials/<int:case>", name="denial", permission=Permission.CLAIMS_READ)
def show_denial(request: SignedRequest, case: int) -> HttpResponse:
    """Show one denial: why, until when, which ways are open, and its appeals."""
    return case_page(request, case)


def case_page(request: SignedRequest, case: int) -> HttpResponse:
    """Render the page of one denial."""
    signed = request.signed
    view = read_case(signed.organization, case, signed.today)
    row = view.row
    record_view("denial.viewed", case, **signed.acting, patient=row.patient, claim=row.claim)
    context = {
        "view": view,
        "row": row,
        "odds": odds_words,
        "causes": tuple(Cause),
        "ways": _WAYS,
        "here": f"/denials/{case}",
        "happenings": claim_history(signed.organization, row.claim, 20),
    }
    return page(request, "pages/denials/case.html", context)


def act_on_case(request: SignedRequest, case: int, work: Callable[[], str]) -> HttpResponse:
    """Do something with a case and show again the page on which it was asked for."""
    access_case(case, organization=request.signed.organization)
    if request.POST.get("from") == "list":
        query = request.POST.get("query", "")
        request.GET = _as_query(query)  # type: ignore[assignment]
        back = f"/denials?{read_chosen(request).query}"
        return act_in_place(request, back, work, lambda: list_page(request))
    return act_in_place(request, f"/denials/{case}", work, lambda: case_page(request, case))


def _as_query(text: str) -> QueryDict:
    return QueryDict(text[:200])


def _read_way(request: SignedRequest) -> Action | None:
    text = request.POST.get("plan", "")
    return Action(text) if text in set(_WAYS) else None


@route(
    "denials/<int:case>/plan",
    name="plan-denial",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def accept(request: SignedRequest, case: int) -> HttpResponse:
    """Accept the suggested plan, or the one that is named."""

    def work() -> str:
        found = accept_plan(**request.signed.acting, case=case, plan=_read_way(request))
        return f"Planned: {found.plan}."

    return act_on_case(request, case, work)


@route(
    "denials/<int:case>/undo",
    name="undo-denial",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def undo(request: SignedRequest, case: int) -> HttpResponse:
    """Take back the plan, or the letter that was not sent."""

    def work() -> str:
        told = request.signed.acting
        if not act_on_many(**told, action=Bulk.UNDO, cases=[case]):
            raise NothingToUndoError
        return "Taken back."

    return act_on_case(request, case, work)


@route(
    "denials/<int:case>/note",
    name="note-denial",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def note(request: SignedRequest, case: int) -> HttpResponse:
    """Write a note."""

    def work() -> str:
        note_case(**request.signed.acting, case=case, text=request.POST.get("text", ""))
        return "Noted."

    return act_on_case(request, case, work)


@route(
    "denials/<int:case>/receipt",
    name="receipt-denial",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def receipt(request: SignedRequest, case: int) -> HttpResponse:
    """Say on which day the decision came."""

    def work() -> str:
        try:
            day = date.fromisoformat(request.POST.get("received_on", ""))
        except ValueError as error:
            msg = "write the day of receipt as 2026-12-31"
            raise InputError(msg) from error
        correct_receipt(**request.signed.acting, case=case, received_on=day)
        return "The clock runs from that day."

    return act_on_case(request, case, work)


@route(
    "denials/<int:case>/cause",
    name="cause-denial",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def cause(request: SignedRequest, case: int) -> HttpResponse:
    """Say what caused the denial, and how it is worked."""

    def work() -> str:
        told, way = request.POST.get("cause", ""), _read_way(request)
        if told not in set(Cause) or way is None:
            msg = "choose a cause and a way to work it"
            raise InputError(msg)
        change_cause(**request.signed.acting, case=case, cause=Cause(told), work_as=way)
        return "The cause is changed."

    return act_on_case(request, case, work)

"""The coder's desk: the queue, and one visit with its note and codes, worked by keys."""

from datetime import date

from django.http import HttpResponse

from cleanclaim.app.access import access
from cleanclaim.app.coding import CodingRefusedError, decide, read_typed, want_second
from cleanclaim.app.coding_finish import finish_coding
from cleanclaim.app.coding_preview import fees_on
from cleanclaim.app.reading.codes import find_codes
from cleanclaim.app.reading.coding import SKILLS, list_queue, read_desk, show_code
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.rights import Permission
from cleanclaim.app.suggesting import judge_level, prepare_suggestions
from cleanclaim.codes.icd10cm import undotted
from cleanclaim.coding.sheet import Action, Decided, Entry
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, act_in_place, read_choice
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_SORTS = {"age", "worth"}
_TYPED_MAX = 80
_MINUTES_MAX = 600
_DONE = {
    Action.ACCEPT: "accepted",
    Action.REPLACE: "taken in place of what was suggested",
    Action.REJECT: "rejected",
    Action.ENTER: "entered",
    Action.REMOVE: "taken off",
    Action.EDIT: "changed",
    Action.FIRST: "listed first",
}


@route("coding", name="coding", permission=Permission.CODING_WORK)
def show_queue(request: SignedRequest) -> HttpResponse:
    """Show the visits that wait for this coder."""
    signed = request.signed
    skill = read_choice(request, "skill", set(SKILLS))
    sort = read_choice(request, "sort", _SORTS)
    specialty = request.GET.get("specialty", "")[:10]
    every = list_queue(signed.organization, signed.user, signed.today, skill=skill, sort=sort)
    rows = [row for row in every if not specialty or row.specialty == specialty]
    record_listing("coding.listed", [row.encounter for row in rows], **signed.acting)
    context = {
        "rows": rows,
        "skills": SKILLS,
        "skill": skill,
        "sort": sort,
        "specialty": specialty,
        "specialties": sorted({row.specialty for row in every}),
    }
    return page(request, "pages/coding/queue.html", context)


@route("coding/<int:encounter>", name="code-visit", permission=Permission.CODING_WORK)
def show_visit(request: SignedRequest, encounter: int) -> HttpResponse:
    """Show a visit as its coder sees it; that the note was opened is an event."""
    return _visit_page(request, encounter)


def _visit_page(request: SignedRequest, encounter: int) -> HttpResponse:
    signed = request.signed
    access(Encounter, encounter, organization=signed.organization)
    prepare_suggestions(**signed.acting, encounter=encounter)
    judge_level(**signed.acting, encounter=encounter)
    view = read_desk(signed.organization, encounter, signed.user, signed.now)
    patient = view.encounter.patient_id
    record_view("note.viewed", encounter, patient=patient, **signed.acting)
    context = {"view": view, "show_code": show_code, "level": _level(view.level)}
    return page(request, "pages/coding/visit.html", context)


def _level(kept: object) -> object:
    return getattr(kept, "content", None)


@route("coding/<int:encounter>/codes", name="find-visit-codes", permission=Permission.CODING_WORK)
def find(request: SignedRequest, encounter: int) -> HttpResponse:
    """Search the encoder beside a visit; codes are nobody's, so words may be addresses."""
    signed = request.signed
    visit = access(Encounter, encounter, organization=signed.organization)
    words = request.GET.get("typed", "")[:_TYPED_MAX]
    found = find_codes(words, "", visit.service_on, synthetic=signed.synthetic)
    hits = [hit for hit in found.hits if hit.billable is not False][:8]
    context = {"encounter": encounter, "hits": hits, "words": words}
    return page(request, "pages/coding/_hits.html", context)


@route(
    "coding/<int:encounter>/decide",
    name="decide-code",
    permission=Permission.CODING_WORK,
    methods=("POST",),
)
def decide_code(request: SignedRequest, encounter: int) -> HttpResponse:
    """Take one decision and show at once what the claim would be then."""
    visit = access(Encounter, encounter, organization=request.signed.organization)

    def work() -> str:
        decided = _read_decision(request, visit)
        decide(**request.signed.acting, encounter=encounter, decided=decided)
        return f"{show_code(decided.code, decided.system)} {_DONE[decided.action]}."

    return act_in_place(
        request, f"/coding/{encounter}", work, lambda: _visit_page(request, encounter)
    )


def _read_decision(request: SignedRequest, visit: Encounter) -> Decided:
    text = request.POST.get("action", "")
    if text not in set(Action):
        msg = "there is no such decision"
        raise InputError(msg)
    action = Action(text)
    system = request.POST.get("system", "")[:10]
    code = undotted(request.POST.get("code", "")[:10].upper())
    if action is Action.EDIT:
        return Decided(action, system, code, "", _read_entry(request, code))
    if action not in {Action.ENTER, Action.REPLACE}:
        return Decided(action, system, code)
    words = request.POST.get("typed", "")[:_TYPED_MAX]
    typed = read_typed(words, _known_services(visit, words))
    replaced = code if action is Action.REPLACE else ""
    if replaced and (typed.system == "icd10cm") != (system == "icd10cm"):
        msg = "a diagnosis takes the place of a diagnosis, a service that of a service"
        raise CodingRefusedError(msg)
    return Decided(action, typed.system, typed.code, replaced, typed.entry)


def _known_services(visit: Encounter, words: str) -> set[str]:
    """Give the code that the words begin with, where the practice has a fee for it."""
    first = words.upper().replace("-", " ").split()[:1]
    return set(fees_on(visit.organization_id, first, visit.service_on))


def _read_entry(request: SignedRequest, code: str) -> Entry:
    typed = read_typed(f"{code} {request.POST.get('typed', '')[:_TYPED_MAX]}".strip(), {code})
    told = request.POST.get("diagnoses", "")[:_TYPED_MAX].replace(",", " ").split()
    diagnoses = tuple(undotted(each.upper()) for each in told)
    return Entry(typed.entry.modifiers, typed.entry.units, diagnoses)


@route(
    "coding/<int:encounter>/level",
    name="judge-level",
    permission=Permission.CODING_WORK,
    methods=("POST",),
)
def ask_level(request: SignedRequest, encounter: int) -> HttpResponse:
    """Judge the level again with what the coder knows: a new patient or not, minutes."""
    access(Encounter, encounter, organization=request.signed.organization)

    def work() -> str:
        patient = request.POST.get("patient", "")
        minutes = request.POST.get("minutes", "").strip()
        if minutes and not (minutes.isdecimal() and 0 < int(minutes) <= _MINUTES_MAX):
            msg = "minutes are a whole number"
            raise InputError(msg)
        known = patient if patient in {"new", "established"} else None
        kept = judge_level(
            **request.signed.acting,
            encounter=encounter,
            patient=known,
            minutes=int(minutes) if minutes else None,
        )
        return "The level was judged again." if kept else "Nobody judges levels here."

    return act_in_place(
        request, f"/coding/{encounter}", work, lambda: _visit_page(request, encounter)
    )


@route(
    "coding/<int:encounter>/finish",
    name="finish-coding",
    permission=Permission.CODING_WORK,
    methods=("POST",),
)
def finish(request: SignedRequest, encounter: int) -> HttpResponse:
    """Make one's coding final and go on with the next visit of the queue."""
    signed = request.signed
    access(Encounter, encounter, organization=signed.organization)
    target = [f"/coding/{encounter}"]

    def work() -> str:
        finish_coding(**signed.acting, encounter=encounter)
        rest = list_queue(signed.organization, signed.user, signed.today)
        target[0] = f"/coding/{rest[0].encounter}" if rest else "/coding"
        return "Final." if rest else "Final. Nothing waits any more."

    response = act(request, target[0], work)
    response.headers["HX-Redirect" if "HX-Redirect" in response.headers else "Location"] = target[0]
    return response


@route(
    "coding/<int:encounter>/second",
    name="want-second",
    permission=Permission.CODING_AUDIT,
    methods=("POST",),
)
def second(request: SignedRequest, encounter: int) -> HttpResponse:
    """Have the visit coded by a second person, blindly, before it is billed."""
    access(Encounter, encounter, organization=request.signed.organization)

    def work() -> str:
        want_second(**request.signed.acting, encounter=encounter)
        return "A second coder will code this visit without seeing the first one's codes."

    return act(request, f"/coding/{encounter}", work)


def read_day(text: str, otherwise: date) -> date:
    """Read a day of a form; anything but a day is the other one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise

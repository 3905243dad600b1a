"""Enrollment: applications and their dollars, one application, and what the gate says and why."""

from datetime import date

from django.http import HttpResponse

from cleanclaim.app.enrollment_applications import (
    access_application,
    approve_application,
    file_application,
    follow_up,
    give_item,
    note_answer,
    open_application,
)
from cleanclaim.app.gating import Asked, ask_gate
from cleanclaim.app.reading.enrollments import (
    HORIZONS,
    LOOKED_BACK_DAYS,
    count_dollars,
    list_applications,
    read_application,
)
from cleanclaim.app.reading.payer_enrollment import list_parties
from cleanclaim.app.rights import Permission
from cleanclaim.credentialing.enrollment.applications import ApplicationKind, ApplicationState
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_choice, read_key
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_READ, _WRITE = Permission.CREDENTIALING_READ, Permission.CREDENTIALING_WRITE
_ANSWERS = {
    ApplicationState.RECEIVED.value,
    ApplicationState.QUESTIONED.value,
    ApplicationState.REFUSED.value,
    ApplicationState.WITHDRAWN.value,
}


@route("enrollments", name="enrollments", permission=_READ)
def show_enrollments(request: SignedRequest) -> HttpResponse:
    """Show open (or ended) applications, what is held and at risk, and a form to open one."""
    signed = request.signed
    show = read_choice(request, "show", {"ended"}) or "open"
    context = {
        "rows": list_applications(signed.organization, signed.today, ended=show == "ended"),
        "show": show,
        "dollars": count_dollars(signed.organization, signed.today),
        "horizons": HORIZONS,
        "looked_back": LOOKED_BACK_DAYS,
        "parties": list_parties(signed.organization),
        "kinds": [kind.value for kind in ApplicationKind],
    }
    return page(request, "pages/enrollments/list.html", context)


@route("enrollments/new", name="open-enrollment", permission=_WRITE, methods=("POST",))
def open_one(request: SignedRequest) -> HttpResponse:
    """Open an application with its checklist."""

    def work() -> str:
        open_application(
            **request.signed.acting,
            provider=read_key(request, "provider"),
            payer=read_key(request, "payer"),
            kind=_kind(request),
            product=request.POST.get("product", ""),
            location=read_key(request, "location") or None,
            first_service_on=_day(request, "first_service_on"),
        )
        return "The application is open; what is missing is a task."

    return act(request, "/enrollments", work)


def _kind(request: SignedRequest) -> ApplicationKind:
    text = request.POST.get("kind", "")
    if text not in set(ApplicationKind):
        msg = "the kind is none of those offered"
        raise InputError(msg)
    return ApplicationKind(text)


def _day(request: SignedRequest, name: str, *, needed: bool = False) -> date | None:
    """Read a day of a form; InputError where it is none, or none is given and one is needed."""
    text = request.POST.get(name, "").strip()
    if not text and not needed:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        msg = f"{name.replace('_', ' ')} is not a day"
        raise InputError(msg) from error


def _needed_day(request: SignedRequest, name: str) -> date:
    found = _day(request, name, needed=True)
    if found is None:
        msg = f"{name.replace('_', ' ')} is not a day"
        raise InputError(msg)
    return found


@route("enrollments/<int:application>", name="enrollment", permission=_READ)
def show_enrollment(request: SignedRequest, application: int) -> HttpResponse:
    """Show one application: what is missing, what happened, how long the payer takes."""
    signed = request.signed
    sheet = read_application(signed.organization, application, signed.today)
    return page(request, "pages/enrollments/application.html", {"sheet": sheet})


@route(
    "enrollments/<int:application>/items",
    name="enrollment-item",
    permission=_WRITE,
    methods=("POST",),
)
def take_item(request: SignedRequest, application: int) -> HttpResponse:
    """Note that an item is at hand, or that a further one is asked for."""

    def work() -> str:
        title = request.POST.get("title", "").strip()
        give_item(
            **request.signed.acting,
            application=application,
            key=request.POST.get("key", "").strip() or title[:40],
            title=title,
            document=request.POST.get("document", ""),
        )
        return "Asked for." if title else "The item is at hand."

    return act(request, f"/enrollments/{application}", work)


@route(
    "enrollments/<int:application>/file",
    name="file-enrollment",
    permission=_WRITE,
    methods=("POST",),
)
def file_one(request: SignedRequest, application: int) -> HttpResponse:
    """Note that the application went to the payer."""

    def work() -> str:
        access_application(application, organization=request.signed.organization)
        file_application(
            **request.signed.acting,
            application=application,
            filed_on=_needed_day(request, "filed_on"),
            reference=request.POST.get("reference", ""),
            contact=request.POST.get("contact", ""),
            follow_up_on=_day(request, "follow_up_on"),
        )
        return "Filed. Claims that wait for it say so."

    return act(request, f"/enrollments/{application}", work)


@route(
    "enrollments/<int:application>/answer",
    name="enrollment-answer",
    permission=_WRITE,
    methods=("POST",),
)
def take_answer(request: SignedRequest, application: int) -> HttpResponse:
    """Note what the payer said, or that it was asked."""

    def work() -> str:
        access_application(application, organization=request.signed.organization)
        told = {**request.signed.acting, "application": application}
        state, note = request.POST.get("state", ""), request.POST.get("note", "")
        again_on = _day(request, "follow_up_on")
        if state not in _ANSWERS:
            follow_up(**told, note=note, again_on=again_on)
            return "Noted."
        note_answer(
            **told,
            state=ApplicationState(state),
            on=_needed_day(request, "on"),
            note=note,
            document=request.POST.get("document", ""),
            follow_up_on=again_on,
        )
        return "Noted."

    return act(request, f"/enrollments/{application}", work)


@route(
    "enrollments/<int:application>/approve",
    name="approve-enrollment",
    permission=_WRITE,
    methods=("POST",),
)
def approve(request: SignedRequest, application: int) -> HttpResponse:
    """Record the payer's approval; claims that waited for it leave by themselves."""

    def work() -> str:
        access_application(application, organization=request.signed.organization)
        row = approve_application(
            **request.signed.acting,
            application=application,
            on=_needed_day(request, "on"),
            document=request.POST.get("document", ""),
            stated_on=_day(request, "stated_on"),
            disaster=request.POST.get("disaster") == "yes",
        )
        if row.effective_on is None:
            return "Approved."
        return f"Effective {row.effective_on}, billable from {row.billable_on}."

    return act(request, f"/enrollments/{application}", work)


@route("gate", name="gate", permission=_READ)
def show_gate(request: SignedRequest) -> HttpResponse:
    """Answer whether a provider may be billed to a payer on a day, with the document behind it."""
    signed = request.signed
    asked = {name: request.GET.get(name, "").strip() for name in _ASKED}
    result, wrong = None, ""
    if asked["rendering"] or asked["payer"]:
        try:
            on = date.fromisoformat(asked["on"])
        except ValueError:
            wrong = "The day is not a day."
        else:
            question = Asked(
                asked["rendering"],
                asked["payer"],
                on,
                product=asked["product"],
                location=asked["location"],
            )
            result = ask_gate(signed.organization, question)
    context = {
        "asked": asked,
        "result": result,
        "wrong": wrong,
        "parties": list_parties(signed.organization),
    }
    return page(request, "pages/enrollments/gate.html", context)


_ASKED = ("rendering", "payer", "on", "product", "location")

"""Messages of other systems: those that wait with their reasons, one with its text, merges."""

from django.http import HttpResponse

from cleanclaim.app.access import access
from cleanclaim.app.importing import (
    DISMISSED,
    IMPORTED,
    KEPT,
    PARKED,
    ImportLine,
    dismiss_message,
    replay_message,
    settle_person,
)
from cleanclaim.app.merging import undo_merge
from cleanclaim.app.reading.messages import (
    count_messages,
    list_merges,
    list_messages,
    read_message_view,
)
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.rights import Permission
from cleanclaim.store.messages.models import Message, PatientMerge
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_OUTCOMES = (PARKED, IMPORTED, KEPT, DISMISSED)


@route("messages", name="messages", permission=Permission.PATIENTS_READ)
def show_messages(request: SignedRequest) -> HttpResponse:
    """Show the messages of an outcome, those that wait where none is asked for."""
    signed = request.signed
    asked = request.GET.get("outcome", PARKED)
    outcome = asked if asked in _OUTCOMES else PARKED
    sheet = list_messages(signed.organization, outcome, read_position(request))
    record_listing("messages.listed", [row.id for row in sheet.rows], **signed.acting)
    context = {
        "sheet": sheet,
        "outcome": outcome,
        "outcomes": _OUTCOMES,
        "counts": count_messages(signed.organization),
        "merges": list_merges(signed.organization),
    }
    return page(request, "pages/messages/list.html", context)


@route("messages/<int:message>", name="message", permission=Permission.PATIENTS_READ)
def show_message(request: SignedRequest, message: int) -> HttpResponse:
    """Show one message with its text and what a person can decide."""
    signed = request.signed
    view = read_message_view(signed.organization, message)
    patient = next(iter(view.made.get("patient", ())), None)
    record_view("message.viewed", message, patient=patient, **signed.acting)
    return page(request, "pages/messages/message.html", {"view": view})


@route(
    "messages/<int:message>/replay",
    name="replay-message",
    permission=Permission.PATIENTS_WRITE,
    methods=("POST",),
)
def replay(request: SignedRequest, message: int) -> HttpResponse:
    """Try a message again, or as that of a new person where somebody says so."""
    acting = request.signed.acting
    access(Message, message, organization=request.signed.organization)
    new_person = request.POST.get("person") == "new"

    def work() -> str:
        return _told(replay_message(**acting, message=message, new_person=new_person))

    return act(request, f"/messages/{message}", work)


@route(
    "messages/<int:message>/settle",
    name="settle-message",
    permission=Permission.PATIENTS_WRITE,
    methods=("POST",),
)
def settle(request: SignedRequest, message: int) -> HttpResponse:
    """Take the word that a message is about an account here."""
    acting = request.signed.acting
    access(Message, message, organization=request.signed.organization)
    text = request.POST.get("account", "")

    def work() -> str:
        if not text.isascii() or not text.isdecimal() or len(text) > 18:
            msg = "choose an account"
            raise InputError(msg)
        return _told(settle_person(**acting, message=message, patient=int(text)))

    return act(request, f"/messages/{message}", work)


@route(
    "messages/<int:message>/dismiss",
    name="dismiss-message",
    permission=Permission.PATIENTS_WRITE,
    methods=("POST",),
)
def dismiss(request: SignedRequest, message: int) -> HttpResponse:
    """Lay a message aside."""
    acting = request.signed.acting
    access(Message, message, organization=request.signed.organization)

    def work() -> str:
        dismiss_message(**acting, message=message)
        return "The message is laid aside; it stays in the list."

    return act(request, "/messages", work)


@route(
    "merges/<int:merge>/undo",
    name="undo-merge",
    permission=Permission.PATIENTS_WRITE,
    methods=("POST",),
)
def undo(request: SignedRequest, merge: int) -> HttpResponse:
    """Take a merge of two accounts back."""
    acting = request.signed.acting
    access(PatientMerge, merge, organization=request.signed.organization)

    def work() -> str:
        undo_merge(**acting, merge=merge)
        return "The accounts are two again."

    return act(request, "/messages", work)


def _told(line: ImportLine) -> str:
    if line.outcome == PARKED:
        return f"It still waits: {line.reasons[0].message}."
    return f"The message is {line.outcome}."

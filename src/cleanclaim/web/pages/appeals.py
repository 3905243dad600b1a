"""Appeals: making and printing letters, recording that they went and what was answered."""

from django.http import HttpResponse, HttpResponseRedirect

from cleanclaim.app.access import NotFoundError
from cleanclaim.app.appeal_letters import print_letters
from cleanclaim.app.appealing import (
    access_appeal,
    draft_appeal,
    record_outcome,
    send_appeal,
)
from cleanclaim.app.denying import access_case
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.rights import Permission
from cleanclaim.app.writing_off import (
    access_request,
    approve_write_off,
    ask_write_off,
    refuse_write_off,
    reverse_write_off,
)
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.money import format_dollars
from cleanclaim.store.denials.models import Appeal
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_dollars
from cleanclaim.web.pages.denials import act_on_case
from cleanclaim.web.routes import route

LETTERS_MAX = 200


def _pdf(document: bytes, name: str) -> HttpResponse:
    disposition = f'inline; filename="{name}.pdf"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(document, content_type="application/pdf", headers=headers)


@route(
    "denials/<int:case>/letter",
    name="draft-appeal",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def draft(request: SignedRequest, case: int) -> HttpResponse:
    """Make the letter of a denial with its evidence and open it."""
    access_case(case, organization=request.signed.organization)
    try:
        appeal = draft_appeal(
            **request.signed.acting,
            case=case,
            is_reopening=request.POST.get("kind") == "reopening",
            good_cause=request.POST.get("good_cause", ""),
        )
    except NotFoundError:
        raise
    except CleanclaimError as error:
        text = str(error)
        request.session["notice"] = {"tone": "refused", "text": text[:1].upper() + text[1:]}
        return HttpResponseRedirect(f"/denials/{case}")
    return HttpResponseRedirect(f"/appeals/{appeal.pk}/letter.pdf")


@route("appeals/<int:appeal>/letter.pdf", name="letter", permission=Permission.CLAIMS_READ)
def show_letter(request: SignedRequest, appeal: int) -> HttpResponse:
    """Give a letter as it was made."""
    signed = request.signed
    found = access_appeal(appeal, organization=signed.organization)
    claim = found.case.claim
    record_view("appeal.viewed", appeal, **signed.acting, patient=claim.patient_id, claim=claim.pk)
    return _pdf(bytes(found.document), f"appeal-{appeal}")


@route("appeals/letters.pdf", name="letters", permission=Permission.CLAIMS_READ)
def show_letters(request: SignedRequest) -> HttpResponse:
    """Give every letter that waits to be sent, of all denials or of one cause, as one document."""
    signed = request.signed
    rows = Appeal.objects.of(signed.organization).filter(kind="appeal", state="drafted")
    cause = request.GET.get("cause", "")[:20]
    rows = rows.filter(case__cause=cause) if cause else rows
    found = list(rows.select_related("case").order_by("pk")[:LETTERS_MAX])
    if not found:
        request.session["notice"] = {"tone": "refused", "text": "No letter waits to be sent."}
        return HttpResponseRedirect("/denials")
    record_listing("appeals.printed", [row.case.claim_id for row in found], **signed.acting)
    return _pdf(print_letters([row.content for row in found], on=signed.today), "appeals")


@route(
    "appeals/<int:appeal>/sent",
    name="send-appeal",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def sent(request: SignedRequest, appeal: int) -> HttpResponse:
    """Record that a letter went out."""
    found = access_appeal(appeal, organization=request.signed.organization)

    def work() -> str:
        channel = request.POST.get("channel", "mail")
        proof = request.POST.get("proof", "")
        send_appeal(**request.signed.acting, appeal=appeal, channel=channel, proof=proof)
        return f"Sent by {channel}."

    return act_on_case(request, found.case_id, work)


@route(
    "appeals/<int:appeal>/outcome",
    name="appeal-outcome",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def outcome(request: SignedRequest, appeal: int) -> HttpResponse:
    """Record what the payer answered."""
    found = access_appeal(appeal, organization=request.signed.organization)

    def work() -> str:
        told = request.POST.get("outcome", "")
        typed = request.POST.get("won", "").strip()
        won = read_dollars(typed, "What was won") if typed and told == "partly" else 0
        record_outcome(**request.signed.acting, appeal=appeal, outcome=told, won_cents=won)
        return "The answer is recorded."

    return act_on_case(request, found.case_id, work)


@route(
    "denials/<int:case>/write-off",
    name="ask-write-off",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def ask(request: SignedRequest, case: int) -> HttpResponse:
    """Ask to give the denied amount up."""

    def work() -> str:
        asked = ask_write_off(
            **request.signed.acting, case=case, reason=request.POST.get("reason", "")
        )
        return f"Asked to give {format_dollars(asked.cents)} up; nothing is booked yet."

    return act_on_case(request, case, work)


_DECISIONS = {
    "approve": (approve_write_off, "Written off."),
    "refuse": (refuse_write_off, "Refused: the denial stays open."),
    "reverse": (reverse_write_off, "Taken back: the payer owes it again."),
}


@route(
    "write-offs/<int:write_off>/decide",
    name="decide-write-off",
    permission=Permission.WRITE_OFFS_APPROVE,
    methods=("POST",),
)
def decide(request: SignedRequest, write_off: int) -> HttpResponse:
    """Approve, refuse or take back a write-off."""
    found = access_request(write_off, organization=request.signed.organization)

    def work() -> str:
        decision = _DECISIONS.get(request.POST.get("decision", ""))
        if decision is None:
            msg = "approve, refuse or reverse"
            raise InputError(msg)
        use, told = decision
        use(**request.signed.acting, request=write_off)
        return told

    return act(request, f"/denials/{found.case_id}", work)

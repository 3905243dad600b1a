"""The committee's pages: policy, meetings, agenda, decisions, minutes, notices; and screening."""

from django.http import HttpResponse

from cleanclaim.app.access import access
from cleanclaim.app.committee import (
    ItemKind,
    Ruling,
    Verdict,
    decide_item,
    hold_meeting,
    move_meeting,
    plan_meeting,
    put_on_agenda,
    record_notice,
)
from cleanclaim.app.file_policies import PROVISIONAL_DAYS, PolicyChoice, choose_policy
from cleanclaim.app.reading.provider_pages import (
    kinds_of_items,
    list_agenda,
    list_meetings,
    list_providers,
    list_runs,
    list_undecided,
    present_policy,
)
from cleanclaim.app.rights import Permission
from cleanclaim.app.screening_providers import screen_providers
from cleanclaim.credentialing.verification.policies import SHIPPED_TERMS, Body, Term
from cleanclaim.credentialing.verification.readiness import Element
from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.providers.models import CommitteeMeeting
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_key
from cleanclaim.web.pages.providers import read_day
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_READ, _WRITE = Permission.CREDENTIALING_READ, Permission.CREDENTIALING_WRITE
# The largest list that is published is some 60 MB; a page takes no more than this.
_LIST_BYTES_MAX = 100 * 1024 * 1024
_OWN_LIMITS = (Element.WORK_HISTORY, Element.ATTESTATION)
_OWN_TERMS = (*(each.value for each in Term), PROVISIONAL_DAYS)


@route("committee", name="committee", permission=_READ)
def show_committee(request: SignedRequest) -> HttpResponse:
    """Show the meetings, and by which policy files are decided."""
    organization = request.signed.organization
    context = {
        "meetings": list_meetings(organization),
        "policy": present_policy(organization, request.signed.today),
        "bodies": tuple(Body),
        "terms": SHIPPED_TERMS,
        "limits": tuple(each.value for each in _OWN_LIMITS),
        "own_terms": _OWN_TERMS,
    }
    return page(request, "pages/providers/committee.html", context)


@route("committee/policy", name="choose-policy", permission=_WRITE, methods=("POST",))
def choose(request: SignedRequest) -> HttpResponse:
    """Choose by which policy files are decided from a day on."""

    def work() -> str:
        body = request.POST.get("body", "")
        if body not in set(Body):
            msg = "choose whose policy it is"
            raise InputError(msg)
        choice = PolicyChoice(
            body=Body(body),
            source=request.POST.get("source", ""),
            starts_on=read_day(request.POST.get("starts_on", ""), "the first day"),
            limits={e: n for e in _OWN_LIMITS if (n := read_key(request, f"limit-{e.value}"))},
            own_terms={n: v for n in _OWN_TERMS if (v := read_key(request, f"term-{n}"))},
        )
        choose_policy(**request.signed.acting, choice=choice)
        return "The policy is chosen."

    return act(request, "/committee", work)


@route("committee/meetings", name="plan-meeting", permission=_WRITE, methods=("POST",))
def plan(request: SignedRequest) -> HttpResponse:
    """Plan a meeting."""

    def work() -> str:
        meets_on = read_day(request.POST.get("meets_on", ""), "the day of the meeting")
        plan_meeting(**request.signed.acting, meets_on=meets_on)
        return "The meeting is planned."

    return act(request, "/committee", work)


@route("committee/<int:meeting>", name="meeting", permission=_READ)
def show_meeting(request: SignedRequest, meeting: int) -> HttpResponse:
    """Show an agenda with how each file stands on the meeting's day."""
    organization = request.signed.organization
    found = access(CommitteeMeeting, meeting, organization=organization)
    context = {
        "meeting": found,
        "agenda": list_agenda(organization, found),
        "providers": list_providers(organization),
        "kinds": kinds_of_items(),
        "rulings": tuple(each.value for each in Ruling),
    }
    return page(request, "pages/providers/meeting.html", context)


@route("committee/<int:meeting>/move", name="move-meeting", permission=_WRITE, methods=("POST",))
def move(request: SignedRequest, meeting: int) -> HttpResponse:
    """Move a meeting; the countdown of each file follows."""
    access(CommitteeMeeting, meeting, organization=request.signed.organization)

    def work() -> str:
        meets_on = read_day(request.POST.get("meets_on", ""), "the day of the meeting")
        move_meeting(**request.signed.acting, meeting=meeting, meets_on=meets_on)
        return "The meeting is moved: look at the files again."

    return act(request, f"/committee/{meeting}", work)


@route("committee/<int:meeting>/agenda", name="agenda", permission=_WRITE, methods=("POST",))
def add_to_agenda(request: SignedRequest, meeting: int) -> HttpResponse:
    """Put a provider on the agenda."""
    organization = request.signed.organization
    access(CommitteeMeeting, meeting, organization=organization)

    def work() -> str:
        kind = request.POST.get("kind", "")
        if kind not in set(ItemKind):
            msg = "choose what the committee is asked"
            raise InputError(msg)
        provider = access(Provider, read_key(request, "provider"), organization=organization)
        put_on_agenda(
            **request.signed.acting, meeting=meeting, provider=provider.pk, kind=ItemKind(kind)
        )
        return "On the agenda."

    return act(request, f"/committee/{meeting}", work)


@route("committee/<int:meeting>/decide", name="decide-item", permission=_WRITE, methods=("POST",))
def decide(request: SignedRequest, meeting: int) -> HttpResponse:
    """Record what the committee decided on an item."""
    access(CommitteeMeeting, meeting, organization=request.signed.organization)

    def work() -> str:
        ruling = request.POST.get("ruling", "")
        if ruling not in set(Ruling):
            msg = "choose what was decided"
            raise InputError(msg)
        verdict = Verdict(
            Ruling(ruling), request.POST.get("reason", ""), read_key(request, "evidence") or None
        )
        item = read_key(request, "item")
        found = decide_item(**request.signed.acting, item=item, verdict=verdict)
        until = f" until {found.ends_on}" if found.ends_on else ""
        return f"Decided: {found.decision}{until}."

    return act(request, f"/committee/{meeting}", work)


@route("committee/<int:meeting>/notice", name="record-notice", permission=_WRITE, methods=("POST",))
def notice(request: SignedRequest, meeting: int) -> HttpResponse:
    """Record the day on which a provider was told."""
    access(CommitteeMeeting, meeting, organization=request.signed.organization)

    def work() -> str:
        sent_on = read_day(request.POST.get("sent_on", ""), "the day of the letter")
        record_notice(**request.signed.acting, item=read_key(request, "item"), sent_on=sent_on)
        return "The notice is recorded."

    return act(request, f"/committee/{meeting}", work)


@route("committee/<int:meeting>/hold", name="hold-meeting", permission=_WRITE, methods=("POST",))
def hold(request: SignedRequest, meeting: int) -> HttpResponse:
    """Close a meeting with its minutes."""
    access(CommitteeMeeting, meeting, organization=request.signed.organization)

    def work() -> str:
        form = request.POST
        hold_meeting(
            **request.signed.acting,
            meeting=meeting,
            chair=form.get("chair", ""),
            present=form.get("present", "").split(","),
            minutes=form.get("minutes", "")[:20_000],
        )
        return "The minutes are kept; they cannot be changed."

    return act(request, f"/committee/{meeting}", work)


@route("screening", name="screening", permission=_READ, methods=("GET",))
def show_screening(request: SignedRequest) -> HttpResponse:
    """Show the runs, and whom a person has to decide on."""
    organization = request.signed.organization
    context = {"runs": list_runs(organization), "undecided": list_undecided(organization)}
    return page(request, "pages/providers/screening.html", context)


@route("screening/run", name="screen-providers", permission=_WRITE, methods=("POST",))
def run_screening(request: SignedRequest) -> HttpResponse:
    """Look every provider up on a list that was downloaded; what may be cut off is refused."""

    def work() -> str:
        upload = request.FILES.get("file")
        if upload is None or not upload.size or upload.size > _LIST_BYTES_MAX:
            msg = "choose a list of at most 100 MB"
            raise InputError(msg)
        rows_min = read_key(request, "rows_min") or None
        content = upload.read()
        found = screen_providers(**request.signed.acting, content=content, rows_min=rows_min)
        if found.run is None:
            raise InputError("; ".join(finding.message for finding in found.findings))
        counts = found.run.counts
        return f"{sum(counts.values())} screened: {counts['to_decide']} for a person to decide."

    return act(request, "/screening", work)

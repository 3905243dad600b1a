"""Audits of coding on screen: samples, agreement, rulings, lessons, levels, credentials, news."""

from datetime import timedelta

from django.http import HttpResponse

from cleanclaim.app.access import access
from cleanclaim.app.coder_credentials import CredentialCard, record_credential
from cleanclaim.app.coding_audit import AuditOrder, open_audit
from cleanclaim.app.coding_finish import rule_difference
from cleanclaim.app.lessons import make_lesson, read_lesson, try_lesson
from cleanclaim.app.reading.code_changes import changes_for_us
from cleanclaim.app.reading.coding_audits import (
    YEAR,
    disputed,
    list_audits,
    list_credentials,
    list_lessons,
    read_audit,
    spreads,
)
from cleanclaim.app.rights import Permission
from cleanclaim.store.coding.models import CodingDifference, Lesson
from cleanclaim.store.organizations.models import Membership
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_key
from cleanclaim.web.pages.coding import read_day
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_MONTH = timedelta(days=30)


@route("coding/audits", name="coding-audits", permission=Permission.CODING_AUDIT)
def show_audits(request: SignedRequest) -> HttpResponse:
    """Show audits, codings in dispute, credentials, and how levels spread."""
    signed = request.signed
    members = Membership.objects.filter(organization_id=signed.organization, is_active=True)
    context = {
        "audits": list_audits(signed.organization),
        "disputes": disputed(signed.organization),
        "since": signed.today - _MONTH,
        "members": [(m.user_id, m.user.name) for m in members.select_related("user")],
        "spreads": spreads(signed.organization, signed.today),
        "credentials": list_credentials(signed.organization, signed.today),
    }
    return page(request, "pages/coding/audits.html", context)


@route(
    "coding/audits/open",
    name="open-coding-audit",
    permission=Permission.CODING_AUDIT,
    methods=("POST",),
)
def open_one(request: SignedRequest) -> HttpResponse:
    """Draw a sample and want its codings coded again."""
    target = ["/coding/audits"]

    def work() -> str:
        audit = open_audit(**request.signed.acting, order=_read_order(request))
        target[0] = f"/coding/audits/{audit.pk}"
        return f"{audit.size} of {audit.population} codings are to be coded again, blindly."

    response = act(request, target[0], work)
    response.headers["HX-Redirect" if "HX-Redirect" in response.headers else "Location"] = target[0]
    return response


def _read_order(request: SignedRequest) -> AuditOrder:
    today = request.signed.today
    size = request.POST.get("size", "").strip()
    if size and not (size.isdecimal() and 0 < int(size) < 10_000):
        msg = "the size is a whole number, or empty to have it computed"
        raise InputError(msg)
    return AuditOrder(
        kind=request.POST.get("kind", ""),
        starts_on=read_day(request.POST.get("starts_on", ""), today - _MONTH),
        ends_on=read_day(request.POST.get("ends_on", ""), today),
        coder=read_key(request, "coder") or None,
        confidence=_read_percent(request, "confidence", 95),
        margin=_read_percent(request, "margin", 5),
        expected=_read_percent(request, "expected", 95),
        size=int(size) if size else None,
    )


def _read_percent(request: SignedRequest, name: str, otherwise: int) -> float:
    text = request.POST.get(name, "").strip() or str(otherwise)
    if not text.isdecimal() or not 0 < int(text) < 100:
        msg = f"{name} is a whole percentage between 1 and 99"
        raise InputError(msg)
    return int(text) / 100


@route("coding/audits/<int:audit>", name="coding-audit", permission=Permission.CODING_AUDIT)
def show_audit(request: SignedRequest, audit: int) -> HttpResponse:
    """Show an audit: agreement with its intervals, both ways of error, each difference."""
    view = read_audit(request.signed.organization, audit)
    return page(request, "pages/coding/audit.html", {"view": view})


@route(
    "coding/differences/<int:difference>/rule",
    name="rule-difference",
    permission=Permission.CODING_AUDIT,
    methods=("POST",),
)
def rule(request: SignedRequest, difference: int) -> HttpResponse:
    """Rule on a difference; in an audit the coder's fault becomes a lesson at once."""
    row = access(CodingDifference, difference, organization=request.signed.organization)
    back = f"/coding/audits/{row.audit_id}" if row.audit_id else "/coding/audits"

    def work() -> str:
        acting = request.signed.acting
        ruled = rule_difference(
            **acting,
            difference=difference,
            ruling=request.POST.get("ruling", ""),
            reason=request.POST.get("reason", "")[:200],
        )
        if ruled.audit_id and ruled.ruling == "other":
            make_lesson(**acting, difference=difference)
            return "Ruled on, and a lesson for the coder."
        return "Ruled on."

    return act(request, back, work)


@route("coding/lessons", name="lessons", permission=Permission.CODING_WORK)
def show_lessons(request: SignedRequest) -> HttpResponse:
    """Show one's own lessons, and what changed for the codes that the practice uses."""
    signed = request.signed
    context = {
        "lessons": list_lessons(signed.organization, signed.user),
        "changes": changes_for_us(signed.organization, signed.today - YEAR),
    }
    return page(request, "pages/coding/lessons.html", context)


@route(
    "coding/lessons/<int:lesson>/read",
    name="read-lesson",
    permission=Permission.CODING_WORK,
    methods=("POST",),
)
def mark_read(request: SignedRequest, lesson: int) -> HttpResponse:
    """Note that a lesson was read."""
    access(Lesson, lesson, organization=request.signed.organization)

    def work() -> str:
        row = read_lesson(**request.signed.acting, lesson=lesson)
        return f"Read; the test comes on {row.test_on:%d %B}."

    return act(request, "/coding/lessons", work)


@route(
    "coding/lessons/<int:lesson>/try",
    name="try-lesson",
    permission=Permission.CODING_WORK,
    methods=("POST",),
)
def take_test(request: SignedRequest, lesson: int) -> HttpResponse:
    """Answer a lesson's test."""
    access(Lesson, lesson, organization=request.signed.organization)

    def work() -> str:
        chosen = request.POST.get("chosen", "")[:60]
        tried = try_lesson(**request.signed.acting, lesson=lesson, chosen=chosen)
        return "Right." if tried.is_right else "Not yet: read it again, the test comes back."

    return act(request, "/coding/lessons", work)


@route(
    "coding/credentials",
    name="record-credential",
    permission=Permission.CODING_AUDIT,
    methods=("POST",),
)
def record(request: SignedRequest) -> HttpResponse:
    """Record a coder's credential."""

    def work() -> str:
        today = request.signed.today
        hours = request.POST.get("hours", "").strip()
        if hours and not hours.isdecimal():
            msg = "hours are a whole number"
            raise InputError(msg)
        card = CredentialCard(
            request.POST.get("name", ""),
            read_day(request.POST.get("starts_on", ""), today),
            read_day(request.POST.get("expires_on", ""), today),
            request.POST.get("source", ""),
            ce_hours_tenths=int(hours) * 10 if hours else None,
        )
        row = record_credential(
            **request.signed.acting, coder=read_key(request, "coder"), card=card
        )
        return f"{row.name} recorded until {row.expires_on:%d %B %Y}."

    return act(request, "/coding/audits", work)

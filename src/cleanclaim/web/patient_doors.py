"""The patient's door: its own cookie and session, apart from those of members."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from cleanclaim.app.access import NotFoundError
from cleanclaim.app.inviting import PATIENT, Visitor, find_visitor, organization_of
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.tenancy import within

COOKIE = "cleanclaim_portal"
CLOSED = "/portal/closed"


class PatientRequest(HttpRequest):
    """A request of a patient: who they are, and the practice's moment."""

    visitor: Visitor
    at: datetime


class DeclaredView(Protocol):
    """What of a declared route is needed here."""

    @property
    def view(self) -> Callable[..., HttpResponseBase]:
        """Give the view."""
        ...


def practice_moment(organization: int) -> datetime:
    """Give the moment on the practice's business day; a synthetic practice has its own calendar.

    Runs inside the organization's transaction. Raises Http404 where there is no such practice.
    """
    found = Organization.objects.filter(pk=organization).values_list("synthetic_today", flat=True)
    if not found:
        raise Http404
    day: date | None = found[0]
    now = datetime.now(UTC)
    return datetime.combine(day, now.timetz()) if day else now


def open_for_patient(
    request: HttpRequest, declared: DeclaredView, words: dict[str, Any]
) -> HttpResponseBase:
    """Run a patient's view inside their practice, or send them to where a new link is asked."""
    token = request.COOKIES.get(COOKIE, "")
    organization = organization_of(token)
    if not organization:
        return HttpResponseRedirect(CLOSED)
    with within(organization):
        at = practice_moment(organization)
        visitor = find_visitor(token, at=at)
        if visitor is None:
            return HttpResponseRedirect(CLOSED)
        request.visitor = visitor  # type: ignore[attr-defined]
        request.at = at  # type: ignore[attr-defined]
        try:
            return declared.view(request, **words)
        except (NotFoundError, ObjectDoesNotExist) as error:
            raise Http404 from error


def acting_patient(request: PatientRequest) -> dict[str, Any]:
    """Give what every use case is told: for whom, by whom, when."""
    return {"organization": request.visitor.organization, "actor": PATIENT, "at": request.at}


def let_in(response: HttpResponse, token: str) -> HttpResponse:
    """Give the browser its session; scripts cannot read it and it stays under the portal."""
    response.set_cookie(
        COOKIE,
        token,
        path="/portal",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def let_out(response: HttpResponse) -> HttpResponse:
    """Take the session away from the browser."""
    response.delete_cookie(COOKIE, path="/portal")
    return response

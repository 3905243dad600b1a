"""The provider's door: its own cookie and session, apart from those of members and patients."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from cleanclaim.app.access import NotFoundError
from cleanclaim.app.inviting import organization_of
from cleanclaim.app.inviting_providers import PROVIDER, OwnFile, find_own_file
from cleanclaim.store.tenancy import within
from cleanclaim.web.patient_doors import DeclaredView, practice_moment

COOKIE = "cleanclaim_own_file"
CLOSED = "/my-file/closed"


class ProviderRequest(HttpRequest):
    """A request of a provider: whose file, and the practice's moment."""

    own: OwnFile
    at: datetime


def open_for_provider(
    request: HttpRequest, declared: DeclaredView, words: dict[str, Any]
) -> HttpResponseBase:
    """Run a provider's view inside their practice, or say that the visit has ended."""
    token = request.COOKIES.get(COOKIE, "")
    organization = organization_of(token)
    if not organization:
        return HttpResponseRedirect(CLOSED)
    with within(organization):
        at = practice_moment(organization)
        own = find_own_file(token, at=at)
        if own is None:
            return HttpResponseRedirect(CLOSED)
        request.own = own  # type: ignore[attr-defined]
        request.at = at  # type: ignore[attr-defined]
        try:
            return declared.view(request, **words)
        except (NotFoundError, ObjectDoesNotExist) as error:
            raise Http404 from error


def acting_provider(request: ProviderRequest) -> dict[str, Any]:
    """Give what every use case is told: for whom, by whom, when."""
    return {"organization": request.own.organization, "actor": PROVIDER, "at": request.at}


def let_provider_in(response: HttpResponse, token: str) -> HttpResponse:
    """Give the browser its session; scripts cannot read it and it stays under the own page."""
    response.set_cookie(
        COOKIE,
        token,
        path="/my-file",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def let_provider_out(response: HttpResponse) -> HttpResponse:
    """Take the session away from the browser."""
    response.delete_cookie(COOKIE, path="/my-file")
    return response

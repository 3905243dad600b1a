"""A door that a one-time link opens: a cookie and a session apart from those of members."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Protocol

import msgspec
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from cleanclaim.app.access import NotFoundError
from cleanclaim.app.inviting import organization_of
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.tenancy import within


class DeclaredView(Protocol):
    """What of a declared route is needed here."""

    @property
    def view(self) -> Callable[..., HttpResponseBase]:
        """Give the view."""
        ...


class FindGuest(Protocol):
    """Who a token is; None where the visit has ended."""

    def __call__(self, token: str, /, *, at: datetime) -> object | None:
        """Find them at a moment of the practice."""
        ...


class LinkDoor(msgspec.Struct, frozen=True):
    """A door: its cookie, under which path it holds, and where one without a session is sent.

    ``find`` gives the guest of a token, which views then read from the request as ``guest``.
    """

    cookie: str
    path: str
    closed: str
    guest: str
    find: FindGuest

    def open(
        self, request: HttpRequest, declared: DeclaredView, words: dict[str, Any]
    ) -> HttpResponseBase:
        """Run a guest's view inside the practice, or say that the visit has ended."""
        token = request.COOKIES.get(self.cookie, "")
        organization = organization_of(token)
        if not organization:
            return HttpResponseRedirect(self.closed)
        with within(organization):
            at = practice_moment(organization)
            guest = self.find(token, at=at)
            if guest is None:
                return HttpResponseRedirect(self.closed)
            setattr(request, self.guest, guest)
            request.at = at  # type: ignore[attr-defined]
            try:
                return declared.view(request, **words)
            except (NotFoundError, ObjectDoesNotExist) as error:
                raise Http404 from error

    def let_in(self, response: HttpResponse, token: str) -> HttpResponse:
        """Give the browser its session; scripts cannot read it and it stays under the path."""
        response.set_cookie(
            self.cookie,
            token,
            path=self.path,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        return response

    def let_out(self, response: HttpResponse) -> HttpResponse:
        """Take the session away from the browser."""
        response.delete_cookie(self.cookie, path=self.path)
        return response


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

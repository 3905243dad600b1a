"""Who may open what: sign-in, membership and right are asked anew for every request."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from cleanclaim.app.access import NotFoundError
from cleanclaim.app.rights import Permission, permits
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Membership, Role, User
from cleanclaim.store.tenancy import as_user, within
from cleanclaim.web import patient_doors, provider_doors
from cleanclaim.web.routes import Door, Route, UndeclaredRouteError, declared_route

IDLE_LIMIT = timedelta(minutes=15)
SESSION_LIMIT = timedelta(hours=12)


class Signed(msgspec.Struct, frozen=True):
    """The person who is signed in, and as what in which organization."""

    user: int
    name: str
    organization: int
    organization_name: str
    role: Role
    synthetic_today: date | None

    def may(self, permission: Permission | str) -> bool:
        """Tell whether the person's role carries a right."""
        return permits(self.role, Permission(permission))

    @property
    def actor(self) -> Actor:
        """Give the person as the audit trail names them."""
        return Actor("person", self.name, self.user)

    @property
    def synthetic(self) -> bool:
        """Tell whether the organization is made up, with a calendar of its own."""
        return self.synthetic_today is not None

    @property
    def today(self) -> date:
        """Give the organization's business day: a synthetic practice has its own calendar."""
        return self.synthetic_today or datetime.now(UTC).date()

    @property
    def now(self) -> datetime:
        """Give the present moment on the organization's business day."""
        now = datetime.now(UTC)
        return datetime.combine(self.today, now.timetz())

    @property
    def acting(self) -> dict[str, Any]:
        """Give what every use case is told: for whom, by whom, when."""
        return {"organization": self.organization, "actor": self.actor, "at": self.now}


class SignedRequest(HttpRequest):
    """A request of a member: ``signed`` is there for every route that needs a right."""

    signed: Signed


class AccessMiddleware:
    """Lets a declared view run only for those whom its declaration lets in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; the decision falls in ``process_view``, when the view is known."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: object,
        _arguments: tuple[Any, ...],
        words: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Run the view inside its organization, or answer in its place."""
        declared = declared_route(view)
        if declared is None:
            raise UndeclaredRouteError(request.path)
        if declared.permission is Door.PUBLIC:
            return None
        if declared.permission is Door.PATIENT:
            return patient_doors.DOOR.open(request, declared, words)
        if declared.permission is Door.PROVIDER:
            return provider_doors.DOOR.open(request, declared, words)
        if not session_holds(request):
            return ask_to_sign_in(request)
        if declared.permission is Door.SIGNED_IN:
            return None
        return self._run(request, declared, words)

    def _run(
        self, request: HttpRequest, declared: Route, words: dict[str, Any]
    ) -> HttpResponseBase:
        organization = request.session.get("organization")
        if not isinstance(organization, int):
            return HttpResponseRedirect("/organizations")
        with within(organization):
            signed = find_membership(int(request.user.pk or 0), organization)
            if signed is None:
                request.session.pop("organization", None)
                return HttpResponseRedirect("/organizations")
            request.signed = signed  # type: ignore[attr-defined]
            if not signed.may(declared.permission):
                raise PermissionDenied
            try:
                response: HttpResponseBase = declared.view(request, **words)
            except (NotFoundError, ObjectDoesNotExist) as error:
                # What another organization has is as absent as what nobody has.
                raise Http404 from error
        return response


def find_membership(user: int, organization: int) -> Signed | None:
    """Read the membership anew, inside the organization's transaction."""
    found = (
        Membership.objects.filter(organization_id=organization, user_id=user, is_active=True)
        .select_related("organization", "user")
        .first()
    )
    if found is None or not found.user.is_active:
        return None
    return Signed(
        user=user,
        name=found.user.name,
        organization=organization,
        organization_name=found.organization.name,
        role=Role(found.role),
        synthetic_today=found.organization.synthetic_today,
    )


def list_memberships(user: int) -> list[tuple[int, str, str]]:
    """Give (organization, name, role) of each active membership of a person."""
    with as_user(user):
        rows = Membership.objects.filter(user_id=user, is_active=True).select_related(
            "organization"
        )
        return [(m.organization_id, m.organization.name, m.role) for m in rows.order_by("pk")]


def session_holds(request: HttpRequest) -> bool:
    """Tell whether the session is a person's and within both limits; else end it.

    A page that refreshes itself (``live``) does not count as a person at the screen.
    """
    if not isinstance(request.user, User):
        return False
    now = datetime.now(UTC).timestamp()
    if not within_limits(request.session, now):
        logout(request)
        return False
    if "live" not in request.GET:
        request.session["seen_at"] = now
    return True


def within_limits(session: Any, now: float) -> bool:  # noqa: ANN401 - Django's session is a mapping
    """Tell whether a session is younger than 12 hours and was used in the last 15 minutes."""
    signed_in_at = session.get("signed_in_at", 0.0)
    seen_at = session.get("seen_at", 0.0)
    return bool(
        now - signed_in_at < SESSION_LIMIT.total_seconds()
        and now - seen_at < IDLE_LIMIT.total_seconds()
    )


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send to the sign-in page, by header where htmx asked for a fragment."""
    url = settings.LOGIN_URL
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    if request.method == "GET" and request.path != "/":
        url += f"?next={quote(request.path)}"
    return HttpResponseRedirect(url)

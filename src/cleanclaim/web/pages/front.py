"""The front door: signing in and out, choosing an organization, health."""

from datetime import UTC, datetime

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from cleanclaim.store.organizations.models import User
from cleanclaim.web.access import list_memberships
from cleanclaim.web.routes import Door, route
from cleanclaim.web.signing_in import begin_session, check_sign_in
from cleanclaim.web.templating import page

_REFUSED = "That address and password do not fit, or too many tries were made. Wait 15 minutes or ask an owner."  # noqa: E501


@route("sign-in", name="sign-in", permission=Door.PUBLIC, methods=("GET", "POST"))
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who is there, and start a session."""
    following = _safe_next(request)
    if request.method != "POST":
        return page(request, "pages/front/sign_in.html", {"next": following, "refused": ""})
    now = datetime.now(UTC)
    user = check_sign_in(request.POST.get("email", ""), request.POST.get("password", ""), now)
    if user is None:
        context = {"next": following, "refused": _REFUSED}
        return page(request, "pages/front/sign_in.html", context, 422)
    begin_session(request, user, now)
    memberships = list_memberships(user.pk)
    if len(memberships) != 1:
        return HttpResponseRedirect("/organizations")
    request.session["organization"] = memberships[0][0]
    return HttpResponseRedirect(following)


def _safe_next(request: HttpRequest) -> str:
    """Give where to go after signing in; an address elsewhere becomes the start page."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if own else "/"


@route("sign-out", name="sign-out", permission=Door.PUBLIC, methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/sign-in")


@route("organizations", name="organizations", permission=Door.SIGNED_IN, methods=("GET", "POST"))
def choose_organization(request: HttpRequest) -> HttpResponse:
    """Let a person choose for which organization they work now."""
    assert isinstance(request.user, User)  # noqa: S101 - the middleware let nobody else in
    memberships = list_memberships(request.user.pk)
    chosen = request.POST.get("organization", "")
    if request.method == "POST" and chosen in {str(number) for number, _, _ in memberships}:
        request.session["organization"] = int(chosen)
        return HttpResponseRedirect("/")
    present = request.session.get("organization")
    context = {"memberships": memberships, "present": present, "person": request.user.name}
    return page(request, "pages/front/organizations.html", context)


@route("health", name="health", permission=Door.PUBLIC)
def tell_health(_request: HttpRequest) -> HttpResponse:
    """Say that the application answers and reaches its database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")

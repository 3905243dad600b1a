"""The route table: each view is declared with the one right that opens it."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from typing import Any

import msgspec
from django.http import HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path

from cleanclaim.app.rights import Permission
from cleanclaim.kernel.errors import CleanclaimError


class Door(StrEnum):
    """What opens a route that needs no right in an organization."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    PATIENT = "patient"  # who came in by a link; never a member
    PROVIDER = "provider"  # who came in by a link to their own file; never a member


View = Callable[..., HttpResponseBase]


class Route(msgspec.Struct, frozen=True):
    """One declared route: where, by which name, for whom, and what runs."""

    path: str
    name: str
    permission: Permission | Door
    methods: tuple[str, ...]
    view: Any


class UndeclaredRouteError(CleanclaimError):
    """A URL pattern has no declared permission; the program must not start."""

    code = "web.route.undeclared"

    def __init__(self, pattern: str) -> None:
        super().__init__(f"the route '{pattern}' declares no permission")


ROUTES: list[Route] = []


def route(
    where: str, *, name: str, permission: Permission | Door, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Declare a view: its path, its name, who may open it, and by which methods."""
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, **arguments: Any) -> HttpResponseBase:  # noqa: ANN401 - Django's
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            return view(request, **arguments)

        declared = Route(where, name, permission, methods, guarded)
        guarded.declared = declared  # type: ignore[attr-defined]
        ROUTES.append(declared)
        return guarded

    return declare


def declared_route(view: object) -> Route | None:
    """Give the declaration of a view, None where there is none."""
    found = getattr(view, "declared", None)
    return found if isinstance(found, Route) else None


def url_patterns() -> list[URLPattern]:
    """Make Django's patterns of the table, so that no pattern exists beside it."""
    return [path(known.path, known.view, name=known.name) for known in ROUTES]


def refuse_undeclared(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Refuse to go on with a pattern that declares no permission (UndeclaredRouteError)."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver) or declared_route(pattern.callback) is None:
            raise UndeclaredRouteError(str(pattern.pattern))

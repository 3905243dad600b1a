"""Error pages: what happened and what to do, never whose record or which line of code."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cleanclaim.web.templating import page

_TOLD = {
    400: (
        "This request cannot be read",
        "Go back and try again; if a form was open for long, reload it.",
    ),
    403: (
        "Your role does not open this page",
        "Ask an owner of the organization if you need it for your work.",
    ),
    404: (
        "There is nothing at this address",
        "The record may belong to another organization, or the link is old.",
    ),
    500: (
        "Something failed on our side",
        "Nothing was changed. Try again; if it fails twice, tell your administrator.",
    ),
}


def tell_error(request: HttpRequest, status: int, message: str = "") -> HttpResponseBase:
    """Answer with an error page, or with a fragment where htmx asked."""
    title, advice = _TOLD.get(status, ("This could not be done", ""))
    template = "_error.html" if request.headers.get("HX-Request") else "error.html"
    context = {"title": title, "message": message, "advice": advice, "status": status}
    return page(request, template, context, status)


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponseBase:  # noqa: ARG001
    """Answer 400."""
    return tell_error(request, 400)


def forbidden(request: HttpRequest, exception: object = None) -> HttpResponseBase:  # noqa: ARG001
    """Answer 403 without anything that the page would have held."""
    return tell_error(request, 403)


def not_found(request: HttpRequest, exception: object = None) -> HttpResponseBase:  # noqa: ARG001
    """Answer 404, the same for absent records and for those of others."""
    return tell_error(request, 404)


def failed(request: HttpRequest) -> HttpResponseBase:
    """Answer 500 without a trace."""
    return tell_error(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponseBase:  # noqa: ARG001
    """Answer a post without its token, under the signature that Django's setting asks for."""
    return tell_error(request, 403)

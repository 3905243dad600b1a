"""Doing what a form asks: one use case, undone whole where it fails, and a word about it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cleanclaim.app.access import NotFoundError
from cleanclaim.app.attempting import attempt
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.money import AmountError, parse_cents


class InputError(CleanclaimError):
    """A field of a form holds what it cannot mean; the message names the field."""

    code = "web.input"


def act(request: HttpRequest, back: str, work: Callable[[], str]) -> HttpResponse:
    """Run a use case and go ``back`` with what it says, or with why it could not be done."""
    _work_and_tell(request, work)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": back})
    return HttpResponseRedirect(back)


def act_in_place(
    request: HttpRequest, back: str, work: Callable[[], str], show: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do as ``act`` does, and where htmx asks ``show`` the page at once instead of going there."""
    _work_and_tell(request, work)
    return show() if request.headers.get("HX-Request") else HttpResponseRedirect(back)


def _work_and_tell(request: HttpRequest, work: Callable[[], str]) -> None:
    """Run a use case; the next page tells what it says, or why it could not be done."""
    try:
        tone, text = "done", attempt(work)
    except NotFoundError:
        raise
    except CleanclaimError as error:
        tone, text = "refused", str(error)
    request.session["notice"] = {"tone": tone, "text": text[:1].upper() + text[1:]}


def read_dollars(text: str, field: str) -> int:
    """Read what a person typed as dollars ("1,234.50", "$20") as cents; InputError else."""
    try:
        return parse_cents(text.strip().removeprefix("$").replace(",", ""))
    except AmountError as error:
        msg = f"{field} is not an amount of dollars and cents"
        raise InputError(msg) from error


def read_position(request: HttpRequest) -> int | None:
    """Read the ``after`` of a keyset page; anything but a plain number is the first page."""
    text = request.GET.get("after") or request.POST.get("after") or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def read_key(request: HttpRequest, name: str) -> int:
    """Read a record's key from a form; anything but a plain number is 0, which no record has."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def read_choice(request: HttpRequest, name: str, allowed: set[str]) -> str:
    """Read a filter; what is not offered counts as none."""
    text = request.GET.get(name, "")
    return text if text in allowed else ""

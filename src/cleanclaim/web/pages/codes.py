"""The encoder: codes found while one types, and one code with edits and price."""

from datetime import date

from django.http import Http404, HttpResponse

from cleanclaim.app.reading.codes import (
    PriceView,
    find_codes,
    list_localities,
    price_code,
    read_code,
)
from cleanclaim.app.rights import Permission
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_WORDS_MAX = 120


@route("codes", name="codes", permission=Permission.CODES_READ)
def search_codes(request: SignedRequest) -> HttpResponse:
    """Search codes by words or by how they begin; codes are nobody's, so words may be addresses."""
    words = request.GET.get("q", "")[:_WORDS_MAX]
    system = request.GET.get("system", "")
    on = _read_day(request)
    context = {"words": words, "system": system, "day": on, "found": find_codes(words, system, on)}
    return page(request, "pages/codes/search.html", context)


@route("codes/<str:system>/<str:code>", name="code", permission=Permission.CODES_READ)
def show_code(request: SignedRequest, system: str, code: str) -> HttpResponse:
    """Show one code: what stands around it, its notes, what edits know, and its price."""
    on = _read_day(request)
    view = read_code(system, code.upper()[:12] if system != "pos" else code[:12], on)
    if view is None:
        raise Http404
    localities = list_localities(on) if view.crosswalk else ()
    asked = {name: request.GET.get(name, "")[:40] for name in ("locality", "modifiers", "place")}
    context = {
        "view": view,
        "day": on,
        "localities": localities,
        "asked": asked,
        "price": _price(view.code, on, asked, {number for number, _ in localities}),
    }
    return page(request, "pages/codes/code.html", context)


def _price(code: str, on: date, asked: dict[str, str], known: set[str]) -> PriceView | None:
    """Price where a locality was chosen of those that there are."""
    if asked["locality"] not in known:
        return None
    modifiers = tuple(asked["modifiers"].upper().replace(",", " ").split()[:4])
    return price_code(code, on, asked["locality"], modifiers, facility=asked["place"] == "facility")


def _read_day(request: SignedRequest) -> date:
    """Read the day to look at; anything but a day is today."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return request.signed.today

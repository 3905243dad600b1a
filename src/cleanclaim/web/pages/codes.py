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
from cleanclaim.pricing.service import Service
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
    found = find_codes(words, system, on, synthetic=request.signed.synthetic)
    context = {"words": words, "system": system, "day": on, "found": found}
    return page(request, "pages/codes/search.html", context)


@route("codes/<str:system>/<str:code>", name="code", permission=Permission.CODES_READ)
def show_code(request: SignedRequest, system: str, code: str) -> HttpResponse:
    """Show one code: what stands around it, its notes, what edits know, and its price."""
    on, synthetic = _read_day(request), request.signed.synthetic
    view = read_code(system, code.upper()[:12], on, synthetic=synthetic)
    if view is None:
        raise Http404
    localities = list_localities(on, synthetic=synthetic) if view.crosswalk else ()
    asked = {name: request.GET.get(name, "")[:40] for name in ("locality", "modifiers", "place")}
    context = {
        "view": view,
        "day": on,
        "localities": localities,
        "asked": asked,
        "price": _price(request, view.code, on, {number for number, _ in localities}),
    }
    return page(request, "pages/codes/code.html", context)


def _price(request: SignedRequest, code: str, on: date, known: set[str]) -> PriceView | None:
    """Price where a locality was chosen of those that there are."""
    locality = request.GET.get("locality", "")
    if locality not in known:
        return None
    modifiers = request.GET.get("modifiers", "")[:40].upper().replace(",", " ").split()
    facility = request.GET.get("place") == "facility"
    service = Service(code=code, on=on, modifiers=tuple(modifiers[:4]), facility=facility)
    return price_code(service, locality, synthetic=request.signed.synthetic)


def _read_day(request: SignedRequest) -> date:
    """Read the day to look at; anything but a day is today."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return request.signed.today

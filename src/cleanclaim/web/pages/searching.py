"""The one search box."""

from django.http import HttpResponse, HttpResponseRedirect

from cleanclaim.app.reading.searching import search
from cleanclaim.app.reading.viewing import record_listing
from cleanclaim.app.rights import RIGHTS, Permission
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_PLACES = {"claim": "/claims/{}", "patient": "/patients/{}", "remit": "/remits/{}"}


@route("search", name="search", permission=Permission.TASKS_WORK, methods=("GET", "POST"))
def find(request: SignedRequest) -> HttpResponse:
    """Find by name or number; one hit opens at once. The words are posted, never in an address."""
    signed = request.signed
    words = request.POST.get("words", "").strip()
    hits = search(signed.organization, words, RIGHTS[signed.role])
    if len(hits) == 1:
        return HttpResponseRedirect(_PLACES[hits[0].kind].format(hits[0].id))
    seen = [hit.id for hit in hits if hit.kind == "patient"]
    record_listing("patients.listed", seen, **signed.acting)
    context = {"hits": hits, "words": words, "places": _PLACES}
    return page(request, "pages/search/hits.html", context)

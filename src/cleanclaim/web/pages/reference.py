"""Reference tables: what is loaded, how old it is, and what is missing for which edits."""

from datetime import UTC, datetime

from django.http import HttpResponse

from cleanclaim.app.reading.reference import read_shelves
from cleanclaim.app.rights import Permission
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("reference", name="reference", permission=Permission.CODES_READ)
def show_reference(request: SignedRequest) -> HttpResponse:
    """Show the library as it answers on the organization's business day."""
    signed = request.signed
    # Age is told on the real calendar, on which tables were loaded.
    shelves = read_shelves(signed.today, datetime.now(UTC), synthetic=signed.synthetic)
    return page(request, "pages/reference/shelves.html", {"shelves": shelves})

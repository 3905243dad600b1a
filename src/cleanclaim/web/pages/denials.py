"""Denials: what was refused, why, and until when it can be disputed."""

from django.http import HttpResponse

from cleanclaim.app.reading.claims import list_denials
from cleanclaim.app.reading.viewing import record_listing
from cleanclaim.app.rights import Permission
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import read_choice, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("denials", name="denials", permission=Permission.CLAIMS_READ)
def show_denials(request: SignedRequest) -> HttpResponse:
    """Show denials, the nearest appeal deadline first."""
    signed = request.signed
    every = read_choice(request, "show", {"all"})
    sheet = list_denials(signed.organization, "" if every else "open", read_position(request))
    record_listing("denials.listed", [row.claim for row in sheet.rows], **signed.acting)
    return page(request, "pages/denials/list.html", {"sheet": sheet, "every": bool(every)})

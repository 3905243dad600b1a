"""Held claims: why, what they are worth, and until when they must leave."""

from django.http import HttpResponse

from cleanclaim.app.reading.claims import list_held
from cleanclaim.app.reading.viewing import record_listing
from cleanclaim.app.releasing import reexamine_held
from cleanclaim.app.rights import Permission
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import act, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("held", name="held", permission=Permission.CLAIMS_READ)
def show_held(request: SignedRequest) -> HttpResponse:
    """Show the open holds, the nearest filing deadline first."""
    signed = request.signed
    sheet = list_held(signed.organization, read_position(request))
    record_listing("claims.listed", [row.id for row in sheet.rows], **signed.acting)
    return page(request, "pages/held/list.html", {"sheet": sheet})


@route("held/reexamine", name="reexamine", permission=Permission.CLAIMS_WORK, methods=("POST",))
def reexamine(request: SignedRequest) -> HttpResponse:
    """Look at every held claim again."""

    def work() -> str:
        ready = reexamine_held(**request.signed.acting)
        return f"{len(ready)} claims became ready." if ready else "Every held claim is still held."

    return act(request, "/held", work)

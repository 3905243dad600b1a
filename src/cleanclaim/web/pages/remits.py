"""Remittances: payments and what was done with each of their claims."""

from django.http import HttpResponse

from cleanclaim.app.approving import missing_approvals
from cleanclaim.app.reading.remits import list_remits, read_remit
from cleanclaim.app.reading.viewing import record_view
from cleanclaim.app.reading.wire import read_file_wire
from cleanclaim.app.rights import Permission
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import read_choice, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("remits", name="remits", permission=Permission.REMITS_READ)
def show_remits(request: SignedRequest) -> HttpResponse:
    """Show payments, the latest first."""
    status = read_choice(request, "status", {"posted", "quarantined", "waiting", "dismissed"})
    sheet = list_remits(request.signed.organization, status, read_position(request))
    return page(request, "pages/remits/list.html", {"sheet": sheet, "status": status})


@route("remits/<int:remit>", name="remit", permission=Permission.REMITS_READ)
def show_remit(request: SignedRequest, remit: int) -> HttpResponse:
    """Show one payment; that it was looked at is an event."""
    signed = request.signed
    view = read_remit(signed.organization, remit)
    wire = read_file_wire(signed.organization, view.file)
    record_view("remit.viewed", remit, **signed.acting)
    missing = missing_approvals(organization=signed.organization, at=signed.now, remit=remit)
    context = {"view": view, "wire": wire, "missing": missing}
    return page(request, "pages/remits/remit.html", context)

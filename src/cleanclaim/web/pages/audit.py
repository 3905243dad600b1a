"""The audit trail and the proof that it is whole."""

from django.http import HttpResponse

from cleanclaim.app.reading.audit import list_events, verify
from cleanclaim.app.rights import Permission
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import read_choice, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

FAMILIES = ("claim", "patient", "remit", "payment", "hold", "task", "coverage", "member")


@route("audit", name="audit", permission=Permission.AUDIT_READ)
def show_audit(request: SignedRequest) -> HttpResponse:
    """Show events, newest first; on request the chain is recomputed."""
    organization = request.signed.organization
    family = read_choice(request, "family", set(FAMILIES))
    sheet = list_events(organization, family, read_position(request))
    report = verify(organization) if "verify" in request.GET else None
    context = {"sheet": sheet, "family": family, "families": FAMILIES, "report": report}
    return page(request, "pages/audit/events.html", context)

"""Underpayments: the queue by payer, code and cause, one line's evidence, disputes, interest."""

from django.http import Http404, HttpResponse

from cleanclaim.app.reading.evidence import evidence_of, print_evidence
from cleanclaim.app.reading.variances import (
    group_unpriced,
    group_variances,
    list_interest,
    list_variances,
    read_variance,
    total_variances,
)
from cleanclaim.app.reading.viewing import record_listing, record_view
from cleanclaim.app.rights import Permission
from cleanclaim.app.underpayments import close_variance, dispute_variances
from cleanclaim.kernel.money import format_dollars
from cleanclaim.pricing.variances import Cause
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import act, read_choice, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_STATES = {"disputed", "recovered", "closed", "explained"}


@route("underpayments", name="underpayments", permission=Permission.CLAIMS_READ)
def show_underpayments(request: SignedRequest) -> HttpResponse:
    """Show the lines of a state, what is open by payer, code and cause, and what has no price."""
    signed = request.signed
    state = read_choice(request, "state", _STATES) or "open"
    narrowed = {
        "cause": read_choice(request, "cause", set(Cause)),
        "payer": _digits(request, "payer"),
        "code": request.GET.get("code", "")[:48],
    }
    sheet = list_variances(signed.organization, state, narrowed, read_position(request))
    record_listing("variances.listed", [row.claim for row in sheet.rows], **signed.acting)
    context = {
        "sheet": sheet,
        "state": state,
        "narrowed": any(narrowed.values()),
        "groups": group_variances(signed.organization),
        "unpriced": group_unpriced(signed.organization),
        "totals": total_variances(signed.organization),
        "interest": list_interest(signed.organization),
    }
    return page(request, "pages/underpayments/list.html", context)


def _digits(request: SignedRequest, name: str) -> str:
    text = request.GET.get(name, "")
    return text if text.isascii() and text.isdecimal() and len(text) < 19 else ""


@route("underpayments/<int:variance>", name="underpayment", permission=Permission.CLAIMS_READ)
def show_underpayment(request: SignedRequest, variance: int) -> HttpResponse:
    """Show one line: the steps to its price, and the payer's own words."""
    signed = request.signed
    row = read_variance(signed.organization, variance)
    if row is None:
        raise Http404
    evidence = evidence_of(variance, organization=signed.organization)
    patient = evidence.variance.claim.patient_id
    record_view("variance.viewed", variance, patient=patient, claim=row.claim, **signed.acting)
    context = {"row": row, "evidence": evidence}
    return page(request, "pages/underpayments/line.html", context)


@route(
    "underpayments/<int:variance>/evidence",
    name="underpayment-evidence",
    permission=Permission.CLAIMS_READ,
)
def give_evidence(request: SignedRequest, variance: int) -> HttpResponse:
    """Give the evidence as a PDF to send to the payer."""
    signed = request.signed
    pdf = print_evidence(variance, organization=signed.organization, sender=signed.name)
    record_view("variance.printed", variance, **signed.acting)
    name = f'attachment; filename="underpayment-{variance}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


@route(
    "underpayments/dispute",
    name="dispute-underpayments",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def dispute(request: SignedRequest) -> HttpResponse:
    """Note that the chosen lines are disputed with their payer."""

    def work() -> str:
        chosen = [int(text) for text in request.POST.getlist("line") if text.isdecimal()]
        note = request.POST.get("note", "")
        cents = dispute_variances(**request.signed.acting, variances=chosen, note=note)
        return f"{len(chosen)} lines are in dispute: {format_dollars(cents)}."

    return act(request, "/underpayments", work)


@route(
    "underpayments/<int:variance>/close",
    name="close-underpayment",
    permission=Permission.CLAIMS_WORK,
    methods=("POST",),
)
def close(request: SignedRequest, variance: int) -> HttpResponse:
    """Close a line that is no underpayment, or that was lost, with the reason."""

    def work() -> str:
        note = request.POST.get("note", "")
        close_variance(**request.signed.acting, variance=variance, note=note)
        return "The line is closed; nothing moved in the books."

    return act(request, f"/underpayments/{variance}", work)

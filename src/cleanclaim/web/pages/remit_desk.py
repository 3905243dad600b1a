"""What people do with remittances: approve, dismiss, type; suspense; payers' balances; autopost."""

from datetime import date

from django.http import HttpResponse, HttpResponseRedirect

from cleanclaim.app.approving import approve_remit, dismiss_remit, preview_remit
from cleanclaim.app.keying import TypedLine, TypedRemit, TypedRemitError, enter_remittance
from cleanclaim.app.posting import PostResult, retry_remit
from cleanclaim.app.reading.autoposts import read_autopost
from cleanclaim.app.reading.payer_balances import list_payer_choices, payer_balances
from cleanclaim.app.reading.suspense import list_suspense, read_suspense
from cleanclaim.app.reading.viewing import record_view
from cleanclaim.app.rights import Permission
from cleanclaim.app.suspense import assign_suspended, leave_to_payer, refund_suspended
from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.money import format_dollars
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_dollars, read_key, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_ROWS_LEAST, _ROWS_MAX = 6, 60
_SAYS = {
    "posted": "The remittance is posted.",
    "waiting": "It passes the gates and waits for approval.",
    "duplicate": "It was dealt with before; nothing was posted.",
}


def _say(result: PostResult) -> str:
    if result.outcome != "quarantined":
        return _SAYS[result.outcome]
    first = next(f for f in result.findings if f.severity is Severity.BLOCK)
    return f"It is stopped: {first.message}."


@route("remits/<int:remit>/preview", name="preview-remit", permission=Permission.REMITS_READ)
def show_preview(request: SignedRequest, remit: int) -> HttpResponse:
    """Show what a stopped remittance would move, claim by claim; nothing is posted."""
    signed = request.signed
    view = preview_remit(**signed.acting, remit=remit)
    record_view("remit.previewed", remit, **signed.acting)
    return page(request, "pages/remits/preview.html", {"view": view, "remit": remit})


@route(
    "remits/<int:remit>/retry",
    name="retry-remit",
    permission=Permission.REMITS_POST,
    methods=("POST",),
)
def retry(request: SignedRequest, remit: int) -> HttpResponse:
    """Put a stopped remittance before the gates again."""
    acting = request.signed.acting
    return act(request, f"/remits/{remit}", lambda: _say(retry_remit(**acting, remit=remit)))


@route(
    "remits/<int:remit>/approve",
    name="approve-remit",
    permission=Permission.REMITS_POST,
    methods=("POST",),
)
def approve(request: SignedRequest, remit: int) -> HttpResponse:
    """Approve a waiting remittance and post it."""
    told = {**request.signed.acting, "remit": remit, "reason": request.POST.get("reason", "")}
    return act(request, f"/remits/{remit}", lambda: _say(approve_remit(**told)))


@route(
    "remits/<int:remit>/dismiss",
    name="dismiss-remit",
    permission=Permission.REMITS_POST,
    methods=("POST",),
)
def dismiss(request: SignedRequest, remit: int) -> HttpResponse:
    """Take a stopped remittance off the desk, with the reason."""

    def work() -> str:
        reason = request.POST.get("reason", "")
        dismiss_remit(**request.signed.acting, remit=remit, reason=reason)
        return "The remittance is dismissed; it moved nothing."

    return act(request, f"/remits/{remit}", work)


# Suspense


@route("suspense", name="suspense", permission=Permission.REMITS_READ)
def show_suspense(request: SignedRequest) -> HttpResponse:
    """Show what waits in suspense, the oldest first."""
    signed = request.signed
    sheet = list_suspense(signed.organization, signed.today, read_position(request))
    return page(request, "pages/remits/suspense.html", {"sheet": sheet})


@route("suspense/<int:decision>", name="suspended", permission=Permission.REMITS_READ)
def show_suspended(request: SignedRequest, decision: int) -> HttpResponse:
    """Show one decision in suspense and the claims that could be meant."""
    signed = request.signed
    view = read_suspense(signed.organization, decision, signed.today)
    record_view("suspense.viewed", decision, **signed.acting)
    return page(request, "pages/remits/suspended.html", {"view": view})


@route(
    "suspense/<int:decision>/assign",
    name="assign-suspended",
    permission=Permission.REMITS_POST,
    methods=("POST",),
)
def assign(request: SignedRequest, decision: int) -> HttpResponse:
    """Give a suspended decision to a claim."""

    def work() -> str:
        claim = read_key(request, "claim")
        assign_suspended(**request.signed.acting, remit_claim=decision, claim=claim)
        return "The decision is posted to the claim."

    return act(request, "/suspense", work)


@route(
    "suspense/<int:decision>/refund",
    name="refund-suspended",
    permission=Permission.REMITS_POST,
    methods=("POST",),
)
def refund(request: SignedRequest, decision: int) -> HttpResponse:
    """Send suspended money back to the payer."""

    def work() -> str:
        number = request.POST.get("refund", "")
        cents = refund_suspended(**request.signed.acting, remit_claim=decision, refund=number)
        return f"{format_dollars(cents)} goes back to the payer."

    return act(request, "/suspense", work)


@route(
    "suspense/<int:decision>/leave",
    name="leave-suspended",
    permission=Permission.REMITS_POST,
    methods=("POST",),
)
def leave(request: SignedRequest, decision: int) -> HttpResponse:
    """Leave suspended money for the payer to take back."""

    def work() -> str:
        reference = request.POST.get("reference", "")
        cents = leave_to_payer(**request.signed.acting, remit_claim=decision, reference=reference)
        return f"{format_dollars(cents)} stands on the payer's account until it is taken back."

    return act(request, "/suspense", work)


# What payers hold, and how much posts by itself


@route("payer-balances", name="payer-balances", permission=Permission.LEDGER_READ)
def show_balances(request: SignedRequest) -> HttpResponse:
    """Show what each payer took or left with us, paired or not."""
    signed = request.signed
    every = "every" in request.GET
    balances = payer_balances(signed.organization, signed.today, every=every)
    return page(request, "pages/remits/balances.html", {"balances": balances, "every": every})


@route("autopost", name="autopost", permission=Permission.REMITS_READ)
def show_autopost(request: SignedRequest) -> HttpResponse:
    """Show how much posted without a person, and why the rest did not."""
    report = read_autopost(request.signed.organization)
    return page(request, "pages/remits/autopost.html", {"report": report})


# Paper and portals


@route("remits/new", name="new-remit", permission=Permission.REMITS_POST, methods=("GET", "POST"))
def type_remittance(request: SignedRequest) -> HttpResponse:
    """Show the form for paper and portals, or post what it holds through the gates."""
    if request.method != "POST" or "more" in request.POST:
        return _form(request, "")
    try:
        typed = _read_typed(request)
        result = enter_remittance(**request.signed.acting, typed=typed)
    except (InputError, TypedRemitError) as error:
        return _form(request, str(error))
    request.session["notice"] = {"tone": "done", "text": _say(result)}
    return HttpResponseRedirect(f"/remits/{result.remit}")


def _form(request: SignedRequest, mistake: str) -> HttpResponse:
    form = request.POST
    last = max((n for n in range(_ROWS_MAX) if form.get(f"claim-{n}")), default=0)
    rows = max(_ROWS_LEAST, last + (4 if "more" in form else 1))
    context = {
        "form": form,
        "rows": range(min(rows, _ROWS_MAX)),
        "payers": list_payer_choices(request.signed.organization),
        "mistake": mistake,
    }
    return page(request, "pages/remits/new.html", context, 422 if mistake else 200)


def _read_typed(request: SignedRequest) -> TypedRemit:
    form = request.POST
    lines = [
        _read_line(request, number) for number in range(_ROWS_MAX) if form.get(f"claim-{number}")
    ]
    changes = [
        (
            reason.strip().upper()[:2],
            form.get(f"reference-{number}", "").strip()[:50],
            read_dollars(form.get(f"lowers-{number}", ""), f"the amount of change {number + 1}"),
        )
        for number in range(3)
        if (reason := form.get(f"change-{number}", ""))
    ]
    return TypedRemit(
        payer=read_key(request, "payer"),
        trace_number=form.get("trace", "")[:50],
        paid_on=_read_day(form.get("paid_on", ""), "the day of payment"),
        paid_cents=read_dollars(form.get("paid", ""), "the amount paid"),
        method=form.get("method", ""),
        lines=tuple(lines),
        changes=tuple(changes),
    )


def _read_line(request: SignedRequest, number: int) -> TypedLine:
    def told(name: str) -> str:
        return request.POST.get(f"{name}-{number}", "").strip()

    row = f"of row {number + 1}"
    code, *modifiers = told("code").upper().split("-")
    return TypedLine(
        control_number=told("claim")[:38],
        charge_cents=read_dollars(told("charge"), f"the charge {row}"),
        paid_cents=read_dollars(told("pays") or "0", f"the payment {row}"),
        code=code[:8],
        modifiers=tuple(modifiers[:4]),
        service_on=_read_day(told("day"), f"the day {row}") if told("day") else None,
        status=told("status")[:2] or "1",
        payer_claim_number=told("theirs")[:50],
        adjustments=told("adjust")[:200],
    )


def _read_day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        msg = f"{field} is no day"
        raise InputError(msg) from error

"""Months of the books: the checklist, closing, and reopening with a reason."""

from datetime import date

from django.http import HttpResponse

from cleanclaim.app.closing import close_month, reopen_month
from cleanclaim.app.reading.closings import check_month, list_months
from cleanclaim.app.rights import Permission
from cleanclaim.ledger.periods import last_day
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_HERE = "/ledger/months"


@route("ledger/months", name="ledger-months", permission=Permission.LEDGER_READ)
def show_months(request: SignedRequest) -> HttpResponse:
    """Show the months with their state, and the checklist of the next one to close."""
    signed = request.signed
    months = list_months(signed.organization)
    closable = [m.month for m in months if not m.closed and last_day(m.month) < signed.today]
    following = min(closable, default=None)
    checks = check_month(signed.organization, following) if following else ()
    context = {"months": months, "following": following, "checks": checks}
    return page(request, "pages/ledger/months.html", context)


def _read_month(request: SignedRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("month", ""))
    except ValueError as error:
        msg = "the month is not a date"
        raise InputError(msg) from error


@route(
    "ledger/months/close",
    name="close-month",
    permission=Permission.LEDGER_CLOSE,
    methods=("POST",),
)
def close(request: SignedRequest) -> HttpResponse:
    """Close a month that is over."""

    def work() -> str:
        reason = request.POST.get("reason", "")
        word = close_month(**request.signed.acting, month=_read_month(request), reason=reason)
        return f"{word.month:%B %Y} is closed with {word.entries} entries."

    return act(request, _HERE, work)


@route(
    "ledger/months/reopen",
    name="reopen-month",
    permission=Permission.LEDGER_REOPEN,
    methods=("POST",),
)
def reopen(request: SignedRequest) -> HttpResponse:
    """Reopen a closed month for a reason."""

    def work() -> str:
        reason = request.POST.get("reason", "")
        word = reopen_month(**request.signed.acting, month=_read_month(request), reason=reason)
        return f"{word.month:%B %Y} is open again."

    return act(request, _HERE, work)

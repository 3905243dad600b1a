"""The bank: statements taken in, both sides that do not confirm each other, and matches."""

from django.http import HttpResponse

from cleanclaim.app.banking import (
    Imported,
    confirm_line,
    import_statement,
    match_bank_lines,
    set_line_aside,
)
from cleanclaim.app.reading.banking import read_bank
from cleanclaim.app.rights import Permission
from cleanclaim.remits.bank_files import BankFileError, ColumnMap, read_bai2, read_csv
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_key
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page

_LARGEST = 5_000_000
_COLUMNS = ("date", "amount", "money_in", "money_out", "reference", "text", "date_format")


@route("bank", name="bank", permission=Permission.LEDGER_READ)
def show_bank(request: SignedRequest) -> HttpResponse:
    """Show lines without a remittance, remittances without a line, and the latest matches."""
    signed = request.signed
    view = read_bank(signed.organization, signed.today)
    return page(request, "pages/remits/bank.html", {"view": view})


@route("bank/import", name="import-bank", permission=Permission.REMITS_POST, methods=("POST",))
def take_statement(request: SignedRequest) -> HttpResponse:
    """Take a statement in, CSV or BAI2 as its content tells."""
    return act(request, "/bank", lambda: _say(_import(request)))


def _import(request: SignedRequest) -> Imported:
    upload = request.FILES.get("statement")
    if upload is None or not upload.size or upload.size > _LARGEST:
        msg = "choose a statement of at most 5 MB"
        raise InputError(msg)
    content = upload.read()
    if content.lstrip()[:3] == b"01,":
        lines = read_bai2(content)
    else:
        columns = {n: v for n in _COLUMNS if (v := request.POST.get(n, "").strip())}
        if "date" not in columns or not {"amount", "money_in"} & set(columns):
            msg = "name the columns of the day and of the amount"
            raise BankFileError(msg)
        lines = read_csv(content, ColumnMap(**columns), request.POST.get("account", "").strip())
    return import_statement(**request.signed.acting, lines=lines)


def _say(told: Imported) -> str:
    return f"{told.lines} lines read, {told.new} new, {told.matched} matched to remittances."


@route("bank/match", name="match-bank", permission=Permission.REMITS_POST, methods=("POST",))
def match_again(request: SignedRequest) -> HttpResponse:
    """Match the open lines to what was posted since."""
    acting = request.signed.acting
    return act(request, "/bank", lambda: f"{match_bank_lines(**acting)} lines matched.")


@route(
    "bank/<int:line>/confirm",
    name="confirm-line",
    permission=Permission.REMITS_POST,
    methods=("POST",),
)
def confirm(request: SignedRequest, line: int) -> HttpResponse:
    """Match a line to the remittance that a person found."""

    def work() -> str:
        remit = read_key(request, "remit")
        confirm_line(**request.signed.acting, line=line, remit=remit)
        return "The line is matched and the deposit entered."

    return act(request, "/bank", work)


@route(
    "bank/<int:line>/aside",
    name="line-aside",
    permission=Permission.REMITS_POST,
    methods=("POST",),
)
def put_aside(request: SignedRequest, line: int) -> HttpResponse:
    """Take a line off the list that is no payer's payment."""

    def work() -> str:
        reason = request.POST.get("reason", "")
        set_line_aside(**request.signed.acting, line=line, reason=reason)
        return "The line is set aside."

    return act(request, "/bank", work)

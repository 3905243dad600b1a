"""The ledger: balances by kind, accounts, and the entries behind each cent."""

from django.http import Http404, HttpResponse

from cleanclaim.app.reading.ledger import kind_balances, list_accounts, list_lines, read_account
from cleanclaim.app.rights import Permission
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("ledger", name="ledger", permission=Permission.LEDGER_READ)
def show_ledger(request: SignedRequest) -> HttpResponse:
    """Show the chart with debits, credits and balances; they prove each other."""
    kinds = kind_balances(request.signed.organization)
    context = {
        "kinds": kinds,
        "debit_cents": sum(kind.debit_cents for kind in kinds),
        "credit_cents": sum(kind.credit_cents for kind in kinds),
    }
    return page(request, "pages/ledger/kinds.html", context)


@route("ledger/kinds/<str:kind>", name="ledger-kind", permission=Permission.LEDGER_READ)
def show_kind(request: SignedRequest, kind: str) -> HttpResponse:
    """Show the accounts of a kind that hold something."""
    if kind not in set(AccountKind):
        raise Http404
    every = "all" in request.GET
    sheet = list_accounts(
        request.signed.organization,
        AccountKind(kind),
        read_position(request),
        all_of_them=every,
    )
    return page(
        request, "pages/ledger/accounts.html", {"sheet": sheet, "kind": kind, "every": every}
    )


@route("ledger/accounts/<int:account>", name="ledger-account", permission=Permission.LEDGER_READ)
def show_account(request: SignedRequest, account: int) -> HttpResponse:
    """Show the entries of an account with the balance after each."""
    organization = request.signed.organization
    found = read_account(organization, account)
    sheet = list_lines(organization, account, read_position(request))
    return page(request, "pages/ledger/account.html", {"account": found, "sheet": sheet})

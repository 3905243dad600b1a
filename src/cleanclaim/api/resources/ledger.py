"""The ledger: balances by kind of account, and the accounts of a kind."""

from typing import Annotated

from ninja import Query

from cleanclaim.api.cursors import Page, page_of, read_cursor
from cleanclaim.api.declaring import TokenRequest, operation
from cleanclaim.api.resources.patients import Cursor
from cleanclaim.app.reading.ledger import (
    AccountBalance,
    KindBalance,
    kind_balances,
    list_accounts,
)
from cleanclaim.app.rights import Permission
from cleanclaim.ledger.accounts import AccountKind


@operation(
    "GET",
    "/ledger/balances",
    tag="ledger",
    permission=Permission.LEDGER_READ,
    answer=tuple[KindBalance, ...],
)
def show_balances(request: TokenRequest) -> tuple[KindBalance, ...]:
    """Show debits and credits by kind of account; over all kinds they are equal."""
    return kind_balances(request.caller.organization)


@operation(
    "GET",
    "/ledger/accounts",
    tag="ledger",
    permission=Permission.LEDGER_READ,
    answer=Page[AccountBalance],
)
def list_balances(
    request: TokenRequest,
    kind: AccountKind,
    *,
    every: Annotated[bool, Query()] = False,
    cursor: Cursor = "",
) -> Page[AccountBalance]:
    """List the accounts of a kind that hold something, the largest first, or all of them."""
    caller = request.caller
    name = f"accounts:{kind}:{every}"
    after = read_cursor(cursor, name, caller)
    sheet = list_accounts(caller.organization, kind, after, all_of_them=every)
    return page_of(sheet, name, caller)

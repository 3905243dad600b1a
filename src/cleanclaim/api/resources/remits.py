"""Remittances: the list, one payment, and an 835 that a program brings."""

from enum import StrEnum

import msgspec

from cleanclaim.api.cursors import Page, page_of, read_cursor
from cleanclaim.api.declaring import X12, TokenRequest, operation
from cleanclaim.api.problems import ProblemError
from cleanclaim.api.resources.patients import Cursor, Number
from cleanclaim.app.posting import PostResult
from cleanclaim.app.reading.remits import RemitRow, RemitView, list_remits, read_remit
from cleanclaim.app.reading.viewing import record_view
from cleanclaim.app.rights import Permission
from cleanclaim.app.uploading import NotARemittanceError, upload_remittances


class RemitStatus(StrEnum):
    """Whether a payment was posted."""

    POSTED = "posted"
    QUARANTINED = "quarantined"


class PostedFile(msgspec.Struct, frozen=True):
    """What became of each remittance of the file: posted, quarantined or a duplicate."""

    remits: tuple[PostResult, ...]


@operation(
    "GET", "/remits", tag="payments", permission=Permission.REMITS_READ, answer=Page[RemitRow]
)
def list_payments(
    request: TokenRequest, status: RemitStatus | None = None, cursor: Cursor = ""
) -> Page[RemitRow]:
    """List payments, the latest first."""
    caller = request.caller
    name = f"remits:{status or ''}"
    sheet = list_remits(caller.organization, status or "", read_cursor(cursor, name, caller))
    return page_of(sheet, name, caller)


@operation(
    "GET",
    "/remits/{int:remit}",
    tag="payments",
    permission=Permission.REMITS_READ,
    answer=RemitView,
)
def show_payment(request: TokenRequest, remit: Number) -> RemitView:
    """Show one payment with its claims, adjustments and postings."""
    view = read_remit(request.caller.organization, remit)
    record_view("remit.viewed", remit, **request.caller.acting)
    return view


@operation(
    "POST",
    "/remits",
    tag="payments",
    permission=Permission.REMITS_POST,
    answer=PostedFile,
    text=X12,
    changes=True,
)
def post_remittances(request: TokenRequest) -> PostedFile:
    """Post an 835.

    Each remittance passes the gates before a cent moves; one that does not is quarantined with
    its findings, and one that was posted before is met as a duplicate.
    """
    try:
        results = upload_remittances(**request.caller.acting, content=request.content)
    except NotARemittanceError:
        raise ProblemError(422, "no-835", "There is no 835 in the body") from None
    return PostedFile(tuple(results))

"""What the API is: its description for programs and for people, and what a token opens."""

from datetime import datetime

import msgspec
from django.http import HttpRequest
from django.template.loader import render_to_string

from cleanclaim.api.declaring import HTML, OPERATIONS, Answer, Entry, TokenRequest, operation
from cleanclaim.api.describing import describe
from cleanclaim.app.rights import Permission
from cleanclaim.store.credentialing.models import Payer


class Self(msgspec.Struct, frozen=True):
    """The token that called, and what it opens."""

    name: str
    organization: int
    organization_name: str
    rights: tuple[str, ...]
    expires_at: datetime


class PayerRow(msgspec.Struct, frozen=True):
    """A payer of the organization, by our number and by its own identifier."""

    id: int
    name: str
    identifier: str


@operation("GET", "/openapi.json", tag="guide", permission=Entry.PUBLIC, answer=dict[str, object])
def show_openapi(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001
    """Describe every operation as OpenAPI."""
    return describe()


@operation("GET", "/docs", tag="guide", permission=Entry.PUBLIC, answer=str, media=HTML)
def show_docs(request: HttpRequest) -> Answer:  # noqa: ARG001
    """Describe every operation for people, on a page that loads nothing from elsewhere."""
    text = render_to_string("api/docs.html", {"operations": OPERATIONS, "described": describe()})
    return Answer(text.encode(), media=HTML)


@operation("GET", "/self", tag="guide", permission=Entry.TOKEN, answer=Self)
def show_self(request: TokenRequest) -> Self:
    """Show what the token is and opens."""
    caller = request.caller
    rights = tuple(sorted(caller.rights))
    return Self(
        caller.name, caller.organization, caller.organization_name, rights, caller.expires_at
    )


@operation(
    "GET",
    "/payers",
    tag="guide",
    permission=Permission.CLAIMS_READ,
    answer=tuple[PayerRow, ...],
)
def list_payers(request: TokenRequest) -> tuple[PayerRow, ...]:
    """List the organization's payers by name."""
    rows = Payer.objects.of(request.caller.organization).order_by("name", "pk")
    return tuple(PayerRow(row.pk, row.name, row.identifier) for row in rows)

"""Access tokens of programs: made here, shown once, revoked."""

from datetime import UTC, datetime

from django.http import HttpResponse

from cleanclaim.app.access import access
from cleanclaim.app.reading.tokens import list_members, list_tokens
from cleanclaim.app.rights import Permission
from cleanclaim.app.tokening import (
    SPANS,
    TokenTerms,
    TokenTermsError,
    create_token,
    revoke_token,
)
from cleanclaim.store.organizations.models import Role
from cleanclaim.store.tokens.models import AccessToken
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import act
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("tokens", name="tokens", permission=Permission.TOKENS_MANAGE, methods=("GET", "POST"))
def show_tokens(request: SignedRequest) -> HttpResponse:
    """Show the tokens, or make one and show its text, which is kept nowhere."""
    if request.method != "POST":
        return _page(request)
    try:
        token, text = create_token(**request.signed.acting, terms=_read_terms(request))
    except TokenTermsError as error:
        return _page(request, refused=str(error))
    return _page(request, made=(token.name, text))


@route(
    "tokens/<int:token>/revoke",
    name="revoke-token",
    permission=Permission.TOKENS_MANAGE,
    methods=("POST",),
)
def revoke(request: SignedRequest, token: int) -> HttpResponse:
    """End a token at once."""
    access(AccessToken, token, organization=request.signed.organization)

    def work() -> str:
        return f"Token {revoke_token(**request.signed.acting, token=token).name} is revoked."

    return act(request, "/tokens", work)


def _page(
    request: SignedRequest, *, refused: str = "", made: tuple[str, str] | None = None
) -> HttpResponse:
    organization = request.signed.organization
    context = {
        "tokens": list_tokens(organization, datetime.now(UTC)),
        "members": list_members(organization),
        "roles": tuple(Role),
        "permissions": tuple(each for each in Permission if each != Permission.TOKENS_MANAGE),
        "spans": SPANS,
        "refused": refused,
        "made": made,
    }
    return page(request, "pages/tokens/list.html", context, 422 if refused else 200)


def _read_terms(request: SignedRequest) -> TokenTerms:
    """Read what is asked for; what the form does not offer is refused by the use case."""
    form = request.POST
    days, whom = form.get("days", ""), form.get("whom", "")
    member = whom.removeprefix("member-")
    named = set(form.getlist("permissions"))
    return TokenTerms(
        name=form.get("name", "")[:200],
        days=int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0,
        role=Role(whom) if whom in set(Role) else None,
        person=int(member)
        if member.isascii() and member.isdecimal() and len(member) < 19
        else None,
        permissions=frozenset(each for each in Permission if each.value in named),
    )

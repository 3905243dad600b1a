"""``cleanclaim token``: access tokens of programs, made, listed and revoked."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from cleanclaim.cli.answers import say_json
from cleanclaim.cli.choosing import acting_for, boot_for, organization_option
from cleanclaim.cli.program import Failure

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group("token")
def command() -> None:
    """Make, list and revoke access tokens of the REST API."""


@command.command("create")
@click.argument("name")
@organization_option
@click.option("--role", required=True, help="Whose rights it has: owner, biller, coder and so on.")
@click.option("--permission", "permissions", multiple=True, help="Only this right; repeat it.")
@click.option("--days", default=90, show_default=True, help="How long it holds.")
@_JSON
def create(
    *,
    name: str,
    organization: int | None,
    role: str,
    permissions: Sequence[str],
    days: int,
    as_json: bool,
) -> None:
    """Make a token and print it; it is kept nowhere and cannot be shown again."""
    chosen = boot_for(organization)
    from cleanclaim.app.rights import Permission
    from cleanclaim.app.tokening import TokenTerms, create_token
    from cleanclaim.store.organizations.models import Role

    _refuse_unknown("role", [role], tuple(Role))
    _refuse_unknown("permission", permissions, tuple(Permission))
    terms = TokenTerms(
        name,
        days,
        role=Role(role),
        permissions=frozenset(Permission(each) for each in permissions),
    )
    token, text = create_token(**acting_for(chosen), terms=terms)
    if as_json:
        say_json({"id": token.pk, "token": text, "expires_at": token.expires_at})
    else:
        click.echo(text)


@command.command("list")
@organization_option
@_JSON
def list_them(*, organization: int | None, as_json: bool) -> None:
    """List the tokens, without their secrets."""
    chosen = boot_for(organization)
    from cleanclaim.app.reading.tokens import list_tokens
    from cleanclaim.store.tenancy import within

    with within(chosen):
        tokens = list_tokens(chosen, datetime.now(UTC))
    if as_json:
        say_json({"tokens": tokens})
        return
    for each in tokens:
        opens = ", ".join(each.permissions) or each.role or "as its person"
        click.echo(
            f"{each.id}  {each.name}: {each.state}, ends {each.expires_at:%Y-%m-%d}, {opens}"
        )


@command.command("revoke")
@click.argument("token", type=click.IntRange(1))
@organization_option
def revoke(*, token: int, organization: int | None) -> None:
    """End a token at once, by its number in the list."""
    chosen = boot_for(organization)
    from cleanclaim.app.tokening import revoke_token

    click.echo(f"{revoke_token(**acting_for(chosen), token=token).name} is revoked")


def _refuse_unknown(kind: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for each in asked:
        if each not in known:
            msg = f"no {kind} is called {each[:40]}; there are {', '.join(known)}"
            raise Failure(msg)

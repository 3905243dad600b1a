"""Access tokens as their page and command list them: never a secret among them."""

from datetime import datetime
from typing import Any

import msgspec

from cleanclaim.store.organizations.models import Membership
from cleanclaim.store.tokens.models import AccessToken


class TokenView(msgspec.Struct, frozen=True):
    """One token; ``state`` is active, expired or revoked."""

    id: int
    name: str
    person: str
    role: str
    permissions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    state: str


def list_tokens(organization: int, now: datetime) -> tuple[TokenView, ...]:
    """Give every token, the newest first; ``now`` is the real moment."""
    rows = AccessToken.objects.of(organization).select_related("person").order_by("-pk")
    return tuple(_view(row, now) for row in rows)


def _view(row: Any, now: datetime) -> TokenView:  # noqa: ANN401 - a token's row
    ended = "expired" if row.expires_at <= now else "active"
    return TokenView(
        id=row.pk,
        name=row.name,
        person=row.person.name if row.person_id else "",
        role=row.role,
        permissions=tuple(row.permissions),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        state=ended if row.revoked_at is None else "revoked",
    )


def list_members(organization: int) -> tuple[tuple[int, str, str], ...]:
    """Give user id, name and role of each active member, by name."""
    rows = Membership.objects.filter(
        organization_id=organization, is_active=True, user__is_active=True
    ).select_related("user")
    return tuple((row.user_id, row.user.name, row.role) for row in rows.order_by("user__name"))

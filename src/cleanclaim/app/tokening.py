"""Access tokens for programs: made and shown once, found again by their digest, revoked."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings

from cleanclaim.app.access import access
from cleanclaim.app.rights import RIGHTS, Permission
from cleanclaim.app.work import unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Membership, Organization, Role
from cleanclaim.store.tokens.models import AccessToken

# What an owner may choose from, in days; a token without an end would outlive its reason.
SPANS = (7, 30, 90, 365)
_TOKEN = re.compile(r"cct_([1-9]\d{0,17})_([1-9]\d{0,17})_([\w-]{43})", re.ASCII)
_SEEN_EVERY = timedelta(minutes=10)


class TokenTermsError(CleanclaimError):
    """A token was asked for on terms that no token has; the message says which."""

    code = "token.terms"


class TokenTerms(msgspec.Struct, frozen=True):
    """What a token is to open, for whom and how long.

    ``person`` is a member's user id, whose present role limits it; else ``role`` does.
    ``permissions`` narrows the role; empty is all that it has.
    """

    name: str
    days: int
    role: Role | None = None
    person: int | None = None
    permissions: frozenset[Permission] = frozenset()


class Caller(msgspec.Struct, frozen=True):
    """A program that called with a token: for which organization, as whom, with which rights."""

    token: int
    name: str
    organization: int
    organization_name: str
    rights: frozenset[Permission]
    expires_at: datetime
    synthetic_today: date | None

    def may(self, permission: Permission) -> bool:
        """Tell whether the token carries a right."""
        return permission in self.rights

    @property
    def actor(self) -> Actor:
        """Give the token as the audit trail names it."""
        return Actor("token", self.name, self.token)

    @property
    def synthetic(self) -> bool:
        """Tell whether the organization is made up, with a calendar of its own."""
        return self.synthetic_today is not None

    @property
    def today(self) -> date:
        """Give the organization's business day."""
        return self.synthetic_today or datetime.now(UTC).date()

    @property
    def now(self) -> datetime:
        """Give the present moment on the organization's business day."""
        return datetime.combine(self.today, datetime.now(UTC).timetz())

    @property
    def acting(self) -> dict[str, Any]:
        """Give what every use case is told: for whom, by whom, when."""
        return {"organization": self.organization, "actor": self.actor, "at": self.now}


def create_token(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    terms: TokenTerms,
    expires_at: datetime | None = None,
) -> tuple[AccessToken, str]:
    """Make a token and give it with its text, which nobody can read again.

    Tokens end on the real calendar, also those of a practice that has its own: at
    ``expires_at``, else so many days from now. Raises TokenTermsError.
    """
    secret = secrets.token_urlsafe(32)
    ends = expires_at or datetime.now(UTC) + timedelta(days=terms.days)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        _refuse_unfit(terms, organization)
        token = AccessToken.objects.create(
            organization_id=organization,
            name=terms.name.strip(),
            digest=_digest(secret),
            person_id=terms.person,
            role="" if terms.role is None else terms.role.value,
            permissions=sorted(terms.permissions),
            created_at=at,
            expires_at=ends,
        )
        work.tell(
            "token.created",
            ("token", token.pk),
            role=token.role,
            permissions=token.permissions,
            days=terms.days,
        )
    return token, f"cct_{organization}_{token.pk}_{secret}"


def _refuse_unfit(terms: TokenTerms, organization: int) -> None:
    if not 0 < len(terms.name.strip()) <= 80:
        msg = "a token needs a name of up to 80 characters"
        raise TokenTermsError(msg)
    if not 0 < terms.days <= max(SPANS):
        msg = f"a token holds for 1 to {max(SPANS)} days"
        raise TokenTermsError(msg)
    if (terms.role is None) == (terms.person is None):
        msg = "a token is either a member's or has a role of its own"
        raise TokenTermsError(msg)
    if terms.person is not None and _role_of(terms.person, organization) is None:
        msg = "only an active member can have a token"
        raise TokenTermsError(msg)


def revoke_token(*, organization: int, actor: Actor, at: datetime, token: int) -> AccessToken:
    """End a token now; the next request with it is refused. Revoking again changes nothing."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        record = access(AccessToken, token, organization=organization)
        if record.revoked_at is None:
            record.revoked_at = at
            record.save(update_fields=["revoked_at"])
            work.tell("token.revoked", ("token", record.pk))
    return record


def organization_of(text: str) -> int | None:
    """Give the organization that a token's text names, None where it is no token's text."""
    match = _TOKEN.fullmatch(text)
    return None if match is None else int(match[1])


def find_caller(text: str, *, organization: int, now: datetime) -> Caller | None:
    """Find whose token a text is, inside the organization's transaction.

    None for a token that is unknown, revoked, expired, or a person's who has left; ``now`` is
    the real moment. The secret has 256 random bits, so one round of SHA-256 keeps it.
    """
    match = _TOKEN.fullmatch(text)
    if match is None or int(match[1]) != organization:
        return None
    rows = AccessToken.objects.of(organization).select_related("organization", "person")
    token = rows.filter(pk=int(match[2])).first()
    known = token.digest if token is not None else _digest("")
    if not hmac.compare_digest(known, _digest(match[3])) or token is None:
        return None
    rights = _rights_of(token)
    if token.revoked_at is not None or token.expires_at <= now or rights is None:
        return None
    _note_use(token, now)
    return _caller(token, rights)


def _caller(token: Any, rights: frozenset[Permission]) -> Caller:  # noqa: ANN401 - a token's row
    practice: Organization = token.organization
    whose = f" of {token.person.name}" if token.person_id is not None else ""
    return Caller(
        token=token.pk,
        name=f"{token.name}{whose}"[:120],
        organization=practice.pk,
        organization_name=practice.name,
        rights=rights,
        expires_at=token.expires_at,
        synthetic_today=practice.synthetic_today,
    )


def _note_use(token: AccessToken, now: datetime) -> None:
    """Keep when a token was last used, to ten minutes, so that most requests write nothing."""
    if token.used_at is not None and now - token.used_at < _SEEN_EVERY:
        return
    rows = AccessToken.objects.of(token.organization_id).filter(pk=token.pk)
    # Whoever holds the row writes the same: nobody waits for it, and no kept answer, whose key
    # looks at it, waits for us.
    locked = rows.select_for_update(skip_locked=True, no_key=True)
    if locked.values_list("pk", flat=True).first() is not None:
        rows.update(used_at=now)


def _rights_of(token: Any) -> frozenset[Permission] | None:  # noqa: ANN401 - a row
    """Give what a token opens now; None where its person works here no more."""
    if token.person_id is not None:
        role = _role_of(token.person_id, token.organization_id)
    else:
        role = Role(token.role)
    if role is None:
        return None
    return narrow(role, token.permissions)


def narrow(role: Role, permissions: Iterable[str]) -> frozenset[Permission]:
    """Give the rights of a role, of those named where any are."""
    named = set(permissions)
    return frozenset(each for each in RIGHTS[role] if not named or each.value in named)


def _role_of(person: int, organization: int) -> Role | None:
    rows = Membership.objects.filter(
        organization_id=organization, user_id=person, is_active=True, user__is_active=True
    )
    role = rows.values_list("role", flat=True).first()
    return None if role is None else Role(role)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def requests_a_minute() -> int:
    """Give how many requests one token may make in a minute."""
    return int(settings.API_REQUESTS_A_MINUTE)

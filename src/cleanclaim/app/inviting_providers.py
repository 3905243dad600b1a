"""The provider's way to their own file: a link for one use, their birth date, a short session."""

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta

import msgspec

from cleanclaim.app.inviting import (
    FAILURES_MAX,
    IDLE_LIMIT,
    SESSION_LIMIT,
    Admission,
    organization_of,
)
from cleanclaim.app.provider_files import FileError, lock_provider, read_entries
from cleanclaim.app.work import unit_of_work
from cleanclaim.credentialing.files.elements import Identity
from cleanclaim.credentialing.files.entries import pick
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.providers.models import ProviderLink, ProviderSession
from cleanclaim.store.tenancy import within

PROVIDER = Actor("provider", "Provider on the own page")
# Our own limit: three days, as people on call do not read their mail every day.
LINK_LIMIT = timedelta(days=3)


class OwnFile(msgspec.Struct, frozen=True):
    """A provider on their own page."""

    organization: int
    provider: int
    session: int


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _secret_of(token: str) -> str:
    return token.partition(".")[2]


def make_provider_link(*, organization: int, actor: Actor, at: datetime, provider: int) -> str:
    """Make a link's token for one use and give it; only its hash is kept. Raises FileError.

    A new link makes the earlier unused ones of the provider worthless.
    """
    secret = secrets.token_urlsafe(32)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        lock_provider(work, provider)
        if _birth(organization, provider) is None:
            msg = "record the day of birth first: it is what only the provider is asked for"
            raise FileError(msg)
        rows = ProviderLink.objects.of(organization).filter(provider_id=provider, used_at=None)
        rows.filter(expires_at__gt=at).update(expires_at=at)
        link = ProviderLink.objects.create(
            organization_id=organization,
            provider_id=provider,
            secret_hash=_digest(secret),
            made_at=at,
            expires_at=at + LINK_LIMIT,
        )
        work.tell("own_file.link_made", ("provider_link", link.pk), provider=provider)
    return f"{organization}.{secret}"


def _birth(organization: int, provider: int) -> date | None:
    found = [each.birth_on for _, each in pick(read_entries(organization, provider), Identity)]
    return found[0] if found else None


def provider_link_works(token: str, *, at: datetime) -> bool:
    """Tell whether a link can still be used, without using it."""
    organization = organization_of(token)
    if not organization:
        return False
    with within(organization):
        link = _find(organization, token, lock=False)
        return link is not None and _is_open(link, at)


def _find(organization: int, token: str, *, lock: bool) -> ProviderLink | None:
    rows = ProviderLink.objects.of(organization).filter(secret_hash=_digest(_secret_of(token)))
    return (rows.select_for_update() if lock else rows).first()


def _is_open(link: ProviderLink, at: datetime) -> bool:
    unused = link.used_at is None and link.failures < FAILURES_MAX
    return unused and link.made_at <= at < link.expires_at


def admit_provider(token: str, answer: str, *, at: datetime) -> Admission:
    """Open a session for who holds a link and knows the birth date of the file.

    One answer for every failure. The fifth wrong one closes the link for good.
    """
    organization = organization_of(token)
    refused = Admission(refused="no_entry")
    if not organization:
        return refused
    with unit_of_work(organization=organization, actor=PROVIDER, at=at) as work:
        link = _find(organization, token, lock=True)
        if link is None or not _is_open(link, at):
            return refused
        record = ("provider_link", link.pk)
        if not _knows(_birth(organization, link.provider_id), answer):
            link.failures += 1
            link.save(update_fields=["failures"])
            work.tell("own_file.refused", record, failures=link.failures)
            return refused
        link.used_at = at
        link.save(update_fields=["used_at"])
        secret = secrets.token_urlsafe(32)
        ProviderSession.objects.create(
            organization_id=organization,
            link=link,
            provider_id=link.provider_id,
            secret_hash=_digest(secret),
            began_at=at,
            seen_at=at,
        )
        work.tell("own_file.entered", record, provider=link.provider_id)
    return Admission(token=f"{organization}.{secret}")


def _knows(born: date | None, answer: str) -> bool:
    if born is None:
        return False
    digits = "".join(sign for sign in answer if sign.isascii() and sign.isdecimal()).encode()
    right = [born.strftime(form).encode() for form in ("%Y%m%d", "%m%d%Y")]
    # Both are compared, so that the time taken does not tell which of them was near.
    found = [hmac.compare_digest(digits, known) for known in right]
    return any(found)


def find_own_file(token: str, *, at: datetime) -> OwnFile | None:
    """Give whose file a session opens and note that they are there; None for an ended one.

    Runs inside the transaction of the token's organization.
    """
    organization = organization_of(token)
    rows = ProviderSession.objects.of(organization).filter(secret_hash=_digest(_secret_of(token)))
    session = rows.first() if organization else None
    if session is None or session.ended_at is not None:
        return None
    idle, age = at - session.seen_at, at - session.began_at
    if idle >= IDLE_LIMIT or age >= SESSION_LIMIT or age < timedelta(0):
        return None
    rows.update(seen_at=at)
    return OwnFile(organization, session.provider_id, session.pk)


def leave_own_file(own: OwnFile, *, at: datetime) -> None:
    """End a provider's session at once."""
    with unit_of_work(organization=own.organization, actor=PROVIDER, at=at) as work:
        ProviderSession.objects.of(own.organization).filter(pk=own.session).update(ended_at=at)
        work.tell("own_file.left", ("provider_session", own.session), provider=own.provider)

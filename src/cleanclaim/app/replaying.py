"""What was answered once is answered again: the keys that make a repeated request harmless."""

from datetime import datetime, timedelta

import msgspec
from django.conf import settings

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.tenancy import within
from cleanclaim.store.tokens.models import KeptAnswer

_SWEPT_AT_ONCE = 50


class KeyReusedError(CleanclaimError):
    """An idempotency key came again with another request."""

    code = "api.key_reused"

    def __init__(self) -> None:
        super().__init__("this idempotency key was used for another request; take a new one")


class Given(msgspec.Struct, frozen=True):
    """An answer as it was given: status, kind of content, where what it made is, the bytes."""

    status: int
    media: str
    body: bytes
    location: str = ""


class Claimed(msgspec.Struct, frozen=True):
    """A key that is ours until the transaction ends; ``given`` where it was answered before."""

    record: int
    given: Given | None


def kept_for() -> timedelta:
    """Give how long an answer is kept for its key."""
    return timedelta(hours=int(settings.API_REPLAY_HOURS))


def claim_key(*, organization: int, token: int, key: str, request: str, now: datetime) -> Claimed:
    """Take a key for a request, or find what it was answered.

    ``request`` is a digest of all that was asked. Two requests of one key at once wait for each
    other: the second meets the first one's answer. Raises KeyReusedError.
    """
    with within(organization):
        _sweep(organization, now)
        rows = KeptAnswer.objects.of(organization)
        row, new = rows.get_or_create(
            organization_id=organization,
            token_id=token,
            key=key,
            defaults={"request": request, "kept_at": now},
        )
        if new:
            return Claimed(row.pk, None)
        row = rows.select_for_update().get(pk=row.pk)
        if now - row.kept_at > kept_for():
            rows.filter(pk=row.pk).update(request=request, kept_at=now, status=0, body=b"")
            return Claimed(row.pk, None)
        if row.request != request:
            raise KeyReusedError
        return Claimed(row.pk, Given(row.status, row.media, bytes(row.body), row.location))


def keep_answer(*, organization: int, record: int, given: Given) -> None:
    """Keep what a request was answered, in the transaction that did what it asked."""
    with within(organization):
        KeptAnswer.objects.of(organization).filter(pk=record).update(
            status=given.status, media=given.media, location=given.location, body=given.body
        )


def _sweep(organization: int, now: datetime) -> None:
    """Empty some answers whose time is over; those that others sweep now are let be."""
    rows = KeptAnswer.objects.of(organization)
    old = rows.filter(kept_at__lt=now - kept_for()).exclude(body=b"")
    locked = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
    found = list(locked[:_SWEPT_AT_ONCE])
    if found:
        rows.filter(pk__in=found).update(body=b"")

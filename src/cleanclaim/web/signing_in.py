"""Signing in: one answer for every failure, and a lock after five of them."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth import login
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest

from cleanclaim.store.organizations.models import User

FAILURES_MAX = 5
LOCK_SPAN = timedelta(minutes=15)

_nobody: list[str] = []


def _hash_of_nobody() -> str:
    """Give a hash to compare with where the address is unknown, made once a process."""
    if not _nobody:
        _nobody.append(make_password(secrets.token_urlsafe()))
    return _nobody[0]


def check_sign_in(email: str, password: str, at: datetime) -> User | None:
    """Give the person whose address and password these are, None for any failure.

    Unknown, inactive and locked addresses cost the same one hash as a wrong password. The
    fifth failure in a row locks the address for 15 minutes.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email=email.strip().lower()).first()
        right = check_password(password, user.password if user else _hash_of_nobody())
        if user is None or not user.is_active or _is_locked(user, at):
            return None
        _count(user, at, right=right)
        return user if right else None


def _is_locked(user: User, at: datetime) -> bool:
    return user.locked_until is not None and user.locked_until > at


def _count(user: User, at: datetime, *, right: bool) -> None:
    user.failed_sign_ins = 0 if right else user.failed_sign_ins + 1
    user.locked_until = None
    if user.failed_sign_ins >= FAILURES_MAX:
        user.failed_sign_ins = 0
        user.locked_until = at + LOCK_SPAN
    user.save(update_fields=["failed_sign_ins", "locked_until"])


def begin_session(request: HttpRequest, user: User, at: datetime) -> None:
    """Start a session under a new key, so that a planted one is worth nothing."""
    request.session.flush()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session["signed_in_at"] = at.timestamp()
    request.session["seen_at"] = at.timestamp()

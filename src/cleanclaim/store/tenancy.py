"""One organization a transaction: the setting that every row policy reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from cleanclaim.kernel.errors import CleanclaimError

_current: ContextVar[int | None] = ContextVar("organization", default=None)


class OtherOrganizationError(CleanclaimError):
    """Work for one organization was begun inside another's transaction."""

    code = "tenancy.other"

    def __init__(self) -> None:
        super().__init__("a transaction of another organization is open")


@contextmanager
def within(organization: int) -> Iterator[None]:
    """Open (or join) a transaction in which only this organization's rows exist.

    The setting is local to the transaction, so a pooled connection cannot leak it.
    """
    open_one = _current.get()
    if open_one is not None:
        if open_one != organization:
            raise OtherOrganizationError
        yield
        return
    token = _current.set(organization)
    try:
        with transaction.atomic():
            set_local("app.organization_id", organization)
            yield
    finally:
        _current.reset(token)


@contextmanager
def as_user(user: int) -> Iterator[None]:
    """Open a transaction in which a person sees the organizations they belong to, no more."""
    with transaction.atomic():
        set_local("app.user_id", user)
        yield


def set_local(name: str, value: int | str) -> None:
    """Set a transaction-local setting that row policies and column defaults read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, str(value)])

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


def is_within() -> bool:
    """Tell whether a transaction of an organization is open."""
    return _current.get() is not None


@contextmanager
def within(organization: int, **settings: str) -> Iterator[None]:
    """Open (or join) a transaction in which only this organization's rows exist.

    The setting is local to the transaction, so a pooled connection cannot leak it. Further
    ``settings`` (``actor="…"``) are made with it where the transaction is opened here.
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
            set_local(organization_id=organization, **settings)
            yield
    finally:
        _current.reset(token)


@contextmanager
def as_user(user: int) -> Iterator[None]:
    """Open a transaction in which a person sees the organizations they belong to, no more."""
    with transaction.atomic():
        set_local(user_id=user)
        yield


def set_local(**settings: int | str) -> None:
    """Make transaction-local settings (``app.…``) that row policies and column defaults read."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    values = [part for name, value in settings.items() for part in (f"app.{name}", str(value))]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", values)

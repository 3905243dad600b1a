"""Trying a use case: undone whole where it fails, and the deferred rules asked while we answer."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, IntegrityError, connection, transaction

from cleanclaim.kernel.errors import CleanclaimError

Result = TypeVar("Result")


class RefusedByLedgerError(CleanclaimError):
    """The database's own rules refused the change."""

    code = "ledger.refused"

    def __init__(self) -> None:
        super().__init__("the ledger's rules refuse this; nothing was changed")


def attempt(work: Callable[[], Result]) -> Result:
    """Run in a savepoint with the deferred rules asked at its end, while we can still answer.

    Raises RefusedByLedgerError, whose cause is what the database said.
    """
    try:
        with transaction.atomic():
            result = work()
            _ask_rules()
    except (IntegrityError, DatabaseError) as error:
        raise RefusedByLedgerError from error
    return result


def _ask_rules() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

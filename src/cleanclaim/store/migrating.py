"""Bringing the database to this release's tables, in a process of its own role."""

import subprocess
import sys

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.connection import Access, boot


class MigrationFailedError(CleanclaimError):
    """The tables could not be brought to this release."""

    code = "database.migration"

    def __init__(self, words: str) -> None:
        super().__init__(f"the database could not be migrated: {words}")


def migrate() -> None:
    """Migrate in a child process under the owner role; this process stays the runtime role.

    Raises MigrationFailedError with the last line that the child said.
    """
    child = subprocess.run(
        [sys.executable, "-m", "cleanclaim.store.migrating"],
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode:
        said = child.stderr.strip().splitlines()
        raise MigrationFailedError(said[-1] if said else f"exit status {child.returncode}")


def main() -> None:
    """Run every migration as the owner, one program at a time."""
    boot(Access.MIGRATION)
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        # Two programs starting together: the second waits and finds nothing left to do.
        cursor.execute("SELECT pg_advisory_lock(hashtext('cleanclaim.migrate'))")
    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    main()

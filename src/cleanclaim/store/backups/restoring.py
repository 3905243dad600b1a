"""Restoring: a checked backup into an empty place, and the proof that it is what was saved."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import psycopg
from psycopg.conninfo import make_conninfo

from cleanclaim.store.backups import programs
from cleanclaim.store.backups.archive import DUMP, BackupRefusedError, Manifest, unpack
from cleanclaim.store.backups.proofs import prove
from cleanclaim.store.backups.saving import FILES, FOLDERS


class Restored(msgspec.Struct, frozen=True):
    """What came back; ``differences`` from what was saved is empty where all of it did."""

    manifest: Manifest
    differences: tuple[str, ...]


def restore(path: Path, *, folder: Path, prepare: Callable[[], Mapping[str, str]]) -> Restored:
    """Put a backup into an empty data folder and an empty database.

    ``prepare`` starts the database and gives its set-up parameters; it is called only after the
    whole file was found unharmed. Raises BackupRefusedError, which changes nothing, and
    ProgramFailedError, after which the database is as empty as before.
    """
    _refuse_used(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as aside:
        manifest = unpack(path, Path(aside))
        parameters = prepare()
        _refuse_filled(parameters)
        asked = ["--single-transaction", "--exit-on-error", f"--dbname={parameters['dbname']}"]
        programs.run("pg_restore", [*asked, str(Path(aside) / DUMP)], parameters)
        _move(Path(aside), folder)
    with psycopg.connect(make_conninfo(**parameters)) as session:
        return Restored(manifest, manifest.proof.differences(prove(session)))


def _refuse_used(folder: Path) -> None:
    used = [name for name in (*FILES, *FOLDERS) if (folder / name).exists()]
    if used:
        msg = (
            f"{folder} is in use (it holds {used[0]}); "
            "name an empty data folder by CLEANCLAIM_HOME, or move this one away"
        )
        raise BackupRefusedError(msg)


def _refuse_filled(parameters: Mapping[str, str]) -> None:
    with psycopg.connect(make_conninfo(**parameters)) as session:
        row = session.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    if row is None or row[0]:
        msg = (
            f"the database {parameters['dbname']} has tables already; "
            "restore into an empty one: nothing is ever written over"
        )
        raise BackupRefusedError(msg)


def _move(aside: Path, folder: Path) -> None:
    for name in (*FILES, *FOLDERS):
        if (aside / name).exists():
            shutil.move(aside / name, folder / name)

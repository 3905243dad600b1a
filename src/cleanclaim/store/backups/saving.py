"""Saving: one moment of the database and the files that belong to it, into one file."""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from cleanclaim.store.backups import programs
from cleanclaim.store.backups.archive import DUMP, FORMAT, BackupRefusedError, Manifest, write
from cleanclaim.store.backups.proofs import Proof, Session, prove

# What of the data folder comes along; the embedded server's own files do not: the dump is them.
FILES = ("anchors.jsonl", "secret")
FOLDERS = ("reference", "samples", "payer-sets")


def save(
    path: Path, *, parameters: Mapping[str, str], folder: Path, at: datetime, tables: bool = True
) -> Manifest:
    """Save database and data folder into a file and give its manifest.

    People may go on working: the dump and its proof are of one snapshot. ``tables`` False leaves
    the loaded reference tables out. Raises BackupRefusedError where the file exists already, and
    ProgramFailedError.
    """
    if path.exists():
        msg = f"{path} exists already; a backup is never written over another"
        raise BackupRefusedError(msg)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as aside:
        dump = Path(aside) / DUMP
        proof = _dump(dump, parameters)
        head = Manifest(FORMAT, version("cleanclaim"), at, (), proof)
        return write(path, [(DUMP, dump), *_files(folder, tables=tables)], head)


def _dump(path: Path, parameters: Mapping[str, str]) -> Proof:
    with psycopg.connect(make_conninfo(**parameters)) as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = session.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = str(row[0]) if row else ""
        proof = _prove_all(session)
        asked = ["--format=custom", f"--snapshot={snapshot}", f"--file={path}"]
        programs.run("pg_dump", asked, parameters)
    return proof


def _prove_all(session: Session) -> Proof:
    # So the server refuses where row policies would leave rows out of a dump silently.
    session.execute("SET LOCAL row_security = off")
    try:
        return prove(session)
    except psycopg.errors.InsufficientPrivilege:
        msg = (
            "the user of DATABASE_URL may not see every organization's rows; "
            "back up as a superuser or a role with BYPASSRLS"
        )
        raise BackupRefusedError(msg) from None


def _files(folder: Path, *, tables: bool) -> Iterator[tuple[str, Path]]:
    for name in FILES:
        if (folder / name).is_file():
            yield name, folder / name
    for name in FOLDERS:
        if name == "reference" and not tables:
            continue
        for file in sorted((folder / name).rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield file.relative_to(folder).as_posix(), file

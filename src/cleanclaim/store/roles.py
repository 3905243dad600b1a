"""The database roles: one that owns, one that migrates, one that serves and can bypass nothing."""

from contextlib import suppress

import psycopg
from psycopg import sql

OWNER = "cleanclaim_owner"  # owns every table; nobody logs in as it
MIGRATOR = "cleanclaim_migrator"  # may become the owner, for migrations only
RUNTIME = "cleanclaim_app"  # serves people; subject to every policy

_ROLE_OPTIONS = {OWNER: "NOLOGIN", MIGRATOR: "LOGIN NOINHERIT", RUNTIME: "LOGIN NOINHERIT"}
_PLAIN = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"


def ensure_roles(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Create the three roles where they are missing, which needs CREATEROLE.

    The connecting user becomes a member of owner and runtime, so that it can act as either.
    """
    for role, options in _ROLE_OPTIONS.items():
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if found is None:
            _create(connection, role, options)
    user = connection.info.user
    for role, member in ((OWNER, MIGRATOR), (OWNER, user), (RUNTIME, user)):
        if not _may_become(connection, member, role):
            grant = sql.SQL("GRANT {} TO {}").format(_id(role), _id(member))
            connection.execute(grant)


def _may_become(connection: psycopg.Connection[tuple[object, ...]], member: str, role: str) -> bool:
    """Tell whether a user may act as a role; what an administrator has granted is not asked again.

    From PostgreSQL 16 a membership may exclude acting as the role.
    """
    way = "SET" if connection.info.server_version >= 160000 else "MEMBER"
    query = "SELECT pg_has_role(%s::name, %s::name, %s)"
    row = connection.execute(query, [member, role, way]).fetchone()
    return row is not None and bool(row[0])


def _create(connection: psycopg.Connection[tuple[object, ...]], role: str, options: str) -> None:
    statement = sql.SQL("CREATE ROLE {} " + options + " " + _PLAIN).format(sql.Identifier(role))
    # Another program may make it between our look and our try.
    with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        connection.execute(statement)


def ensure_database(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Create the database where it is missing, owned by the owner role."""
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if found is not None:
        return
    statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
    with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(OWNER)))


def ensure_schema(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Let the owner create in the public schema and the runtime role only use it."""
    connection.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    connection.execute(sql.SQL("GRANT CREATE, USAGE ON SCHEMA public TO {}").format(_id(OWNER)))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(_id(RUNTIME)))


def _id(role: str) -> sql.Identifier:
    return sql.Identifier(role)

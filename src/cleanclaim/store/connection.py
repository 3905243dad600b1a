"""Connecting: the embedded server or ``DATABASE_URL``, always under a role that cannot bypass."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg.conninfo import make_conninfo

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store import roles, server
from cleanclaim.store.places import data_folder

OLDEST_VERSION = 150000
EMBEDDED_DATABASE = "cleanclaim"
_URL_SHAPE = "DATABASE_URL must look like postgresql://user:password@host:port/database"


class Access(StrEnum):
    """What a program connects for."""

    RUNTIME = "runtime"
    MIGRATION = "migration"


class DatabaseRefusedError(CleanclaimError):
    """The database cannot be used safely; the message says why and what to do."""

    code = "database.refused"


class Place(StrEnum):
    """Where the database runs."""

    EMBEDDED = "embedded"
    NAMED = "named"


def prepare(folder: Path | None = None) -> Mapping[str, str]:
    """Make server, roles and database ready and give the connection parameters of a set-up user.

    Embedded unless ``DATABASE_URL`` is set. Raises ServerDidNotStartError or
    DatabaseRefusedError.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        parameters = _parameters(url)
        _prepare_named(parameters)
        return parameters
    uri = server.start((folder or data_folder()) / "postgres")
    parameters = {**_parameters(uri), "dbname": EMBEDDED_DATABASE}
    with psycopg.connect(uri, autocommit=True) as connection:
        roles.ensure_roles(connection)
        roles.ensure_database(connection, EMBEDDED_DATABASE)
    with psycopg.connect(make_conninfo(**parameters), autocommit=True) as connection:
        roles.ensure_schema(connection)
    return parameters


def _prepare_named(parameters: Mapping[str, str]) -> None:
    patient = {"connect_timeout": "10", **parameters}
    try:
        connection = psycopg.connect(make_conninfo(**patient), autocommit=True)
    except psycopg.ProgrammingError:
        raise DatabaseRefusedError(_URL_SHAPE) from None
    except psycopg.OperationalError as error:
        msg = "DATABASE_URL names a database that does not answer; check host, user and database"
        raise DatabaseRefusedError(msg) from error
    with connection:
        if connection.info.server_version < OLDEST_VERSION:
            msg = "PostgreSQL 15 or newer is needed; DATABASE_URL names an older server"
            raise DatabaseRefusedError(msg)
        try:
            roles.ensure_roles(connection)
            roles.ensure_schema(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            msg = (
                "the user of DATABASE_URL may not create roles; "
                "let an administrator run docs/howto/use-your-own-postgresql.md once"
            )
            raise DatabaseRefusedError(msg) from error


def _parameters(url: str) -> dict[str, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Without its cause: that may quote the password.
        raise DatabaseRefusedError(_URL_SHAPE) from None
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise DatabaseRefusedError(_URL_SHAPE)
    found = {
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "host": unquote(parts.hostname or ""),
        "port": str(port or ""),
        "dbname": unquote(parts.path.strip("/")),
        **dict(parse_qsl(parts.query)),
    }
    return {key: value for key, value in found.items() if value}


def django_settings(parameters: Mapping[str, str], access: Access) -> dict[str, Any]:
    """Give Django's connection settings; every session acts as the owner or the runtime role."""
    known = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    role = roles.RUNTIME if access is Access.RUNTIME else roles.OWNER
    options = {k: v for k, v in parameters.items() if k not in known and k != "dbname"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parameters["dbname"],
        **{name: parameters.get(key, "") for key, name in known.items()},
        **_sign_in(parameters, role),
        "OPTIONS": {**options, "assume_role": role, "application_name": "cleanclaim"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sign_in(parameters: Mapping[str, str], role: str) -> dict[str, str]:
    """On the embedded server sign in as the role itself, so that no session can climb back."""
    embedded = "DATABASE_URL" not in os.environ and parameters.get("user") == "postgres"
    if not embedded:
        return {}
    return {"USER": roles.MIGRATOR if role == roles.OWNER else roles.RUNTIME}


def boot(access: Access = Access.RUNTIME, folder: Path | None = None) -> Mapping[str, str]:
    """Prepare the database, start Django on it, and give the set-up parameters.

    A later call points the same Django at another database or role.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cleanclaim.store.settings")
    import django
    from django.conf import settings
    from django.db import connections

    parameters = prepare(folder)
    # Filled in place: Django may hold this very dictionary since an earlier set-up.
    settings.DATABASES["default"].update(django_settings(parameters, access))
    connections.close_all()
    django.setup()
    return parameters


def refuse_unsafe_role() -> None:
    """Refuse to serve under a role that row security does not bind.

    Raises DatabaseRefusedError for a superuser, a BYPASSRLS role, or an owner of our tables.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolsuper OR r.rolbypassrls"
            " OR EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            "            WHERE n.nspname = 'public' AND c.relowner = r.oid)"
            " FROM pg_roles r WHERE r.rolname = current_user"
        )
        row = cursor.fetchone()
    if row is None or row[0]:
        msg = (
            "the database role can bypass row security; "
            f"serve as {roles.RUNTIME}, see docs/howto/use-your-own-postgresql.md"
        )
        raise DatabaseRefusedError(msg)

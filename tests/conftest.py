"""What every test shares: no network, and a real PostgreSQL for those that ask."""

import gc
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

_LOCAL = ("127.", "::1", "localhost")


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith(_LOCAL):
        msg = f"a test tried to reach {address[0]}"
        raise ConnectionRefusedError(msg)


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_refuse_network)
    os.environ.setdefault("CLEANCLAIM_SECRET_KEY", "a secret for tests only")
    os.environ["DJANGO_SETTINGS_MODULE"] = "cleanclaim.store.settings"
    # Playwright's loop lives in the test's thread; Django would take it for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    import django

    django.setup()
    _cheapen_passwords()


def _cheapen_passwords() -> None:
    """Hash new passwords with the least work that Argon2 knows.

    Each hash names its own cost, so that the product's hasher, also that of a server which a test
    starts, checks them as it checks any other.
    """
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 8
    Argon2PasswordHasher.parallelism = 1


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take what is loaded by now out of the garbage collector's rounds: it lives to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Boot an embedded server of this worker's own, migrated; serve as the runtime role.

    Gives the connection parameters of the set-up user, for tests that must look past the locks.
    """
    home = tmp_path_factory.mktemp("home", numbered=True)
    patch = pytest.MonkeyPatch()
    patch.setenv("CLEANCLAIM_HOME", str(home))
    patch.delenv("DATABASE_URL", raising=False)
    from cleanclaim.store.connection import boot
    from cleanclaim.store.migrating import migrate

    parameters = boot()
    _forgo_durability(parameters)
    migrate()
    yield dict(parameters)
    from django.db import connections

    connections.close_all()
    patch.undo()


def _forgo_durability(parameters: Mapping[str, str]) -> None:
    """Let the server not wait for the disk: tests kill programs that use it, never the server.

    Those that do kill a server (store/test_server.py) start their own.
    """
    with psycopg.connect(make_conninfo(**parameters), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


class Practice(msgspec.Struct, frozen=True):
    """A fresh organization with its owner, for one test."""

    organization: int
    user: int
    email: str
    password: str


PASSWORD = "a long pass phrase for tests"
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def practice(database: dict[str, str]) -> Practice:
    """Make an organization of the test's own, so that tests never see one another's rows."""
    return make_practice()


def make_practice() -> Practice:
    """Found an organization through the use case that the product uses."""
    from cleanclaim.app.founding import found_organization
    from cleanclaim.claims.parties import Address
    from cleanclaim.store.organizations.models import User

    number = secrets.token_hex(6)
    owner = User.objects.create_user(f"owner-{number}@example.com", "Olive Owner", PASSWORD)
    organization = found_organization(
        owner=owner,
        name=f"Practice {number}",
        npi="1234567893",
        tax_id="123456789",
        taxonomy="207Q00000X",
        address=Address(
            line="1 Main Street", city="Springfield", state="IL", postal_code="627010001"
        ),
        contact=("Billing Office", "2175550100"),
        at=NOW,
    )
    return Practice(organization.pk, owner.pk, owner.email, PASSWORD)


REPOSITORY = Path(__file__).parent.parent

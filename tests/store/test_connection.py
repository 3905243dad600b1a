"""Any PostgreSQL from 15 serves by ``DATABASE_URL``; what could not be safe is refused in words."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from cleanclaim.store import connection as connecting
from cleanclaim.store.connection import DatabaseRefusedError, prepare, refuse_unsafe_role
from cleanclaim.store.roles import OWNER, RUNTIME
from store.programs import look, look_as, run

FOUND_REGISTER_BOOK = """
import json
from datetime import UTC, date, datetime
from cleanclaim.store.connection import boot, refuse_unsafe_role
from cleanclaim.store.migrating import migrate
boot(); migrate(); refuse_unsafe_role()
from django.db import connection
from cleanclaim.app.booking import balance_of_kind, book
from cleanclaim.app.founding import found_organization
from cleanclaim.app.registering import Registration, register_patient
from cleanclaim.app.work import SYSTEM
from cleanclaim.claims.parties import Address, PersonName, Sex
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.ledger.entries import Occasion, Owed, record_charge
from cleanclaim.store.events.chain import verify_chain
from cleanclaim.store.organizations.models import User
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.tenancy import within
at = datetime(2026, 3, 2, tzinfo=UTC)
address = Address(line="1 Main Street", city="Springfield", state="IL", postal_code="627010001")
owner = User.objects.create_user("olive@example.com", "Olive Owner", "a long pass phrase")
practice = found_organization(
    owner=owner, name="Practice", npi="1234567893", tax_id="123456789", taxonomy="207Q00000X",
    address=address, contact=("Billing Office", "2175550100"), at=at,
).pk
registration = Registration(PersonName("Doe", "Jo"), date(1980, 1, 1), Sex.FEMALE, address)
with within(practice):
    patient = register_patient(
        organization=practice, actor=SYSTEM, at=at, registration=registration
    )
    charge = record_charge(Occasion(("c", 1), at.date()), 12_500, owed=Owed("7", str(patient.pk)))
    book([charge], organization=practice, at=at)
with within(practice):
    booked = balance_of_kind(AccountKind.AR_UNBILLED, organization=practice)
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user, current_setting('server_version_num')::int")
    role, version = cursor.fetchone()
report = verify_chain(practice)
print(json.dumps({
    "booked": booked, "role": role, "version": version, "events": report.events,
    "faults": report.faults, "seen_outside": Patient.objects.count(),
}))
"""


class Told(msgspec.Struct, frozen=True):
    """What the program above prints."""

    booked: int
    role: str
    version: int
    events: int
    faults: list[str]
    seen_outside: int


class Cluster(msgspec.Struct, frozen=True):
    """A server of the machine's own PostgreSQL, listening on a socket only."""

    folder: Path

    def url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def do(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url("postgres", database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Start the newest PostgreSQL that the machine has installed, in a folder of its own."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("no PostgreSQL is installed beside the embedded one")
    folder = Path(tempfile.mkdtemp(prefix="cleanclaim-server-"))
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        prefix = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    rows = folder / "rows"

    def call(program: str, *arguments: str) -> None:
        command = [*prefix, str(programs[-1].with_name(program)), "-D", str(rows), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    call("initdb", "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8")
    call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -h ''", "start")
    yield Cluster(folder)
    call("pg_ctl", "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def whole_sequence(url: str, home: Path) -> Told:
    """Migrate, found, register and book in a program of its own."""
    return msgspec.json.decode(run(FOUND_REGISTER_BOOK, home, DATABASE_URL=url), type=Told)


def serves(told: Told) -> bool:
    """Tell whether everything is there, under the role that the policies bind."""
    return told.version >= 150000 and told == Told(12_500, RUNTIME, told.version, 2, [], 0)


def test_a_user_who_may_create_roles_sets_up_a_database_of_their_own(
    cluster: Cluster, tmp_path: Path
) -> None:
    cluster.do("CREATE ROLE dba LOGIN CREATEROLE", "CREATE DATABASE theirs OWNER dba")
    assert serves(whole_sequence(cluster.url("dba", "theirs"), tmp_path))


def test_a_user_who_may_not_create_roles_is_told_whom_to_ask(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.do("CREATE ROLE guest LOGIN", "CREATE DATABASE guests OWNER guest")
    for role in (OWNER, RUNTIME):
        cluster.do(
            f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
    monkeypatch.setenv("DATABASE_URL", cluster.url("guest", "guests"))
    with pytest.raises(DatabaseRefusedError, match="let an administrator run"):
        prepare()


def test_once_an_administrator_has_prepared_it_a_plain_user_is_enough(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.do("CREATE ROLE clerk LOGIN", "CREATE DATABASE prepared")
    monkeypatch.setenv("DATABASE_URL", cluster.url("postgres", "prepared"))
    prepare()
    cluster.do(f"GRANT {OWNER}, {RUNTIME} TO clerk")
    assert serves(whole_sequence(cluster.url("clerk", "prepared"), tmp_path))


def test_a_superuser_sets_up_but_the_runtime_role_serves(cluster: Cluster, tmp_path: Path) -> None:
    cluster.do("CREATE DATABASE super")
    assert serves(whole_sequence(cluster.url("postgres", "super"), tmp_path))


def test_an_older_server_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", cluster.url("postgres", "postgres"))
    prepare()
    monkeypatch.setattr(connecting, "OLDEST_VERSION", 990000)
    with pytest.raises(DatabaseRefusedError, match="PostgreSQL 15 or newer is needed"):
        prepare()


def test_a_server_that_does_not_answer_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/books")
    with pytest.raises(DatabaseRefusedError, match="does not answer") as caught:
        prepare()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:hush@127.0.0.1/books",
        "postgresql://me:hush@127.0.0.1",
        "postgresql://me:hush@127.0.0.1/",
        "postgresql://me:hush@127.0.0.1:port/books",
        "postgresql://me:hush@127.0.0.1:99999/books",
        "postgresql://me:hush@[127.0.0.1/books",
        "postgresql://me:hush@127.0.0.1/books?unheard=of",
        "books",
    ],
)
def test_an_address_of_another_shape_is_refused_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(DatabaseRefusedError, match="must look like") as caught:
        prepare()
    assert "hush" not in repr(caught.getrepr(chain=True, style="short"))


def test_the_runtime_role_may_serve_and_cannot_climb_back(database: dict[str, str]) -> None:
    from django.db import connection

    refuse_unsafe_role()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == (RUNTIME, RUNTIME)


SERVE_AS = """
from cleanclaim.store.connection import Access, boot, refuse_unsafe_role
boot(Access.MIGRATION if {role!r} == "cleanclaim_owner" else Access.RUNTIME)
from django.conf import settings
if {role!r} == "postgres":
    settings.DATABASES["default"].update(USER="postgres", OPTIONS={{
        **settings.DATABASES["default"]["OPTIONS"], "assume_role": None}})
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user")
    assert cursor.fetchone() == ({role!r},)
refuse_unsafe_role()
"""


@pytest.mark.parametrize("role", ["postgres", OWNER])
def test_a_role_that_row_security_does_not_bind_may_not_serve(
    role: str, database: dict[str, str]
) -> None:
    home = Path(os.environ["CLEANCLAIM_HOME"])
    with pytest.raises(AssertionError, match="can bypass row security"):
        run(SERVE_AS.format(role=role), home)
    assert run(SERVE_AS.format(role=RUNTIME), home) == ""


def test_only_the_set_up_user_is_a_superuser(database: dict[str, str]) -> None:
    with look(database) as connection:
        found = connection.execute("SELECT rolname FROM pg_roles WHERE rolsuper").fetchall()
    assert found == [("postgres",)]
    with (
        look_as(RUNTIME, database) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(f"SET ROLE {OWNER}".encode())

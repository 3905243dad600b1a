"""The server itself keeps organizations apart, whatever the code above it forgets."""

import random
from collections.abc import Iterator

import psycopg
import pytest
from django.db import DatabaseError, connection, models
from psycopg import sql

from cleanclaim.store.organizations.models import Membership, Organization, Role
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.roles import RUNTIME
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import OtherOrganizationError, as_user, within
from store.catalogue import APPEND_ONLY, ROOT, Connection, find_holes, tenant_tables
from store.practices import Founded, found_practice
from store.programs import look, look_as
from store.rows import fill, tenant_keys, tenant_models

Filled = tuple[dict[type[models.Model], int], dict[type[models.Model], int]]
GUARD = """
ALTER TABLE scratch ENABLE ROW LEVEL SECURITY;
ALTER TABLE scratch FORCE ROW LEVEL SECURITY;
ALTER TABLE scratch OWNER TO cleanclaim_owner;
CREATE POLICY tenant ON scratch
    USING (organization_id = NULLIF(current_setting('app.organization_id', true), '')::bigint)
    WITH CHECK (organization_id = NULLIF(current_setting('app.organization_id', true), '')::bigint);
"""
SCRATCH = "CREATE TABLE scratch (id bigint PRIMARY KEY, organization_id bigint NOT NULL);"


@pytest.fixture
def past_the_locks(database: dict[str, str]) -> Iterator[Connection]:
    """Connect as the set-up user; whatever is done there is undone."""
    with look(database) as found:
        yield found
        found.rollback()


@pytest.fixture(scope="module")
def two(database: dict[str, str]) -> tuple[Founded, Founded]:
    """Found two organizations."""
    return found_practice(), found_practice()


@pytest.fixture(scope="module")
def filled(two: tuple[Founded, Founded]) -> Filled:
    """Give each of the two a row in every tenant table."""
    return fill(two[0].organization), fill(two[1].organization)


def test_the_catalogue_has_no_hole(past_the_locks: Connection) -> None:
    assert find_holes(past_the_locks) == []


def test_every_tenant_model_stands_in_the_catalogue(past_the_locks: Connection) -> None:
    named = {model._meta.db_table for model in tenant_models()} | {ROOT}
    assert named == set(tenant_tables(past_the_locks))
    assert named > APPEND_ONLY


@pytest.mark.parametrize(
    ("change", "hole"),
    [
        (SCRATCH, "no forced policy: scratch"),
        (SCRATCH + GUARD + "ALTER TABLE scratch NO FORCE ROW LEVEL SECURITY", "no forced policy"),
        (SCRATCH + GUARD + "DROP POLICY tenant ON scratch", "no forced policy: scratch"),
        (
            SCRATCH + GUARD + "CREATE POLICY all_rows ON scratch USING (true)",
            "policy of another condition: scratch.all_rows",
        ),
        (
            SCRATCH + GUARD + "ALTER TABLE scratch ALTER organization_id DROP NOT NULL",
            "no organization: scratch",
        ),
        (SCRATCH, "owned by another: scratch"),
        (SCRATCH + "GRANT SELECT ON scratch TO PUBLIC", "granted to everyone: scratch"),
        (
            f"GRANT DELETE ON patients_patient TO {RUNTIME}",
            "right too many: patients_patient DELETE",
        ),
        (
            f"GRANT UPDATE (cents) ON ledger_posting TO {RUNTIME}",
            "append-only but changeable: ledger_posting",
        ),
        ("DROP TRIGGER append_only ON events_event", "append-only but changeable: events_event"),
        (
            "ALTER TABLE ledger_entry DISABLE TRIGGER append_only_truncate",
            "append-only but changeable: ledger_entry",
        ),
        (
            "ALTER TABLE tasks_task ADD COLUMN other bigint REFERENCES patients_patient (id)",
            "key without organization: tasks_task.tasks_task_other_fkey",
        ),
        (
            "CREATE UNIQUE INDEX told ON patients_patient (account_number, id)",
            "unique across organizations: told",
        ),
        ("CREATE VIEW seen AS SELECT * FROM patients_patient", "view of its owner's rights: seen"),
        (
            "CREATE MATERIALIZED VIEW kept AS SELECT * FROM patients_patient",
            "view of its owner's rights: kept",
        ),
        (
            "CREATE FUNCTION climb() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
            "function of its owner's rights: climb",
        ),
        (f"ALTER ROLE {RUNTIME} BYPASSRLS", "runtime role of too many rights"),
        (f"GRANT cleanclaim_owner TO {RUNTIME}", "runtime role of too many rights"),
    ],
)
def test_the_walk_sees_each_kind_of_hole(
    past_the_locks: Connection, change: str, hole: str
) -> None:
    past_the_locks.execute(change.encode())
    assert any(found.startswith(hole) for found in find_holes(past_the_locks))


def test_the_walk_leaves_a_guarded_table_and_an_invoker_view_alone(
    past_the_locks: Connection,
) -> None:
    past_the_locks.execute((SCRATCH + GUARD).encode())
    past_the_locks.execute(
        "CREATE VIEW seen WITH (security_invoker = true) AS SELECT * FROM patients_patient;"
        "ALTER VIEW seen OWNER TO cleanclaim_owner"
    )
    assert find_holes(past_the_locks) == []


def ids(found: Connection, table: str) -> set[object]:
    """Give the ids of the rows of a table that the session sees."""
    query = sql.SQL("SELECT id FROM {}").format(sql.Identifier(table))
    return {row[0] for row in found.execute(query)}


def choose(found: Connection, organization: int | str, *, here_only: bool = True) -> None:
    """Set the organization, for this transaction or (as nobody may) for the session."""
    found.execute(
        "SELECT set_config('app.organization_id', %s, %s)", [str(organization), here_only]
    )


def test_without_an_organization_no_row_of_any_table_is_seen(
    filled: Filled, database: dict[str, str]
) -> None:
    with look(database) as outside, look_as(RUNTIME, database) as inside:
        for table in tenant_tables(outside):
            assert ids(outside, table), f"nothing to see in {table}, so this would prove nothing"
            assert ids(inside, table) == set(), table


def test_with_an_organization_only_its_own_rows_are_seen(
    two: tuple[Founded, Founded], filled: Filled, database: dict[str, str]
) -> None:
    with look_as(RUNTIME, database) as inside:
        choose(inside, two[0].organization)
        for model, own in filled[0].items():
            seen = ids(inside, model._meta.db_table)
            assert own in seen
            assert filled[1][model] not in seen
        assert ids(inside, ROOT) == {two[0].organization}


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.db_table)
def test_a_row_for_another_organization_is_refused(
    model: type[models.Model],
    two: tuple[Founded, Founded],
    filled: Filled,
    database: dict[str, str],
) -> None:
    columns = [str(f.column) for f in model._meta.fields if f.name not in {"id", "organization"}]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    table = sql.Identifier(model._meta.db_table)
    copy = sql.SQL("INSERT INTO {} (organization_id, {}) SELECT %s, {} FROM {} LIMIT 1").format(
        table, names, names, table
    )
    move = sql.SQL("UPDATE {} SET organization_id = %s").format(table)
    with look_as(RUNTIME, database) as inside:
        for statement in (copy, move):
            choose(inside, two[0].organization)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                inside.execute(statement, [two[1].organization])
            inside.rollback()


KEYS = [(model, key) for model in tenant_models() for key in tenant_keys(model)]


@pytest.mark.parametrize(("model", "key"), KEYS, ids=lambda part: str(part).rsplit(".", 1)[-1])
def test_a_key_into_another_organization_is_refused(
    model: type[models.Model],
    key: "models.ForeignKey[object, object]",
    two: tuple[Founded, Founded],
    filled: Filled,
    database: dict[str, str],
) -> None:
    table = sql.Identifier(model._meta.db_table)
    point = sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(table, sql.Identifier(key.column))
    target = key.related_model
    assert isinstance(target, type)
    with look(database) as outside:
        # Past the policies and our own triggers only the key itself is left to refuse.
        outside.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        outside.execute("SET CONSTRAINTS ALL IMMEDIATE")
        outside.execute(point, [filled[0][target], filled[0][model]])
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            outside.execute(point, [filled[1][target], filled[0][model]])
        outside.rollback()


def test_the_choice_ends_with_its_transaction(
    two: tuple[Founded, Founded], filled: Filled, database: dict[str, str]
) -> None:
    with within(two[0].organization):
        session = _session()
        assert Patient.objects.count() > 0
    assert (Patient.objects.count(), _session()) == (0, session)
    with pytest.raises(ZeroDivisionError), within(two[0].organization):
        raise ZeroDivisionError
    assert Patient.objects.count() == 0
    with look_as(RUNTIME, database) as inside:
        choose(inside, two[0].organization, here_only=False)
        inside.commit()
        assert ids(inside, "patients_patient"), "a choice for the session would have leaked"


def _session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def test_one_transaction_is_of_one_organization(two: tuple[Founded, Founded]) -> None:
    with within(two[0].organization), within(two[0].organization):
        pass
    with (
        pytest.raises(OtherOrganizationError),
        within(two[0].organization),
        within(two[1].organization),
    ):
        pass


def test_the_code_cannot_forget_its_filter(two: tuple[Founded, Founded], filled: Filled) -> None:
    """The queries here lack every filter on purpose."""
    own, other = two
    with within(own.organization):
        assert set(Organization.objects.values_list("pk", flat=True)) == {own.organization}
        assert Patient.objects.filter(pk=filled[1][Patient]).update(phone="") == 0
        assert Patient.objects.filter(organization_id=other.organization).count() == 0
    with pytest.raises(DatabaseError, match="permission denied"), within(own.organization):
        Task.objects.all().delete()


def test_a_person_sees_where_they_belong_and_changes_nothing_there(
    two: tuple[Founded, Founded],
) -> None:
    own, other = two
    with as_user(own.user):
        memberships = list(Membership.objects.values_list("organization_id", flat=True))
        assert memberships == [own.organization]
        assert set(Organization.objects.values_list("pk", flat=True)) == {own.organization}
        assert Patient.objects.count() == 0
    with pytest.raises(DatabaseError, match="row-level security"), as_user(own.user):
        Membership.objects.create(
            organization_id=other.organization, user_id=own.user, role=Role.OWNER
        )
    with pytest.raises(DatabaseError, match="row-level security"), as_user(own.user):
        Membership.objects.filter(user_id=own.user).update(role=Role.AUDITOR)
    with pytest.raises(DatabaseError, match="row-level security"), as_user(own.user):
        Organization.objects.update(name="Another")


@pytest.mark.parametrize("value", ["1 OR true", "1; SELECT 1", "NULL", "99999999999999999999"])
def test_a_setting_that_is_no_number_shows_nothing(value: str, database: dict[str, str]) -> None:
    with look_as(RUNTIME, database) as inside:
        choose(inside, value)
        with pytest.raises(psycopg.DataError):
            ids(inside, "patients_patient")


def test_five_hundred_looks_across_show_nothing_of_the_other(
    two: tuple[Founded, Founded], filled: Filled, database: dict[str, str]
) -> None:
    """Sessions change organizations at random and ask by id, by filter, by join and by count."""
    chance = random.Random(20260302)  # noqa: S311 - repeatable on purpose
    models_ = list(filled[0])
    with look(database) as outside:
        whole = {m: _ids_by_organization(outside, m) for m in models_}
    with look_as(RUNTIME, database) as inside:
        for _ in range(500):
            side = chance.choice((0, 1, None))
            number = "" if side is None else two[side].organization
            choose(inside, number)
            model = chance.choice(models_)
            expected = set() if side is None else whole[model][two[side].organization]
            assert _asked(inside, model, chance, filled) <= expected
            assert ids(inside, model._meta.db_table) == expected
            if chance.random() < 0.5:
                inside.commit()


def _ids_by_organization(found: Connection, model: type[models.Model]) -> dict[int, set[object]]:
    query = sql.SQL("SELECT organization_id, array_agg(id) FROM {} GROUP BY 1").format(
        sql.Identifier(model._meta.db_table)
    )
    return {int(str(key)): set(rows) for key, rows in found.execute(query)}  # type: ignore[call-overload]


def _asked(
    found: Connection, model: type[models.Model], chance: random.Random, filled: Filled
) -> set[object]:
    """Ask for rows of either organization in one of the ways that a forgetful program would."""
    table = sql.Identifier(model._meta.db_table)
    wanted = [filled[0][model], filled[1][model]]
    ways = (
        "SELECT id FROM {} WHERE id = ANY(%s)",
        "SELECT id FROM {} WHERE organization_id <> 0 AND id = ANY(%s) ORDER BY id DESC LIMIT 1",
        "SELECT t.id FROM {} t JOIN organizations_organization o ON true WHERE t.id = ANY(%s)",
        "SELECT max(id) FROM {} WHERE id = ANY(%s) HAVING count(*) > 0",
    )
    return {row[0] for row in found.execute(sql.SQL(chance.choice(ways)).format(table), [wanted])}

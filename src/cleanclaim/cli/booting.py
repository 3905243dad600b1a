"""What commands with a database begin with."""

from collections.abc import Mapping

ANCHORS = "anchors.jsonl"


def boot_migrated() -> Mapping[str, str]:
    """Start or join the database and bring its tables to this release; give how to set it up."""
    from cleanclaim.store.connection import boot
    from cleanclaim.store.migrating import migrate

    parameters = boot()
    migrate()
    return parameters


def list_organizations(parameters: Mapping[str, str]) -> list[int]:
    """List the organizations' numbers past the row policies, which show the runtime role none."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    with psycopg.connect(make_conninfo(**parameters)) as connection:
        rows = connection.execute("SELECT id FROM organizations_organization ORDER BY id")
        return [int(row[0]) for row in rows.fetchall()]

"""Bulk writes: COPY into a temporary table, then INSERT … SELECT under the row policies."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql

# COPY straight into a table under row security is refused by PostgreSQL, hence the stage.


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    returning: Sequence[str] = (),
    skip_existing: bool = False,
) -> list[tuple[Any, ...]]:
    """Insert many rows inside the open transaction and give the ``returning`` columns.

    With ``skip_existing`` a row that meets a unique key is left out (and not returned).
    Constraints, policies and triggers hold as for single rows.
    """
    table = sql.Identifier(model._meta.db_table)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    stage = sql.Identifier(f"stage_{model._meta.db_table}")
    with connection.cursor() as wrapper:
        cursor = wrapper.cursor
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                stage, names, table
            )
        )
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(stage, names)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(_insert(table, stage, names, returning, skip_existing=skip_existing))
        found = cursor.fetchall() if returning else []
        cursor.execute(sql.SQL("DROP TABLE {}").format(stage))
    return list(found)


def _insert(
    table: sql.Identifier,
    stage: sql.Identifier,
    names: sql.Composed,
    returning: Sequence[str],
    *,
    skip_existing: bool,
) -> sql.Composed:
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(table, names, names, stage)
    if skip_existing:
        statement += sql.SQL(" ON CONFLICT DO NOTHING")
    if returning:
        wanted = sql.SQL(", ").join(map(sql.Identifier, returning))
        statement += sql.SQL(" RETURNING {}").format(wanted)
    return statement

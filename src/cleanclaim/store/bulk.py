"""Bulk writes: COPY into a temporary table, then INSERT … SELECT under the row policies."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql

# So few rows are quicker in one INSERT than through a stage.
_FEW = 30
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
    Constraints, policies and triggers hold as for single rows, and refuse with Django's errors.
    """
    table = sql.Identifier(model._meta.db_table)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    ending = _ending(returning, skip_existing=skip_existing)
    kept = [tuple(row) for row in rows]
    if len(kept) <= _FEW:
        return _insert_few(table, names, kept, ending, returning=bool(returning))
    stage = sql.Identifier(f"stage_{model._meta.db_table}")
    # Beneath Django's cursor, for COPY; errors still leave as Django's.
    with connection.wrap_database_errors, connection.cursor() as wrapper:
        cursor = wrapper.cursor
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                stage, names, table
            )
        )
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(stage, names)) as copy:
            for row in kept:
                copy.write_row(row)
        insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(table, names, names, stage)
        cursor.execute(insert + ending)
        found = cursor.fetchall() if returning else []
        cursor.execute(sql.SQL("DROP TABLE {}").format(stage))
    return list(found)


def _insert_few(
    table: sql.Identifier,
    names: sql.Composed,
    rows: Sequence[tuple[object, ...]],
    ending: sql.Composed,
    *,
    returning: bool,
) -> list[tuple[Any, ...]]:
    """Insert in one statement: for a handful of rows a stage costs more than it saves."""
    if not rows:
        return []
    one = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(rows[0])))
    values = sql.SQL(", ").join([one] * len(rows))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES {}").format(table, names, values) + ending
    with connection.wrap_database_errors, connection.cursor() as wrapper:
        wrapper.cursor.execute(statement, [value for row in rows for value in row])
        return list(wrapper.cursor.fetchall()) if returning else []


def _ending(returning: Sequence[str], *, skip_existing: bool) -> sql.Composed:
    parts = [sql.SQL(" ON CONFLICT DO NOTHING")] if skip_existing else []
    if returning:
        wanted = sql.SQL(", ").join(map(sql.Identifier, returning))
        parts.append(sql.SQL(" RETURNING {}").format(wanted))  # type: ignore[arg-type]
    return sql.Composed(parts)


def update_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Update many rows of a tenant table inside the open transaction, under the row policies.

    Each row is its organization, its id, then the new values of ``columns``.
    """
    kept = [tuple(row) for row in rows]
    if not kept:
        return
    table = sql.Identifier(model._meta.db_table)
    stage = sql.Identifier(f"stage_update_{model._meta.db_table}")
    keys = ("organization_id", "id")
    names = sql.SQL(", ").join(map(sql.Identifier, (*keys, *columns)))
    changes = sql.SQL(", ").join(
        sql.SQL("{0} = s.{0}").format(sql.Identifier(column)) for column in columns
    )
    with connection.wrap_database_errors, connection.cursor() as wrapper:
        cursor = wrapper.cursor
        cursor.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                stage, names, table
            )
        )
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(stage, names)) as copy:
            for row in kept:
                copy.write_row(row)
        cursor.execute(
            sql.SQL(
                "UPDATE {} t SET {} FROM {} s"
                " WHERE t.organization_id = s.organization_id AND t.id = s.id"
            ).format(table, changes, stage)
        )
        cursor.execute(sql.SQL("DROP TABLE {}").format(stage))

"""The reference tables that the examples of edits are judged by, gathered from their families."""

from collections.abc import Iterable

import msgspec

from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.edits.example_rows import global_periods


def together(tables: Iterable[Held]) -> tuple[Held, ...]:
    """Put the rows that families have of one kind and its days into one table.

    Of two tables in force only one would be asked.
    """
    found: dict[tuple[object, ...], Held] = {}
    for table in tables:
        key = (table.kind.name, table.starts_on, table.ends_on)
        first = found.get(key)
        rows = table.rows if first is None else (*first.rows, *table.rows)
        found[key] = msgspec.structs.replace(table, rows=rows)
    return tuple(found.values())


# Each family has its rows in a module of ``example_rows``, as TABLES.
TABLES: tuple[Held, ...] = together((*global_periods.TABLES,))

LIBRARY = HeldLibrary(TABLES)

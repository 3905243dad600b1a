"""The reference tables that the examples of edits are judged by, gathered from their families."""

from collections.abc import Iterable

import msgspec

from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.edits.example_rows import (
    add_ons,
    fee_schedule,
    global_periods,
    mue,
    ncci,
    necessity,
    procedures,
    services,
    tabular,
)


def joined(tables: Iterable[Held]) -> tuple[Held, ...]:
    """Make one table of those of a kind: families have their own rows of tables that they share."""
    found: dict[str, Held] = {}
    for each in tables:
        known = found.get(each.kind.name)
        found[each.kind.name] = (
            each if known is None else msgspec.structs.replace(known, rows=known.rows + each.rows)
        )
    return tuple(found.values())


# Each family has its rows in a module of ``example_rows``, as TABLES.
TABLES: tuple[Held, ...] = joined(
    (
        *add_ons.TABLES,
        *fee_schedule.TABLES,
        *global_periods.TABLES,
        *mue.TABLES,
        *ncci.TABLES,
        *necessity.TABLES,
        *procedures.TABLES,
        *services.TABLES,
        *tabular.TABLES,
    )
)

LIBRARY = HeldLibrary(TABLES)

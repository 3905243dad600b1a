"""The reference tables that the examples of edits are judged by, gathered from their families."""

from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.edits.example_rows import add_ons, mue, ncci

# Each family has its rows in a module of ``example_rows``, as TABLES.
TABLES: tuple[Held, ...] = (*add_ons.TABLES, *mue.TABLES, *ncci.TABLES)

LIBRARY = HeldLibrary(TABLES)

"""Add-on codes that the examples are judged by."""

from datetime import date

from cleanclaim.codes.store.held import Held
from cleanclaim.codes.tables.ncci import ADD_ON, AddOn


def _row(add_on: str, primary: str, edit: int) -> AddOn:
    return AddOn(add_on, primary, edit, date(2013, 4, 1), None)


TABLES = (
    Held(
        ADD_ON,
        (
            _row("11045", "11042", 1),
            _row("22585", "22554", 1),
            _row("22585", "22558", 1),
            _row("96361", "96360", 3),
            _row("96361", "96365", 3),
            _row("96361", "CCCCC", 3),
            _row("99100", "CCCCC", 2),
        ),
        date(2026, 1, 1),
        date(2026, 12, 31),
    ),
)

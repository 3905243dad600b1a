"""The reference tables of the installation: what there is, how old, and what edits lack."""

from datetime import date, datetime

import msgspec

from cleanclaim.app.referencing import open_library
from cleanclaim.codes.store.inventory import Held, take_inventory
from cleanclaim.codes.store.kinds import KINDS
from cleanclaim.edits import EDITS
from cleanclaim.edits.registry import AnyOf, Asked


class Shelf(msgspec.Struct, frozen=True):
    """A kind of table with its releases, the newest first; none where nothing is loaded."""

    kind: str
    title: str
    licence: str
    releases: tuple[Held, ...]

    @property
    def in_force(self) -> Held | None:
        """Give the release that answers for the day."""
        return next((each for each in self.releases if each.in_force), None)


class Asker(msgspec.Struct, frozen=True):
    """A family of edits, or a price, by the titles of tables that it has on the day and lacks."""

    name: str
    has: tuple[str, ...]
    missing: tuple[str, ...]


class Shelves(msgspec.Struct, frozen=True):
    """The whole library on a day."""

    on: date
    there: tuple[Shelf, ...]
    absent: tuple[Shelf, ...]
    edits: tuple[Asker, ...]
    prices: tuple[Asker, ...]


def read_shelves(on: date, now: datetime, *, synthetic: bool) -> Shelves:
    """Look at every kind of table, and at what asks for those that are not in force on a day."""
    inventory = take_inventory(open_library(synthetic=synthetic), on, now)
    by_kind: dict[str, list[Held]] = {name: [] for name in KINDS}
    for held in inventory.releases:
        by_kind.setdefault(held.kind, []).append(held)
    shelves = [_shelf(kind, releases) for kind, releases in by_kind.items()]
    shelves.sort(key=lambda shelf: shelf.title)
    there = {shelf.kind for shelf in shelves if shelf.in_force}
    prices = tuple(
        _asker(
            family.family.removeprefix("price "),
            tuple(KINDS[name] for name in (*family.has, *family.missing)),
            there,
        )
        for family in inventory.families
        if family.family.startswith("price ")
    )
    return Shelves(
        on,
        tuple(shelf for shelf in shelves if shelf.releases),
        tuple(shelf for shelf in shelves if not shelf.releases),
        tuple(_asker(name, kinds, there) for name, kinds in sorted(_asked_by_edits().items())),
        prices,
    )


def _shelf(kind: str, releases: list[Held]) -> Shelf:
    known = KINDS.get(kind)
    title, licence = (known.title, known.licence.value) if known else (kind, "")
    return Shelf(kind, title, licence, tuple(reversed(releases)))


def _asked_by_edits() -> dict[str, tuple[Asked, ...]]:
    """Give the tables that each family of edits asks, those without any left out."""
    asked: dict[str, dict[str, Asked]] = {}
    for each in EDITS.values():
        for ours in sorted(each.kinds):
            for table in each.tables_for(ours):
                asked.setdefault(each.family, {})[table.name] = table
    return {family: tuple(tables.values()) for family, tables in asked.items()}


def _asker(name: str, tables: tuple[Asked, ...], there: set[str]) -> Asker:
    def titles(*, held: bool) -> tuple[str, ...]:
        return tuple(_title(table) for table in tables if _is_there(table, there) is held)

    return Asker(name, titles(held=True), titles(held=False))


def _is_there(table: Asked, there: set[str]) -> bool:
    kinds = table.kinds if isinstance(table, AnyOf) else (table,)
    return any(kind.name in there for kind in kinds)


def _title(table: Asked) -> str:
    if isinstance(table, AnyOf):
        return " or ".join(kind.title for kind in table.kinds)
    return table.title

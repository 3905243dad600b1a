"""What a library holds on a day, how old it is, and which edits lack their tables."""

from datetime import date, datetime

import msgspec

from cleanclaim.codes.store.kinds import KINDS
from cleanclaim.codes.store.library import Library


class Held(msgspec.Struct, frozen=True):
    """A release, seen on a day."""

    kind: str
    title: str
    name: str
    starts_on: date | None
    ends_on: date | None
    in_force: bool
    rows: int
    licence: str
    withheld: tuple[str, ...]
    age_days: int
    files: tuple[str, ...]


class Family(msgspec.Struct, frozen=True):
    """A family of edits or prices: the tables it has on the day and those it lacks."""

    family: str
    has: tuple[str, ...]
    missing: tuple[str, ...]


class Inventory(msgspec.Struct, frozen=True):
    """What there is on a day."""

    on: date
    releases: tuple[Held, ...]
    families: tuple[Family, ...]


def take_inventory(library: Library, on: date, now: datetime) -> Inventory:
    """Look at every release, and for each family of edits at the tables of the day."""
    winners = {name: _winner(library, name, on) for name in KINDS}
    held = tuple(
        Held(
            kind=release.kind,
            title=KINDS[release.kind].title if release.kind in KINDS else release.kind,
            name=release.name,
            starts_on=release.starts_on,
            ends_on=release.ends_on,
            in_force=winners.get(release.kind) == release,
            rows=release.rows,
            licence=release.licence,
            withheld=release.withheld,
            age_days=max((now - release.loaded_at).days, 0),
            files=tuple(file.name for file in release.files),
        )
        for release in library.releases()
    )
    return Inventory(on, held, _families({name for name, found in winners.items() if found}))


def _winner(library: Library, kind: str, on: date) -> object:
    holding = [release for release in library.releases(kind) if release.holds(on)]
    return holding[-1] if holding else None


def _families(there: set[str]) -> tuple[Family, ...]:
    wanted: dict[str, list[str]] = {}
    for kind in KINDS.values():
        for family in kind.edits:
            wanted.setdefault(family, []).append(kind.name)
    return tuple(
        Family(
            family,
            tuple(name for name in names if name in there),
            tuple(name for name in names if name not in there),
        )
        for family, names in sorted(wanted.items())
    )
